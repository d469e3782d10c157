import { describe, expect, test } from "vitest";
import { adaptiveAvgPool, avgPool, evaluate, grad, maxPool, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { expectReference } from "../support/reference.ts";
import { readReference } from "../support/safetensors.ts";

interface Attributes {
  readonly kernel_size: number;
  readonly stride: number;
  readonly padding: number;
  readonly count_include_pad?: boolean;
  readonly output_size: readonly number[];
}

const SUBJECTS: Readonly<Record<string, (x: Tensor, attributes: Attributes) => Tensor>> = {
  maxPool: (x, { kernel_size, stride, padding }) => maxPool(x, kernel_size, { stride, padding }),
  avgPool: (x, { kernel_size, stride, padding, count_include_pad = true }) => avgPool(x, kernel_size, { stride, padding, countIncludePad: count_include_pad }),
  adaptiveAvgPool: (x, { output_size }) => adaptiveAvgPool(x, output_size),
};

describe("values and gradients equal PyTorch's", () => {
  const cases = readReference("image").flatMap((reference) => {
    const subject = SUBJECTS[/^[a-z]+pool(?=[12]d)/i.exec(reference.name)?.[0] ?? ""];
    return subject === undefined ? [] : [[reference.name, reference, subject] as const];
  });
  test("the reference covers all three", () => expect(cases.length).toBeGreaterThanOrEqual(11));
  test.each(cases)("%s", async (_, reference, subject) => {
    await expectReference(reference, ({ x }, attributes) => subject(x as Tensor, attributes as unknown as Attributes));
  });
});

const line = (...values: number[]): Tensor => tensor([[values]]); // [1, 1, T]
const values = async (...xs: Tensor[]): Promise<number[][]> => (await evaluate(xs)).map(({ data }) => Array.from(data as Float32Array));

test("windows of three with stride two, by hand", async () => {
  const x = line(1, 5, 2, -3, 4);
  expect(await values(maxPool(x, 3, { stride: 2 }), avgPool(x, 2), maxPool(x.sub(10), 3, { stride: 2, padding: 1 }))).toEqual([[5, 4], [3, -0.5], [-5, -5, -6]]);
});

test("overlapping windows add up in the gradient, and of equal elements the first gets it", async () => {
  const x = line(1, 7, 7, 0);
  // Windows of two: (1 7) (7 7) (7 0), maxima at 1, 1, 2.
  expect(await values(grad(maxPool(x, 2, { stride: 1 }).mul(line(1, 10, 100)).sum(), [x])[0]!)).toEqual([[0, 11, 100, 0]]);
});

test("the gradient of maxPool can be differentiated again", async () => {
  const x = line(1, 3, 2, 5);
  const [first] = grad(maxPool(x, 2).square().mul(x.sum()).sum(), [x]) as [Tensor];
  // f = (x1^2 + x3^2) s, s the sum: d2f/dx1 dx3 = 2 x1 + 2 x3, d2f/dx1^2 = 2 s + 4 x1; the row of x1.
  const row = grad(first.mul(line(0, 1, 0, 0)).sum(), [x])[0]!;
  expect(await values(row)).toEqual([[6, 2 * 11 + 12, 6, 16]]);
});

test("an adaptive grid that does not divide overlaps: five to two is 0-2 and 2-4", async () => {
  expect(await values(adaptiveAvgPool(line(0, 3, 6, 9, 12), 2))).toEqual([[3, 9]]);
});

test("padding that could fill a window is refused", () => {
  expect(() => maxPool(line(1, 2, 3), 2, { padding: 2 })).toThrow("maxPool: padding 2 and 2 of spatial axis 0 must be below the kernel 2");
});
