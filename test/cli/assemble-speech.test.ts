/** `reprise pretrain CONFIG.json` on recordings. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { glide, waveFile, writeGlide } from "../tasks/waves.ts";
import { commandLine } from "./support/command-line.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { loadAssembled, readsSpeech } from "../../src/tasks/index.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "assemble-speech-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const reprise = (...words: string[]): ReturnType<typeof commandLine> => commandLine(words, directory);

/** The published configuration, smaller. */
async function smallConfig(): Promise<string> {
  const published = JSON.parse(await readFile(new URL("../../docs/examples/assemble/s2t-small.json", import.meta.url), "utf8")) as Record<string, unknown>;
  const { vocab_size: _, ...rest } = published;
  const path = join(directory, "s2t.json");
  await writeFile(path, JSON.stringify({ ...rest, emb_size: 16, hidden_size: 16, feedforward_size: 16, heads_num: 2, layers_num: 1, decoder_layers_num: 1, conv_channels: [16, 32], dropout: 0, max_seq_length: 32, max_audio_frames: 80 }));
  return path;
}

test("s2t: recordings and what is said; broken ones are told with file, line and reason, counted, or end it; stopped, it goes on to the same weights", async () => {
  for (let i = 0; i < 8; i++) await writeGlide(join(directory, "sound", `${i}.wav`), i);
  await writeFile(join(directory, "sound", "torn.wav"), waveFile(glide(0.3, [300, 900])).subarray(0, 5000));
  await writeFile(join(directory, "sound", "long.wav"), waveFile(glide(1, [300, 900])));
  await writeFile(join(directory, "sound", "slow.wav"), waveFile(glide(0.5, [300, 900], 8000), { rate: 8000 }));
  const line = (name: string | number, text: string): string => JSON.stringify({ audio: `sound/${name}.wav`, text });
  const good = Array.from({ length: 8 }, (_, i) => line(i, i % 2 === 0 ? "it goes up" : "it goes down"));
  const records = join(directory, "speech.jsonl");
  await writeFile(records, [...good.slice(0, 2), line("torn", "cut"), line("long", "too much"), line("slow", "telephone"), line("none", "missing"), ...good.slice(2), line(0, "so many words that no target of this length could ever hold all of them at once")].join("\n"));
  const config = await smallConfig();
  const words = (out: string): string[] => ["pretrain", config, "--data", records, "--out", join(directory, out), "--steps", "4", "--set", "batch=8", "--set", "length=24", "--json"];

  const strict = await reprise(...words("strict"), "--strict");
  expect(strict).toMatchObject({ code: 1, error: expect.stringMatching(/speech\.jsonl line 3: audio "sound\/torn\.wav": is cut short: its header tells of 9600 bytes of sound, 4956 are there/) as string });

  const { code, out, error } = await reprise(...words("model"));
  expect(code).toBe(0);
  const facts = JSON.parse(out) as { loss: number };
  expect(facts).toMatchObject({ steps: 4, recordings: 8, broken: 5 });
  for (const part of ["line 4: audio \"sound/long.wav\": has 98 frames", "line 5: audio \"sound/slow.wav\": has 8000 samples a second", "line 6: audio \"sound/none.wav\": ENOENT", "left out: \"so many words"]) expect(error).toContain(part);

  const { model, tokenizer } = await loadAssembled(join(directory, "model"));
  expect(model.config).toMatchObject({ label_smoothing: 0.1, data_processor: "s2t" });
  expect(model.config.streams[0]?.vocab_size).toBe(tokenizer.vocabularySize);
  expect(JSON.parse((await reprise("assemble", join(directory, "model", "assemble.json"), "--explain", "--json")).out)).toMatchObject({ problems: [], parameters: model.parameterCount() });
  expect(await reprise(...words("model"))).toMatchObject({ code: 2, error: expect.stringContaining("already holds a run") as string });
  expect((JSON.parse((await reprise(...words("model"), "--resume")).out) as { loss: number }).loss).toBe(facts.loss); // finished already

  const controller = new AbortController();
  const stopped = await commandLine(words("again"), directory, { signal: controller.signal, progress: () => ({ ...SILENT, update: () => controller.abort(new Error("stopped")) }) });
  expect(stopped).toMatchObject({ error: expect.stringContaining("--resume") as string });
  expect((await reprise("pretrain", config, "--data", records, "--out", join(directory, "again"), "--resume")).code).toBe(0); // with the settings it was begun with
  expect((await loadAssembled(join(directory, "again"))).model.stateDict()).toEqual(model.stateDict());
});

test("what recordings cannot fill is refused before anything is read", async () => {
  const path = join(directory, "cls.json");
  const classes = { version: 1, emb_size: 16, heads_num: 2, layers_num: 1, conv_channels: [16, 32], embedding: ["speech", "sinusoidalpos"], encoder: "transformer", target: ["cls"], labels_num: 2 };
  await writeFile(path, JSON.stringify(classes));
  expect(readsSpeech(classes)).toBe(true);
  expect(await reprise("pretrain", path, "--data", "nowhere", "--out", join(directory, "m"))).toMatchObject({ code: 2, error: expect.stringContaining('"s2t" gives no classes') as string });
  expect(await reprise("pretrain", await smallConfig(), "--data", "nowhere", "--out", join(directory, "m"), "--from", "x")).toMatchObject({ code: 2, error: expect.stringContaining("--from and --columns are for models of texts") as string });
});
