/** Exact checks of VideoMAE V2; numbers are worked out from the published configuration, not from this code. */
import { describe, expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { clipMasks } from "../../../src/systems/masked/videomae-masks.ts";
import type { ClipMasks, DecoderPlaces } from "../../../src/systems/masked/videomae-masks.ts";
import { ClipClassifier, clipPixels, VideoMaskedAutoencoder } from "../../../src/systems/masked/videomae-model.ts";
import type { MaskedClips } from "../../../src/systems/masked/videomae-model.ts";
import { commonLabels, joinItems } from "../../../src/systems/masked/videomae-stages.ts";
import { VERBS } from "../../../src/data/worlds/scene/index.ts";
import videomae from "../../../src/systems/masked/videomae-v2.ts";

const PUBLISHED = { steps: 8, rows: 14, columns: 14 };
const rowOf = ({ data, shape }: HostArray, row: number): number[] => Array.from(data as Int32Array).slice(row * shape[1]!, (row + 1) * shape[1]!);

describe("masks of a clip of 8 x 14 x 14 tokens", () => {
  const draw = (places: DecoderPlaces): ClipMasks => clipMasks(RandomStream.of(3), 5, PUBLISHED, 0.9, places);

  test("160 tokens are visible; the decoder restores 784 places instead of 1408", () => {
    expect(draw("running cell").visible.shape).toEqual([5, 160]);
    expect([draw("hidden"), draw("running cell"), draw("random")].map(({ predicted }) => predicted.shape[1])).toEqual([1408, 784, 784]);
  });

  test("the tube shows the same 20 places at all times, and does not depend on the decoder's places", () => {
    for (const places of ["hidden", "running cell", "random"] as const) expect(draw(places).visible).toEqual(draw("running cell").visible);
    const ids = rowOf(draw("running cell").visible, 2);
    const at = (time: number): number[] => ids.filter((id) => Math.floor(id / 196) === time).map((id) => id % 196).sort((a, b) => a - b);
    expect(new Set(at(0)).size).toBe(20);
    for (let time = 1; time < 8; time++) expect(at(time)).toEqual(at(0));
  });

  test("any four consecutive slices of the running cell show each place exactly twice; a slice shows half; starts differ", () => {
    const { predicted } = draw("running cell");
    for (let row = 0; row < 5; row++) {
      const shown = new Set(rowOf(predicted, row));
      for (let time = 0; time < 8; time++) expect([...shown].filter((id) => Math.floor(id / 196) === time)).toHaveLength(98);
      for (let from = 0; from <= 4; from++) {
        for (let place = 0; place < 196; place++) expect([0, 1, 2, 3].filter((k) => shown.has((from + k) * 196 + place))).toHaveLength(2);
      }
    }
    expect(new Set([0, 1, 2, 3, 4].map((row) => rowOf(predicted, row).join())).size).toBeGreaterThan(1);
  });

  test("a place counts exactly where the encoder does not see it", () => {
    for (const places of ["hidden", "running cell", "random"] as const) {
      const { visible, predicted, scored } = draw(places);
      for (let row = 0; row < 5; row++) {
        const seen = new Set(rowOf(visible, row));
        rowOf(predicted, row).forEach((id, i) => expect(scored.data[row * predicted.shape[1]! + i]).toBe(seen.has(id) ? 0 : 1));
      }
    }
    expect(draw("hidden").scored.data.every((weight) => weight === 1)).toBe(true);
    expect(draw("running cell").scored.data.some((weight) => weight === 0)).toBe(true);
  });
});

test("the decoder runs on 944 instead of 1568 tokens: 0.60 of the tokens, 0.36 of the attention scores", () => {
  const scores = (places: DecoderPlaces): { readonly length: number; readonly flops: number } => {
    const model = new VideoMaskedAutoencoder({ random: RandomStream.of(1), image: 224, frames: 16, patch: { frames: 2, height: 16, width: 16 }, encoder: { width: 8, depth: 1, heads: 1 }, decoder: { width: 8, depth: 1, heads: 1 } });
    model.namedParameters();
    const batch = { images: hostArray(new Float32Array(16 * 3 * 224 * 224), [1, 16, 3, 224, 224]), ...clipMasks(RandomStream.of(1), 1, PUBLISHED, 0.9, places) };
    const graph = compile((tensors: MaskedClips) => model.predict(tensors, EVALUATE)).graph(batch);
    const products = graph.nodes.filter((node) => node.primitive.name === "matmul" && node.scope.startsWith("decoder") && node.outputs[0]!.rank === 4);
    return { length: Math.max(...products.map((node) => node.outputs[0]!.dim(2))), flops: products.reduce((sum, node) => sum + node.primitive.flops(node.inputs, node.outputs, node.attributes), 0) };
  };
  const [dual, whole] = [scores("running cell"), scores("hidden")];
  expect([dual.length, whole.length]).toEqual([944, 1568]);
  expect(dual.length / whole.length).toBeCloseTo(0.6, 2);
  expect(dual.flops / whole.flops).toBeCloseTo(0.36, 2);
});

const GRID = { steps: 2, rows: 4, columns: 4 };
const model = new VideoMaskedAutoencoder({ random: RandomStream.of(5), image: 8, frames: 4, patch: { frames: 2, height: 2, width: 2 }, encoder: { width: 24, depth: 2, heads: 2 }, decoder: { width: 16, depth: 1, heads: 2 } });
const clips = (() => {
  const draw = RandomStream.of(2);
  return hostArray(Float32Array.from({ length: 2 * 4 * 3 * 8 * 8 }, () => draw.uniform()), [2, 4, 3, 8, 8]);
})();

/** Pixels of a tubelet, channel by channel, in the order (time, y, x). */
function tubelet(clip: number, place: number): number[][] {
  const [step, row, column] = [Math.floor(place / 16), Math.floor(place / 4) % 4, place % 4];
  return [0, 1, 2].map((channel) =>
    [0, 1].flatMap((t) => [0, 1].flatMap((y) => [0, 1].map((x) => Number(clips.data[(((clip * 4 + 2 * step + t) * 3 + channel) * 8 + 2 * row + y) * 8 + 2 * column + x])))));
}

/** The paper's loss from the model's predictions, by hand. */
async function byHand(masks: ClipMasks, counts: (clip: number, place: number) => boolean): Promise<number> {
  const { data, shape } = await compile((batch: MaskedClips) => model.predict(batch, EVALUATE))({ images: clips, ...masks });
  const places = shape[1]!;
  const errors: number[] = [];
  for (let clip = 0; clip < 2; clip++) {
    rowOf(masks.predicted, clip).forEach((place, i) => {
      if (!counts(clip, place)) return;
      tubelet(clip, place).forEach((values, channel) => {
        const mean = values.reduce((a, b) => a + b, 0) / 8;
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
        values.forEach((value, pixel) => errors.push((Number(data[(clip * places + i) * 24 + pixel * 3 + channel]) - (value - mean) / (deviation + 1e-6)) ** 2));
      });
    });
  }
  return errors.reduce((a, b) => a + b, 0) / errors.length;
}

const lossOf = async (masks: ClipMasks): Promise<number> => (await compile((batch: MaskedClips) => model.loss(batch, EVALUATE))({ images: clips, ...masks })).item();

test("the loss is the mean over shown places that the encoder does not see, each channel of a tubelet standardised", async () => {
  const masks = clipMasks(RandomStream.of(4), 2, GRID, 0.75, "running cell");
  const seen = [0, 1].map((clip) => new Set(rowOf(masks.visible, clip)));
  expect(await lossOf(masks)).toBeCloseTo(await byHand(masks, (clip, place) => !seen[clip]!.has(place)), 5);
  // Control: places that the encoder sees are among those shown, and counting them would give another number.
  expect(Math.abs((await lossOf(masks)) - (await byHand(masks, () => true)))).toBeGreaterThan(1e-4);
});

test("without a decoder mask the loss is VideoMAE's: the plain mean over everything hidden", async () => {
  const masks = clipMasks(RandomStream.of(4), 2, GRID, 0.75, "hidden");
  expect(masks.predicted.shape).toEqual([2, 24]);
  expect(Math.abs((await lossOf(masks)) / (await byHand(masks, () => true)) - 1)).toBeLessThan(1e-6);
});

test("the map from encoder to decoder has no bias, and there is no class token", () => {
  const names = [...model.namedParameters().keys()];
  expect(names).toContain("decoder.embed.weight");
  expect(names.filter((name) => /decoder\.embed\.bias|classToken/.test(name))).toEqual([]);
});

test("views of a clip lie next to each other, with channels before rows", async () => {
  const bytes = hostArray(Uint8Array.from({ length: 2 * 2 * 3 }, (_, i) => 10 * i), [2, 2, 1, 1, 3]);
  const { data, shape } = await compile((pixels: Tensor) => clipPixels(pixels, 2))(bytes);
  expect(shape).toEqual([4, 2, 3, 1, 1]);
  const clip = (first: number): number[] => [0, 1, 2, 3, 4, 5].map((i) => 10 * (first + i));
  expect(Array.from(data as Float32Array, (value) => Math.round(255 * value))).toEqual([...clip(0), ...clip(0), ...clip(6), ...clip(6)]);
});

test("labels of two sources meet in one list of verbs", () => {
  const { data } = commonLabels(hostArray(Int32Array.of(0, 3), [2]), "clip/reversible");
  expect(Array.from(data as Int32Array, (label) => VERBS[label])).toEqual(["moves-right", "rises"]);
  expect(joinItems(hostArray(Int32Array.of(5, 6), [2]), hostArray(Int32Array.of(7), [1]))).toEqual(hostArray(Int32Array.of(5, 6, 7), [3]));
  expect(joinItems(hostArray(Uint8Array.of(1, 2), [1, 2]), hostArray(Uint8Array.of(3, 4), [1, 2]))).toEqual(hostArray(Uint8Array.of(1, 2, 3, 4), [2, 2]));
});

test("a classifier takes the pre-trained encoder by name and starts from its features", async () => {
  const classifier = new ClipClassifier({ random: RandomStream.of(9), image: 8, frames: 4, patch: { frames: 2, height: 2, width: 2 }, width: 24, depth: 2, heads: 2 }, 3);
  classifier.encoder.loadStateDict(model.encoder.stateDict());
  const [own, taken] = await compile((images: Tensor) => [model.encoder.forward(images, EVALUATE).output, classifier.encoder.forward(images, EVALUATE).output])(clips);
  expect(taken).toMatchObject({ data: own!.data });
  expect((await compile((images: Tensor) => classifier.forward(images, EVALUATE))(clips)).shape).toEqual([2, 3]);
});

test("gradients of the smallest instance are finite and reach every weight", async () => {
  const { module, batch, loss } = await videomae.probe!();
  const smallest = module as VideoMaskedAutoencoder;
  const slopes = compile((tensors: MaskedClips) => grad(loss(module, tensors) as Tensor, smallest.parameters()));
  const values = await slopes(batch as Parameters<typeof slopes>[0]);
  expect(values.every(({ data }) => (data as Float32Array).every(Number.isFinite) && data.some((slope) => Number(slope) !== 0))).toBe(true);
});
