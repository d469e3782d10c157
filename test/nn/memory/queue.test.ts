import { expect, test } from "vitest";
import { compile, hostArray } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { MemoryQueue } from "../../../src/nn/index.ts";

const vectors = (...values: number[]): ReturnType<typeof hostArray> => hostArray(Float32Array.from(values), [values.length, 1]);
const ids = (...values: number[]): ReturnType<typeof hostArray> => hostArray(Int32Array.from(values), [values.length]);

test("the newest come first, the oldest fall out, and a step reads the queue as it was before", async () => {
  const queue = new MemoryQueue(3, 1, { labels: true });
  const step = compile((keys: Tensor, labels: Tensor) => {
    const before = { keys: queue.keys.add(0), valid: queue.valid(), ready: queue.ready() };
    queue.enqueue(keys, labels);
    return before;
  });
  const seen = [await step(vectors(1, 2), ids(10, 20)), await step(vectors(3, 4), ids(30, 40)), await step(vectors(5, 6), ids(50, 60))];
  expect(seen.map(({ keys }) => Array.from(keys.data as Float32Array))).toEqual([[0, 0, 0], [1, 2, 0], [3, 4, 1]]);
  expect(seen.map(({ valid }) => Array.from(valid.data as Uint8Array))).toEqual([[0, 0, 0], [1, 1, 0], [1, 1, 1]]);
  expect(seen.map(({ ready }) => ready.data[0])).toEqual([0, 0, 1]);
  expect(Array.from(queue.labels!.value().data as Int32Array)).toEqual([50, 60, 30]);
  expect(queue.parameters()).toEqual([]);
  expect(() => compile((keys: Tensor) => queue.enqueue(keys)).explain(vectors(1))).toThrow(/made with labels, but got none/);
});
