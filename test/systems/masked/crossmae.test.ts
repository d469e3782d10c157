/** Exact checks of specs on the published configurations; numbers are worked out from the configurations, not from this code. */
import { describe, expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { parseSettings } from "../../../src/lab/index.ts";
import { decoderFlops, decoderTable } from "../../../src/systems/masked/crossmae-published.ts";
import { recipe, scaledRate } from "../../../src/systems/masked/crossmae-recipe.ts";
import { MaskedAutoencoder } from "../../../src/systems/masked/masked-autoencoder.ts";
import type { MaskedAutoencoderOptions, MaskedBatch } from "../../../src/systems/masked/masked-autoencoder.ts";

const random = RandomStream.of(1);
const ENCODERS = { S: { width: 384, depth: 12, heads: 6 }, B: { width: 768, depth: 12, heads: 12 }, L: { width: 1024, depth: 24, heads: 16 } };
const DECODERS = { S: { width: 256, heads: 8 }, B: { width: 512, heads: 16 }, L: { width: 512, heads: 16 } };
const published = (size: "S" | "B" | "L", depth: number, attention: MaskedAutoencoderOptions["attention"]): MaskedAutoencoder =>
  new MaskedAutoencoder({ random, image: 224, patch: 16, encoder: ENCODERS[size], decoder: { ...DECODERS[size], depth }, attention });

describe("parameters of the published models", () => {
  test.each([
    ["S", 12, "cross", 32_060_316], ["B", 12, "cross", 127_034_268], ["L", 12, "cross", 347_638_316],
    ["S", 8, "cross", 28_636_008], ["B", 8, "cross", 113_369_960], ["L", 8, "cross", 332_923_336],
    ["S", 8, "self", 28_204_800], ["B", 8, "self", 111_655_680], ["L", 8, "self", 329_239_296],
  ] as const)("ViT-%s, decoder depth %d, %s-attention", (size, depth, attention, expected) => {
    expect(published(size, depth, attention).parameterCount()).toBe(expected);
  });

  test("ViT-B: the encoder, and what CrossMAE adds to it", () => {
    const model = published("B", 12, "cross");
    expect(model.encoder.parameterCount()).toBe(85_645_824);
    expect(model.parameterCount() - model.encoder.parameterCount()).toBe(41_388_444);
  });
});

describe("decoder FLOPs of ViT-B at 224 pixels, two for each multiply-add, in G", () => {
  test.each([
    ["MAE-8", 8, "self", 0.75, 10.110], ["CrossMAE-8", 8, "cross", 0.75, 6.918], ["CrossMAE-8", 8, "cross", 0.25, 2.731],
    ["CrossMAE-12", 12, "cross", 0.75, 10.320], ["CrossMAE-12", 12, "cross", 0.25, 4.077],
    ["CrossMAE-8", 8, "cross", 0.15, 1.919], ["CrossMAE-12", 12, "cross", 0.15, 2.867],
  ] as const)("%s depth %d %s p=%d: projections, MLP, head and mixtures", (_, depth, attention, predictionRatio, expected) => {
    expect(decoderFlops({ depth, attention, predictionRatio }).weights / 1e9).toBeCloseTo(expected, 3);
  });

  test.each([["MAE-8", 8, "self", 0.75, 10.745], ["CrossMAE-12", 12, "cross", 0.25, 4.137], ["CrossMAE-8", 8, "cross", 0.25, 2.771], ["CrossMAE-12", 12, "cross", 0.15, 2.904]] as const)(
    "%s depth %d %s p=%d with both attention products",
    (_, depth, attention, predictionRatio, expected) => expect(decoderFlops({ depth, attention, predictionRatio }).all / 1e9).toBeCloseTo(expected, 3),
  );

  test("the table that is printed has a row for each decoder and the savings of the specification", () => {
    const { columns, rows } = decoderTable();
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ["MAE", 8, 0.75, 10.11, 1], ["CrossMAE", 8, 0.75, 6.918, 1.46], ["CrossMAE", 8, 0.25, 2.731, 3.7], ["CrossMAE", 8, 0.15, 1.919, 5.27],
      ["CrossMAE", 12, 0.75, 10.32, 0.98], ["CrossMAE", 12, 0.25, 4.077, 2.48], ["CrossMAE", 12, 0.15, 2.867, 3.53],
    ]);
    const savings = columns.length - 1;
    expect([rows[2], rows[5], rows[6]].map((row) => row?.[savings])).toEqual([3.88, 2.6, 3.7]);
  });
});

const tiny = (options: Partial<MaskedAutoencoderOptions>): MaskedAutoencoder =>
  new MaskedAutoencoder({ random: RandomStream.of(5), image: 32, patch: 8, encoder: { width: 24, depth: 2, heads: 2 }, decoder: { width: 16, depth: 2, heads: 2 }, attention: "cross", ...options });
const pixels = (() => {
  const draw = RandomStream.of(2);
  return hostArray(Float32Array.from({ length: 3 * 32 * 32 }, () => draw.uniform()), [1, 3, 32, 32]);
})();
const idsOf = (values: readonly number[]): HostArray => hostArray(Int32Array.from(values), [1, values.length]);
const predict = async (model: MaskedAutoencoder, visible: readonly number[], predicted: readonly number[]): Promise<number[][]> => {
  const run = compile((batch: MaskedBatch) => model.predict(batch, EVALUATE));
  const { data, shape } = await run({ images: pixels, visible: idsOf(visible), predicted: idsOf(predicted) });
  const width = shape[2] as number;
  return predicted.map((_, i) => Array.from((data as Float32Array).slice(i * width, (i + 1) * width)));
};
const farthest = (a: readonly number[][], b: readonly number[][]): number => Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] as number)))));

describe("predictions are independent of what else is asked", () => {
  const visible = [1, 6, 9, 14];
  test("the predictions for A within A + B equal those for A alone; permuted queries give permuted outputs", async () => {
    const model = tiny({});
    const alone = await predict(model, visible, [0, 5]);
    const joint = await predict(model, visible, [0, 5, 10, 11]);
    expect(farthest(alone, joint.slice(0, 2))).toBeLessThan(1e-5);
    const turned = await predict(model, visible, [11, 0, 10, 5]);
    expect(farthest([turned[1]!, turned[3]!, turned[2]!, turned[0]!], joint)).toBeLessThan(1e-5);
  });
  test.each(["self", "both"] as const)("control: with %s-attention they are not", async (attention) => {
    const model = tiny({ attention });
    const alone = await predict(model, visible, [0, 5]);
    const joint = await predict(model, visible, [0, 5, 10, 11]);
    expect(farthest(alone, joint.slice(0, 2))).toBeGreaterThan(1e-3);
  });
});

test("mixtures that pick the last map reproduce the variant that reads only the last map", async () => {
  const mixing = tiny({});
  const vanilla = tiny({ maps: "last" });
  const state = mixing.stateDict();
  // W one-hot on the last of three maps; the norms of both blocks are fresh, hence equal to the vanilla norm.
  state.set("mixtures.weight", hostArray(Float32Array.of(0, 0, 1, 0, 0, 1), [2, 3]));
  mixing.loadStateDict(state);
  const target = vanilla.stateDict();
  for (const name of target.keys()) if (state.has(name)) target.set(name, state.get(name)!);
  vanilla.loadStateDict(target);
  const a = await predict(mixing, [1, 6, 9, 14], [0, 5, 10]);
  const b = await predict(vanilla, [1, 6, 9, 14], [0, 5, 10]);
  expect(farthest(a, b)).toBeLessThan(1e-6);
});

describe("how many maps are mixed", () => {
  test("weights that are zero on all but the last two maps equal a model that mixes the last two", async () => {
    const all = tiny({});
    const two = tiny({ maps: 2 });
    expect(two.mixtures?.weight.shape).toEqual([2, 2]);
    const state = all.stateDict();
    state.set("mixtures.weight", hostArray(Float32Array.of(0, 0.3, -1, 0, 2, 0.5), [2, 3]));
    all.loadStateDict(state);
    const target = two.stateDict();
    for (const name of target.keys()) target.set(name, state.get(name)!);
    target.set("mixtures.weight", hostArray(Float32Array.of(0.3, -1, 2, 0.5), [2, 2]));
    two.loadStateDict(target);
    expect(farthest(await predict(all, [1, 6, 9, 14], [0, 5, 10]), await predict(two, [1, 6, 9, 14], [0, 5, 10]))).toBeLessThan(1e-6);
  });
  test("as many as there are is all of them, and more are refused", () => {
    expect(tiny({ maps: 3 }).mixtures?.weight.shape).toEqual(tiny({}).mixtures?.weight.shape);
    for (const maps of [0, 4, 1.5]) expect(() => tiny({ maps })).toThrow(`maps must be "all", "last" or 1 to 3 (an encoder of 2 blocks has that many maps), got ${maps}`);
    expect(() => parseSettings(recipe.settings, { maps: 8 }, "--set")).toThrow("--set: maps: expected at most encoder.depth + 1");
    expect(parseSettings(recipe.settings, { maps: 7 }, "--set")).toMatchObject({ maps: 7, scaleLearningRate: false });
  });
});

test("the learning rate falls with the share of hidden patches that is predicted", () => {
  expect(scaledRate({ learningRate: 1.5e-4, predictionRatio: 0.25, maskRatio: 0.75 })).toBeCloseTo(5e-5, 12);
});

test("decoder cost is linear in the number of predicted patches", () => {
  const cost = (count: number): number => {
    const model = tiny({});
    const run = compile((batch: MaskedBatch) => model.predict(batch, EVALUATE));
    return run.explain({ images: pixels, visible: idsOf([1, 6, 9, 14]), predicted: idsOf(Array.from({ length: count }, (_, i) => i)) }).flops.products;
  };
  expect(cost(12) - cost(8)).toBe(cost(8) - cost(4));
});
