/** Fine-tuning on labelled pictures, and arms of several stages. */
import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { Linear, Module } from "../../src/nn/index.ts";
import { fineTuneCategories, joinStages, MemoryStore } from "../../src/lab/index.ts";
import type { ArmContext, EmojiLab, PictureEncoder } from "../../src/lab/index.ts";

class MeanColour extends Module implements PictureEncoder {
  readonly map = new Linear(3, 4, { random: RandomStream.of(1) });
  features(images: Tensor): Tensor {
    return this.map.forward(images.mean([2, 3]));
  }
}

const SIDE = 8;
/** 60 pictures, even ones reddish, odd ones bluish. */
const lab = (() => {
  const draw = RandomStream.of(2);
  const pixels = Uint8Array.from({ length: 60 * SIDE * SIDE * 3 }, (_, i) => {
    const wanted = Math.floor(i / (SIDE * SIDE * 3)) % 2 === 0 ? 0 : 2;
    return draw.integer(100) + (i % 3 === wanted ? 100 : 0);
  });
  const set = { pixels, count: 60, height: SIDE, width: SIDE, channels: 3, labels: Int32Array.from({ length: 60 }, (_, i) => i % 2), labelNames: ["red", "blue"] };
  const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return { set, train: range(0, 40), dev: range(40, 40), test: range(40, 60) } as unknown as EmojiLab; // the other fields describe emoji
})();
const context = (): ArmContext<object> => ({ arm: "test", seed: 1, device: "cpu", signal: new AbortController().signal, artifacts: new MemoryStore(), report: () => undefined }) as unknown as ArmContext<object>;
const options = { width: 4, steps: 40, batch: 8, learningRate: 0.1, warmup: 4, weightDecay: 0, labelled: 0.5 };

test("an encoder and its head learn two colours from half of the labels", async () => {
  const { accuracy, probabilities, trained } = await fineTuneCategories(context(), lab, { ...options, encoder: new MeanColour() });
  expect(accuracy).toBe(1);
  expect(probabilities.shape).toEqual([20, 2]);
  expect(Number(probabilities.data[0]) + Number(probabilities.data[1])).toBeCloseTo(1, 5);
  expect(trained.steps).toBe(40);
  expect(trained.curves["loss"]?.[0]?.[1]).toBeCloseTo(Math.log(2), 5); // the head starts at zero
});

test("two arms of a seed train on the same labels and batches", async () => {
  const [a, b] = [await fineTuneCategories(context(), lab, { ...options, encoder: new MeanColour() }), await fineTuneCategories(context(), lab, { ...options, encoder: new MeanColour() })];
  expect(a.trained.curves["loss"]).toEqual(b.trained.curves["loss"]);
});

test("a share of labels above 1 is refused", async () => {
  await expect(fineTuneCategories(context(), lab, { ...options, labelled: 20, encoder: new MeanColour() })).rejects.toThrow("a share above 0 up to 1, got 20");
});

test("stages add up, their FLOPs a step weighted by steps", () => {
  const joined = joinStages({
    one: { parameters: 5, flopsPerStep: 100, steps: 30, seconds: 3, curves: { loss: [[1, 2]] } },
    two: { parameters: 7, flopsPerStep: 400, steps: 10, seconds: 4, curves: { loss: [[1, 1]] } },
  });
  expect(joined).toEqual({ parameters: 7, flopsPerStep: 175, steps: 40, seconds: 7, curves: { "one: loss": [[1, 2]], "two: loss": [[1, 1]] } });
});
