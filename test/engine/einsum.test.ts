import { expect, test } from "vitest";
import { compile, einsum, hostArray, ones, tensor } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";

const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data as Float32Array);

test("repeated subscripts are summed: rows times columns", async () => {
  expect(await numbers(einsum("ij,jk->ik", tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])))).toEqual([19, 22, 43, 50]);
});

test("without an arrow the result has the subscripts that occur once, in alphabetical order", async () => {
  const y = einsum("ba", tensor([[1, 2, 3], [4, 5, 6]]));
  expect(y.shape).toEqual([3, 2]);
  expect(await numbers(y)).toEqual([1, 4, 2, 5, 3, 6]);
  expect(einsum("zj,ja", ones([2, 3]), ones([3, 4])).shape).toEqual([4, 2]);
});

test("several axes may be contracted at once, or none", async () => {
  expect(await numbers(einsum("ij,ij->", tensor([[1, 2], [3, 4]]), tensor([[1, 1], [1, 2]])))).toEqual([14]);
  expect(await numbers(einsum("i,j->ij", tensor([1, 2]), tensor([3, 5])))).toEqual([3, 5, 6, 10]);
});

test("a contraction is one matrix product without moving axes that already stand right", () => {
  const scores = compile((q: Tensor, k: Tensor) => einsum("bhqd,bhkd->bhqk", q, k));
  const array = (...shape: number[]): HostArray => hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  const operators = scores.explain(array(2, 3, 4, 5), array(2, 3, 6, 5)).operators;
  expect(operators.matmul).toBe(1);
  expect(operators.transpose).toBeUndefined();
});

test("errors name the subscripts", () => {
  const a = ones([2, 3]);
  expect(() => einsum("ij,jk->ik", a, ones([4, 5]))).toThrow('einsum "ij,jk->ik": subscript j is 3 in operand 0 and 4 in operand 1');
  expect(() => einsum("ijk->i", a)).toThrow('"ijk" names 3 axes, operand 0 has shape [2, 3]');
  expect(() => einsum("ii->i", a)).toThrow('subscript i repeats within "ii"');
  expect(() => einsum("ij->ijk", a)).toThrow("subscript k of the result is in no operand");
  expect(() => einsum("ij,jk", a)).toThrow("the subscripts name 2 operands, got 1");
  expect(() => einsum("i...->i", a)).toThrow("expected letters for each operand");
});
