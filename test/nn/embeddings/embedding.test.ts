import { expect, test } from "vitest";
import { evaluate, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import { Embedding, EVALUATE, TokenEmbedding } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(17);

test("rows by id; the padding row is zero and gets no gradient", async () => {
  const table = new Embedding(3, 2, { random, padId: 0 });
  table.weight.set(hostArray(Float32Array.of(9, 9, 1, 2, 3, 4), [3, 2]));
  const rows = table.forward(intTensor([2, 0, 1, 2], [2, 2]));
  expectNear(await numbers(rows), [3, 4, 0, 0, 1, 2, 3, 4], 0);
  const [g] = await evaluate(grad(rows.sum(), [table.weight]));
  expectNear(Array.from(g!.data as Float32Array), [0, 0, 1, 1, 2, 2], 0);
});

test("word, position and further tables are summed, then normalised", async () => {
  const options = { random, vocabulary: 5, width: 4, positions: 6, tables: { segment: 2, language: 3 } };
  const embedding = new TokenEmbedding(options);
  const ids = intTensor([1, 2, 4, 0], [2, 2]);
  const inputs = { positionIds: intTensor([3, 1, 0, 1], [2, 2]), ids: { segment: intTensor([0, 1, 1, 1], [2, 2]), language: intTensor([2, 1], [2, 1]) } };
  const expected = embedding.word.forward(ids)
    .add(embedding.position!.forward(inputs.positionIds))
    .add(embedding.tables.segment!.forward(inputs.ids.segment))
    .add(embedding.tables.language!.forward(inputs.ids.language));
  await expectSame(embedding.forward(ids, EVALUATE, inputs), expected, 1e-6);
  const normed = new TokenEmbedding({ ...options, norm: "layer" });
  await expectSame(normed.forward(ids, EVALUATE, inputs), normed.norm!.forward(expected), 1e-6); // same random stream, same tables
  expect([...normed.namedParameters().keys()]).toEqual(["word.weight", "position.weight", "tables.segment.weight", "tables.language.weight", "norm.weight", "norm.bias"]);
  expect(() => embedding.forward(ids, EVALUATE, { ids: { modality: ids } })).toThrow(/no table "modality"; there are segment, language/);
});

test("a factorised table is narrow, scaled and learns", async () => {
  const embedding = new TokenEmbedding({ random, vocabulary: 100, width: 8, factorWidth: 2, scale: 3 });
  expect(embedding.parameterCount()).toBe(100 * 2 + 2 * 8 + 8);
  const y = embedding.forward(intTensor([1, 5], [1, 2]), EVALUATE);
  await expectSame(y, embedding.projection!.forward(embedding.word.forward(intTensor([1, 5], [1, 2]))).mul(3), 0);
  await expectAllLearn(embedding, irregularLoss(y));
});

test("vectors made elsewhere get positions and norm alike", async () => {
  const embedding = new TokenEmbedding({ random, vocabulary: 5, width: 4, positions: 3, norm: "rms" });
  const ids = intTensor([1, 2], [1, 2]);
  await expectSame(embedding.finish(embedding.word.forward(ids), EVALUATE), embedding.forward(ids, EVALUATE), 0);
  expect(embedding.finish(noise([1, 3, 4]), EVALUATE).shape).toEqual([1, 3, 4]);
});
