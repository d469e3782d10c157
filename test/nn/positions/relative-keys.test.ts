import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { Attention, EVALUATE, RelativeKeys } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(41);

test("labels are clipped offsets of key minus query", async () => {
  const keys = new RelativeKeys({ random, headWidth: 4, maxDistance: 1 });
  expectNear(await numbers(keys.labels(3)), [1, 2, 2, 0, 1, 2, 0, 0, 1], 0);
  expect(keys.weight.shape).toEqual([3, 4]);
});

test("the term equals adding the vector of the label to each key", async () => {
  const attention = new Attention(8, { random, heads: 2 });
  const relative = new RelativeKeys({ random, headWidth: 4, maxDistance: 2 });
  const x = noise([2, 3, 8]);
  const labels = relative.labels(3);
  const { weights, output } = attention.forward(x, EVALUATE, { biasOfQueries: (queries) => relative.forward(queries, labels) });
  const q = attention.query.forward(x).reshape([2, 3, 2, 4]).transpose([0, 2, 1, 3]); // [B, H, L, dh]
  const shifted = attention.keysAndValues(x).keys.unsqueeze(2).add(relative.weight.gather(labels)); // [B, H, Lq, Lk, dh]
  const scores = q.unsqueeze(3).mul(shifted).sum(-1).mul(0.5);
  await expectSame(weights, scores.softmax());
  await expectAllLearn(relative, irregularLoss(output));
});
