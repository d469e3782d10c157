import { describe, expect, test } from "vitest";
import { evaluate, grad, gridSample, hostArray, pixelShuffle, pixelUnshuffle, resize, tensor } from "../../src/engine/index.ts";
import type { ResizeOptions, Tensor } from "../../src/engine/index.ts";
import { expectReference } from "../support/reference.ts";
import type { Inputs } from "../support/reference.ts";
import { readReference } from "../support/safetensors.ts";

interface Attributes {
  readonly size: readonly number[];
  readonly mode: "nearest" | "bilinear" | "bicubic";
  readonly align_corners: boolean | null;
  readonly padding_mode: "zeros" | "border";
  readonly factor: number;
}

const SUBJECTS: Readonly<Record<string, (inputs: Inputs, attributes: Attributes) => Tensor>> = {
  resize: ({ x }, { size, mode, align_corners }) => resize(x as Tensor, size, { mode, alignCorners: align_corners ?? false }),
  gridSample: ({ x, grid }, { padding_mode, align_corners }) => gridSample(x as Tensor, grid as Tensor, { padding: padding_mode, alignCorners: align_corners ?? false }),
  pixelShuffle: ({ x }, { factor }) => pixelShuffle(x as Tensor, factor),
};

describe("values and gradients equal PyTorch's", () => {
  const cases = readReference("image").flatMap((reference) => {
    const subject = SUBJECTS[reference.name.split(".")[0] as string];
    return subject === undefined ? [] : [[reference.name, reference, subject] as const];
  });
  test("the reference covers all three", () => expect(cases.length).toBeGreaterThanOrEqual(15));
  test.each(cases)("%s", async (_, reference, subject) => {
    await expectReference(reference, (inputs, attributes) => subject(inputs, attributes as unknown as Attributes));
  });
});

const values = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data as Float32Array);
const line = (values: readonly number[]): Tensor => tensor(hostArray(Float32Array.from(values), [1, 1, values.length]));

test("doubling a line, by hand", async () => {
  const x = line([0, 4, 8]);
  expect(await values(resize(x, 6))).toEqual([0, 0, 4, 4, 8, 8]);
  expect(await values(resize(x, 6, { mode: "bilinear" }))).toEqual([0, 1, 3, 5, 7, 8]);
  expect(await values(resize(x, 5, { mode: "bilinear", alignCorners: true }))).toEqual([0, 2, 4, 6, 8]);
});

test.each<ResizeOptions>([{ mode: "nearest" }, { mode: "bilinear" }, { mode: "bicubic", alignCorners: true }])("a long axis, mapped by gathering, agrees with its parts mapped by a matrix: %o", async (options) => {
  // 600 to 1200 is beyond the largest matrix; with aligned corners 600 to 1199 puts every second output on an input.
  const count = options.alignCorners === true ? 1199 : 1200;
  const wave = Array.from({ length: 600 }, (_, i) => Math.sin(i / 3));
  const x = line(wave);
  const y = resize(x, count, options);
  const [long, gradient] = await evaluate([y, grad(y.sum(), [x])[0]!]);
  // Far from the ends an output depends on its neighbours only, so a short piece gives the same.
  const short = await values(resize(line(wave.slice(0, 40)), options.alignCorners === true ? 79 : 80, options));
  for (let i = 0; i < 60; i++) expect(Number(long!.data[i])).toBeCloseTo(short[i]!, 5);
  // Every input has the weight of two outputs.
  for (let i = 10; i < 590; i++) expect(Number(gradient!.data[i])).toBeCloseTo(2, 4);
});

test("pixelUnshuffle undoes pixelShuffle", async () => {
  const x = tensor(hostArray(Float32Array.from({ length: 2 * 9 * 2 * 3 }, (_, i) => i), [2, 9, 2, 3]));
  expect(await values(pixelUnshuffle(pixelShuffle(x, 3), 3))).toEqual(Array.from({ length: 108 }, (_, i) => i));
});

test("a point between four pixels reads their mean, and its derivative is the difference of their sides", async () => {
  const x = tensor([[[[0, 10], [20, 70]]]]);
  const grid = tensor([[[[0, 0]]]]);
  const y = gridSample(x, grid);
  const [value, toGrid, toImage] = await evaluate([y, ...grad(y.sum(), [grid, x])]);
  expect(value!.item()).toBe(25);
  // Half the image is one pixel: d/dx is the mean right column minus the left, 40 - 10; d/dy is 45 - 5.
  expect(Array.from(toGrid!.data as Float32Array)).toEqual([30, 40]);
  expect(Array.from(toImage!.data as Float32Array)).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test("the gradient to the grid can be differentiated again: the mixed derivative of bilinear reading", async () => {
  const x = tensor([[[[0, 10], [20, 70]]]]);
  const grid = tensor([[[[0.1, -0.2]]]]);
  const [first] = grad(gridSample(x, grid).sum(), [grid]) as [Tensor];
  // f = a + b x + c y + d x y with d = 0 - 10 - 20 + 70 = 40: the row of x is (0, d).
  expect(await values(grad(first.mul(tensor([[[[1, 0]]]])).sum(), [grid])[0]!)).toEqual([0, 40]);
});

test("with border padding nothing moves outside the image", async () => {
  const grid = tensor([[[[1.5, 0]]]]);
  const y = gridSample(tensor([[[[0, 10], [20, 70]]]]), grid, { padding: "border" });
  const [value, toGrid] = await evaluate([y, grad(y.sum(), [grid])[0]!]);
  expect(value!.item()).toBe(40);
  expect(Array.from(toGrid!.data as Float32Array)).toEqual([0, 60]);
});
