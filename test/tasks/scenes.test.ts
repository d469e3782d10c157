import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { loadSceneFolder } from "../../src/data/node/index.ts";
import { truncatedStandardization } from "../../src/systems/masked/multimae-scenes.ts";
import { embed, predict, pretrain } from "../../src/tasks/index.ts";
import type { TrainedModel } from "../../src/tasks/index.ts";
import { commandLine } from "./command-line.ts";
import { discPicture, SIDE, writeMap, writePicture, writeScenes } from "./pictures.ts";

const TINY = { image: 16, patch: 4, classes: 3, batch: 4, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } };
let directory: string;
let scenes: string;
let model: TrainedModel;
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "scenes-"));
  scenes = at("scenes");
  await writeScenes(scenes, 4);
  model = await pretrain("multimae", scenes, { out: at("model"), steps: 60, settings: { ...TINY, learningRate: 1e-2 } });
});
afterAll(async () => {
  await model.release();
  await rm(directory, { recursive: true, force: true });
});

test("pictures and maps of one name are a scene, pixel for pixel at their own size", async () => {
  const { pixels, depth, classes, keys } = await loadSceneFolder(scenes, { size: SIDE, maps: { depth: true, classes: 2 } });
  expect(keys).toEqual(["0", "1", "2", "3"]);
  const area = SIDE * SIDE;
  expect(Uint8Array.from(pixels.data.subarray(area * 3, 2 * area * 3) as Uint8Array)).toEqual(discPicture(1));
  expect([0, SIDE, 5 * SIDE + 3].map((i) => Math.round(Number(depth?.data[i])))).toEqual([60_000, 59_000, 55_000]);
  expect([0, SIDE / 2 - 1, SIDE / 2, SIDE - 1].map((i) => classes?.data[i])).toEqual([0, 0, 1, 1]);
});

test("only the folders of the wanted maps are read", async () => {
  expect(await loadSceneFolder(scenes, { size: 8, maps: { depth: false, classes: null } })).toMatchObject({ depth: null, classes: null });
  const depthOnly = at("depth-only");
  for (const i of [0, 1]) {
    await writePicture(join(depthOnly, "rgb", `${i}.png`), i);
    await writeMap(join(depthOnly, "depth", `${i}.png`), new Uint8Array(SIDE * SIDE).map((_, p) => p % 200));
  }
  const trained = await pretrain("multimae", depthOnly, { out: at("from-depth"), steps: 1, settings: { ...TINY, maps: "depth" } });
  expect(trained.config.training.data).toMatchObject({ kind: "scenes", count: 2, broken: 0 });
  await expect(predict(trained, join(scenes, "rgb", "0.png"), "classes")).rejects.toThrow("the model was trained without classes; it gives depth");
  await trained.release();
});

test("depth and classes that depend on the place alone are found in a picture", async () => {
  const [depth, classes] = [await predict(model, join(scenes, "rgb", "0.png"), "depth"), await predict(model, join(scenes, "rgb", "0.png"), "classes")];
  expect([depth.map.width, depth.map.height, depth.map.data.length]).toEqual([16, 16, 256]);
  const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(depth.map.data.subarray(0, 64))).toBeGreaterThan(mean(depth.map.data.subarray(192)) + 0.5); // the upper quarter is farther
  const right = Array.from(classes.map.data).filter((value, i) => value === (i % 16 < 8 ? 0 : 1)).length;
  expect(right).toBeGreaterThan(200); // of 256; a constant gives 128
});

test("a depth map that is flat but for a small part keeps its values within a few units", () => {
  const depth = hostArray(Float32Array.from({ length: 100 }, (_, i) => (i < 5 ? 0 : 60_000)), [1, 10, 10]);
  const { data } = truncatedStandardization(depth, 0.25);
  // About the mean without extremes, 60,000, the variance is 5 * 60,000^2 / 99; a quarter of it has the root 6,742.
  expect(Number(data[0])).toBeCloseTo(-60_000 / 6742.0, 3);
  expect(Number(data[99])).toBe(0);
  expect(Math.abs(Number(truncatedStandardization(depth).data[0]))).toBeGreaterThan(1e6);
});

test("pictures are embedded without maps", async () => {
  const { vectors, names } = await embed(model, join(scenes, "rgb"));
  expect(names).toEqual(["0.png", "1.png", "2.png", "3.png"]);
  expect(vectors.shape).toEqual([4, 16]);
});

test("missing files, other sizes, unknown classes and damaged maps are reported by path and reason; strict stops", async () => {
  const folder = at("damaged");
  await writeScenes(folder, 7);
  await rm(join(folder, "depth", "1.png"));
  await writeMap(join(folder, "classes", "2.png"), new Uint8Array(SIDE * SIDE).fill(9));
  await writeMap(join(folder, "depth", "3.png"), new Uint8Array(100), 10);
  await writePicture(join(folder, "depth", "4.png"), 4);
  await writeFile(join(folder, "classes", "5.png"), "");
  await writeFile(join(folder, "rgb", "6.png"), "text");
  const { keys, broken } = await loadSceneFolder(folder, { size: 8, maps: { depth: true, classes: 3 } });
  expect(keys).toEqual(["0"]);
  expect(broken).toEqual([
    { path: "1", reason: "it has no file in depth" },
    { path: "2", reason: "classes/2.png: holds class 9, expected numbers below 3; raise the setting classes" },
    { path: "3", reason: "depth/3.png: 10 x 10 pixels, but its picture has 24 x 24" },
    { path: "4", reason: "depth/4.png: expected one channel of 8 or 16 bits, found 3 of 8" },
    { path: "5", reason: "classes/5.png: the file is empty" },
    { path: "6", reason: "rgb/6.png: neither PNG, JPEG nor WebP by its first bytes" },
  ]);
  expect(await commandLine(directory)("pretrain", "multimae", "--data", folder, "--out", at("strict"), "--strict")).toMatchObject({ code: 1, error: expect.stringContaining(`${join(folder, "1")}: it has no file in depth`) as string });
});

test("the command writes grey pictures", async () => {
  const reprise = commandLine(directory);
  const [image, out] = [join(scenes, "rgb", "0.png"), at("map.png")];
  expect((await reprise("predict", at("model"), "--image", image, "--want", "depth", "--out", out)).out).toBe(`depth, 16 x 16, least black, greatest white: ${out}\n`);
  const { data, channels } = decode(await readFile(out));
  expect([channels, Math.min(...data), Math.max(...data)]).toEqual([1, 0, 255]);
  await reprise("predict", at("model"), "--image", image, "--want", "classes", "--out", out);
  expect(Array.from(decode(await readFile(out)).data)).toEqual(Array.from((await predict(model, image, "classes")).map.data));
  expect(await reprise("predict", at("model"), "--image", image, "--want", "flow", "--out", out)).toMatchObject({ code: 2 });
});
