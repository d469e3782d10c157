import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clipEmoji, clipEmojiOf, MemoryStore, similarities, textVectors } from "../../src/lab/index.ts";
import { obtainFoundation } from "../../src/lab/foundation.ts";
import { DirectoryStore } from "../../src/lab/node/directory-store.ts";
import { classify, embed, loadModel, pretrain } from "../../src/tasks/index.ts";
import type { TrainedModel } from "../../src/tasks/index.ts";
import { commandLine } from "./command-line.ts";
import { fillCache } from "./fake-foundations.ts";
import { writePictures } from "./pictures.ts";

const LABELS = ["red ball", "tree"];
const TINY = { batch: 4, encoder: { width: 16, depth: 1, heads: 2 } };
let directory: string;
let photos: string;
let cache: DirectoryStore;
let model: TrainedModel;
const cacheBefore = process.env["REPRISE_CACHE"];
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "classify-"));
  photos = at("photos");
  await writePictures(photos, 6);
  process.env["REPRISE_CACHE"] = at("cache");
  cache = await fillCache(new DirectoryStore(at("cache")));
  model = await pretrain("uta", photos, { out: at("model"), steps: 3, settings: TINY });
});
afterAll(async () => {
  if (cacheBefore === undefined) delete process.env["REPRISE_CACHE"];
  else process.env["REPRISE_CACHE"] = cacheBefore;
  await model.release();
  await rm(directory, { recursive: true, force: true });
});

test("the nearest label is that of the largest cosine with the text tower's vectors", async () => {
  const { labels, nearest, scores, names } = await classify(model, photos, LABELS);
  expect(names).toEqual(["a/0.png", "a/2.png", "a/4.png", "b/1.png", "b/3.png", "b/5.png"]);
  expect(labels).toEqual(LABELS);
  const { vectors } = await embed(model, photos);
  const clip = clipEmojiOf(await obtainFoundation(clipEmoji, { cache, device: "cpu", signal: new AbortController().signal, report: () => undefined }));
  const expected = similarities(vectors, await textVectors(clip, LABELS));
  expect(scores.shape).toEqual([6, 2]);
  expected.forEach((value, i) => expect(Number(scores.data[i])).toBeCloseTo(value, 6));
  nearest.forEach((label, row) => expect(expected[2 * row + label]).toBe(Math.max(...expected.subarray(2 * row, 2 * row + 2))));
});

test("vectors have unit length, so scores are cosines", async () => {
  const { vectors } = await embed(model, photos);
  expect(vectors.shape).toEqual([6, 64]);
  expect(Math.hypot(...(vectors.data as Float32Array).subarray(0, 64))).toBeCloseTo(1, 5);
});

test("training brings the student's tokens nearer to the teacher's", async () => {
  const longer = await pretrain("uta", photos, { out: at("longer"), steps: 40, settings: TINY });
  expect(longer.config.training.loss).toBeLessThan(model.config.training.loss - 0.1); // minus the mean cosine
  await longer.release();
});

test("the config names the teacher, and another teacher's texts are refused", async () => {
  const key = model.config.training.foundations["clip-emoji"];
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const config = JSON.parse(await readFile(at("model/config.json"), "utf8")) as { training: { foundations: object } };
  expect(config.training.foundations).toEqual({ "clip-emoji": key });
  const loaded = await loadModel(at("model"));
  Object.assign(loaded.config.training.foundations, { "clip-emoji": "0".repeat(64) });
  await expect(classify(loaded, photos, LABELS)).rejects.toThrow("trained with another clip-emoji (0000000000000000)");
});

test("a foundation that is missing is built first, and that is said with the time it takes", async () => {
  const messages: string[] = [];
  const controller = new AbortController();
  const stop = (text: string): void => {
    messages.push(text);
    if (text.startsWith("clip-emoji: built first")) controller.abort(new Error("seen enough"));
  };
  const progress = { update: () => undefined, message: stop, end: () => undefined };
  await expect(pretrain("uta", photos, { out: at("without"), settings: TINY, cache: new MemoryStore(), signal: controller.signal, progress })).rejects.toThrow();
  expect(messages.at(-1)).toMatch(/^clip-emoji: built first, once for all models \(about 5 minutes on two cores\), and kept in memory: CLIP on emoji/);
});

test.each([
  [["tree"], "expected at least two labels to choose from, got 1"],
  [["tree", "!?"], 'label "!?" holds no letter or digit'],
  [["tree", "ball", "tree"], 'label "tree" is given twice'],
])("labels %j are refused", async (labels, message) => {
  await expect(classify(model, photos, labels)).rejects.toThrow(message);
});

test.each([
  [{ encoder: { width: 18, heads: 3 } }, "encoder: width / heads must be a multiple of 4"],
  [{ keep: 0.001 }, "keep: keeps none of 64 patches"],
  [{ image: 32 }, 'unknown setting "image"'],
])("settings %j are refused", async (settings, message) => {
  await expect(pretrain("uta", photos, { out: at("refused"), settings })).rejects.toThrow(message);
});

test("the command prints label and scores of each picture, one JSON object a line", async () => {
  const reprise = commandLine(directory);
  const { code, out } = await reprise("classify", at("model"), "--data", photos, "--labels", "red ball, tree");
  expect(code).toBe(0);
  const { nearest, scores, names } = await classify(model, photos, LABELS);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line) as { path: string; label: string; scores: Record<string, number> });
  expect(lines.map(({ path, label }) => [path, label])).toEqual(names.map((name, i) => [name, LABELS[nearest[i] as number]]));
  lines.forEach((line, i) => expect(line.scores["tree"]).toBeCloseTo(Number(scores.data[2 * i + 1]), 4));
  expect(await reprise("classify", at("model"), "--data", photos, "--labels", "tree")).toMatchObject({ code: 2, out: "" });
});
