import { expect, test } from "vitest";
import { checkScene } from "../../../../src/data/worlds/scene/check.ts";
import { RECIPES, SCENE_FIXTURES, recipeOf, sceneSpec } from "../../../../src/data/worlds/scene/fixtures.ts";
import { canonicalForm, splitOfScene } from "../../../../src/data/worlds/scene/form.ts";
import { heldOutCells, isHeldOutPair } from "../../../../src/data/worlds/scene/held-out.ts";
import { SceneSample } from "../../../../src/data/worlds/scene/sample.ts";
import { sceneCard } from "../../../../src/data/worlds/scene/card.ts";
import { SPLITS } from "../../../../src/data/worlds/split.ts";
import { COLOURS, SHAPES } from "../../../../src/data/worlds/scene/vocabulary.ts";

const specs = (fixture: (typeof SCENE_FIXTURES)[number], split: "train" | "dev" | "test" | "ood", count: number) =>
  Array.from({ length: count }, (_, index) => sceneSpec(fixture, split, index));

test.each([
  ["scene/pairs", 300],
  ["clip/single", 120],
  ["scene/view", 60],
] as const)("%s: ids, classes, boxes, visible shares and depth agree in %i scenes", (fixture, count) => {
  const { size, frames } = RECIPES[fixture];
  const complaints = specs(fixture, "train", count).flatMap((spec) => checkScene(new SceneSample(spec, { size, frames })).map((words) => `${spec.id}: ${words}`));
  expect(complaints).toEqual([]);
});

test("still scenes show every object whole, unclipped", () => {
  for (const spec of specs("scene/pairs", "train", 200)) {
    const sample = new SceneSample(spec, { size: 32, frames: 1 });
    expect([...sample.visible.data].every((share) => share === 1)).toBe(true);
    const boxes = sample.boxes.data as Float32Array;
    expect(boxes.every((edge) => edge > 0 && edge < 1)).toBe(true);
  }
});

test("solid scenes show every object whole in the picture of every camera", () => {
  for (const spec of specs("scene/view", "train", 60)) {
    const boxes = new SceneSample(spec, { size: 64, frames: 3 }).boxes.data as Float32Array;
    const seen = boxes.filter((edge) => !Number.isNaN(edge));
    expect(seen.every((edge) => edge > 0 && edge < 1)).toBe(true);
    expect(seen.length / boxes.length).toBeGreaterThan(0.5);
  }
});

test("an object's share of the canvas is the area of its shape", () => {
  // A big plain square in the middle: half side 0.7 * 0.17 of the canvas, so (2 * 0.119 * 128)^2 pixels.
  const [spec] = specs("scene/pairs", "train", 1);
  if (spec === undefined) throw new Error("no scene");
  const square = { shape: "square", colour: "red", texture: "plain", size: "big", at: [0.5, 0.5], turn: 0 } as const;
  const sample = new SceneSample({ ...spec, objects: [square], camera: [{ x: 0, y: 0, z: 0, yaw: 0, pitch: 0, focal: 1 }] }, { size: 128, frames: 1 });
  const area = [...sample.ids.data].filter((id) => id === 1).length;
  expect(area).toBeGreaterThan(29.5 ** 2);
  expect(area).toBeLessThan(31.5 ** 2);
  expect([...(sample.boxes.data as Float32Array)].map((edge) => Math.round(edge * 128))).toEqual([49, 49, 79, 79]);
  expect([...sample.frames.data.slice((64 * 128 + 64) * 3, (64 * 128 + 64) * 3 + 3)]).toEqual([214, 40, 40]);
  expect(sample.cls.data[64 * 128 + 64]).toBe(2);
});

test("the same item has the same bytes, its neighbours have others", () => {
  const view = { size: 32, frames: 8 };
  const once = new SceneSample(sceneSpec("clip/single", "dev", 7), view).frames.data;
  const again = new SceneSample(sceneSpec("clip/single", "dev", 7), view).frames.data;
  const next = new SceneSample(sceneSpec("clip/single", "dev", 8), view).frames.data;
  expect(again).toEqual(once);
  expect(next).not.toEqual(once);
});

test("a scene has the same meaning at every size and number of frames", () => {
  const spec = sceneSpec("scene/view", "train", 3);
  const coarse = new SceneSample(spec, { size: 32, frames: 1 });
  const fine = new SceneSample(spec, { size: 96, frames: 1 });
  let agree = 0;
  for (let row = 0; row < 32; row++) for (let column = 0; column < 32; column++) agree += Number(coarse.ids.data[row * 32 + column] === fine.ids.data[(3 * row + 1) * 96 + 3 * column + 1]);
  // The middle of a block of 3 x 3 pixels is the same point as the centre of the coarse pixel.
  expect(agree).toBe(1024);
});

test("no canonical form is in two splits, and every item is in the split that was asked for", () => {
  for (const fixture of SCENE_FIXTURES) {
    const homes = new Map<string, string>();
    for (const split of SPLITS) {
      for (const spec of specs(fixture, split, fixture === "scene/pairs" ? 300 : 60)) {
        expect(splitOfScene(spec)).toBe(split);
        const form = canonicalForm(spec);
        expect(homes.get(form) ?? split).toBe(split);
        homes.set(form, split);
      }
    }
  }
});

test("held-out cells appear in ood packs only: 12 of 96 pairs, one per shape, over all colours", () => {
  const pairs = SHAPES.flatMap((shape) => COLOURS.filter((colour) => isHeldOutPair(shape, colour)));
  expect(pairs).toHaveLength(12);
  expect(new Set(pairs).size).toBe(COLOURS.length);
  for (const fixture of SCENE_FIXTURES) {
    expect(specs(fixture, "train", 60).flatMap(heldOutCells)).toEqual([]);
    expect(specs(fixture, "ood", 20).every((spec) => heldOutCells(spec).length > 0)).toBe(true);
  }
});

test("unknown fixtures and missing layers are refused with the choices", () => {
  expect(() => recipeOf("scene/vieww")).toThrow('unknown fixture "scene/vieww"; choose one of scene/pairs, scene/view, clip/single, clip/reversible');
  expect(() => sceneSpec("scene/pairs", "train", -1)).toThrow("index of scene/pairs/train must be a non-negative integer, got -1");
  const flat = new SceneSample(sceneSpec("scene/pairs", "train", 0), { size: 32, frames: 1 });
  expect(() => flat.depth).toThrow("depth exists for solid scenes");
  const solid = sceneSpec("scene/view", "train", 0);
  expect(() => new SceneSample(solid, { size: 64, frames: 1 }).flow).toThrow("flow needs two views, 1 asked for; pass frames: 2");
  expect(() => new SceneSample(solid, { size: 64, frames: 4 })).toThrow("4 views asked for, it has 3 cameras");
});

test("the content of version 1 is what it was when it was frozen", async () => {
  const { version, fixtures } = await sceneCard(8);
  const hashes = Object.fromEntries(Object.entries(fixtures).map(([fixture, card]) => [fixture, card.hash]));
  expect({ version, ...hashes }).toEqual({
    version: 1,
    "clip/reversible": "cbb6986a55f40b391a94bebf956d0182b0ac85af843d3d3a3e0629e0a66e9a41",
    "clip/single": "7c64acc6fac18d18b845f3c611f56b60805e4789729c5bfbb2bf72b7ae1a35b6",
    "scene/pairs": "a541d6670907a71fc327b3bdfb0ff10f4484f1785163af75cc5c759008416478",
    "scene/view": "2cb577509585d0c78ffd24e5b8c52a5fec7d22194889574f6f8c8fed8662b6ea",
  });
  expect(Object.values(fixtures).map((card) => card.leaks)).toEqual([0, 0, 0, 0]);
});
