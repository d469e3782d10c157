/** Exact checks of CroCo; numbers are worked out from the published configuration, not from this code. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, TransformerDecoder } from "../../../src/nn/index.ts";
import { CrossViewCompletion } from "../../../src/systems/masked/croco-model.ts";
import type { CompletionBatch, CrossViewCompletionOptions } from "../../../src/systems/masked/croco-model.ts";
import croco from "../../../src/systems/masked/croco.ts";
import { completionCounts, pairBatches, plainPairs, viewsOf } from "../../../src/systems/masked/croco-pairs.ts";

test("ViT-B with the 512-wide decoder: 120,076,288 parameters, 4,205,056 in a decoder block", () => {
  const model = new CrossViewCompletion({ random: RandomStream.of(1), image: 224, patch: 16, encoder: { width: 768, depth: 12, heads: 12 }, decoder: { width: 512, depth: 8, heads: 16 } });
  expect(model.parameterCount()).toBe(120_076_288);
  expect((model.decoder as TransformerDecoder).blocks[0]!.parameterCount()).toBe(4_205_056);
});

test("at 90% of 196 patches 176 are hidden and 20 visible; of 64, 57 and 7", () => {
  expect(completionCounts(196, 0.9)).toEqual({ visible: 20, predicted: 176 });
  expect(completionCounts(64, 0.9)).toEqual({ visible: 7, predicted: 57 });
});

const tiny = (options: Partial<CrossViewCompletionOptions> = {}): CrossViewCompletion =>
  new CrossViewCompletion({ random: RandomStream.of(5), image: 32, patch: 8, encoder: { width: 24, depth: 2, heads: 2 }, decoder: { width: 16, depth: 2, heads: 2 }, ...options });
const picture = (seed: number): HostArray => {
  const draw = RandomStream.of(seed);
  return hostArray(Float32Array.from({ length: 3 * 32 * 32 }, () => draw.uniform()), [1, 3, 32, 32]);
};
const ids = (...values: number[]): HostArray => hostArray(Int32Array.from(values), [1, values.length]);
const asked = (second: number): Readonly<Record<keyof CompletionBatch, HostArray>> => ({ images: picture(1), visible: ids(9, 4), predicted: ids(0, 15, 7), other: picture(second) });
const predict = async (model: CrossViewCompletion, second: number): Promise<number[]> => Array.from((await compile((batch: CompletionBatch) => model.predict(batch, EVALUATE))(asked(second))).data as Float32Array);
const farthest = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test("with the cross-attention's output at zero the second picture does not matter, else it does", async () => {
  const model = tiny();
  expect(farthest(await predict(model, 2), await predict(model, 3))).toBeGreaterThan(1e-3);
  const silenced = model.stateDict();
  for (const [name, { data, shape }] of silenced) if (name.includes("crossAttention.output")) silenced.set(name, hostArray(new Float32Array(data.length), shape));
  model.loadStateDict(silenced);
  expect(farthest(await predict(model, 2), await predict(model, 3))).toBeLessThan(1e-6);
});

test("another second picture changes the loss; a masked autoencoder never reads it", async () => {
  const lossOf = async (model: CrossViewCompletion, second: number): Promise<number> => (await compile((batch: CompletionBatch) => model.loss(batch, EVALUATE))(asked(second))).item();
  const model = tiny();
  expect(Math.abs((await lossOf(model, 2)) - (await lossOf(model, 3)))).toBeGreaterThan(1e-4);
  const alone = tiny({ secondView: false });
  expect(await lossOf(alone, 2)).toBe(await lossOf(alone, 3));
});

test("the canvas has no order: permuted questions get permuted answers, and the place of a visible patch goes with it", async () => {
  const model = tiny();
  const run = compile((batch: CompletionBatch) => model.predict(batch, EVALUATE));
  const { data } = await run(asked(2));
  const turned = await run({ ...asked(2), visible: ids(4, 9), predicted: ids(7, 0, 15) });
  const row = (values: ArrayLike<number>, i: number): number[] => Array.from(values).slice(192 * i, 192 * (i + 1));
  [[0, 1], [1, 2], [2, 0]].forEach(([before, after]) => expect(farthest(row(data as Float32Array, before!), row(turned.data as Float32Array, after!))).toBeLessThan(1e-5));
});

test("both arms start from the same encoder, and from the same decoder but for the cross-attention", () => {
  const [completes, alone] = [tiny().stateDict(), tiny({ secondView: false }).stateDict()];
  const shared = [...alone.keys()];
  expect(shared.every((name) => completes.has(name))).toBe(true);
  for (const name of shared) expect(completes.get(name)).toEqual(alone.get(name));
  expect([...completes.keys()].filter((name) => !alone.has(name)).every((name) => /crossAttention|memoryNorm/.test(name))).toBe(true);
});

test("the patch embedding learns from the second view: it is one encoder for both", async () => {
  const model = tiny();
  const { weight } = model.encoder.patchEmbed.projection;
  const slope = async (second: HostArray): Promise<number[]> => {
    const run = compile((batch: CompletionBatch) => grad(model.loss(batch, EVALUATE), [weight])[0] as Tensor);
    return Array.from((await run({ ...asked(2), other: second })).data as Float32Array);
  };
  expect(farthest(await slope(picture(2)), await slope(picture(3)))).toBeGreaterThan(1e-4);
});

/** Three pairs of 2 x 2 pictures: every byte is 40 pair + 20 view. */
const frames = hostArray(Uint8Array.from({ length: 3 * 2 * 12 }, (_, i) => 40 * Math.floor(i / 24) + 20 * (Math.floor(i / 12) % 2)), [3, 2, 2, 2, 3]);
const grey = ({ data, shape }: HostArray): number[] => Array.from({ length: shape[0]! }, (_, i) => Math.round(255 * Number(data[(i * data.length) / shape[0]!])));

test("plain pairs give the first view with the second of its scene or, for the control, of the next", async () => {
  const batch = plainPairs(frames, Int32Array.of(2, 0, 1));
  const same = await compile((pairs: Parameters<typeof viewsOf>[0]) => viewsOf(pairs))(batch);
  expect([grey(same.images), grey(same.other)]).toEqual([[80, 0, 40], [100, 20, 60]]);
  const wrong = await compile((pairs: Parameters<typeof viewsOf>[0]) => viewsOf(pairs, "another scene"))(batch);
  expect([grey(wrong.images), grey(wrong.other)]).toEqual([[80, 0, 40], [20, 60, 100]]);
});

test("roles change with the draw, and colours change both views of a pair alike", async () => {
  const run = compile((pairs: Parameters<typeof viewsOf>[0]) => viewsOf(pairs));
  const plain = plainPairs(frames, Int32Array.of(2, 1));
  const swapped = await run({ ...plain, swapped: hostArray(Float32Array.of(1, 0), [2, 1, 1, 1]) });
  expect([grey(swapped.images), grey(swapped.other)]).toEqual([[100, 40], [80, 60]]);
  // Brightness 1.1: 88 and 110 (pair 2). Contrast 0.8 about the pair's mean 99: 90.2 and 107.8. Grey has no saturation to change.
  const tinted = await run({ ...plain, colour: hostArray(Float32Array.of(1.1, 0.8, 1.2, 1, 1, 1), [2, 3]) });
  expect([grey(tinted.images), grey(tinted.other)]).toEqual([[90, 40], [108, 60]]);
});

test("batches of a seed repeat; visible and hidden patches are apart", async () => {
  const stream = (): ReturnType<typeof pairBatches> => pairBatches({ frames, batchSize: 3, seed: 4, tokens: 10, counts: { visible: 2, predicted: 8 } });
  const [first, again] = [await stream().next(), await stream().next()];
  expect(first).toEqual(again);
  for (let row = 0; row < 3; row++) {
    const all = [...first.visible.data.subarray(2 * row, 2 * row + 2), ...first.predicted.data.subarray(8 * row, 8 * row + 8)];
    expect(new Set(all).size).toBe(10);
  }
  expect([...first.colour.data].every((factor) => Number(factor) >= 0.8 && Number(factor) <= 1.2)).toBe(true);
});

test("gradients of the smallest instance are finite and reach every weight", async () => {
  const { module, batch, loss } = await croco.probe!();
  const model = module as CrossViewCompletion;
  const slopes = compile((tensors: CompletionBatch) => grad(loss(module, tensors) as Tensor, model.parameters()));
  const values = await slopes(batch as Parameters<typeof slopes>[0]);
  expect(values.every(({ data }) => (data as Float32Array).every(Number.isFinite) && data.some((slope) => Number(slope) !== 0))).toBe(true);
});
