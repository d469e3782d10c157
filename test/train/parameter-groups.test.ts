import { expect, test } from "vitest";
import { compile, hostArray, Parameter } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { Module } from "../../src/nn/index.ts";
import { layerwiseDecay, resolveGroups } from "../../src/train/parameter-groups.ts";
import { AdamW, Sgd } from "../../src/train/optimizers/index.ts";

const zeros = (shape: readonly number[]) => new Parameter(shape, () => new Float32Array(shape.reduce((a, b) => a * b, 1)));
class Block extends Module {
  readonly query = { weight: zeros([2, 2]), bias: zeros([2]) };
  readonly norm = { weight: zeros([2]) };
}
class Encoder extends Module {
  readonly embeddings = { word: zeros([5, 2]), position: zeros([3, 2]) };
  readonly blocks = [new Block(), new Block()];
  readonly head = zeros([4, 2]);
}

test("only matrices decay, and no position table", () => {
  const decayed = resolveGroups(new Encoder(), [], 0.1).filter(({ weightDecay }) => weightDecay > 0);
  expect(decayed.map(({ name }) => name)).toEqual(["embeddings.word", "blocks.0.query.weight", "blocks.1.query.weight", "head"]);
});

test("each property comes from the first group that states it", () => {
  const trained = resolveGroups(new Encoder(), [{ match: "*.bias", weightDecay: 0.5 }, { match: "embeddings.*", frozen: true }, { match: /^blocks/, learningRate: 0.1 }, { match: "*", learningRate: 2 }], 0.1);
  expect(trained.map(({ name, learningRate, weightDecay }) => `${name} ${learningRate} ${weightDecay}`)).toEqual([
    "blocks.0.query.weight 0.1 0.1",
    "blocks.0.query.bias 0.1 0.5",
    "blocks.0.norm.weight 0.1 0",
    "blocks.1.query.weight 0.1 0.1",
    "blocks.1.query.bias 0.1 0.5",
    "blocks.1.norm.weight 0.1 0",
    "head 2 0.1",
  ]);
});

test("a pattern that matches nothing is an error that lists the names", () => {
  expect(() => resolveGroups(new Encoder(), [{ match: "encoder.*", frozen: true }], 0)).toThrow(/encoder\.\* matches none of the 9 trainable parameters: embeddings\.word, /);
  expect(() => resolveGroups(new Encoder(), [{ match: "*", frozen: true }], 0)).toThrow("all 9 parameters are frozen");
});

test("layer-wise decay: two blocks at 0.5 give 1/8 to embeddings, 1/4 and 1/2 to blocks, 1 to the head", () => {
  const model = new Encoder();
  const rates = new Map(resolveGroups(model, layerwiseDecay(model, { decay: 0.5 }), 0).map(({ name, learningRate }) => [name, learningRate]));
  expect([rates.get("embeddings.position"), rates.get("blocks.0.norm.weight"), rates.get("blocks.1.query.bias"), rates.get("head")]).toEqual([0.125, 0.25, 0.5, 1]);
});

test("rates and masks of groups reach the update; frozen parameters keep their bytes and have no state", async () => {
  class Pair extends Module {
    readonly fast = zeros([2, 2]);
    readonly slow = zeros([2, 2]);
    readonly still = new Parameter([1, 1], hostArray(Float32Array.of(3), [1, 1]));
  }
  const model = new Pair();
  const optimizer = new Sgd(model, {
    learningRate: 1,
    groups: [{ match: "fast", gradientMask: hostArray(Float32Array.of(0, 1), [2, 1]) }, { match: "slow", learningRate: 0.25 }, { match: "still", frozen: true }],
  });
  const step = compile((gradient: Tensor) => {
    optimizer.apply(optimizer.targets.map(() => gradient));
  });
  await step(hostArray(Float32Array.of(1, 1, 1, 1), [2, 2]));
  expect([...model.fast.value().data]).toEqual([0, 0, -1, -1]);
  expect([...model.slow.value().data]).toEqual([-0.25, -0.25, -0.25, -0.25]);
  expect([...model.still.value().data]).toEqual([3]);
  expect([...new AdamW(model, { learningRate: 1, groups: [{ match: "still", frozen: true }] }).state().keys()].some((name) => name.includes("still"))).toBe(false);
});
