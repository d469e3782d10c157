import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encode } from "fast-png";
import type { Progress, ProgressState } from "../../src/lab/index.ts";
import { pretrain } from "../../src/tasks/index.ts";
import { discPicture, SIDE, writePictures } from "./pictures.ts";
import { closeWorkspace, openWorkspace, PICTURES, TINY } from "./support.ts";
import type { Workspace } from "./support.ts";

let work: Workspace;
beforeAll(async () => {
  work = await openWorkspace();
});
afterAll(() => closeWorkspace(work));

/** A progress display that remembers. */
function watched(onUpdate: (state: ProgressState) => void = () => undefined): Progress & { readonly messages: string[] } {
  const messages: string[] = [];
  return { messages, update: onUpdate, message: (text) => void messages.push(text), end: () => undefined };
}

const weights = (directory: string): Promise<Buffer> => readFile(join(directory, "model.safetensors"));

test("a model directory holds weights, config and card, and a log without checkpoints", async () => {
  expect((await readdir(work.trained)).sort()).toEqual(["README.md", "config.json", "model.safetensors", "training"]);
  expect((await readdir(join(work.trained, "training"))).filter((name) => !name.startsWith("events."))).toEqual(["metrics.jsonl", "run.json"]);
  const config = JSON.parse(await readFile(join(work.trained, "config.json"), "utf8")) as object;
  expect(config).toMatchObject({ format: 1, system: "crossmae", recipe: 1, settings: { ...TINY, steps: 10, maskRatio: 0.75, seed: 1 }, training: { steps: 10, data: { kind: "images", count: PICTURES, broken: 0 } } });
  const card = await readFile(join(work.trained, "README.md"), "utf8");
  expect(card).toContain("# crossmae trained on 24 images");
  expect(card).toContain("https://arxiv.org/abs/2401.14391");
  expect(card).toContain('| `encoder.width` | 16 |');
});

test("the log has every step, and the loss in the config is that of the last of ten", async () => {
  const lines = (await readFile(join(work.trained, "training", "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { type: string; step: number; loss: number });
  const steps = lines.filter(({ type }) => type === "step");
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(work.model.config.training.loss).toBe(steps[9]?.loss);
});

test("the same data, settings and seed give the same weights; another seed gives others", async () => {
  const again = join(work.directory, "again");
  await pretrain("crossmae", work.photos, { out: again, steps: 10, settings: TINY });
  expect((await weights(again)).equals(await weights(work.trained))).toBe(true);
  const other = join(work.directory, "other");
  await pretrain("crossmae", work.photos, { out: other, steps: 10, settings: { ...TINY, seed: 2 } });
  expect((await weights(other)).equals(await weights(work.trained))).toBe(false);
});

test("a run stopped by its signal continues to the same weights, without giving its settings again", async () => {
  const out = join(work.directory, "stopped");
  const controller = new AbortController();
  const progress = watched(({ label, fraction }) => {
    if (label.startsWith("training") && fraction >= 0.4) controller.abort(new Error("enough"));
  });
  await expect(pretrain("crossmae", work.photos, { out, steps: 10, settings: TINY, signal: controller.signal, progress })).rejects.toThrow("enough");
  await expect(readFile(join(out, "config.json"))).rejects.toThrow("ENOENT");
  const resumed = watched();
  await pretrain("crossmae", work.photos, { out, resume: true, progress: resumed });
  expect(resumed.messages).toContain("continuing after step 4");
  expect((await weights(out)).equals(await weights(work.trained))).toBe(true);
});

test("a finished run is not trained again, and a directory in use needs resume", async () => {
  const progress = watched();
  const model = await pretrain("crossmae", work.photos, { out: work.trained, resume: true, progress });
  expect(model.config).toEqual(work.model.config);
  expect(progress.messages).toContain(`${work.trained}: finished already`);
  await expect(pretrain("crossmae", work.photos, { out: work.trained, steps: 10, settings: TINY })).rejects.toThrow("already holds a model; pass --resume");
});

test("a run is not continued with other settings or other pictures; the message names what differs", async () => {
  await expect(pretrain("crossmae", work.photos, { out: work.trained, resume: true, settings: { encoder: { width: 32 } } })).rejects.toThrow("settings.encoder.width: the begun run has 16, this one 32");
  const more = join(work.directory, "more");
  await writePictures(more, PICTURES + 1);
  await expect(pretrain("crossmae", more, { out: work.trained, resume: true })).rejects.toThrow("data.count: the begun run has 24, this one 25");
});

test("a damaged note of a begun run is reported with its path, and nothing is lost", async () => {
  const out = join(work.directory, "damaged-run");
  await mkdir(join(out, "training"), { recursive: true });
  for (const text of ["null", "{"]) {
    await writeFile(join(out, "training", "run.json"), text);
    await expect(pretrain("crossmae", work.photos, { out, resume: true })).rejects.toThrow(`${join(out, "training", "run.json")}: expected a JSON object, found ${text.length} bytes that are none`);
    expect(await readFile(join(out, "training", "run.json"), "utf8")).toBe(text);
  }
});

test("broken pictures are reported by path and reason and counted; strict stops at the first", async () => {
  const photos = join(work.directory, "damaged");
  await writePictures(photos, 3);
  const whole = encode({ width: SIDE, height: SIDE, channels: 3, data: discPicture(9) });
  await writeFile(join(photos, "a", "cut.png"), whole.subarray(0, whole.length / 2));
  await writeFile(join(photos, "b", "text.jpg"), "not a picture");
  const progress = watched();
  const out = join(work.directory, "from-damaged");
  const model = await pretrain("crossmae", photos, { out, steps: 1, settings: TINY, progress });
  expect(model.config.training.data).toMatchObject({ count: 3, broken: 2 });
  expect(progress.messages.some((text) => /^broken: a\/cut\.png: ./.test(text))).toBe(true);
  expect(progress.messages).toContain("broken: b/text.jpg: neither PNG, JPEG nor WebP by its first bytes");
  expect(progress.messages).toContain(`${photos}: 3 pictures read, 2 broken and left out`);
  expect(progress.messages).toContain("3 images are fewer than a batch of 8: the batch is lowered to 3");
  const strict = join(work.directory, "strict");
  await expect(pretrain("crossmae", photos, { out: strict, steps: 1, settings: TINY, strict: true })).rejects.toThrow(join(photos, "a/cut.png"));
  await expect(readdir(strict)).rejects.toThrow("ENOENT");
});

test("an empty folder is an error that says so", async () => {
  const empty = join(work.directory, "empty");
  await mkdir(empty);
  await expect(pretrain("crossmae", empty, { out: join(work.directory, "none") })).rejects.toThrow("holds no readable PNG, JPEG or WebP file");
  await rm(empty, { recursive: true });
});

test.each([
  [{ encoder: { widht: 48 } }, 'unknown setting "encoder.widht" (did you mean "encoder.width"?)'],
  [{ stpes: 48 }, 'unknown setting "stpes" (did you mean "steps"?)'],
  [{ maskRatio: 1.5, batch: 0 }, /batch: .*; maskRatio: /],
  [{ image: 20, patch: 8 }, "patch: patches of 8 pixels do not divide pictures of 20"],
  [{ image: 512, patch: 1 }, "at most 4096 are allowed"],
  [{ encoder: { width: 10, heads: 4 } }, "encoder: heads must divide width"],
  [{ maskRatio: 0.5, predictionRatio: 0.6 }, "predictionRatio: expected at most maskRatio"],
])("settings %j are refused with a reason", async (settings, message) => {
  await expect(pretrain("crossmae", work.photos, { out: join(work.directory, "refused"), settings })).rejects.toThrow(message);
});

test("an unknown system is refused with the nearest name, and one that takes no user data says what it does", async () => {
  await expect(pretrain("crosmae", work.photos, { out: join(work.directory, "refused") })).rejects.toThrow('unknown system "crosmae" (did you mean "crossmae"?)');
  const { recipe: _, ...system } = work.model.system;
  await expect(pretrain(system, work.photos, { out: join(work.directory, "refused") })).rejects.toThrow("cannot be trained on your own data yet");
});
