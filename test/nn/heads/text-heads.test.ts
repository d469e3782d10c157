import { expect, test } from "vitest";
import { RandomStream, tensor } from "../../../src/engine/index.ts";
import { EVALUATE, lateInteraction, mask, PairEncoder, TextEncoder, TokenTagger } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(53);
const small = { random, width: 8, heads: 2, depth: 2, vocabulary: 9, embedding: { positions: 4, tables: { segment: 2 }, norm: "layer" as const }, normPlace: "post" as const };
const ids = intTensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);

test("padding of a text does not matter, alone and joined with a mask", async () => {
  const encoder = new TextEncoder(small);
  const valid = boolTensor([1, 1, 1, 0, 1, 1, 1, 0], [2, 4]);
  const short = ids.sliceAxis(1, 0, 3);
  for (const shown of [undefined, mask.window(3), [mask.causal(), mask.full()]]) {
    const padded = encoder.forward(ids, EVALUATE, { valid, mask: shown }).output.sliceAxis(1, 0, 3);
    await expectSame(padded, encoder.forward(short, EVALUATE, { mask: shown }).output);
  }
});

test("a pair is scored from its first token or from markers; every parameter learns", async () => {
  for (const markers of [1, 2]) {
    const model = new PairEncoder({ random, encoder: new TextEncoder(small), width: 8, outputs: 3, pooler: markers === 2, markers });
    const inputs = { ids: { segment: intTensor([0, 0, 1, 1, 0, 1, 1, 1], [2, 4]) }, ...(markers === 2 ? { markerIds: intTensor([0, 2, 0, 1], [2, 2]) } : {}) };
    const scores = model.forward(ids, EVALUATE, inputs);
    expect(scores.shape).toEqual([2, 3]);
    await expectAllLearn(model, irregularLoss(scores));
  }
});

test("a tagger labels tokens, words by their first token, and words by their mean", async () => {
  const tagger = new TokenTagger({ random, width: 4, labels: 3, hidden: 5 });
  const x = noise([2, 4, 4]);
  const all = tagger.forward(x, EVALUATE);
  await expectSame(tagger.forward(x, EVALUATE, { firstIds: intTensor([0, 2, 1, 3], [2, 2]) }).select(0, 1), all.select(0, 1).gather([1, 3]), 1e-6);
  const spans = tensor([[[1, 1, 0, 0]], [[0, 0, 1, 1]]]);
  await expectSame(tagger.forward(x, EVALUATE, { spans }).select(0, 0), tagger.forward(x.sliceAxis(1, 0, 2).mean(1, { keepDims: true }), EVALUATE).select(0, 0), 1e-6);
  await expectAllLearn(tagger, irregularLoss(all));
});

test("late interaction by hand: one query of two tokens, two passages, the second with padding", async () => {
  const query = tensor([[[1, 0], [0, 2]]]);
  const passage = tensor([[[3, 1], [0, 4]], [[5, 5], [9, 9]]]);
  const passageValid = boolTensor([1, 1, 1, 0], [2, 2]);
  // similarities with passage 0: (3, 0) and (2, 8); with passage 1: (5, padding) and (10, padding)
  const plain = lateInteraction(query, passage, { passageValid });
  expectNear(await numbers(plain.query), [(3 + 8) / 2, (5 + 10) / 2]);
  expectNear(await numbers(plain.passage), [(3 + 8) / 2, 10]);
  const sums = lateInteraction(query, passage, { passageValid, combine: "sum", queryValid: boolTensor([1, 0], [1, 2]) });
  expectNear(await numbers(sums.query), [3, 5]);
  expectNear(await numbers(sums.passage), [3 + 0, 5]);
  const weighted = lateInteraction(query, passage, { passageValid, queryWeights: tensor([[0.25, 0.75]]) });
  expectNear(await numbers(weighted.query), [0.75 + 6, 1.25 + 7.5]);
  const soft = lateInteraction(query, passage, { partner: { temperature: 2 }, passageValid });
  const share = 1 / (1 + Math.exp(-1.5)); // softmax of (3, 0) / 2
  const other = 1 / (1 + Math.exp(-3)); // softmax of (2, 8) / 2, second entry
  expectNear(await numbers(soft.query), [(3 * share + 8 * other + 2 * (1 - other)) / 2, 7.5]);
});
