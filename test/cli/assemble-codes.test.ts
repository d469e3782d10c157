/** `reprise pretrain CONFIG.json` on codes of pictures: a tokenizer first, then the model. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePicture, writePictures } from "../tasks/pictures.ts";
import { commandLine } from "./support/command-line.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { loadPictureModel } from "../../src/tasks/index.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "assemble-codes-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const reprise = (...words: string[]): ReturnType<typeof commandLine> => commandLine(words, directory);

/** A published configuration, smaller. */
async function small(name: string, changes: object): Promise<string> {
  const published = JSON.parse(await readFile(new URL(`../../docs/examples/assemble/${name}.json`, import.meta.url), "utf8")) as Record<string, unknown>;
  const { vocab_size: _, ...rest } = published;
  const path = join(directory, `${name}.json`);
  await writeFile(path, JSON.stringify({ ...rest, emb_size: 16, hidden_size: 16, feedforward_size: 16, heads_num: 2, layers_num: 1, dropout: 0, image_height: 16, image_width: 16, patch_size: 4, ...changes }));
  return path;
}

/** Stops a run as soon as it tells of a step under this label. */
async function stopAt(label: string, words: string[]): ReturnType<typeof commandLine> {
  const controller = new AbortController();
  return commandLine(words, directory, { signal: controller.signal, progress: () => ({ ...SILENT, update: (state) => void (state.label === label && controller.abort(new Error("stopped"))) }) });
}

test("beit: a folder and records; the tokenizer is its own stage; stopped in either, it goes on to the same weights", async () => {
  await writePictures(join(directory, "pictures"), 6);
  await writeFile(join(directory, "pictures", "a", "torn.png"), "no picture");
  await mkdir(join(directory, "more"));
  await writePicture(join(directory, "more", "7.png"), 7);
  const records = join(directory, "more", "pictures.jsonl");
  await writeFile(records, '{"image": "7.png"}\n{"image": "8.png"}\n');
  const config = await small("beit-base", { max_seq_length: 17, image_tokenizer: { image_vocab_size: 12, hidden_size: 16, code_size: 8, steps: 6 } });
  const begin = (out: string): string[] => ["pretrain", config, "--data", join(directory, "pictures"), records, "--out", join(directory, out), "--steps", "4", "--set", "batch=4", "--json"];
  const run = await reprise(...begin("model"));
  expect(run.code).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ steps: 4, pictures: 7, broken: 2 });
  expect(run.error).toContain("torn.png");
  expect(run.error).toContain("pictures.jsonl line 2");
  const { model, tokenizer, imageTokenizer } = await loadPictureModel(join(directory, "model"));
  expect([tokenizer, imageTokenizer?.shape]).toEqual([null, { image: 16, patch: 4, channels: 3, codes: 12, width: 16, codeWidth: 8 }]);
  expect((await readdir(join(directory, "model", "image-tokenizer", "training"))).filter((name) => name.startsWith("checkpoint"))).toEqual([]);
  expect(JSON.parse((await reprise("assemble", join(directory, "model", "assemble.json"), "--explain", "--json")).out)).toMatchObject({ problems: [], parameters: model.parameterCount() });

  const resume = ["pretrain", config, "--data", join(directory, "pictures"), records, "--out", join(directory, "again"), "--resume"];
  expect(await stopAt("training the image tokenizer", begin("again"))).toMatchObject({ error: expect.stringContaining("--resume") as string });
  expect(await reprise(...begin("again"))).toMatchObject({ code: 2, error: expect.stringContaining("already holds a run") as string });
  await stopAt("training", resume);
  expect((await reprise(...resume)).code).toBe(0); // with the settings it was begun with
  const again = await loadPictureModel(join(directory, "again"));
  expect(again.imageTokenizer?.stateDict()).toEqual(imageTokenizer?.stateDict());
  expect(again.model.stateDict()).toEqual(model.stateDict());
  expect((await reprise(...resume)).error).toContain("finished already");
});

test("dalle: codes stand behind the words of the tokenizer that the texts gave", async () => {
  for (let i = 0; i < 6; i++) await writePicture(join(directory, "pictures", `${i}.png`), i);
  const records = join(directory, "captions.jsonl");
  await writeFile(records, Array.from({ length: 6 }, (_, i) => JSON.stringify({ image: `pictures/${i}.png`, text: `disc number ${i}` })).join("\n"));
  const config = await small("dalle-style", { max_seq_length: 32, image_tokenizer: { image_vocab_size: 12, hidden_size: 16, code_size: 4, steps: 2 } });
  const words = ["pretrain", config, "--data", records, "--out", join(directory, "model"), "--steps", "3", "--set", "image_tokenizer.code_size=8", "--set", "batch=3", "--json"];
  const run = await reprise(...words);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ steps: 3, pictures: 6, broken: 0 });
  const { model, tokenizer, imageTokenizer } = await loadPictureModel(join(directory, "model"));
  expect(imageTokenizer?.shape).toMatchObject({ codes: 12, codeWidth: 8 }); // --set changes one key of several
  expect(model.config.streams[0]?.vocab_size).toBe((tokenizer?.vocabularySize ?? 0) + 12);
  expect(JSON.parse(await readFile(join(directory, "model", "training", "run.json"), "utf8"))).toMatchObject({ length: 16 }); // 32 places, 16 of them codes
  expect((await reprise(...words, "--resume")).error).toContain("finished already");
  expect(await reprise("pretrain", config, "--data", records, "--out", join(directory, "m"), "--set", "vocab_size=12")).toMatchObject({ code: 2, error: expect.stringContaining("leaves no words beside 12 image codes") as string });
});
