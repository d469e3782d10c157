import { expect, test } from "vitest";
import { concat, hostArray, RandomStream, tensor, zeros } from "../../../src/engine/index.ts";
import { Attention, CrossAttention, EVALUATE, mask, rotary, rotary2d } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(5);

test("integer weights give the attention worked out by hand", async () => {
  // Width 2, two heads of width 1. Queries take channel order as it is; keys are zero, so every weight is 1/2.
  const attention = new Attention(2, { random, heads: 2, bias: false });
  const identity = hostArray(Float32Array.of(1, 0, 0, 1), [2, 2]);
  attention.query.weight.set(identity);
  attention.key.weight.set(hostArray(new Float32Array(4), [2, 2]));
  attention.value.weight.set(hostArray(Float32Array.of(0, 1, 1, 0), [2, 2])); // swaps channels
  attention.output.weight.set(hostArray(Float32Array.of(1, 0, 0, 10), [2, 2]));
  const { output, weights } = attention.forward(tensor([[[1, 2], [3, 6]]]), EVALUATE);
  expectNear(await numbers(weights), new Array<number>(8).fill(0.5));
  // mean of swapped values: (4, 2); the output map makes (4, 20)
  expectNear(await numbers(output), [4, 20, 4, 20]);
});

test("every parameter learns", async () => {
  const attention = new Attention(8, { random, heads: 4, kvHeads: 2, headNorm: "rms" });
  await expectAllLearn(attention, irregularLoss(attention.forward(noise([2, 3, 8]), EVALUATE).output), []); // the norm of keys makes their bias matter
  const plain = new Attention(8, { random, heads: 2 });
  await expectAllLearn(plain, irregularLoss(plain.forward(noise([2, 3, 8]), EVALUATE).output));
  const cross = new CrossAttention(8, { random, heads: 2, memoryWidth: 6 });
  await expectAllLearn(cross, irregularLoss(cross.forward(noise([2, 3, 8]), noise([2, 5, 6]), EVALUATE).output));
});

test("biases are chosen for each projection", () => {
  const attention = new Attention(8, { random, heads: 2, bias: { key: false } });
  expect([...attention.namedParameters().keys()]).toEqual(["query.weight", "query.bias", "key.weight", "value.weight", "value.bias", "output.weight", "output.bias"]);
});

test("keys from all tokens by id equal plain attention; from some, the mask that hides the others", async () => {
  const attention = new Attention(8, { random, heads: 2 });
  const x = noise([2, 4, 8]);
  const plain = attention.forward(x, EVALUATE).output;
  await expectSame(attention.forward(x, EVALUATE, { keyIds: intTensor([0, 1, 2, 3, 3, 2, 1, 0], [2, 4]) }).output, plain, 1e-6);
  const some = attention.forward(x, EVALUATE, { keyIds: intTensor([0, 2, 1, 3], [2, 2]) }).output;
  const hidden = mask.validKeys(boolTensor([1, 0, 1, 0, 0, 1, 0, 1], [2, 4]));
  await expectSame(some, attention.forward(x, EVALUATE, { mask: hidden }).output);
});

test("some queries give their rows of the full result, with rotary positions too", async () => {
  const attention = new Attention(8, { random, heads: 2 });
  const x = noise([2, 4, 8]);
  const table = rotary(4, 4);
  const full = attention.forward(x, EVALUATE, { rotary: table }).output;
  const rows = attention.forward(x, EVALUATE, { rotary: table, queryIds: intTensor([3, 1], [2, 1]) }).output;
  await expectSame(rows.select(0, 0), full.select(0, 0).sliceAxis(0, 3, 4));
  await expectSame(rows.select(0, 1), full.select(0, 1).sliceAxis(0, 1, 2));
});

test("scores under rotary positions depend on the difference of positions only", async () => {
  const attention = new Attention(8, { random, heads: 2 });
  const x = noise([1, 4, 8]);
  for (const pairs of ["half", "interleaved"] as const) {
    const here = attention.forward(x, EVALUATE, { rotary: rotary(4, 4, { pairs }) });
    const later = attention.forward(x, EVALUATE, { rotary: rotary(4, 4, { pairs, start: 9 }) });
    await expectSame(here.weights, later.weights);
    const unplaced = attention.forward(x, EVALUATE);
    await expect(expectSame(here.weights, unplaced.weights)).rejects.toThrow();
  }
  // In two dimensions, moving the window of a larger grid changes nothing: rows 0-1 and rows 1-2 of a 3 x 2 grid.
  const grid = rotary2d(4, 3, 2);
  const part = (first: number): typeof grid => ({ ...grid, cos: grid.cos.sliceAxis(0, first, first + 4), sin: grid.sin.sliceAxis(0, first, first + 4) });
  await expectSame(attention.forward(x, EVALUATE, { rotary: part(0) }).weights, attention.forward(x, EVALUATE, { rotary: part(2) }).weights);
});

test("a prefix is visible to every query, whatever the mask hides", async () => {
  const attention = new Attention(4, { random, heads: 1 });
  const x = noise([2, 3, 4]);
  const prefix = { keys: noise([1, 1, 2, 4], 8), values: noise([1, 1, 2, 4], 9) };
  const { weights } = attention.forward(x, EVALUATE, { prefix, mask: mask.causal(), bias: noise([1, 1, 3, 3], 10) });
  expect(weights.shape).toEqual([2, 1, 3, 5]);
  const values = await numbers(weights);
  const isZero = Array.from({ length: 3 }, (_, i) => values.slice(i * 5, i * 5 + 5).map((w) => Number(w === 0)).join(""));
  expect(isZero).toEqual(["00011", "00001", "00000"]);
});

test("cross-attention with keys and values computed before gives the same", async () => {
  const cross = new CrossAttention(8, { random, heads: 2, memoryWidth: 6, kvHeads: 1 });
  const [x, memory] = [noise([2, 3, 8]), noise([2, 5, 6], 2)];
  await expectSame(cross.forward(x, memory, EVALUATE).output, cross.forward(x, cross.keysAndValues(memory), EVALUATE).output, 0);
});

test("dropout of weights needs random numbers when training", () => {
  const attention = new Attention(4, { random, heads: 1, dropout: 0.1 });
  expect(() => attention.forward(zeros([1, 2, 4]), { train: true })).toThrow(/needs random numbers; pass mode/);
  expect(() => attention.forward(zeros([1, 2, 4]), EVALUATE)).not.toThrow();
});

test("mimetic keys start as queries, so a token prefers its like", async () => {
  const attention = new Attention(32, { random: RandomStream.of(3), heads: 2, mimetic: true });
  expect(attention.key.weight.value().data).toEqual(attention.query.weight.value().data);
  const rows = noise([1, 5, 32]);
  const x = concat([rows, rows.sliceAxis(1, 0, 1)], 1); // the last token is the first
  const ofFirst = (await numbers(attention.forward(x, EVALUATE).weights)).slice(0, 6);
  expect(Math.min(ofFirst[0] as number, ofFirst[5] as number)).toBeGreaterThan(Math.max(...ofFirst.slice(1, 5)));
  expect(() => new Attention(32, { random: RandomStream.of(3), heads: 2, kvHeads: 1, mimetic: true })).toThrow(/2 key heads, not 1/);
});
