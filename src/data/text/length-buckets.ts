/**
 * Batches of rows of like length. A graph is compiled for each shape, so rows are padded to a few lengths only; every
 * bucket has one batch size, and a token budget keeps the cost of batches alike.
 */
import { RandomStream } from "../../engine/random/stream.ts";
import type { Batch, BatchPlan, BatchStream } from "../batching.ts";

export interface LengthBucket {
  /** Rows up to this many tokens are padded to it. */
  readonly length: number;
  readonly batchSize: number;
}

export interface BucketConfig {
  /** Items to draw from, as positions in the data set: a split. */
  readonly indices: Int32Array;
  /** Tokens of each item of the data set; items above the last bucket go there, to be cut. */
  readonly lengths: ArrayLike<number>;
  /** Ascending by length. */
  readonly buckets: readonly LengthBucket[];
  readonly seed: number;
}

export interface BucketPlan extends BatchPlan {
  /** Tokens that rows of this batch are padded to. */
  readonly length: number;
}

/** Buckets at these lengths whose batches hold about `tokens` tokens. */
export function bucketsOf(lengths: readonly number[], tokens: number): LengthBucket[] {
  return [...lengths].sort((a, b) => a - b).map((length) => ({ length, batchSize: Math.max(1, Math.floor(tokens / length)) }));
}

/**
 * The smallest lengths, multiples of `multiple`, that hold equal shares of the rows: at most `count`. The last holds the
 * longest row, or `maximum`.
 */
export function bucketLengths(lengths: ArrayLike<number>, { count = 4, multiple = 8, maximum = Infinity }: { readonly count?: number; readonly multiple?: number; readonly maximum?: number } = {}): number[] {
  if (lengths.length === 0) throw new RangeError("bucketLengths: expected at least one length");
  const sorted = Float64Array.from(lengths).sort();
  const ends = Array.from({ length: count }, (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / count) - 1] as number);
  return [...new Set(ends.map((end) => Math.ceil(Math.max(1, Math.min(end, maximum)) / multiple) * multiple))];
}

/**
 * Endless shuffled batches, each from one bucket. The order of an epoch depends on (seed, epoch) alone. What does not fill
 * a batch of its bucket is left out of that epoch; another epoch's order brings it in.
 */
export function bucketedBatches<B extends Batch>(config: BucketConfig, collate: (plan: BucketPlan) => B | Promise<B>): BatchStream<B> {
  const { indices, lengths, buckets, seed } = config;
  const last = buckets[buckets.length - 1];
  if (last === undefined || buckets.some(({ length }, i) => i > 0 && length <= (buckets[i - 1] as LengthBucket).length)) throw new RangeError(`bucketedBatches: buckets: expected lengths in ascending order, got ${buckets.map(({ length }) => length).join(", ") || "none"}`);
  const members = buckets.map(() => [] as number[]);
  for (const index of indices) {
    const bucket = buckets.findIndex(({ length }) => (lengths[index] as number) <= length);
    (members[bucket < 0 ? buckets.length - 1 : bucket] as number[]).push(index);
  }
  const steps = members.reduce((sum, list, b) => sum + Math.floor(list.length / (buckets[b] as LengthBucket).batchSize), 0);
  if (steps === 0) throw new RangeError(`bucketedBatches: no bucket has enough rows for a batch: ${buckets.map(({ length, batchSize }, b) => `length ${length} has ${members[b]?.length} rows for batches of ${batchSize}`).join("; ")}`);

  const orderOf = (epoch: number): BucketPlan[] => {
    const plans = members.flatMap((list, b) => {
      const { length, batchSize } = buckets[b] as LengthBucket;
      const shuffled = RandomStream.of(seed, "bucket", b, epoch).shuffle(Int32Array.from(list));
      return Array.from({ length: Math.floor(list.length / batchSize) }, (_, i) => ({ epoch, step: 0, length, indices: shuffled.slice(i * batchSize, (i + 1) * batchSize) }));
    });
    return RandomStream.of(seed, "buckets", epoch).shuffle(plans).map((plan, step) => ({ ...plan, step }));
  };

  const identity = { kind: "bucketed", seed, items: indices.length, buckets: buckets.map(({ length, batchSize }) => [length, batchSize]) } as const;
  let epoch = 0;
  let step = 0;
  let order: BucketPlan[] | undefined;
  return {
    async next() {
      order ??= orderOf(epoch);
      const plan = order[step] as BucketPlan;
      if (++step === steps) {
        epoch++;
        step = 0;
        order = undefined;
      }
      return await collate(plan);
    },
    state: () => ({ ...identity, epoch, step }),
    restore(state) {
      const saved = state as { readonly [key: string]: unknown } | null;
      for (const [field, value] of Object.entries(identity)) {
        if (JSON.stringify(saved?.[field]) !== JSON.stringify(value)) throw new Error(`restore: ${field}: this stream has ${JSON.stringify(value)}, the saved position ${JSON.stringify(saved?.[field])}; open the stream with the settings it was saved with`);
      }
      const [savedEpoch, savedStep] = [saved?.["epoch"], saved?.["step"]];
      if (!Number.isInteger(savedEpoch) || (savedEpoch as number) < 0 || !Number.isInteger(savedStep) || (savedStep as number) < 0 || (savedStep as number) >= steps) {
        throw new Error(`restore: expected an epoch >= 0 and a step in 0..${steps - 1}, got epoch ${String(savedEpoch)}, step ${String(savedStep)}`);
      }
      [epoch, step, order] = [savedEpoch as number, savedStep as number, undefined];
    },
    close: async () => undefined,
  };
}
