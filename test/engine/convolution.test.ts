import { describe, expect, test } from "vitest";
import { compile, conv1d, conv2d, convTranspose1d, convTranspose2d, evaluate, grad, hostArray, pad, slice, tensor } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { expectReference } from "../support/reference.ts";
import { readReference } from "../support/safetensors.ts";

const FUNCTIONS = { conv1d, conv2d, convTranspose1d, convTranspose2d };

interface Attributes {
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  readonly output_padding?: number;
}

describe("values and gradients equal PyTorch's", () => {
  test.each(readReference("convolution").map((reference) => [reference.name, reference] as const))("%s", async (name, reference) => {
    const convolve = FUNCTIONS[name.split(".")[0] as keyof typeof FUNCTIONS];
    await expectReference(reference, ({ x, weight, bias }, attributes) => {
      const { output_padding: outputPadding, ...options } = attributes as unknown as Attributes;
      return convolve(x as Tensor, weight as Tensor, bias, outputPadding === undefined ? options : { ...options, outputPadding });
    });
  });
});

const line = (...values: number[]): Tensor => tensor([[values]]); // [1, 1, T]
const values = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data as Float32Array);

test("a difference kernel over five numbers, by hand", async () => {
  const x = line(1, 2, 4, 8, 16);
  const kernel = line(1, 0, -1);
  expect(await values(conv1d(x, kernel))).toEqual([1 - 4, 2 - 8, 4 - 16]);
  expect(await values(conv1d(x, kernel, tensor([100]), { stride: 2 }))).toEqual([97, 88]);
  expect(await values(conv1d(x, kernel, undefined, { padding: [[2, 0]] }))).toEqual([-1, -2, -3, -6, -12]);
});

test('"causal" padding sees the present and the past only', async () => {
  // y[t] = x[t - 4] + 2 x[t - 2] + 4 x[t]
  expect(await values(conv1d(line(1, 10, 100, 1000, 10000), line(1, 2, 4), undefined, { padding: "causal", dilation: 2 }))).toEqual([4, 40, 402, 4020, 40201]);
});

test('"same" padding gives ceil(T / stride) outputs, an odd zero behind', async () => {
  expect(await values(conv1d(line(1, 2, 3), line(1, 10), undefined, { padding: "same" }))).toEqual([21, 32, 3]);
  // Four inputs, window 3, stride 2: two outputs need five positions, so one zero behind.
  expect(await values(conv1d(line(1, 2, 3, 4), line(1, 10, 100), undefined, { padding: "same", stride: 2 }))).toEqual([321, 43]);
});

test("a transposed convolution paints its kernel at every input", async () => {
  const x = line(1, 10);
  const kernel = line(1, 2, 3);
  expect(await values(convTranspose1d(x, kernel, undefined, { stride: 2 }))).toEqual([1, 2, 3 + 10, 20, 30]);
  expect(await values(convTranspose1d(x, kernel, undefined, { stride: 2, padding: [[1, 0]], outputPadding: 1 }))).toEqual([2, 13, 20, 30, 0]);
});

/** The same convolution from slices and products, whose derivatives are those of other primitives. */
function byHand(x: Tensor, w: Tensor, stride: number): Tensor {
  const padded = pad(x, [[0, 0], [0, 0], [1, 1], [1, 1]]);
  const [rows, columns] = [0, 1].map((i) => Math.floor((padded.dim(i + 2) - w.dim(i + 2)) / stride) + 1) as [number, number];
  const terms = Array.from({ length: w.dim(2) * w.dim(3) }, (_, k) => {
    const [i, j] = [Math.floor(k / w.dim(3)), k % w.dim(3)];
    const met = slice(padded, [null, null, [i, i + (rows - 1) * stride + 1, stride], [j, j + (columns - 1) * stride + 1, stride]]); // [B, C, H', W']
    const weight = slice(w, [null, null, [i, i + 1], [j, j + 1]]).reshape([w.dim(0), w.dim(1)]);
    return weight.matmul(met.reshape([x.dim(0), x.dim(1), rows * columns])).reshape([x.dim(0), w.dim(0), rows, columns]);
  });
  return terms.reduce((sum, term) => sum.add(term));
}

test.each([1, 2])("second derivatives with stride %i equal those of slices and products", async (stride) => {
  const wave = (shape: number[], step: number): HostArray => hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(step * i + 1)), shape);
  const x = tensor(wave([2, 2, 5, 4], 0.7));
  const w = tensor(wave([3, 2, 3, 2], 1.3));
  const second = (convolve: (x: Tensor, w: Tensor) => Tensor): Tensor[] => {
    const y = convolve(x, w);
    const first = grad(y.mul(y).mul(y).sum(), [x, w]);
    return grad(first.map((g) => g.mul(g).sum()).reduce((a, b) => a.add(b)), [x, w]);
  };
  const [dx, dw, expectedX, expectedW] = await evaluate([...second((a, b) => conv2d(a, b, undefined, { stride, padding: 1 })), ...second((a, b) => byHand(a, b, stride))]);
  for (const [got, expected] of [[dx, expectedX], [dw, expectedW]] as const) {
    const wanted = Array.from(expected!.data as Float32Array);
    const scale = Math.max(...wanted.map(Math.abs));
    expect(scale).toBeGreaterThan(1);
    wanted.forEach((value, i) => expect(Math.abs(Number(got!.data[i]) - value) / scale).toBeLessThan(1e-5));
  }
});

test("FLOPs are two for each multiply-add, forward and in both gradients", () => {
  const x = hostArray(new Float32Array(2 * 4 * 8 * 8), [2, 4, 8, 8]);
  const w = hostArray(new Float32Array(6 * 2 * 3 * 3), [6, 2, 3, 3]);
  const options = { stride: 2, padding: 1, groups: 2 };
  const forward = compile((a: Tensor, b: Tensor) => conv2d(a, b, undefined, options));
  // 2 images x 6 channels x 4 x 4 positions, each over 2 x 3 x 3 inputs
  const products = 2 * (2 * 6 * 4 * 4) * (2 * 3 * 3);
  expect(forward.explain(x, w).flops.products).toBe(products);
  const training = compile((a: Tensor, b: Tensor) => grad(conv2d(a, b, undefined, options).square().sum(), [a, b]));
  expect(training.explain(x, w).flops.products).toBe(3 * products);
});

test("errors name the function, what was expected and what came", () => {
  const image = tensor(hostArray(new Float32Array(2 * 3 * 4 * 4), [2, 3, 4, 4]));
  const weight = tensor(hostArray(new Float32Array(8 * 4 * 3 * 3), [8, 4, 3, 3]));
  expect(() => conv2d(image, weight)).toThrow("conv: input [2, 3, 4, 4] has 3 channels, weight [8, 4, 3, 3] with 1 group(s) expects 4");
  expect(() => conv1d(image, weight)).toThrow("conv1d: expected input and weight of rank 3, got [2, 3, 4, 4] and [8, 4, 3, 3]");
  expect(() => conv2d(image, slice(weight, [null, [0, 3]]), undefined, { dilation: 2 })).toThrow("conv: a window of 5 (kernel with dilation) exceeds the 4 positions of spatial axis 0");
  expect(() => conv2d(image, slice(weight, [null, [0, 3]]), undefined, { padding: "causal" })).toThrow('"causal" padding is for one spatial axis');
  expect(() => conv2d(image, slice(weight, [null, [0, 3]]), undefined, { padding: [1] })).toThrow("padding must be a whole number from 0, or 2 of them or of pairs [before, after], got [1]");
  expect(() => convTranspose1d(line(1), line(1, 1), undefined, { outputPadding: 1 })).toThrow("outputPadding 1 of spatial axis 0 must be below its stride 1");
});
