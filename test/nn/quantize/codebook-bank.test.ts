import { expect, test } from "vitest";
import { compile, grad, GraphRandom, hostArray, Parameter, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { CodebookBank, RandomProjection } from "../../../src/nn/index.ts";
import { crossEntropy } from "../../../src/objectives/index.ts";
import { boolTensor, expectNear, intTensor, noise, numbers } from "../support.ts";

const bank = (options: Partial<ConstructorParameters<typeof CodebookBank>[0]> = {}): CodebookBank => new CodebookBank({ random: RandomStream.of(5), heads: 2, entries: 3, width: 1, ...options });
const codes = (values: readonly number[]) => hostArray(Float32Array.from(values), [2, 3, 1]);

test("each head has its nearest code, and codes may be left out", async () => {
  const memory = bank();
  memory.codes.set(codes([0, 10, 20, /**/ 5, 6, 7]));
  const x = tensor([[[9], [9]], [[-3], [5.4]]]);
  expect(await numbers(memory.assign(x))).toEqual([1, 2, 0, 0]);
  expect(await numbers(memory.assign(x, { allowed: boolTensor([0, 0, 1, 1, 1, 0], [2, 3]) }))).toEqual([2, 1, 2, 0]);
});

test("codes follow the mean of their vectors, smoothed, and unused ones become vectors of their head", async () => {
  const memory = bank({ decay: 0.5, smoothing: 0, deadBelow: 0.9 });
  memory.codes.set(codes([0, 10, 20, /**/ 0, 10, 20]));
  memory.counts.set(hostArray(Float32Array.of(1, 1, 1, 2, 1, 0), [2, 3]));
  memory.sums.set(codes([0, 10, 20, /**/ 0, 10, 0]));
  const learn = compile((x: Tensor) => memory.learn(x, GraphRandom.of(1)));
  const replaced = await learn(hostArray(Float32Array.of(1, 1, 3, 9, 11, 12), [3, 2, 1]));
  // head 0: vectors 1, 3 -> code 0: count (1 + 2) / 2, sum (0 + 4) / 2; 11 -> code 1: count 1, sum 10.5; code 2: count 1/2
  // head 1: 1 -> code 0: count 1.5, sum 0.5; 9, 12 -> code 1: count 1.5, sum 15.5; code 2: count 0
  // an even split is 1, so counts below 0.9 are dead: code 2 of both heads
  expect(replaced.item()).toBe(2);
  const now = memory.codes.value().data as Float32Array;
  expectNear([...now.subarray(0, 2), ...now.subarray(3, 5)], [2 / 1.5, 10.5, 0.5 / 1.5, 15.5 / 1.5]);
  expect([1, 3, 11]).toContain(now[2]);
  expect([1, 9, 12]).toContain(now[5]);
  expectNear([...(memory.counts.value().data as Float32Array)], [1.5, 1, 1, 1.5, 1.5, 1]);
  expectNear([memory.sums.value().data[2] as number], [now[2]!]);
  await learn.release();
});

test("smoothing keeps the total of the counts and never divides by zero", async () => {
  const memory = bank({ decay: 0, smoothing: 1, deadBelow: 0 });
  memory.codes.set(codes([0, 10, 20, /**/ 0, 10, 20]));
  const learn = compile((x: Tensor) => memory.learn(x, GraphRandom.of(1)));
  await learn(hostArray(Float32Array.of(1, 1, 2, 2), [2, 2, 1]));
  // counts 2, 0, 0 -> (3, 1, 1) * 2 / 5; sums 3, 0, 0
  expectNear([...(memory.codes.value().data as Float32Array)], [3 / 1.2, 0, 0, 3 / 1.2, 0, 0]);
  await learn.release();
});

test("one step of gradient descent on one sample changes one value row of each head, bit by bit; zero values give ln 10", async () => {
  const [heads, entries, classes] = [4, 6, 10];
  const memory = new CodebookBank({ random: RandomStream.of(5), heads, entries, width: 3 });
  const values = new Parameter([heads, entries, classes], hostArray(Float32Array.from({ length: heads * entries * classes }, () => 0), [heads, entries, classes]));
  const step = compile((x: Tensor) => {
    const logits = memory.fetch(values, memory.assign(x)).mean(1);
    const { loss } = crossEntropy(logits, intTensor([3], [1]), { smoothing: 0.1 });
    values.assign(values.sub((grad(loss, [values])[0] as Tensor).mul(0.3)));
    return { loss, ids: memory.assign(x) };
  });
  const { loss, ids } = await step((await noise([1, heads, 3]).array()));
  expect(loss.item()).toBeCloseTo(Math.log(10), 6);
  const rows = values.value().data as Float32Array;
  const changed = Array.from({ length: heads * entries }, (_, row) => row).filter((row) => rows.subarray(row * classes, (row + 1) * classes).some((value) => !Object.is(value, 0)));
  expect(changed).toEqual(Array.from(ids.data as Int32Array, (id, head) => head * entries + id));
  await step.release();
});

test("published sizes: 10,485,760 values and 14,680,064 key entries", () => {
  const memory = new CodebookBank({ random: RandomStream.of(1), heads: 256, entries: 4096, width: 14 });
  expect(memory.codes.size).toBe(14_680_064);
  expect(256 * 4096 * 10).toBe(10_485_760);
});

test("random projections have columns of unit length and are not trained", async () => {
  const projection = new RandomProjection(7, { heads: 3, width: 2, random: RandomStream.of(2) });
  const matrix = tensor(projection.matrix.value());
  expectNear(await numbers(matrix.square().sum(0)), [1, 1, 1, 1, 1, 1]);
  expect(projection.parameters()).toEqual([]);
  const x = noise([4, 7]);
  expectNear((await numbers(projection.forward(x).select(1, 1))), await numbers(x.matmul(matrix.sliceAxis(1, 2, 4))));
});
