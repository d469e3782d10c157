/** Exact checks of the specification. That 98 of 3 x 196 tokens are kept and how shares are spread is tested in test/data/masking. */
import { describe, expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, idRows } from "../../../src/nn/index.ts";
import { MaskedAutoencoder } from "../../../src/systems/masked/masked-autoencoder.ts";
import { MODALITIES, MultiMae } from "../../../src/systems/masked/multimae-model.ts";
import type { Inputs, MultiMaeBatch } from "../../../src/systems/masked/multimae-model.ts";
import { denseScenes, sceneBatches, standardizedPictures, truncatedStandardization } from "../../../src/systems/masked/multimae-scenes.ts";
import { mapError, meanMap } from "../../../src/systems/masked/multimae-transfer.ts";

const PLACES = 16;
const CLASSES = 5;
const sizes = { image: 32, patch: 8, classes: CLASSES, encoder: { width: 24, depth: 2, heads: 2 }, decoder: { width: 16, depth: 1, heads: 2 }, epsilon: 1e-2 };
const model = new MultiMae({ ...sizes, random: RandomStream.of(1) });
const draw = RandomStream.of(2);
const normal = (shape: readonly number[]): HostArray => hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.normal()), shape);
const data = { rgb: normal([2, 3, 32, 32]), depth: normal([2, 1, 32, 32]), classes: hostArray(Int32Array.from({ length: 2 * 64 }, () => draw.integer(CLASSES)), [2, 8, 8]) };

/** Kept ids and hidden flags of two pictures. */
function masks(kept: readonly (readonly number[])[]): { readonly kept: HostArray; readonly hidden: HostArray } {
  const hidden = Float32Array.from({ length: kept.length * 3 * PLACES }, (_, i) => Number(!(kept[Math.floor(i / (3 * PLACES))] as readonly number[]).includes(i % (3 * PLACES))));
  return { kept: idRows(kept), hidden: hostArray(hidden, [kept.length, 3, PLACES]) };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const numbers = ({ data: values }: HostArray): number[] => Array.from(values as Float32Array);
const lossOf = compile((batch: MultiMaeBatch) => model.loss(batch, EVALUATE));
const predictions = compile((inputs: Inputs, kept: Tensor) => model.predict(inputs, ["rgb", "normalizedRgb", "depth", "classes"], EVALUATE, kept));
/** Values [y, x] of a patch of a map [.., side, side], in raster order. */
const cut = (map: readonly number[], side: number, patch: number, place: number): number[] => {
  const columns = side / patch;
  return range(0, patch * patch).map((i) => map[(Math.floor(place / columns) * patch + Math.floor(i / patch)) * side + (place % columns) * patch + (i % patch)] as number);
};
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("the loss", () => {
  test("counts hidden patches only, picture by picture: each part equals one worked out from the predictions", async () => {
    // The first picture hides all of its depth, the second shows all of it.
    const { kept, hidden } = masks([[0, 5, 9, ...range(32, 48)], [2, 7, 40, ...range(16, 32)]]);
    const parts = await lossOf({ ...data, kept, hidden });
    const predicted = await predictions(data, kept);
    const rows = (array: HostArray, item: number, place: number): number[] => {
      const width = array.shape[2] as number;
      return numbers(array).slice((item * PLACES + place) * width, (item * PLACES + place + 1) * width);
    };
    const scored = (m: number, item: number, error: (place: number) => number): number | null => {
      const places = range(0, PLACES).filter((place) => hidden.data[(item * 3 + m) * PLACES + place] === 1);
      return places.length === 0 ? null : average(places.map(error));
    };
    const over = (m: number, error: (item: number, place: number) => number): number => average([0, 1].map((item) => scored(m, item, (place) => error(item, place))).filter((value) => value !== null));
    const pixels = (item: number, place: number): number[] => {
      const channels = range(0, 3).map((c) => cut(numbers(data.rgb).slice((item * 3 + c) * 1024, (item * 3 + c + 1) * 1024), 32, 8, place));
      return range(0, 64).flatMap((i) => channels.map((channel) => channel[i] as number)); // channels last
    };
    const squared = (a: readonly number[], b: readonly number[]): number => average(a.map((value, i) => (value - (b[i] as number)) ** 2));
    const standardised = (patch: readonly number[]): number[] => {
      const variance = patch.reduce((sum, value) => sum + (value - average(patch)) ** 2, 0) / (patch.length - 1);
      return patch.map((value) => (value - average(patch)) / Math.sqrt(variance + 1e-2));
    };
    expect(parts["rgb"]!.item()).toBeCloseTo(over(0, (item, place) => squared(rows(predicted.rgb, item, place), pixels(item, place))), 4);
    expect(parts["normalizedRgb"]!.item()).toBeCloseTo(over(0, (item, place) => squared(rows(predicted.normalizedRgb, item, place), standardised(pixels(item, place)))), 4);
    const depth = (item: number, place: number): number => {
      const truth = cut(numbers(data.depth).slice(item * 1024, (item + 1) * 1024), 32, 8, place);
      return average(rows(predicted.depth, item, place).map((value, i) => Math.abs(value - (truth[i] as number))));
    };
    // Only the first picture hides any depth.
    expect(parts["depth"]!.item()).toBeCloseTo(average(range(0, PLACES).map((place) => depth(0, place))), 4);
    const entropy = (item: number, place: number): number => {
      const truth = cut(numbers(data.classes).slice(item * 64, (item + 1) * 64), 8, 2, place);
      const logits = rows(predicted.classes, item, place);
      return average(truth.map((label, cell) => {
        const z = logits.slice(cell * CLASSES, (cell + 1) * CLASSES);
        return Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - (z[label] as number);
      }));
    };
    expect(parts["classes"]!.item()).toBeCloseTo(over(2, entropy), 4);
    expect(parts.loss.item()).toBeCloseTo(["rgb", "normalizedRgb", "depth", "classes"].reduce((sum, name) => sum + parts[name]!.item(), 0), 4);
  });

  test("a modality that every picture shows in full adds 0, not NaN", async () => {
    const shown = range(PLACES, 2 * PLACES);
    const parts = await lossOf({ ...data, ...masks([[...shown, 0, 1], [...shown, 3, 40]]) });
    expect(parts["depth"]!.item()).toBe(0);
    expect(Number.isFinite(parts.loss.item())).toBe(true);
    expect(parts["rgb"]!.item()).toBeGreaterThan(0);
  });
});

describe("inputs", () => {
  test.each([[["rgb"]], [["depth"]], [["classes"]], [["rgb", "depth"]], [["depth", "classes"]], [["rgb", "depth", "classes"]]] as const)("%s in full give every output", async (given) => {
    const inputs = Object.fromEntries(given.map((name) => [name, data[name]])) as Partial<typeof data>;
    const run = compile((batch: Inputs) => ({ encoded: model.encode(batch, EVALUATE), ...model.predict(batch, ["rgb", "normalizedRgb", "depth", "classes"], EVALUATE) }));
    const { encoded, ...outputs } = await run(inputs as Parameters<typeof run>[0]);
    expect(encoded.shape).toEqual([2, given.length * PLACES + 1, 24]);
    expect(Object.values(outputs).map(({ shape }) => shape)).toEqual([[2, 16, 192], [2, 16, 192], [2, 16, 64], [2, 16, 4 * CLASSES]]);
    for (const output of Object.values(outputs)) expect(numbers(output).every(Number.isFinite)).toBe(true);
  });

  test("none is refused, and a model without class maps names what it restores", () => {
    expect(() => model.given({})).toThrow("MultiMae: expected at least one of rgb, depth, classes, got none");
    const narrow = new MultiMae({ ...sizes, random: RandomStream.of(1), modalities: ["rgb", "depth"] });
    const run = compile((batch: Inputs) => narrow.predict(batch, ["classes"], EVALUATE));
    expect(() => run.graph({ rgb: data.rgb } as Parameters<typeof run>[0])).toThrow("does not restore classes; it restores rgb, depth, normalizedRgb");
  });

  test("all tokens kept in order equal no choice at all; hidden pixels change nothing", async () => {
    const run = compile((batch: Inputs, kept: Tensor) => [model.encode(batch, EVALUATE, kept), model.encode(batch, EVALUATE)]);
    const all = idRows([range(0, 48), range(0, 48)]);
    const [chosen, whole] = await run(data, all);
    numbers(chosen!).forEach((value, i) => expect(value).toBeCloseTo(numbers(whole!)[i]!, 5));
    const { kept } = masks([[0, 1, 20, 40], [0, 1, 20, 40]]);
    const changed = { ...data, rgb: hostArray((data.rgb.data as Float32Array).map((value, i) => (i % 32 >= 16 ? -value : value)), data.rgb.shape) }; // columns 2 and 3 of patches
    const [before] = await run(data, kept);
    const [after] = await run(changed, kept);
    expect(numbers(after!)).toEqual(numbers(before!));
  });
});

test("queries hold the own visible tokens and mask tokens elsewhere; the global token comes last, without a code", async () => {
  const decoder = model.decoders.depth!;
  const kept = [[3, 18, 25, 40], [16, 17, 0, 1]];
  const run = compile((inputs: Inputs, ids: Tensor) => {
    const encoded = model.encode(inputs, EVALUATE, ids);
    return { ...decoder.queriesAndContext(encoded, { given: MODALITIES, kept: ids }), embedded: decoder.embed.forward(encoded), maskToken: decoder.maskToken.add(0), code: decoder.modalityCodes.depth.add(0) };
  });
  const { queries, context, embedded, maskToken, code } = await run(data, idRows(kept));
  expect([queries.shape, context.shape]).toEqual([[2, 16, 16], [2, 5, 16]]);
  const at = (array: HostArray, item: number, row: number): number[] => numbers(array).slice((item * (array.shape[1] as number) + row) * 16, (item * (array.shape[1] as number) + row + 1) * 16);
  // Token 18 of 48 is depth patch 2; it is the second kept token of the first picture.
  expect(at(queries, 0, 2)).toEqual(at(context, 0, 1));
  expect(at(context, 0, 4)).toEqual(at(embedded, 0, 4));
  // Position (0, 0) has sines 0 and cosines 1, horizontal then vertical: 4 zeros, 4 ones, twice.
  const corner = range(0, 16).map((d) => (Math.floor(d / 4) % 2 === 0 ? 0 : 1));
  at(queries, 0, 0).forEach((value, d) => expect(value).toBeCloseTo(numbers(maskToken)[d]! + numbers(code)[d]! + corner[d]!, 5));
  at(queries, 1, 0).forEach((value, d) => expect(value).toBeCloseTo(at(embedded, 1, 0)[d]! + numbers(code)[d]! + corner[d]!, 5));
});

test("the picture encoder starts from the same weights as that of the masked autoencoder", () => {
  const mae = new MaskedAutoencoder({ ...sizes, random: RandomStream.of(1), attention: "self" }).stateDict();
  const own = model.stateDict();
  const pairs = [["encoder.patchEmbed.projection.weight", "patchEmbed.rgb.projection.weight"], ["encoder.classToken", "globalToken"]];
  for (const name of own.keys()) if (name.startsWith("encoder.blocks")) pairs.push([`encoder.${name}`, name]);
  expect(pairs.length).toBeGreaterThan(20);
  for (const [theirs, ours] of pairs as [string, string][]) expect(mae.get(theirs)?.data).toEqual(own.get(ours)?.data);
});

describe("scenes", () => {
  test("depth is standardised without its lowest and highest tenth", () => {
    // 0..9 and an outlier each side of ten values: the middle eight are 1..8 with mean 4.5 and unbiased variance 42 / 7 = 6.
    const depth = hostArray(Float32Array.of(5, 1, -1000, 2, 8, 3, 4, 7, 6, 1000), [1, 2, 5]);
    const { data: values, shape } = truncatedStandardization(depth);
    expect(shape).toEqual([1, 1, 2, 5]);
    Array.from(depth.data as Float32Array).forEach((value, i) => expect(Number(values[i])).toBeCloseTo((value - 4.5) / Math.sqrt(6), 3));
  });

  test("class maps shrink to the most frequent class of 4 x 4 pixels, labels to that of a patch", () => {
    const cls = hostArray(Uint8Array.from({ length: 64 }, (_, i) => (i % 8 >= 4 ? 2 : i < 24 ? 1 : 0)), [1, 8, 8]);
    const blank = { frame: hostArray(new Uint8Array(192), [1, 8, 8, 3]), depth: hostArray(Float32Array.from({ length: 64 }, (_, i) => i), [1, 8, 8]) };
    const { classes, patchLabels } = denseScenes({ ...blank, cls }, 8);
    expect([[...classes.data], classes.shape]).toEqual([[1, 2, 0, 2], [1, 2, 2]]); // three of four rows at the top left are 1
    expect([[...patchLabels.data], patchLabels.shape]).toEqual([[2], [1, 1]]);
  });

  test("every batch keeps exactly its budget, hides the rest, and comes again for the same seed", async () => {
    const scenes = {
      pixels: hostArray(Uint8Array.from({ length: 6 * 32 * 32 * 3 }, (_, i) => i % 251), [6, 32, 32, 3]),
      depth: normal([6, 1, 32, 32]), classes: hostArray(new Int32Array(6 * 64), [6, 8, 8]), patchLabels: hostArray(new Int32Array(96), [6, 16]),
    };
    const open = () => sceneBatches({ scenes, batchSize: 3, seed: 7, modalities: 3, places: 16, budget: 8 });
    const batch = await open().next();
    expect([batch.kept.shape, batch.hidden.shape, batch.visible.shape, batch.predicted.shape]).toEqual([[3, 8], [3, 3, 16], [3, 8], [3, 8]]);
    for (let row = 0; row < 3; row++) {
      const hidden = range(0, 48).filter((i) => batch.hidden.data[row * 48 + i] === 1);
      expect([...hidden, ...Array.from(batch.kept.data as Int32Array).slice(row * 8, row * 8 + 8)].sort((a, b) => a - b)).toEqual(range(0, 48));
    }
    expect(await open().next()).toEqual(batch);
  });

  test("pictures are standardised channel by channel; the floors of depth are a mean and a mean map", async () => {
    const run = compile((pixels: Tensor) => standardizedPictures(pixels, { mean: [0, 0.5, 1], deviation: [1, 0.5, 0.25] }));
    const { data: values, shape } = await run(hostArray(Uint8Array.of(255, 255, 255, 0, 0, 0), [1, 1, 2, 3]));
    expect([shape, [...values]]).toEqual([[1, 3, 1, 2], [1, 0, 1, -1, 0, -4]]);
    const maps = hostArray(Float32Array.of(0, 2, 4, 2), [2, 1, 1, 2]);
    expect([...meanMap(maps)]).toEqual([2, 2]);
    expect(mapError(Float64Array.of(2, 2), maps)).toBe(1);
  });
});
