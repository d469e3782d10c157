/**
 * The cross-encoder of xMEN: a mention with its sentence and a candidate with its names in one row. The candidates of a
 * mention are one list, whose last place says that none of the others is right.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { BatchStream, Encoding, Tokenizer } from "../../data/index.ts";
import type { SearchHit } from "../../data/search/index.ts";
import type { Mode, PairEncoder } from "../../nn/index.ts";
import { listwiseSoftmax } from "../../objectives/index.ts";
import type { CrossEntropy } from "../../objectives/index.ts";
import { batchOfRows, markIds, scoreRows } from "../../lab/text/index.ts";
import type { CandidateBatch, NameMention, RowSet } from "../../lab/text/index.ts";
import type { Concept } from "./xmen-candidates.ts";

export interface RowLengths {
  /** Tokens of a mention with its sentence, and of a candidate, the row's special tokens left out. */
  readonly mention: number;
  readonly candidate: number;
}

/** Unused tokens of the vocabulary that mark the parts of a row. */
const MARKS = { start: "[unused0]", end: "[unused1]", title: "[unused2]", type: "[unused3]", none: "[unused4]" } as const;

/** Ids of the marks: tokens that the vocabulary keeps free. */
export const marksOf = (tokenizer: Pick<Tokenizer, "idOf">): Readonly<Record<keyof typeof MARKS, number>> => markIds(tokenizer, MARKS, "xmen");

/** A mention's sentence and where the name stands in it. */
export type SentenceWithName = Pick<NameMention, "left" | "text" | "right">;

/** Makes rows; ids of texts are kept, since names stand in many. */
export class LinkRows {
  readonly pad: number;
  readonly longest: number;
  private readonly tokenizer: Tokenizer;
  private readonly lengths: RowLengths;
  private readonly marks: ReturnType<typeof marksOf>;
  private readonly known = new Map<string, Int32Array>();

  constructor(tokenizer: Tokenizer, lengths: RowLengths) {
    if (tokenizer.special.pad === undefined || tokenizer.special.sep === undefined) throw new RangeError("xmen: expected a tokenizer with [PAD] and [SEP]");
    this.tokenizer = tokenizer;
    this.lengths = lengths;
    this.marks = marksOf(tokenizer);
    this.pad = tokenizer.special.pad;
    this.longest = lengths.mention + lengths.candidate + 3;
  }

  /** `left [START] name [END] right`: what does not fit is cut from the sentence, farthest from the name first, then from the name's end. */
  mention({ left, text, right }: SentenceWithName): Int32Array {
    const room = this.lengths.mention - 2;
    const name = this.encode(text).subarray(0, room);
    const [before, after] = [this.encode(left), this.encode(right)];
    const rest = room - name.length;
    const kept = Math.min(before.length, Math.max(Math.floor(rest / 2), rest - after.length));
    return Int32Array.from([...before.subarray(before.length - kept), this.marks.start, ...name, this.marks.end, ...after.subarray(0, rest - kept)]);
  }

  /** `types [TYPE] name [TITLE] alias [SEP] alias ...`, without the name in `hidden`. The first that is left is the title. */
  candidate({ name, aliases, types }: Concept, hidden?: string): Int32Array {
    const [title, ...others] = [...new Set([name, ...aliases])].filter((text) => text !== hidden);
    const named = [...this.encode(title ?? ""), this.marks.title, ...others.flatMap((text, i) => [...(i === 0 ? [] : [this.tokenizer.special.sep as number]), ...this.encode(text)])];
    return Int32Array.from([...this.encode(types.join(" ")), this.marks.type, ...named].slice(0, this.lengths.candidate));
  }

  /** The row of a mention and a candidate, or of a mention and "none of them". */
  row(mention: Int32Array, candidate: Int32Array | null): Encoding {
    return this.tokenizer.assemble(mention, candidate ?? Int32Array.of(this.marks.none), this.longest);
  }

  private encode(text: string): Int32Array {
    const ids = this.known.get(text) ?? this.tokenizer.encode(text);
    this.known.set(text, ids);
    return ids;
  }
}

/** The candidates of a mention in order, `none` last, with the scores they came with. */
export interface CandidateList {
  /** Ids of concepts; the list has one place more, for none of them. */
  readonly concepts: readonly string[];
  /** Place of the right concept; that of `none`, the last, when it is not among them. */
  readonly answer: number;
  /** Of each place; that of `none` is 1 when it is right, else 0. */
  readonly scores: readonly number[];
}

/** The first `size` candidates, the last of them replaced by "none of them". `gold` is null where nothing is right. */
export function candidateList(hits: readonly SearchHit[], size: number, gold: string | null): CandidateList {
  const kept = hits.slice(0, size - 1);
  if (kept.length < size - 1) throw new RangeError(`xmen: a list of ${size} needs ${size - 1} candidates, got ${kept.length}`);
  const concepts = kept.map(({ id }) => String(id));
  const found = gold === null ? -1 : concepts.indexOf(gold);
  return { concepts, answer: found < 0 ? size - 1 : found, scores: [...kept.map(({ score }) => score), found < 0 ? 1 : 0] };
}

/** Lists as rows, those of a list side by side. */
export interface ListRows {
  readonly rows: RowSet;
  readonly lists: readonly CandidateList[];
}

/** A mention as the reranker is asked about it. */
export interface ListedMention extends SentenceWithName {
  readonly list: CandidateList;
  /** The dictionary its candidates are from. */
  readonly concepts: ReadonlyMap<string, Concept>;
  /** Concept whose row must not show the very name that is looked for: it stands in the dictionary, and the mention was made from it. */
  readonly hiddenIn?: string;
}

/** Rows of mentions with all their candidates. */
export function listRows(maker: LinkRows, mentions: readonly ListedMention[]): ListRows {
  const rows = mentions.flatMap((mention) => {
    const ids = maker.mention(mention);
    return [...mention.list.concepts.map((id) => maker.row(ids, maker.candidate(mention.concepts.get(id) as Concept, id === mention.hiddenIn ? mention.text : undefined))), maker.row(ids, null)];
  });
  return { rows: { rows, pad: maker.pad }, lists: mentions.map(({ list }) => list) };
}

/** Candidate lists with the scores they came with, float32 [B, C]. */
export type ScoredCandidateBatch = CandidateBatch & { readonly scores: HostArray };

/** Lists in shuffled order, `batch` of them at once. */
export function listBatches({ rows, lists }: ListRows, { length, batch, seed }: { readonly length: number; readonly batch: number; readonly seed: number }): BatchStream<ScoredCandidateBatch> {
  const size = rows.rows.length / lists.length;
  return shuffledBatches({ indices: Int32Array.from(lists.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...batchOfRows(rows, Array.from(indices).flatMap((list) => Array.from({ length: size }, (_, j) => list * size + j)), length),
    answers: hostArray(indices.map((list) => lists[list]?.answer as number), [batch]),
    scores: hostArray(Float32Array.from(Array.from(indices).flatMap((list) => lists[list]?.scores as readonly number[])), [batch, size]),
  }));
}

/** Cross-entropy over each list plus `lambda` times the distance of its logits [B, C] from the generators' scores: rank regularisation. */
export const rankedLoss = (logits: Tensor, answers: Tensor, scores: Tensor, lambda: number): CrossEntropy => listwiseSoftmax(logits, answers, { near: { scores, weight: lambda } });

/** The loss of a reranker on a batch of lists. */
export function rerankerLoss(model: PairEncoder, { ids, segments, valid, answers, scores }: Readonly<Record<"ids" | "segments" | "valid" | "answers" | "scores", Tensor>>, mode: Mode, lambda: number): CrossEntropy {
  return rankedLoss(scoreRows(model, { ids, segments, valid }, mode).reshape([answers.size, -1]), answers, scores, lambda);
}
