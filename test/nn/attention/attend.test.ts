import { expect, test } from "vitest";
import { evaluate, grad, tensor } from "../../../src/engine/index.ts";
import { attend, mask } from "../../../src/nn/index.ts";
import { boolTensor, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const LN2 = Math.log(2);
// One head of width 1: scores are products of numbers. q = 1; keys 0, ln 2, ln 4; values 7, 14, 28.
const q = tensor([[[[1]]]]);
const k = tensor([[[[0], [LN2], [2 * LN2]]]]);
const v = tensor([[[[7], [14], [28]]]]);

test("weights are the softmax of the products: 1/7, 2/7, 4/7", async () => {
  const { output, weights } = attend(q, k, v);
  expectNear(await numbers(weights), [1 / 7, 2 / 7, 4 / 7], 1e-6);
  expectNear(await numbers(output), [1 + 4 + 16]);
});

test("the default scale is 1 / sqrt(head width)", async () => {
  // width 4: q . k = 2 * (0, ln 2, ln 4) before scaling by 1/2
  const wide = attend(tensor([[[[2, 0, 0, 0]]]]), tensor([[[[0, 1, 1, 1], [LN2, 1, 1, 1], [2 * LN2, 1, 1, 1]]]]), v);
  expectNear(await numbers(wide.output), [21]);
});

test("a number as scale and a tensor as scale act alike", async () => {
  expectNear(await numbers(attend(q, k, v, { scale: 2 }).output), [(7 + 4 * 14 + 16 * 28) / 21], 1e-4);
  await expectSame(attend(q, k, v, { scale: 2 }).output, attend(q, k, v, { scale: tensor([2]) }).output);
});

test("a bias is added to the scores", async () => {
  // adding ln 2 to the first score doubles its share: 2/8, 2/8, 4/8
  expectNear(await numbers(attend(q, k, v, { bias: tensor([[[[LN2, 0, 0]]]]) }).weights), [0.25, 0.25, 0.5], 1e-6);
});

test("softmaxOne adds one to the denominator", async () => {
  expectNear(await numbers(attend(q, k, v, { normalizer: "softmaxOne" }).weights), [1 / 8, 2 / 8, 4 / 8], 1e-6);
});

test("a post mask multiplies the weights, and on request they are made to sum to one again", async () => {
  const postMask = tensor([[[[1, 0, 0.5]]]]);
  expectNear(await numbers(attend(q, k, v, { postMask }).weights), [1 / 7, 0, 2 / 7], 1e-6);
  expectNear(await numbers(attend(q, k, v, { postMask, renormalize: true }).weights), [1 / 3, 0, 2 / 3], 1e-6);
  expectNear(await numbers(attend(q, k, v, { postMask: tensor([[[[0, 0, 0]]]]), renormalize: true }).output), [0]);
});

test("hidden keys get no weight; a query that sees nothing gives zeros", async () => {
  const queries = tensor([[[[1], [1]]]]);
  const visible = boolTensor([1, 1, 0, 0, 0, 0], [1, 1, 2, 3]);
  const { output, weights } = attend(queries, k, v, { mask: visible });
  expectNear(await numbers(weights), [1 / 3, 2 / 3, 0, 0, 0, 0], 1e-6);
  expectNear(await numbers(output), [(7 + 28) / 3, 0]);
});

test("no gradient passes hidden keys or queries that see nothing", async () => {
  const [queries, keys, values] = [noise([1, 2, 3, 4], 1), noise([1, 2, 3, 4], 2), noise([1, 2, 3, 4], 3)];
  const visible = boolTensor([1, 1, 0, 0, 0, 0, 1, 0, 0], [1, 1, 3, 3]); // query 1 sees nothing, key 2 is hidden from all
  const { output } = attend(queries, keys, values, { mask: visible });
  const [dq, dk, dv] = (await evaluate(grad(irregularLoss(output), [queries, keys, values]))).map((g) => Array.from(g.data as Float32Array));
  const row = (g: readonly number[], head: number, i: number): number[] => g.slice(head * 12 + i * 4, head * 12 + i * 4 + 4);
  for (const head of [0, 1]) {
    expectNear(row(dq!, head, 1), [0, 0, 0, 0], 0);
    expectNear(row(dk!, head, 2), [0, 0, 0, 0], 0);
    expectNear(row(dv!, head, 2), [0, 0, 0, 0], 0);
    expect(row(dq!, head, 0).every((value) => value !== 0)).toBe(true);
    expect(row(dv!, head, 1).every((value) => value !== 0)).toBe(true);
  }
});

test("grouped heads equal repeated keys and values", async () => {
  const [queries, keys, values] = [noise([2, 4, 3, 5], 1), noise([2, 2, 6, 5], 2), noise([2, 2, 6, 5], 3)];
  const repeat = (x: typeof keys): typeof keys => x.unsqueeze(2).expand([2, 2, 2, 6, 5]).reshape([2, 4, 6, 5]);
  const options = { mask: mask.causal(), bias: noise([1, 4, 3, 6], 4) };
  const grouped = attend(queries, keys, values, options);
  const repeated = attend(queries, repeat(keys), repeat(values), options);
  await expectSame(grouped.output, repeated.output);
  await expectSame(grouped.weights, repeated.weights);
});

test("shapes that do not fit are named", () => {
  expect(() => attend(noise([1, 3, 2, 4]), noise([1, 2, 5, 4]), noise([1, 2, 5, 4]))).toThrow(/H a multiple of G, got \[1, 3, 2, 4\], \[1, 2, 5, 4\]/);
});
