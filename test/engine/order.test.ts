import { expect, test } from "vitest";
import { argSort, compile, evaluate, grad, hostArray, maskedSoftmax, reverseSequence, softmaxOne, sort, tensor, topK } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";

const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number>, Number);
const values = async (...tensors: Tensor[]): Promise<number[][]> => (await evaluate(tensors)).map(numbers);

test("topK takes the largest first and equal values by lower position", async () => {
  const { values: top, indices } = topK(tensor([3, 7, 7, 1, 7]), 3);
  expect(await values(top, indices)).toEqual([[7, 7, 7], [1, 2, 4]]);
  const smallest = topK(tensor([3, 1, 7, 1]), 2, 0, { largest: false });
  expect(await values(smallest.values, smallest.indices)).toEqual([[1, 1], [1, 3]]);
});

test("sorting keeps the order of equal elements in both directions", async () => {
  const x = tensor([2, 1, 2, 0]);
  expect(await values(sort(x), argSort(x), argSort(x, 0, { descending: true }))).toEqual([[0, 1, 2, 2], [3, 1, 0, 2], [0, 2, 1, 3]]);
});

test("ties stay in order in long rows too, where the runtime takes another algorithm", async () => {
  const n = 5000;
  const row = Float32Array.from({ length: n }, (_, i) => (i * 7919) % 13);
  const expected = Array.from(row.keys()).sort((a, b) => (row[a] as number) - (row[b] as number) || a - b);
  const [all, few] = await values(argSort(tensor(hostArray(row, [n]))), topK(tensor(hostArray(row, [n])), 900, 0, { largest: false }).indices);
  expect(all).toEqual(expected);
  expect(few).toEqual(expected.slice(0, 900));
});

test("the gradient of topK goes to where the values came from", async () => {
  const x = tensor([3, 7, 5]);
  // loss = 2 * 7 + 10 * 5
  const [g] = grad(topK(x, 2).values.mul(tensor([2, 10])).sum(), [x]) as [Tensor];
  expect(await values(g)).toEqual([[0, 2, 10]]);
});

test("topK refuses more elements than there are", () => {
  expect(() => topK(tensor([[1, 2]]), 3)).toThrow("topK: k must be an integer from 0 to 2, the extent of axis 1 of [1, 2], got 3");
});

test("reverseSequence turns the real part and leaves padding last", async () => {
  const x = tensor([[1, 2, 3], [4, 5, 0]]);
  expect(await values(reverseSequence(x, tensor([3, 2], "int32")))).toEqual([[3, 2, 1, 5, 4, 0]]);
  expect(() => reverseSequence(x, tensor([3], "int32"))).toThrow("expected x [batch, time, ...] and lengths [batch], got [2, 3] and [1]");
});

test("a fully masked row of a softmax is zero and sends back zero, whatever its logits are", async () => {
  const run = compile((x: Tensor, mask: Tensor) => {
    const y = maskedSoftmax(x, mask);
    const one = softmaxOne(x, -1, mask);
    return { y, one, gradients: [y, one].map((z) => grad(z.mul(tensor([1, 2, 3])).sum(), [x])[0] as Tensor) };
  });
  const x = hostArray(Float32Array.of(1, 1, 9, -3e38, NaN, Infinity), [2, 3]);
  const { y, one, gradients } = await run(x, hostArray(Uint8Array.of(1, 1, 0, 0, 0, 0), [2, 3], "bool"));
  expect(numbers(y)).toEqual([0.5, 0.5, 0, 0, 0, 0]);
  const third = Math.E / (1 + 2 * Math.E);
  [third, third, 0, 0, 0, 0].forEach((value, i) => expect(numbers(one)[i]).toBeCloseTo(value, 6));
  // dy0/dx0 = y0 (1 - y0) = 1/4: gradient 1/4 (1 - 2) for the first, and the opposite for the second
  expect(numbers(gradients[0] as HostArray)).toEqual([-0.25, 0.25, 0, 0, 0, 0]);
  expect(numbers(gradients[1] as HostArray).slice(2)).toEqual([0, 0, 0, 0]);
});

test("softmaxOne of very negative logits attends to nothing", async () => {
  expect(await values(softmaxOne(tensor([-200, -200])), softmaxOne(tensor([0, 0])))).toEqual([[0, 0], [Math.fround(1 / 3), Math.fround(1 / 3)]]);
});
