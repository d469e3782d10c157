/** Questions with candidates (`bind`, `desc/next`, `wn/mc`): rows of them for both kinds of encoder, and how well scores pick the right one. */
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { extract } from "../extract.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import type { BiEncoder } from "./bi-encoder.ts";
import { scoreRows } from "./cross-encoder.ts";
import type { ChoiceItem } from "./fixtures/bind.ts";
import { mapRows, pairRows, textRows } from "./rows.ts";
import type { MapRowsOptions, RowSet } from "./rows.ts";
import { separateFields, sideOf } from "./text-batches.ts";

/** Tokens of a context and of a candidate, special tokens included. */
export interface ChoiceLengths {
  readonly query: number;
  readonly document: number;
}

export interface ChoiceRows {
  /** Context and candidate in one row, a question's candidates side by side: rows of at most query + document - 1 tokens. */
  readonly pairs: RowSet;
  readonly contexts: RowSet;
  readonly candidates: RowSet;
  readonly answers: Int32Array;
  /** Candidates of each question. */
  readonly each: number;
}

/** Rows of questions; all must have as many candidates as the first. */
export function choiceRows(tokenizer: Tokenizer, items: readonly ChoiceItem[], lengths: ChoiceLengths): ChoiceRows {
  const each = items[0]?.candidates.length ?? 0;
  const odd = items.findIndex(({ candidates }) => candidates.length !== each || each === 0);
  if (items.length === 0 || odd >= 0) throw new RangeError(`choiceRows: expected questions with equally many candidates, got ${odd < 0 ? "none" : `${items[odd]?.candidates.length} at question ${odd}, ${each} at the first`}`);
  const pairs = items.flatMap(({ context, candidates }) => candidates.map((candidate) => [context, candidate] as const));
  return {
    pairs: pairRows(tokenizer, pairs, lengths.query + lengths.document - 1, { first: lengths.query - 2, second: lengths.document - 2 }),
    contexts: textRows(tokenizer, items.map(({ context }) => context), lengths.query),
    candidates: textRows(tokenizer, items.flatMap(({ candidates }) => candidates), lengths.document),
    answers: Int32Array.from(items, ({ answer }) => answer),
    each,
  };
}

/** Scores of all candidates by a cross-encoder, [n * each]. */
export const crossChoiceScores = async (model: PairEncoder, { pairs }: ChoiceRows, options?: MapRowsOptions): Promise<Float32Array> => (await mapRows((rows) => scoreRows(model, rows, EVALUATE), pairs, options)).data as Float32Array;

/** Scores of all candidates by a bi-encoder, [n * each]: inner products of vectors. */
export async function biChoiceScores(model: BiEncoder, { contexts, candidates, each }: ChoiceRows, options?: MapRowsOptions): Promise<Float32Array> {
  const vectors = async (set: RowSet, encode: (rows: Parameters<typeof model.encodeQuery>[0]) => Tensor): Promise<HostArray> => mapRows(encode, set, options);
  const [left, right] = [await vectors(contexts, (rows) => model.encodeQuery(rows, EVALUATE)), await vectors(candidates, (rows) => model.encodePassage(rows, EVALUATE))];
  const width = left.shape[1] as number;
  return Float32Array.from({ length: candidates.rows.length }, (_, i) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (left.data[Math.floor(i / each) * width + d] as number) * (right.data[i * width + d] as number);
    return sum;
  });
}

export interface QuestionScoresOptions {
  /** Tokens that contexts and candidates are padded to. */
  readonly lengths: ChoiceLengths;
  /** Questions scored at once; default 16. */
  readonly batch?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** Scores of all candidates, [n * each], by a model that reads contexts [B, Lq] and all their candidates [B * N, Ld] together and gives [B, N]. */
export async function questionScores(score: (context: TokenRows, candidates: TokenRows) => Tensor, rows: ChoiceRows, { lengths, batch = 16, device, signal }: QuestionScoresOptions): Promise<Float32Array> {
  const questions = Int32Array.from(rows.answers.keys());
  const scores = await extract((indices) => separateFields(rows, indices, lengths), (tensors) => score(sideOf(tensors, "query"), sideOf(tensors, "document")), questions, { batchSize: batch, device, signal });
  return scores.data as Float32Array;
}

export interface ChoiceScores {
  /** Share of questions whose right candidate scores highest: R@1. */
  readonly accuracy: number;
  /** Mean of 1 / rank of the right candidate. */
  readonly mrr: number;
  /** 1 where the right candidate is first, for paired comparisons; ties share. */
  readonly byItem: readonly number[];
}

/** How well scores [n * each] pick the right candidate. A tie counts as what guessing among the tied would give. */
export function scoreChoices(scores: ArrayLike<number>, answers: ArrayLike<number>): ChoiceScores {
  const each = scores.length / answers.length;
  if (!Number.isInteger(each)) throw new RangeError(`scoreChoices: ${scores.length} scores do not divide into ${answers.length} questions`);
  const places = Array.from({ length: answers.length }, (_, question) => {
    const right = scores[question * each + (answers[question] as number)] as number;
    const own = Array.from({ length: each }, (__, j) => scores[question * each + j] as number);
    return { above: own.filter((score) => score > right).length, tied: own.filter((score) => score === right).length };
  });
  const byItem = places.map(({ above, tied }) => (above === 0 ? 1 / tied : 0));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // The right one is equally likely at each of the tied places.
  const reciprocal = places.map(({ above, tied }) => mean(Array.from({ length: tied }, (_, i) => 1 / (above + 1 + i))));
  return { accuracy: mean(byItem), mrr: mean(reciprocal), byItem };
}
