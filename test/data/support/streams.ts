/** Streams that a worker thread opens in tests. */
import { hostArray } from "../../../src/engine/host-array.ts";
import type { BatchStream } from "../../../src/data/batching.ts";

type Numbers = { values: ReturnType<typeof hostArray> };

/** Counts up, one number a batch; fails at `failAt`. `made` (shared) tells how many were made. */
export function counting({ failAt, made }: { failAt?: number; made?: Int32Array } = {}): BatchStream<Numbers> {
  let position = 0;
  const pool = new Int32Array(1000); // batches are views into it
  return {
    async next() {
      if (position === failAt) throw new RangeError(`no batch ${position++}`);
      if (made) Atomics.add(made, 0, 1);
      pool[position] = position;
      return { values: hostArray(pool.subarray(position, ++position), [1]) };
    },
    state: () => position,
    restore: (state) => {
      if (typeof state !== "number") throw new TypeError(`restore: expected a number, got ${typeof state}`);
      position = state;
    },
    close: async () => undefined,
  };
}

export function unopenable(): never {
  throw new Error("the folder is gone");
}

export function dying(): BatchStream<Numbers> {
  return { next: () => process.exit(3), state: () => 0, restore: () => undefined, close: async () => undefined };
}
