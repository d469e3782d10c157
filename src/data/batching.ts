/**
 * Deterministic batches of static shape.
 *
 * The order of an epoch is a permutation keyed by (seed, epoch), so the cursor is two integers: a stream restored from
 * its state continues with the very batches that would have come.
 */
import type { HostArray } from "../engine/host-array.ts";
import { RandomStream } from "../engine/random/stream.ts";
import type { Json } from "./pack.ts";

export type Batch = Record<string, HostArray>;

/** An endless supply of batches whose position can be saved and restored. */
export interface BatchStream<B extends Batch> {
  next(): Promise<B>;
  /** Position after the last batch given out, as plain JSON. */
  state(): Json;
  /** Continues from a saved position. Throws if it belongs to another stream. */
  restore(state: Json): void;
  close(): Promise<void>;
}

/** Which items make up a batch. */
export interface BatchPlan {
  readonly epoch: number;
  /** Batch within the epoch. */
  readonly step: number;
  /** [batchSize] items, as positions in the data set. */
  readonly indices: Int32Array;
}

export interface ShuffleConfig {
  /** Items to draw from, as positions in the data set: a split. */
  readonly indices: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
}

interface Cursor {
  readonly kind: "shuffled";
  readonly seed: number;
  readonly items: number;
  readonly batchSize: number;
  readonly epoch: number;
  readonly step: number;
}

/**
 * Shuffles anew each epoch and hands the items of each batch to `collate`. The items of an unfilled last batch are left
 * out of that epoch; another epoch's order brings them in. `collate` must depend on its plan alone.
 */
export function shuffledBatches<B extends Batch>(config: ShuffleConfig, collate: (plan: BatchPlan) => B | Promise<B>): BatchStream<B> {
  const { indices, batchSize, seed } = config;
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new RangeError(`shuffledBatches: batchSize: expected a positive integer, got ${batchSize}`);
  if (batchSize > indices.length) throw new RangeError(`shuffledBatches: batchSize ${batchSize} exceeds the ${indices.length} items; use at most ${indices.length}`);
  const steps = Math.floor(indices.length / batchSize);
  let epoch = 0;
  let step = 0;
  let order: Int32Array | undefined;

  return {
    async next() {
      order ??= RandomStream.of(seed, "shuffle", epoch).permutation(indices.length);
      const members = order.subarray(step * batchSize, (step + 1) * batchSize).map((position) => indices[position] as number);
      const plan = { epoch, step, indices: members };
      if (++step === steps) {
        epoch++;
        step = 0;
        order = undefined;
      }
      return await collate(plan);
    },
    state: () => ({ kind: "shuffled", seed, items: indices.length, batchSize, epoch, step }),
    restore(state) {
      const cursor = state as unknown as Cursor; // checked field by field below
      const expected = { kind: "shuffled", seed, items: indices.length, batchSize } as const;
      for (const [field, value] of Object.entries(expected) as [keyof typeof expected, string | number][]) {
        if (cursor?.[field] !== value) throw new Error(`restore: ${field}: this stream has ${value}, the saved position ${JSON.stringify(cursor?.[field])}; open the stream with the settings it was saved with`);
      }
      if (!Number.isInteger(cursor.epoch) || cursor.epoch < 0 || !Number.isInteger(cursor.step) || cursor.step < 0 || cursor.step >= steps) {
        throw new Error(`restore: expected an epoch >= 0 and a step in 0..${steps - 1}, got epoch ${cursor.epoch}, step ${cursor.step}`);
      }
      epoch = cursor.epoch;
      step = cursor.step;
      order = undefined;
    },
    close: async () => undefined,
  };
}

/** All items once, in order, in batches of equal size; the last one is filled up with its first item, `valid` says how many count. */
export function* sequentialBatches(indices: Int32Array, batchSize: number): Generator<{ indices: Int32Array; valid: number }> {
  for (let start = 0; start < indices.length; start += batchSize) {
    const members = indices.subarray(start, start + batchSize);
    const filled = new Int32Array(batchSize).fill(members[0] as number);
    filled.set(members);
    yield { indices: filled, valid: members.length };
  }
}
