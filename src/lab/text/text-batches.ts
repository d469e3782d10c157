/** Batches for training on texts: queries with documents, scored pairs, questions with candidates. The order depends on the seed alone, so arms of a seed see the same. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { bucketedBatches, bucketsOf, padRows, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchStream, Encoding, PlacePair, TokenBatch } from "../../data/index.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import { batchOfRows, fullRows, lengthsOf } from "./rows.ts";
import type { RowSet } from "./rows.ts";

type Side = "query" | "document" | "negative" | "pair";
type SideFields<S extends Side> = { readonly [F in "Ids" | "Segments" | "Valid" as `${S}${F}`]: HostArray };

/** int32 and bool [B, Lq] and [B, Ld]; negatives [B * n, Ld], n of each query side by side. */
export type QueryDocumentBatch = Batch & SideFields<"query"> & SideFields<"document">;
export type HardNegativeBatch = QueryDocumentBatch & SideFields<"negative">;

/** The rows of one side of a batch, as encoders take them. */
export const sideOf = (batch: Readonly<Record<string, Tensor>>, side: Side): TokenRows => {
  const [ids, segments, valid] = [batch[`${side}Ids`], batch[`${side}Segments`], batch[`${side}Valid`]];
  if (ids === undefined || segments === undefined || valid === undefined) throw new Error(`sideOf: the batch has no ${side} rows; it has ${Object.keys(batch).join(", ")}`);
  return { ids, segments, valid };
};

/** Rows as fields of a batch, under the name of their side. */
export const fieldsOf = <S extends Side>(side: S, { ids, segments, valid }: Pick<TokenBatch, "ids" | "segments" | "valid">): SideFields<S> => ({ [`${side}Ids`]: ids, [`${side}Segments`]: segments, [`${side}Valid`]: valid }) as SideFields<S>;

export interface RandomFieldsOptions {
  readonly random: RandomStream;
  readonly rows: number;
  readonly length: number;
  /** Ids are below this; default 40. */
  readonly vocabulary?: number;
}

/** Rows of random tokens without padding, under the name of their side: for the tiny instances that systems declare as probes. */
export const randomFields = <S extends Side>(side: S, { random, rows, length, vocabulary = 40 }: RandomFieldsOptions): SideFields<S> =>
  fieldsOf(side, { ...fullRows(rows, length), ids: hostArray(Int32Array.from({ length: rows * length }, () => random.integer(vocabulary)), [rows, length]) });

export interface QueryDocumentOptions {
  readonly queries: RowSet;
  readonly documents: RowSet;
  /** Query and document of each training pair. */
  readonly pairs: readonly (readonly [query: number, document: number])[];
  /** Tokens that rows are padded to. */
  readonly lengths: { readonly query: number; readonly document: number };
  readonly batch: number;
  readonly seed: number;
}

/** Pairs in shuffled order; the other documents of a batch serve as negatives. */
export function queryDocumentBatches({ queries, documents, pairs, lengths, batch, seed }: QueryDocumentOptions): BatchStream<QueryDocumentBatch> {
  return shuffledBatches({ indices: Int32Array.from(pairs.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...fieldsOf("query", batchOfRows(queries, indices.map((pair) => pairs[pair]?.[0] as number), lengths.query)),
    ...fieldsOf("document", batchOfRows(documents, indices.map((pair) => pairs[pair]?.[1] as number), lengths.document)),
  }));
}

/** The same with every query of the batch before every document in one row as well, as cross-encoders read them: `pair` rows [B * B, Lq + Ld - 1], documents changing fastest. */
export type AllPairsBatch = QueryDocumentBatch & SideFields<"pair">;

export function allPairsBatches({ queries, documents, pairs, lengths, batch, seed }: QueryDocumentOptions): BatchStream<AllPairsBatch> {
  return shuffledBatches({ indices: Int32Array.from(pairs.keys()), batchSize: batch, seed }, ({ indices }) => {
    const chosen = Array.from(indices, (pair) => pairs[pair] as readonly [number, number]);
    const joined = chosen.flatMap(([query]) => chosen.map(([, document]) => joinRows(queries.rows[query] as Encoding, documents.rows[document] as Encoding)));
    return {
      ...fieldsOf("query", batchOfRows(queries, chosen.map(([query]) => query), lengths.query)),
      ...fieldsOf("document", batchOfRows(documents, chosen.map(([, document]) => document), lengths.document)),
      ...fieldsOf("pair", padRows(joined, lengths.query + lengths.document - 1, queries.pad)),
    };
  });
}

/** `[CLS] a [SEP]` and `[CLS] b [SEP]` as `[CLS] a [SEP] b [SEP]`. */
export function joinRows(a: Encoding, b: Encoding): Encoding {
  const rest = b.ids.subarray(1);
  return { ids: Int32Array.from([...a.ids, ...rest]), segments: Int32Array.from([...a.segments, ...rest.map(() => 1)]), special: Uint8Array.from([...a.special, ...b.special.subarray(1)]) };
}

/** The same with `negatives[pair]`, documents that are hard to tell from the pair's own: equally many for each pair. */
export function hardNegativeBatches({ negatives, ...options }: QueryDocumentOptions & { readonly negatives: readonly (readonly number[])[] }): BatchStream<HardNegativeBatch> {
  const { queries, documents, pairs, lengths, batch, seed } = options;
  const each = negatives[0]?.length ?? 0;
  const unequal = negatives.findIndex((list) => list.length !== each || each === 0);
  if (negatives.length !== pairs.length || unequal >= 0) throw new RangeError(`hardNegativeBatches: expected ${pairs.length} lists of equal length, got ${negatives.length}${unequal >= 0 ? `; list ${unequal} has ${negatives[unequal]?.length}, the first ${each}` : ""}`);
  return shuffledBatches({ indices: Int32Array.from(pairs.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...fieldsOf("query", batchOfRows(queries, indices.map((pair) => pairs[pair]?.[0] as number), lengths.query)),
    ...fieldsOf("document", batchOfRows(documents, indices.map((pair) => pairs[pair]?.[1] as number), lengths.document)),
    ...fieldsOf("negative", batchOfRows(documents, Array.from(indices).flatMap((pair) => negatives[pair] as readonly number[]), lengths.document)),
  }));
}

/** Two texts apart, as bi-encoders read them (`query` and `document`), with labels float32 [B]. */
export type ScoredSidesBatch = QueryDocumentBatch & { readonly labels: HostArray };

export interface ScoredSidesOptions {
  readonly texts: RowSet;
  /** Places in `texts`. */
  readonly pairs: readonly PlacePair[];
  /** Of each pair: 0 or 1, or anything between. */
  readonly labels: ArrayLike<number>;
  /** Tokens that rows are padded to. */
  readonly length: number;
  readonly batch: number;
  readonly seed: number;
}

/** Scored pairs in shuffled order, both texts of one length. */
export function scoredSidesBatches({ texts, pairs, labels, length, batch, seed }: ScoredSidesOptions): BatchStream<ScoredSidesBatch> {
  if (labels.length !== pairs.length) throw new RangeError(`scoredSidesBatches: ${pairs.length} pairs need as many labels, got ${labels.length}`);
  return shuffledBatches({ indices: Int32Array.from(pairs.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...fieldsOf("query", batchOfRows(texts, indices.map((pair) => pairs[pair]?.[0] as number), length)),
    ...fieldsOf("document", batchOfRows(texts, indices.map((pair) => pairs[pair]?.[1] as number), length)),
    labels: hostArray(Float32Array.from(indices, (pair) => labels[pair] as number), [indices.length]),
  }));
}

/** Rows of two texts with labels, float32 [B]. */
export interface ScoredBatch extends TokenBatch {
  readonly labels: HostArray;
}

export interface ScoredPairOptions {
  /** Rows of pairs. */
  readonly pairs: RowSet;
  /** Of each row: 0 or 1, or anything between. */
  readonly labels: ArrayLike<number>;
  /** Rows to draw from; default all. */
  readonly indices?: Int32Array;
  /** Lengths that rows are padded to, ascending; longer rows go to the last and must fit. */
  readonly lengths: readonly number[];
  /** Tokens of a batch. */
  readonly tokens: number;
  readonly seed: number;
}

/** Scored pairs in shuffled order, each batch of one length. */
export function scoredPairBatches({ pairs, labels, indices = Int32Array.from(pairs.rows.keys()), lengths, tokens, seed }: ScoredPairOptions): BatchStream<ScoredBatch> {
  if (labels.length !== pairs.rows.length) throw new RangeError(`scoredPairBatches: ${pairs.rows.length} pairs need as many labels, got ${labels.length}`);
  return bucketedBatches({ indices, lengths: lengthsOf(pairs), buckets: bucketsOf(lengths, tokens), seed }, ({ indices: members, length }) => ({
    ...batchOfRows(pairs, members, length),
    labels: hostArray(Float32Array.from(members, (member) => labels[member] as number), [members.length]),
  }));
}

/** Rows of B questions with N candidates each, [B * N, L], a question's side by side; answers int32 [B]. */
export interface CandidateBatch extends TokenBatch {
  readonly answers: HostArray;
}

export interface CandidateOptions {
  /** Rows of question and candidate, a question's candidates side by side. */
  readonly pairs: RowSet;
  /** Place of the right candidate of each question. */
  readonly answers: ArrayLike<number>;
  readonly length: number;
  /** Questions in a batch. */
  readonly batch: number;
  readonly seed: number;
}

/** Questions in shuffled order with all their candidates. */
export function candidateBatches({ pairs, answers, length, batch, seed }: CandidateOptions): BatchStream<CandidateBatch> {
  const candidates = pairs.rows.length / answers.length;
  if (!Number.isInteger(candidates)) throw new RangeError(`candidateBatches: ${pairs.rows.length} rows do not divide into ${answers.length} questions`);
  return shuffledBatches({ indices: Int32Array.from({ length: answers.length }, (_, i) => i), batchSize: batch, seed }, ({ indices }) => ({
    ...batchOfRows(pairs, Array.from(indices).flatMap((question) => Array.from({ length: candidates }, (_, j) => question * candidates + j)), length),
    answers: hostArray(indices.map((question) => answers[question] as number), [indices.length]),
  }));
}

/** Contexts [B, Lq] (`query`) and their N candidates [B * N, Ld] (`document`) apart, as bi-encoders read them; answers int32 [B]. */
export type SeparateCandidateBatch = QueryDocumentBatch & { readonly answers: HostArray };

export interface SeparateCandidateOptions extends Pick<CandidateOptions, "answers" | "batch" | "seed"> {
  readonly contexts: RowSet;
  /** A context's candidates side by side. */
  readonly candidates: RowSet;
  readonly lengths: { readonly query: number; readonly document: number };
  /** Whether candidates are put in another order each time; default as they are given. */
  readonly shuffled?: boolean;
  /** Further fields of a batch, from the rows of its candidates. */
  readonly beside?: (candidates: readonly number[]) => Batch;
}

/** Rows of the candidates of chosen questions, in the order that `orderOf` gives. */
const candidatesOf = (questions: Int32Array, each: number, orderOf?: (question: number) => Int32Array): number[] =>
  Array.from(questions).flatMap((question) => Array.from({ length: each }, (_, j) => question * each + (orderOf?.(question)[j] ?? j)));

/** Contexts of chosen questions and their candidates, a context's side by side, in the order that `orderOf` gives. */
export function separateFields({ contexts, candidates }: Pick<SeparateCandidateOptions, "contexts" | "candidates">, questions: Int32Array, lengths: SeparateCandidateOptions["lengths"], orderOf?: (question: number) => Int32Array): QueryDocumentBatch {
  const each = candidates.rows.length / contexts.rows.length;
  return {
    ...fieldsOf("query", batchOfRows(contexts, questions, lengths.query)),
    ...fieldsOf("document", batchOfRows(candidates, candidatesOf(questions, each, orderOf), lengths.document)),
  };
}

/** The same questions in the same order as `candidateBatches` of one seed, with context and candidates apart. */
export function separateCandidateBatches({ contexts, candidates, answers, lengths, batch, seed, shuffled = false, beside }: SeparateCandidateOptions): BatchStream<SeparateCandidateBatch> {
  const each = candidates.rows.length / answers.length;
  if (!Number.isInteger(each) || contexts.rows.length !== answers.length) throw new RangeError(`separateCandidateBatches: ${contexts.rows.length} contexts and ${candidates.rows.length} candidates do not fit ${answers.length} answers`);
  return shuffledBatches({ indices: Int32Array.from({ length: answers.length }, (_, i) => i), batchSize: batch, seed }, ({ epoch, indices }) => {
    const orders = new Map(shuffled ? Array.from(indices, (question) => [question, RandomStream.of(seed, "candidates", epoch, question).permutation(each)]) : []);
    const orderOf = (question: number): Int32Array => orders.get(question) ?? new Int32Array(0);
    return {
      ...separateFields({ contexts, candidates }, indices, lengths, orderOf),
      ...beside?.(candidatesOf(indices, each, orderOf)),
      answers: hostArray(indices.map((question) => orders.get(question)?.indexOf(answers[question] as number) ?? (answers[question] as number)), [indices.length]),
    };
  });
}
