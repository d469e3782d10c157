/** PairRanker: an encoder that reads a source with two candidates, marked, and says of each how good it is beside the other. */
import { concat, hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { padRows, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchStream, Encoding, Tokenizer } from "../../data/index.ts";
import { dropout, gatherTokens, Linear, Module } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import { binaryCrossEntropy } from "../../objectives/index.ts";
import { encodeRows, markIds } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

/** Unused tokens of the vocabulary: `<|source|>`, `<|candidate1|>`, `<|candidate2|>`. */
export const MARKERS = { source: "[unused5]", first: "[unused6]", second: "[unused7]" } as const;

export interface PairRankerOptions {
  readonly random: RandomStream;
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Measures of quality, with an output each. */
  readonly tasks: number;
  /** Before both maps of the head; default 0. */
  readonly dropout?: number;
}

/** Rows with the places of their markers, int32 [B, 3] for pairs and [B, 2] for single candidates. */
export interface MarkedRows extends TokenRows {
  readonly markers: Tensor;
}

export class PairRanker extends Module {
  readonly encoder: TextEncoder;
  readonly hidden: Linear;
  readonly output: Linear;
  readonly rate: number;

  constructor({ random, encoder, width, tasks, dropout: rate = 0 }: PairRankerOptions) {
    super();
    this.encoder = encoder;
    this.hidden = new Linear(2 * width, width, { random: random.child("hidden") });
    this.output = new Linear(width, tasks, { random: random.child("output") });
    this.rate = rate;
  }

  /** Scores of each candidate of a row by each measure: left [B, T] alone, or left and right. One head for all of them. */
  forward({ markers, ...rows }: MarkedRows, mode: Mode): Tensor[] {
    const states = gatherTokens(encodeRows(this.encoder, rows, mode).output, markers); // [B, 3, d]
    const source = states.select(1, 0);
    return Array.from({ length: markers.dim(1) - 1 }, (_, i) => this.head(concat([source, states.select(1, i + 1)], 1), mode));
  }

  /** The comparison: mean over measures of left minus right, [B]. */
  compare(rows: MarkedRows, mode: Mode): Tensor {
    const [left, right] = this.forward(rows, mode) as [Tensor, Tensor];
    return left.sub(right).mean(1);
  }

  private head(states: Tensor, mode: Mode): Tensor {
    return this.output.forward(dropout(this.hidden.forward(dropout(states, this.rate, mode)).tanh(), this.rate, mode));
  }
}

/** Binary cross-entropy of both candidates by every measure, [B, T]: is the left one better, is the right one. Equal quality is "no" for both. */
export function comparisonLoss(left: Tensor, right: Tensor, leftQuality: Tensor, rightQuality: Tensor): { readonly loss: Tensor; readonly accuracy: Tensor } {
  const first = binaryCrossEntropy(left, leftQuality.greater(rightQuality).cast("float32"));
  const second = binaryCrossEntropy(right, rightQuality.greater(leftQuality).cast("float32"));
  return { loss: first.loss.add(second.loss).mul(0.5), accuracy: first.accuracy.add(second.accuracy).mul(0.5) };
}

/** A row and where its markers stand. */
export interface MarkedRow extends Pick<Encoding, "ids" | "segments"> {
  readonly markers: readonly number[];
}

/** Makes rows `<|source|> x [SEP] <|candidate1|> a [SEP] <|candidate2|> b [SEP]`, or with one candidate. */
export class MarkedRowMaker {
  readonly pad: number;
  private readonly tokenizer: Tokenizer;
  private readonly lengths: { readonly source: number; readonly candidate: number };
  private readonly marks: Readonly<Record<keyof typeof MARKERS, number>>;
  private readonly known = new Map<string, Int32Array>();

  constructor(tokenizer: Tokenizer, lengths: { readonly source: number; readonly candidate: number }) {
    if (tokenizer.special.pad === undefined || tokenizer.special.sep === undefined) throw new RangeError("llm-blender: expected a tokenizer with [PAD] and [SEP]");
    this.tokenizer = tokenizer;
    this.lengths = lengths;
    this.pad = tokenizer.special.pad;
    this.marks = markIds(tokenizer, MARKERS, "llm-blender");
  }

  /** Tokens of the longest row with so many candidates. */
  longest(candidates: 1 | 2): number {
    return this.lengths.source + 2 + candidates * (this.lengths.candidate + 2);
  }

  row(source: string, ...candidates: readonly [string] | readonly [string, string]): MarkedRow {
    const sep = this.tokenizer.special.sep as number;
    const parts = [
      [this.marks.source, ...this.encode(source).subarray(0, this.lengths.source), sep],
      ...candidates.map((text, i) => [i === 0 ? this.marks.first : this.marks.second, ...this.encode(text).subarray(0, this.lengths.candidate), sep]),
    ];
    const markers = parts.map((_, i) => parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
    const ids = Int32Array.from(parts.flat());
    return { ids, segments: Int32Array.from(ids, (_, at) => Number(at >= (markers[1] as number))), markers };
  }

  private encode(text: string): Int32Array {
    const ids = this.known.get(text) ?? this.tokenizer.encode(text);
    this.known.set(text, ids);
    return ids;
  }
}

/** Rows side by side: int32 [B, L], bool [B, L], markers int32 [B, M]. */
export type MarkedBatch = Batch & { readonly ids: HostArray; readonly segments: HostArray; readonly valid: HostArray; readonly markers: HostArray };

export function markedBatch(rows: readonly MarkedRow[], length: number, pad: number): MarkedBatch {
  const { ids, segments, valid } = padRows(rows, length, pad);
  const each = rows[0]?.markers.length ?? 0;
  return { ids, segments, valid, markers: hostArray(Int32Array.from(rows.flatMap(({ markers }) => [...markers])), [rows.length, each]) };
}

/** What candidates were written for, with the quality of each by every measure. */
export interface CandidateSet {
  readonly source: string;
  readonly candidates: readonly string[];
  /** [candidates][measures], higher is better. */
  readonly quality: readonly (readonly number[])[];
}

/** Mean over measures. */
export const overall = (quality: readonly number[]): number => quality.reduce((sum, value) => sum + value, 0) / quality.length;

/** Places of two different candidates, in random order: the best and the worst, or any two. Equal texts count once. Undefined where all are equal. */
export function trainingPair(random: RandomStream, { candidates, quality }: CandidateSet): readonly [left: number, right: number] | undefined {
  const distinct = candidates.map((_, i) => i).filter((i) => candidates.indexOf(candidates[i] as string) === i);
  if (distinct.length < 2) return undefined;
  const ordered = [...distinct].sort((a, b) => overall(quality[b] as readonly number[]) - overall(quality[a] as readonly number[]));
  const [a, b] = random.bernoulli(0.5) ? [ordered[0] as number, ordered.at(-1) as number] : (random.shuffle(distinct).slice(0, 2) as [number, number]);
  return random.bernoulli(0.5) ? [a, b] : [b, a];
}

/** Pairs with their qualities, float32 [B, T]. */
export type ComparisonBatch = MarkedBatch & { readonly leftQuality: HostArray; readonly rightQuality: HostArray };

/** Endless pairs, one of each set; which pair depends on (seed, epoch, set) alone. */
export function comparisonBatches(maker: MarkedRowMaker, sets: readonly CandidateSet[], { batch, seed }: { readonly batch: number; readonly seed: number }): BatchStream<ComparisonBatch> {
  const usable = Int32Array.from(sets.keys()).filter((i) => new Set(sets[i]?.candidates).size > 1);
  return shuffledBatches({ indices: usable, batchSize: batch, seed }, ({ indices, epoch }) => {
    const pairs = Array.from(indices, (i) => ({ set: sets[i] as CandidateSet, pair: trainingPair(RandomStream.of(seed, "pair", epoch, i), sets[i] as CandidateSet) as readonly [number, number] }));
    const tasks = pairs[0]?.set.quality[0]?.length ?? 0;
    const quality = (side: 0 | 1): HostArray => hostArray(Float32Array.from(pairs.flatMap(({ set, pair }) => [...(set.quality[pair[side]] as readonly number[])])), [batch, tasks]);
    return { ...markedBatch(pairs.map(({ set: { source, candidates }, pair: [left, right] }) => maker.row(source, candidates[left] as string, candidates[right] as string)), maker.longest(2), maker.pad), leftQuality: quality(0), rightQuality: quality(1) };
  });
}
