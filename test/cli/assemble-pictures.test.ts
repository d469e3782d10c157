/** `reprise pretrain CONFIG.json` on pictures. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePicture, writePictures } from "../tasks/pictures.ts";
import { main } from "../../src/cli/program.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { loadPictureModel } from "../../src/tasks/index.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "assemble-pictures-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function reprise(words: readonly string[]): Promise<{ code: number; out: string; error: string; messages: string[] }> {
  const text = { out: "", error: "", messages: [] as string[] };
  const progress = { ...SILENT, message: (message: string): void => void text.messages.push(message) };
  const code = await main(words, { catalogue: [], systems: {}, home: { directory, version: "1.2.3", cloned: false }, out: (chunk) => (text.out += chunk), error: (chunk) => (text.error += chunk), progress: () => progress, signal: new AbortController().signal });
  return { code, ...text };
}

const file = async (name: string, value: unknown): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

const SIZES = { version: 1, emb_size: 16, heads_num: 2, layers_num: 1, max_seq_length: 32, image_height: 8, image_width: 8, patch_size: 4, dropout: 0 };
const VIT = { ...SIZES, embedding: ["patch", "pos"], encoder: "transformer", target: ["cls"] };
const CLIP = { ...SIZES, embedding: ["dual"], encoder: "dual", target: ["clr"], stream_0: { embedding: ["word", "pos"], encoder: "transformer" }, stream_1: { embedding: ["patch", "pos"], encoder: "transformer" } };

test("vit: folders are classes; a broken picture is told and left out, or ends it with --strict; the model comes back with its classes", async () => {
  const folder = join(directory, "pictures");
  await writePictures(folder, 8);
  await writeFile(join(folder, "a", "torn.png"), "no picture");
  const [config, out] = [await file("vit.json", VIT), join(directory, "model")];
  const words = ["pretrain", config, "--data", folder, "--out", out, "--steps", "4", "--set", "batch=4", "--json"];
  const strict = await reprise([...words, "--strict"]);
  expect(strict).toMatchObject({ error: expect.stringContaining(join("a", "torn.png")) as string });
  expect(strict.code).not.toBe(0);
  const run = await reprise(words);
  expect(run).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(run.out)).toMatchObject({ steps: 4, pictures: 8, broken: 1, classes: ["a", "b"] });
  expect(run.messages.filter((message) => message.includes("torn.png"))).toHaveLength(1);
  const { model, tokenizer, classes } = await loadPictureModel(out);
  expect([model.config.labels_num, tokenizer, classes]).toEqual([2, null, ["a", "b"]]);
  const again = await reprise([...words, "--resume"]);
  expect((JSON.parse(again.out) as { loss: number }).loss).toBe((JSON.parse(run.out) as { loss: number }).loss); // finished already
  expect(await reprise(words)).toMatchObject({ code: 2, error: expect.stringContaining("already holds a run") as string });
  expect(await reprise(["pretrain", config, "--data", join(folder, "b"), "--out", join(directory, "one")])).toMatchObject({ code: 2, error: expect.stringContaining("a subfolder for each class") as string });
});

test("clip: records name a picture and its text; those that are broken are told with file, line and reason, counted, or end it", async () => {
  for (let i = 0; i < 6; i++) await writePicture(join(directory, "pictures", `${i}.png`), i);
  const good = Array.from({ length: 6 }, (_, i) => JSON.stringify({ image: `pictures/${i}.png`, text: `disc number ${i}` }));
  const records = await file("captions.jsonl", [...good.slice(0, 3), '{"image": "pictures/9.png", "text": "nothing"}', '{"text": "no picture"}', ...good.slice(3)].join("\n"));
  const more = await file("more.csv", "image,text\npictures/0.png,the first disc\n");
  const [config, out] = [await file("clip.json", CLIP), join(directory, "model")];
  const words = ["pretrain", config, "--data", records, more, "--out", out, "--steps", "4", "--set", "batch=4", "--set", "length=12", "--json"];
  expect(await reprise([...words, "--strict"])).toMatchObject({ code: 1, error: expect.stringMatching(/captions\.jsonl line 4: image "pictures\/9\.png": ENOENT/) as string });
  const run = await reprise(words);
  expect(run).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(run.out)).toMatchObject({ steps: 4, pictures: 7, broken: 2 });
  expect(run.messages.filter((message) => /captions\.jsonl line (4|5): /.test(message))).toHaveLength(2);
  const { model, tokenizer } = await loadPictureModel(out);
  expect(model.config.streams[0]?.vocab_size).toBe(tokenizer?.vocabularySize);
  expect(JSON.parse(await readFile(join(out, "assemble.json"), "utf8"))).toMatchObject({ encoder: "dual" });
});

test("what cannot be read so is refused before anything is read", async () => {
  const beit = await file("beit.json", { ...SIZES, embedding: ["masked_patch", "pos"], encoder: "transformer", target: ["mlm"] });
  expect(await reprise(["pretrain", beit, "--data", directory, "--out", join(directory, "m")])).toMatchObject({ code: 2, error: expect.stringContaining('add "image_tokenizer"') as string });
  const wide = await file("wide.json", { ...VIT, image_width: 16 });
  expect(await reprise(["pretrain", wide, "--data", directory, "--out", join(directory, "m")])).toMatchObject({ code: 2, error: expect.stringContaining("pictures are read as squares") as string });
});
