import { expect, test } from "vitest";
import { cumProd, cumSum, evaluate, grad, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";

const values = async (...tensors: Tensor[]): Promise<number[][]> => (await evaluate(tensors)).map(({ data }) => Array.from(data as ArrayLike<number>, Number));

test("running sums from either end, with and without the element itself", async () => {
  const x = tensor([1, 2, 3]);
  expect(await values(cumSum(x), cumSum(x, 0, { exclusive: true }), cumSum(x, 0, { reverse: true }), cumSum(x, 0, { reverse: true, exclusive: true }))).toEqual([
    [1, 3, 6],
    [0, 1, 3],
    [6, 5, 3],
    [5, 3, 0],
  ]);
});

test("running sums go along the axis that is named", async () => {
  expect(await values(cumSum(tensor([[1, 2], [3, 4]]), 0), cumSum(tensor([[1, 2], [3, 4]], "int32"), 1))).toEqual([[1, 2, 4, 6], [1, 3, 3, 7]]);
  expect(() => cumSum(tensor([1]), 1)).toThrow("cumSum: axis 1 is outside a tensor of rank 1");
});

test("running products, whose first exclusive product is 1", async () => {
  const [inclusive, exclusive] = await values(cumProd(tensor([2, 0.5, 3])), cumProd(tensor([2, 0.5, 3]), 0, { exclusive: true }));
  [2, 1, 3].forEach((value, i) => expect(inclusive?.[i]).toBeCloseTo(value, 5));
  [1, 2, 1].forEach((value, i) => expect(exclusive?.[i]).toBeCloseTo(value, 5));
});

test("a zero factor makes later products vanish and leaves gradients finite", async () => {
  const x = tensor([0.5, 0, 4]);
  const y = cumProd(x);
  const [product, gradient] = await values(y, grad(y.sum(), [x])[0] as Tensor);
  expect(product?.[0]).toBeCloseTo(0.5, 6);
  expect(product?.slice(1).every((value) => value >= 0 && value < 1e-28)).toBe(true);
  // d(0.5 + 0 + 0)/dx0 = 1; the zero itself gets none
  expect(gradient?.[0]).toBeCloseTo(1, 5);
  expect(gradient?.[1]).toBe(0);
});
