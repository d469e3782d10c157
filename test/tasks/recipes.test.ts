/** Properties of every recipe, at its tiny settings: it trains, is saved and loaded, exported, and resumes nothing it should not. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostArray } from "../../src/engine/index.ts";
import { hostArray } from "../../src/engine/index.ts";
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedsOf, MemoryStore, parseSettings, settingEntries, verbsOf } from "../../src/lab/index.ts";
import type { DataKind, Recipe, RecipeData, System } from "../../src/lab/index.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";
import { readData } from "../../src/tasks/data-kinds.ts";
import { embed, exportOnnx, loadModel, pretrain, reconstruct } from "../../src/tasks/index.ts";
import { fillCache } from "./fake-foundations.ts";
import { discPicture } from "./pictures.ts";

const COUNT = 8;
let directory: string;
let cache: MemoryStore;
beforeAll(async () => {
  cache = await fillCache(new MemoryStore());
  directory = await mkdtemp(join(tmpdir(), "recipes-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Items of `length` frames of discs. */
function manyFrames(count: number, length: number, side: number): { readonly frames: HostArray; readonly keys: readonly string[] } {
  const pixels = new Uint8Array(count * length * side * side * 3);
  for (let i = 0; i < count * length; i++) pixels.set(discPicture(i, side), i * side * side * 3);
  return { frames: hostArray(pixels, [count, length, side, side, 3]), keys: Array.from({ length: count }, (_, i) => `${i}`) };
}

/** A few items of a kind in the shape that a recipe reads. */
const EXAMPLES: { readonly [K in DataKind]: (shape: readonly number[], count: number) => RecipeData[K] } = {
  images: ([, height], count) => {
    const side = height as number;
    const pixels = new Uint8Array(count * side * side * 3);
    for (let i = 0; i < count; i++) pixels.set(discPicture(i, side), i * side * side * 3);
    return { pixels, count, height: side, width: side, channels: 3, labels: new Int32Array(count), labelNames: ["."], keys: Array.from({ length: count }, (_, i) => `${i}.png`), folds: new Uint8Array(count) };
  },
  clips: ([frames, , height], count) => manyFrames(count, frames as number, height as number),
  scenes: ([, height], count) => {
    const side = height as number;
    const { frames, keys } = manyFrames(count, 1, side);
    const values = (limit: number): number[] => Array.from({ length: count * side * side }, (_, i) => (i * 7) % limit);
    return { pixels: { ...frames, shape: [count, side, side, 3] }, depth: hostArray(Float32Array.from(values(1000)), [count, side, side]), classes: hostArray(Uint8Array.from(values(4)), [count, side, side], "uint8"), keys };
  },
  pairs: ([, height], count) => manyFrames(count, 2, height as number),
};

const systems: readonly System[] = await Promise.all(Object.values(SYSTEMS).map(async (load) => (await load()).default));
const withRecipe = systems.flatMap((system): [string, System, Recipe][] => (system.recipe === undefined ? [] : [[system.slug, system, system.recipe]]));

describe.each(withRecipe)("%s", (slug, system, recipe) => {
  const settings = parseSettings(recipe.settings, recipe.tiny, slug);
  const items = EXAMPLES[recipe.data](recipe.input(settings), COUNT);

  test("trained, saved and loaded it gives the same vectors, and so does its ONNX file", async () => {
    const out = join(directory, slug);
    const model = await pretrain(system, items, { out, steps: 2, settings: { ...recipe.tiny }, cache });
    expect(Number.isFinite(model.config.training.loss)).toBe(true);
    if (!verbsOf(recipe).includes("embed")) return;
    const asked = EXAMPLES[embedsOf(recipe)](recipe.input(settings), COUNT);
    const { vectors } = await embed(model, asked);
    expect(vectors.shape[0]).toBe(COUNT);
    expect(new Set((vectors.data as Float32Array).map(Math.fround)).size).toBeGreaterThan(COUNT); // not one vector for all
    const loaded = await loadModel(out);
    expect((await embed(loaded, asked)).vectors.data).toEqual(vectors.data);
    const session = await InferenceSession.create(exportOnnx(loaded));
    const first = (await readData(embedsOf(recipe), asked, model.inputShape)).inputs(Int32Array.of(0));
    const { embedding } = await session.run({ inputs: new OnnxTensor("float32", first.data as Float32Array, first.shape) });
    (embedding?.data as Float32Array).forEach((value, i) => expect(Math.abs(value - Number(vectors.data[i]))).toBeLessThan(1e-4));
    await session.release();
    await loaded.release();
    await model.release();
  });

  test("a mask of all but one patch can be filled, where it reconstructs", async () => {
    const { reconstruct: verb } = recipe.verbs;
    if (verb === undefined) return;
    const { rows, columns } = verb.grid(settings);
    const model = await pretrain(system, items, { out: join(directory, `${slug}-fill`), steps: 1, settings: { ...recipe.tiny }, cache });
    const one = EXAMPLES.images(recipe.input(settings), 1);
    const { picture, hidden } = await reconstruct(model, one, { hide: Array.from({ length: rows * columns - 1 }, (_, i) => i + 1) });
    expect(hidden.length).toBe(rows * columns - 1);
    expect(picture.data.length).toBe(picture.width * picture.height * 3);
    await model.release();
  });

  test("its settings are documented and its defaults are their own", () => {
    const defaults = parseSettings(recipe.settings, {}, slug);
    expect(parseSettings(recipe.settings, defaults, slug)).toEqual(defaults);
    for (const { path, description } of settingEntries(recipe.settings)) expect(description.length, path).toBeGreaterThan(10);
  });
});
