import { expect, test } from "vitest";
import { hostArray, RandomStream, tensor, zeros } from "../../../src/engine/index.ts";
import { AdditivePool, AttentionPool, DotPool, EVALUATE, mask, PerceiverResampler, PrefixKv, TokenLearner, TransformerEncoder } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(8);

test("an attention pool reads valid tokens only and every parameter learns", async () => {
  const pool = new AttentionPool(8, { random, heads: 2, queries: 3, memoryWidth: 6, norms: true });
  const tokens = noise([2, 4, 6]);
  const shown = pool.forward(tokens, EVALUATE, { mask: mask.validKeys(boolTensor([1, 1, 0, 0, 1, 1, 0, 0], [2, 4])) });
  expect(shown.shape).toEqual([2, 3, 8]);
  await expectSame(shown, pool.forward(tokens.sliceAxis(1, 0, 2), EVALUATE));
  await expectAllLearn(pool, irregularLoss(pool.forward(tokens, EVALUATE)));
});

test("additive pooling by hand: scores w tanh(x), weights 1/3 and 2/3", async () => {
  const pool = new AdditivePool(1, { random });
  pool.hidden.weight.set(hostArray(Float32Array.of(1), [1, 1]));
  pool.hidden.bias!.set(hostArray(Float32Array.of(0), [1]));
  pool.score.weight.set(hostArray(Float32Array.of(Math.log(2) / Math.tanh(1)), [1, 1]));
  const tokens = tensor([[[0], [1], [5]]]);
  expectNear(await numbers(pool.forward(tokens, boolTensor([1, 1, 0], [1, 3]))), [2 / 3], 1e-6);
  expectNear(await numbers(pool.forward(tokens, boolTensor([0, 0, 0], [1, 3]))), [0], 0);
});

test("dot pooling begins as the mean of valid tokens; with a query of sqrt(d) ln 2 on one axis, a token one further along it counts twice", async () => {
  const pool = new DotPool(4);
  const tokens = tensor([[[0, 3, 0, 0], [1, 0, 0, 0], [9, 9, 9, 9]]]);
  const valid = boolTensor([1, 1, 0], [1, 3]);
  expectNear(await numbers(pool.forward(tokens, valid)), [0.5, 1.5, 0, 0], 1e-6);
  pool.query.set(hostArray(Float32Array.of(2 * Math.log(2), 0, 0, 0), [4]));
  expectNear(await numbers(pool.forward(tokens, valid)), [2 / 3, 1, 0, 0], 1e-6);
  expectNear(await numbers(pool.forward(tokens, boolTensor([0, 0, 0], [1, 3]))), [0, 0, 0, 0], 0);
});

test("the token learner of the published size has 80,384 parameters; all learn; the order of tokens does not matter", async () => {
  expect(new TokenLearner(1152, 32, { random }).parameterCount()).toBe(80_384);
  const learner = new TokenLearner(6, 2, { random });
  const tokens = noise([2, 5, 6]);
  await expectAllLearn(learner, irregularLoss(learner.forward(tokens)));
  await expectSame(learner.forward(tokens.flip(1)), learner.forward(tokens), 1e-5);
});

test("a perceiver gives a fixed number of vectors, and every parameter learns", async () => {
  const perceiver = new PerceiverResampler({ random, width: 8, heads: 2, depth: 2, latents: 3, memoryWidth: 6 });
  const read = perceiver.forward(noise([2, 7, 6]), EVALUATE);
  expect(read.shape).toEqual([2, 3, 8]);
  await expectAllLearn(perceiver, irregularLoss(read));
});

test("prefixes, learned or generated, reach the encoder and learn", async () => {
  const encoder = new TransformerEncoder({ random, width: 8, heads: 2, depth: 2 });
  const x = noise([2, 3, 8]);
  const sizes = { random, slots: 2, layers: 2, kvHeads: 2, headWidth: 4 };
  for (const generator of [undefined, { width: 5, hidden: 6 }]) {
    const prefix = new PrefixKv({ ...sizes, generator });
    const output = encoder.forward(x, EVALUATE, { prefix: prefix.forward(), mask: mask.causal() }).output;
    await expectAllLearn(prefix, irregularLoss(output));
  }
  // A prefix for the second layer only leaves the first as it is.
  const [, second] = new PrefixKv(sizes).forward();
  const { hidden } = encoder.forward(x, EVALUATE, { prefix: [null, second] });
  await expectSame(hidden[1]!, encoder.forward(x, EVALUATE).hidden[1]!, 0);
});

test("a prefix of one slot of zeros is one more key of score zero and value zero", async () => {
  const encoder = new TransformerEncoder({ random, width: 4, heads: 1, depth: 1 });
  const x = noise([1, 3, 4]);
  const slot = { keys: zeros([1, 1, 1, 4]), values: zeros([1, 1, 1, 4]) };
  await expectSame(encoder.forward(x, EVALUATE, { prefix: [slot] }).output, encoder.forward(x, EVALUATE, { normalizer: "softmaxOne" }).output);
});
