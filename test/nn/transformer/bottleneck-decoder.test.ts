import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { BottleneckDecoder, EnhancedDecoder, enhancedVisibility, EVALUATE } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const small = { random: RandomStream.of(3, "decoder"), width: 8, heads: 2, feedForward: { hidden: 16 } };

test("parameters at BERT base: 7,087,872 for enhanced decoding, 70,878,720 for five decoders of two layers", () => {
  const base = { random: RandomStream.of(1), width: 768, heads: 12, feedForward: { hidden: 3072 } };
  const count = (module: { namedParameters(): Map<string, { readonly size: number }> }): number => [...module.namedParameters().values()].reduce((total, { size }) => total + size, 0);
  expect(count(new EnhancedDecoder(base))).toBe(7_087_872);
  expect(5 * count(new BottleneckDecoder({ ...base, depth: 2 }))).toBe(70_878_720);
});

test("a place sees the vector and what its row chose, never itself, never padding", async () => {
  const chosen = boolTensor([0, 1, 1, 1, /**/ 0, 1, 0, 0, /**/ 0, 1, 1, 1, /**/ 0, 0, 0, 0], [1, 4, 4]);
  const visible = enhancedVisibility(chosen, boolTensor([1, 1, 1, 0], [1, 4]));
  expect(await numbers(visible)).toEqual([0, 1, 1, 0, /**/ 1, 0, 0, 0, /**/ 1, 1, 0, 0, /**/ 1, 0, 0, 0]);
});

test("a place does not change with its own token, but with the vector and with those it sees", async () => {
  const decoder = new EnhancedDecoder(small);
  const [queries, vector, tokens, other] = [noise([1, 4, 8]), noise([1, 8], 2), noise([1, 4, 8], 3), noise([1, 4, 8], 4)];
  const visible = enhancedVisibility(boolTensor(new Array<number>(16).fill(1), [1, 4, 4]));
  const run = (v: typeof vector, t: typeof tokens): Promise<number[]> => numbers(decoder.forward(queries, v, t, visible, EVALUATE));
  const replaced = tokens.mul(boolTensor([1, 1, 0, 1], [1, 4, 1]).cast("float32")).add(other.mul(boolTensor([0, 0, 1, 0], [1, 4, 1]).cast("float32")));
  const [before, token, changed] = [await run(vector, tokens), await run(vector, replaced), await run(noise([1, 8], 9), tokens)];
  expectNear(token.slice(16, 24), before.slice(16, 24), 1e-6);
  const moved = (a: readonly number[], place: number): number => Math.max(...a.slice(8 * place, 8 * place + 8).map((value, i) => Math.abs(value - before[8 * place + i]!)));
  expect(moved(token, 1)).toBeGreaterThan(1e-4);
  for (const place of [1, 2, 3]) expect(moved(changed, place)).toBeGreaterThan(1e-4);
  // the clean token at the first place is not read: the vector stands there
  const first = tokens.mul(boolTensor([0, 1, 1, 1], [1, 4, 1]).cast("float32"));
  expectNear(await run(vector, first), before, 1e-7);
});

test("the bottleneck replaces the first token and reaches every place", async () => {
  const decoder = new BottleneckDecoder({ ...small, depth: 1 });
  const tokens = noise([2, 3, 8]);
  const valid = boolTensor([1, 1, 1, 1, 1, 0], [2, 3]);
  const without = tokens.mul(boolTensor([0, 1, 1], [1, 3, 1]).cast("float32"));
  await expectSame(decoder.forward(noise([2, 8], 2), tokens, EVALUATE, { valid }), decoder.forward(noise([2, 8], 2), without, EVALUATE, { valid }), 1e-7);
  const [a, b] = [await numbers(decoder.forward(noise([2, 8], 2), tokens, EVALUATE)), await numbers(decoder.forward(noise([2, 8], 5), tokens, EVALUATE))];
  for (let place = 0; place < 6; place++) expect(Math.max(...a.slice(8 * place, 8 * place + 8).map((value, i) => Math.abs(value - b[8 * place + i]!)))).toBeGreaterThan(1e-4);
  await expectAllLearn(decoder, irregularLoss(decoder.forward(noise([2, 8], 2), tokens, EVALUATE, { valid })));
});

test("every parameter of enhanced decoding learns", async () => {
  const decoder = new EnhancedDecoder(small);
  const visible = enhancedVisibility(boolTensor([0, 1, 0, 0, 0, 1, 0, 1, 0], [1, 3, 3]));
  await expectAllLearn(decoder, irregularLoss(decoder.forward(noise([1, 3, 8]), noise([1, 8], 2), noise([1, 3, 8], 3), visible, EVALUATE)));
});
