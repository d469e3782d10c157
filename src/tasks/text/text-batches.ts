/** Batches of training examples: token rows for each text of an example, padded to few lengths, and the targets. */
import { bucketedBatches, bucketLengths, padRows } from "../../data/index.ts";
import type { Batch, BatchStream } from "../../data/index.ts";
import { hostArray } from "../../engine/index.ts";
import type { TextExample } from "../../lab/index.ts";
import type { EncodedText, TextTokenizer } from "../huggingface/tokenizer.ts";

export interface TextBatchesOptions {
  readonly batch: number;
  /** Most tokens of a text. */
  readonly longest: number;
  readonly seed: number;
  /** Put before the i-th text of an example; default nothing. */
  readonly prompts?: readonly string[];
}

/** Lengths that a run compiles its step for, at most. */
const BUCKETS = 3;

/** Names of the arrays of the i-th text of an example. */
export const arraysOf = (i: number) => ({ ids: `ids${i}`, segments: `segments${i}`, valid: `valid${i}` }) as const;

/**
 * Endless batches: for the i-th text of the examples `ids<i>`, `segments<i>` (int32) and `valid<i>` (bool), all [B, L_i],
 * and `targets` float32 [B, T]. Examples of like length share a batch.
 */
export function textBatches(examples: readonly TextExample[], tokenizer: TextTokenizer, { batch, longest, seed, prompts = [] }: TextBatchesOptions): BatchStream<Batch> {
  const places = examples[0]?.texts.length ?? 0;
  const known = new Map<string, EncodedText>(); // texts recur: as answers, as negatives
  const rows = examples.map(({ texts }) =>
    texts.map((text, place): EncodedText => {
      const input = typeof text === "string" ? (prompts[place] ?? "") + text : text;
      const key = typeof input === "string" ? input : input.join("\0");
      const found = known.get(key) ?? tokenizer.encode(input, longest);
      known.set(key, found);
      return found;
    }),
  );
  const lengths = rows.map((texts) => Math.max(...texts.map(({ ids }) => ids.length)));
  const count = Math.max(1, Math.min(BUCKETS, Math.floor(examples.length / (2 * batch))));
  const ends = filledBuckets(bucketLengths(lengths, { count, maximum: longest }), lengths, batch);
  // A text that is short in all examples of a bucket, as queries are, is padded to its own length.
  const extents = ends.map((end, b) =>
    Array.from({ length: places }, (_, i) => {
      const within = rows.filter((_row, r) => (lengths[r] as number) <= end && (lengths[r] as number) > (ends[b - 1] ?? 0));
      const most = within.reduce((largest, row) => Math.max(largest, (row[i] as EncodedText).ids.length), 1);
      return Math.min(end, Math.ceil(most / 8) * 8);
    }),
  );
  const width = examples[0]?.targets.length ?? 0;
  const pad = tokenizer.padId;
  return bucketedBatches({ indices: Int32Array.from(examples, (_, i) => i), lengths, buckets: ends.map((length) => ({ length, batchSize: batch })), seed }, ({ indices, length }) => {
    const extent = extents[ends.indexOf(length)] as readonly number[];
    const chosen = Array.from(indices);
    const result: Batch = { targets: hostArray(Float32Array.from(chosen.flatMap((i) => examples[i]?.targets ?? [])), [chosen.length, width]) };
    for (let i = 0; i < places; i++) {
      const names = arraysOf(i);
      const padded = padRows(chosen.map((row) => rows[row]?.[i] as never), extent[i] as number, pad);
      Object.assign(result, { [names.ids]: padded.ids, [names.segments]: padded.segments, [names.valid]: padded.valid });
    }
    return result;
  });
}

/** Leaves out ends of buckets that do not hold a batch: their rows go to the next longer one, or bring the last one down. */
function filledBuckets(ends: readonly number[], lengths: readonly number[], batch: number): number[] {
  const kept: number[] = [];
  const between = (low: number, high: number): number => lengths.filter((length) => length > low && length <= high).length;
  for (const end of ends) if (between(kept.at(-1) ?? 0, end) >= batch || end === ends.at(-1)) kept.push(end);
  while (kept.length > 1 && between(kept.at(-2) as number, kept.at(-1) as number) < batch) kept.splice(-2, 1);
  return kept;
}
