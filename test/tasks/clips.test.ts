import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { loadClipFolder } from "../../src/data/node/index.ts";
import { embed, pretrain } from "../../src/tasks/index.ts";
import type { TrainedModel } from "../../src/tasks/index.ts";
import { commandLine } from "./command-line.ts";
import { discPicture, SIDE, writePicture } from "./pictures.ts";

const TINY = { image: 16, patch: 4, frames: 4, batch: 4, tubeRatio: 0.75, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } };
let directory: string;
let clips: string;
let model: TrainedModel;
const at = (name: string): string => join(directory, name);

/** Frames `0.png`, `1.png` ... that show pictures `first`, `first + 1` ... */
async function writeClip(path: string, first: number, frames: number): Promise<void> {
  for (let i = 0; i < frames; i++) await writePicture(join(path, `${i}.png`), first + i);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "clips-"));
  clips = at("clips");
  for (let i = 0; i < 5; i++) await writeClip(join(clips, i === 4 ? "park/jump" : `run-${i}`), 20 * i, 5);
  model = await pretrain("videomae-v2", clips, { out: at("model"), steps: 2, settings: TINY });
});
afterAll(async () => {
  await model.release();
  await rm(directory, { recursive: true, force: true });
});

test("a folder of frames is a clip; frames are taken evenly, in the order of their numbers", async () => {
  const folder = at("long");
  await writeClip(join(folder, "one"), 0, 11); // names 0 to 10: as text, 10 comes before 2
  const { frames, keys } = await loadClipFolder(folder, { frames: 3, size: SIDE });
  expect(keys).toEqual(["one"]);
  expect(frames.shape).toEqual([1, 3, SIDE, SIDE, 3]);
  const size = SIDE * SIDE * 3;
  [0, 5, 10].forEach((picture, i) => expect(Uint8Array.from(frames.data.subarray(i * size, (i + 1) * size) as Uint8Array)).toEqual(discPicture(picture)));
});

test("every clip gets one vector under the name of its folder: means and changes between its two time steps", async () => {
  const { vectors, names } = await embed(model, clips);
  expect(names).toEqual(["park/jump", "run-0", "run-1", "run-2", "run-3"]);
  expect(vectors.shape).toEqual([5, 32]);
  expect(model.config.training.data).toMatchObject({ kind: "clips", count: 5, broken: 0 });
});

test("a clip that stands still has no changes, one that moves has", async () => {
  const still = new Uint8Array(4 * 16 * 16 * 3).map((_, i) => discPicture(1, 16)[i % 768] as number);
  const moving = Uint8Array.from([0, 1, 2, 3].flatMap((i) => Array.from(discPicture(i, 16))));
  const set = { frames: hostArray(Uint8Array.from([...still, ...moving]), [2, 4, 16, 16, 3]), keys: ["still", "moving"] };
  const { vectors } = await embed(model, set);
  const changes = (row: number): number => (vectors.data as Float32Array).subarray(row * 32 + 16, (row + 1) * 32).reduce((a, b) => a + b, 0);
  expect(changes(0)).toBeLessThan(changes(1)); // places in time have codes of their own, so still tokens differ a little
});

test("clips that are too short, of mixed sizes or damaged are reported by path and reason and counted; strict stops", async () => {
  const folder = at("damaged");
  await writeClip(join(folder, "good"), 0, 4);
  await writeClip(join(folder, "short"), 0, 3);
  await writeClip(join(folder, "mixed"), 0, 4);
  await writePicture(join(folder, "mixed", "2.png"), 2, 30);
  await writeClip(join(folder, "torn"), 0, 4);
  await writeFile(join(folder, "torn", "1.png"), "");
  const messages: string[] = [];
  const progress = { update: () => undefined, message: (text: string) => void messages.push(text), end: () => undefined };
  const { names, broken } = await embed(model, folder, { progress });
  expect(names).toEqual(["good"]);
  expect(broken).toEqual([
    { path: "mixed", reason: "mixed/2.png: 30 x 30 pixels, but the first frame has 24 x 24" },
    { path: "short", reason: "expected at least 4 frames, found 3" },
    { path: "torn", reason: "torn/1.png: the file is empty" },
  ]);
  expect(messages.at(-1)).toBe(`${folder}: 1 clips read, 3 broken and left out`);
  expect(await commandLine(directory)("embed", at("model"), "--data", folder, "--strict")).toMatchObject({ code: 1, out: "", error: expect.stringContaining(`${join(folder, "mixed")}: mixed/2.png: 30 x 30`) as string });
});

test("a folder without clips is an error that says so, and leaves nothing behind", async () => {
  const folder = at("empty");
  await mkdir(folder);
  await expect(pretrain("videomae-v2", folder, { out: at("none"), settings: TINY })).rejects.toThrow("holds no folder of at least 4 readable PNG, JPEG or WebP frames among its 0 files");
  await expect(readdir(at("none"))).rejects.toThrow("ENOENT");
});

test("clips in memory of another shape are refused", async () => {
  const set = { frames: hostArray(new Uint8Array(2 * 3 * 16 * 16 * 3), [2, 3, 16, 16, 3]), keys: ["a", "b"] };
  await expect(embed(model, set)).rejects.toThrow("clips: expected bytes [n, 4, 16, 16, 3], got [2, 3, 16, 16, 3]");
});

test.each([
  [{ patch: 16 }, "patch: expected an even number of patches along a side"],
  [{ frames: 5 }, "frames: tubelets do not divide the frames"],
  [{ tubeRatio: 0.01 }, "tubeRatio: hides nothing"],
])("settings %j are refused", async (settings, message) => {
  await expect(pretrain("videomae-v2", clips, { out: at("refused"), settings: { ...TINY, ...settings } })).rejects.toThrow(message);
});
