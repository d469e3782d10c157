import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { DualEncoder, EVALUATE, Linear, Module } from "../../../src/nn/index.ts";
import type { Mode } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(43);

class Mean extends Module {
  readonly map: Linear;
  constructor(width: number) {
    super();
    this.map = new Linear(3, width, { random: random.child(width) });
  }
  forward(x: Tensor, _mode: Mode): Tensor {
    return this.map.forward(x.mean(1)).tanh();
  }
}

test("towers of different widths meet as unit vectors; every parameter learns, the temperature too", async () => {
  const model = new DualEncoder({ random, query: new Mean(4), passage: new Mean(6), projection: { width: 5, queryWidth: 4, passageWidth: 6 } });
  const { query, passage, scale } = model.forward({ query: noise([2, 4, 3]), passage: noise([3, 4, 3], 2) }, EVALUATE);
  expect([query.shape, passage.shape]).toEqual([[2, 5], [3, 5]]);
  expectNear(await numbers(query.square().sum(-1)), [1, 1]);
  expectNear(await numbers(scale), [1 / 0.07], 1e-4);
  await expectAllLearn(model, irregularLoss(query.matmul(passage, { transB: true }).mul(scale)));
});

test("one tower on both sides is one set of weights", () => {
  const tower = new Mean(4);
  const model = new DualEncoder({ random, query: tower, passage: tower, projection: { width: 5, queryWidth: 4, passageWidth: 4 }, learnedTemperature: false });
  expect(model.passageProjection).toBe(model.queryProjection);
  expect(model.parameterCount()).toBe(3 * 4 + 4 + 4 * 5);
});

test("the scale stops at 100", async () => {
  const model = new DualEncoder({ random, query: new Mean(4), passage: new Mean(4) });
  model.logitScale.set(hostArray(Float32Array.of(6), []));
  expectNear(await numbers(model.forward({ query: noise([1, 2, 3]), passage: noise([1, 2, 3]) }, EVALUATE).scale), [100], 1e-4);
});
