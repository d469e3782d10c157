import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pixelsOf } from "../../src/data/index.ts";
import type { ImageSet } from "../../src/data/index.ts";
import { loadImageFolder, loadPairFolder } from "../../src/data/node/index.ts";
import { complete, embed, pretrain } from "../../src/tasks/index.ts";
import type { TrainedModel } from "../../src/tasks/index.ts";
import { commandLine } from "./command-line.ts";
import { discPicture, SIDE, writePicture } from "./pictures.ts";

const TINY = { image: 16, patch: 4, batch: 4, maskRatio: 0.75, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } };
let directory: string;
let views: string;
let model: TrainedModel;
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pairs-"));
  views = at("views");
  for (let i = 0; i < 4; i++) for (const [j, side] of ["a", "b"].entries()) await writePicture(join(views, i < 2 ? `room-${i}.${side}.png` : `${side}/hall-${i}.png`), 2 * i + j);
  model = await pretrain("croco", views, { out: at("model"), steps: 2, settings: TINY });
});
afterAll(async () => {
  await model.release();
  await rm(directory, { recursive: true, force: true });
});

test("pairs are found by endings and by folders, first view first", async () => {
  const { frames, keys, broken } = await loadPairFolder(views, { size: SIDE });
  expect(keys).toEqual(["hall-2", "hall-3", "room-0", "room-1"]);
  expect(broken).toEqual([]);
  const size = SIDE * SIDE * 3;
  [4, 5, 6, 7, 0, 1, 2, 3].forEach((picture, i) => expect(Uint8Array.from(frames.data.subarray(i * size, (i + 1) * size) as Uint8Array)).toEqual(discPicture(picture)));
  expect(model.config.training.data).toMatchObject({ kind: "pairs", count: 4, broken: 0 });
});

test("single pictures are embedded", async () => {
  const { vectors, names } = await embed(model, views);
  expect(vectors.shape).toEqual([8, 16]);
  expect(names[0]).toBe("a/hall-2.png");
});

test("what is filled in depends on the other view and not on hidden pixels; visible patches stay", async () => {
  const set = await loadImageFolder(views, { size: 16 });
  const single = (index: number, change: (pixels: Uint8Array) => void = () => undefined): ImageSet => {
    const pixels = pixelsOf(set, index).slice();
    change(pixels);
    return { ...set, pixels, count: 1, keys: [set.keys[index] as string], labels: Int32Array.of(0), folds: Uint8Array.of(0) };
  };
  const topRows = 4 * 16 * 3; // bytes of the first row of patches
  const mask = { hide: [0, 1, 2, 3] };
  const { picture, hidden } = await complete(model, single(0), single(1), mask);
  expect(Array.from(hidden)).toEqual([0, 1, 2, 3]);
  expect(picture.data.subarray(topRows)).toEqual(single(0).pixels.subarray(topRows));
  expect((await complete(model, single(0, (pixels) => pixels.fill(9, 0, topRows)), single(1), mask)).picture.data).toEqual(picture.data);
  expect((await complete(model, single(0), single(2), mask)).picture.data).not.toEqual(picture.data);
});

test("missing partners, strangers, doubles and damaged files are reported by path and reason; strict stops", async () => {
  const folder = at("damaged");
  for (const name of ["good.a.png", "good.b.png", "alone.a.png", "stranger.png", "torn.a.png", "double.a.png", "double.b.png"]) await writePicture(join(folder, name), 1);
  await writeFile(join(folder, "torn.b.png"), "");
  await writeFile(join(folder, "double.b.jpg"), await readFile(join(folder, "double.b.png")));
  const expected = [
    { path: "alone", reason: "its picture b is missing" },
    { path: "double", reason: "two pictures claim to be b: double.b.jpg, double.b.png" },
    { path: "stranger.png", reason: "belongs to no pair; expected NAME.a and NAME.b, or equal names in folders a and b" },
    { path: "torn", reason: "torn.b.png: the file is empty" },
  ];
  expect(await loadPairFolder(folder, { size: 8 })).toMatchObject({ keys: ["good"], broken: expected });
  const reprise = commandLine(directory);
  const { code, error } = await reprise("pretrain", "croco", "--data", folder, "--out", at("from-damaged"), "--steps", "1", ...["image=16", "patch=4", "maskRatio=0.75"].flatMap((word) => ["--set", word]));
  expect(code).toBe(0);
  for (const { path, reason } of expected) expect(error).toContain(`broken: ${path}: ${reason}`);
  expect(error).toContain(`${folder}: 1 pairs read, 4 broken and left out`);
  expect(await reprise("pretrain", "croco", "--data", folder, "--out", at("strict"), "--strict")).toMatchObject({ code: 1, error: expect.stringContaining(`${join(folder, "alone")}: its picture b is missing`) as string });
});

test("a folder without pairs is an error that says why", async () => {
  await writePicture(at("single/only.png"), 1);
  await expect(loadPairFolder(at("single"), { size: 8 })).rejects.toThrow("holds no readable pair of PNG, JPEG or WebP files; 1 broken, the first only.png: belongs to no pair");
});

test("the command writes the completed picture", async () => {
  const [image, other, out] = [join(views, "room-0.a.png"), join(views, "room-0.b.png"), at("filled.png")];
  const reprise = commandLine(directory);
  expect((await reprise("complete", at("model"), "--image", image, "--other", other, "--out", out)).out).toBe(`14 of 16 patches filled (4 rows of 4): ${out}\n`);
  expect(Uint8Array.from(decode(await readFile(out)).data)).toEqual((await complete(model, image, other, { ratio: 0.9 })).picture.data);
  expect(await reprise("complete", at("model"), "--image", image, "--out", out)).toMatchObject({ code: 2, error: expect.stringContaining("--other") as string });
});
