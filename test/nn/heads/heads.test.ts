import { expect, test } from "vitest";
import { RandomStream, tensor } from "../../../src/engine/index.ts";
import { Embedding, LmHead, pool, spanPool, weightedPool } from "../../../src/nn/index.ts";
import type { PoolKind } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(19);
const tokens = tensor([[[1, -8], [2, -7], [6, -9]], [[4, 1], [5, 2], [6, 3]]]);

test("pooling by hand, with and without padding", async () => {
  const valid = boolTensor([1, 1, 0, 0, 0, 0], [2, 3]);
  const expected: Record<PoolKind, [number[], number[]]> = {
    first: [[1, -8, 4, 1], [1, -8, 4, 1]],
    last: [[6, -9, 6, 3], [2, -7, 4, 1]],
    mean: [[3, -8, 5, 2], [1.5, -7.5, 0, 0]],
    max: [[6, -7, 6, 3], [2, -7, 0, 0]],
  };
  for (const [kind, [plain, masked]] of Object.entries(expected) as [PoolKind, [number[], number[]]][]) {
    expectNear(await numbers(pool(tokens, kind)), plain, 1e-6);
    expectNear(await numbers(pool(tokens, kind, valid)), masked, 1e-6);
  }
  expect(() => pool(tokens, "mode" as PoolKind)).toThrow(/unknown kind "mode"; choose one of first, last, mean, max/);
});

test("weighted means and spans", async () => {
  expectNear(await numbers(weightedPool(tokens, tensor([[1, 0, 3], [0, 2, 2]]))), [19 / 4, -35 / 4, 5.5, 2.5], 1e-6);
  const spans = tensor([[[1, 1, 0], [0, 0, 1]], [[0, 0, 0], [1, 0, 1]]]);
  expectNear(await numbers(spanPool(tokens, spans)), [1.5, -7.5, 6, -9, 0, 0, 5, 2], 1e-6);
});

test("a tied head uses the table once, adds its bias and scores chosen tokens", async () => {
  const table = new Embedding(5, 4, { random });
  const head = new LmHead({ random, width: 4, vocabulary: 5, tied: table.weight, bias: true, scale: 0.5 });
  expect(head.weight).toBe(table.weight);
  const x = noise([2, 3, 4]);
  const all = head.forward(x);
  await expectSame(all, x.mul(0.5).matmul(table.weight, { transB: true }), 1e-6);
  await expectSame(head.forward(x, intTensor([2, 0], [2, 1])).select(0, 1), all.select(0, 1).sliceAxis(0, 0, 1), 1e-6);
});

test("the transform of BERT leads to a narrow tied table; every parameter learns", async () => {
  const table = new Embedding(5, 3, { random });
  const head = new LmHead({ random, width: 4, vocabulary: 5, tied: table.weight, transform: {}, bias: true });
  expect([...head.namedParameters().keys()]).toEqual(["dense.weight", "dense.bias", "norm.weight", "norm.bias", "weight", "bias"]);
  await expectAllLearn(head, irregularLoss(head.forward(noise([2, 3, 4]))));
  expect(() => new LmHead({ random, width: 4, vocabulary: 5, tied: table.weight })).toThrow(/a table of width 3 under states of width 4 needs the transform/);
});
