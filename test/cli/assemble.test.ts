/** `reprise assemble` and `reprise pretrain CONFIG.json`. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import type { Explanation } from "../../src/train/assemble/index.ts";
import { SILENT } from "../../src/lab/progress.ts";
import { finetune, fromPretrained, loadAssembled, openAssembled } from "../../src/tasks/index.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "assemble-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function reprise(words: readonly string[], signal = new AbortController().signal): Promise<{ code: number; out: string; error: string }> {
  const text = { out: "", error: "" };
  const code = await main(words, { catalogue: [], systems: {}, home: { directory, version: "1.2.3", cloned: false }, out: (chunk) => (text.out += chunk), error: (chunk) => (text.error += chunk), progress: () => SILENT, signal });
  return { code, ...text };
}

const file = async (name: string, value: unknown): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

const TINY = { version: 1, emb_size: 16, heads_num: 2, layers_num: 1, max_seq_length: 24, embedding: ["word", "pos"], encoder: "transformer", target: ["mlm"], tie_weights: true };
const TEXTS = Array.from({ length: 12 }, (_, i) => `the ${["red", "green", "blue"][i % 3] ?? ""} boat sails to harbour number ${i}`).join("\n");

test("--list names the parts of every slot, --json as data", async () => {
  const { code, out } = await reprise(["assemble", "--list", "--json"]);
  const parts = JSON.parse(out) as { slot: string; name: string; description: string }[];
  expect(code).toBe(0);
  expect(new Set(parts.map(({ slot }) => slot))).toEqual(new Set(["embedding", "subencoder", "encoder", "decoder", "objective", "processor"]));
  expect((await reprise(["assemble", "--list"])).out).toContain("gatedcnn");
});

test("--explain gives counts and ties; what does not fit is shown and is exit code 2", async () => {
  const bert = await file("bert.json", { embedding: ["word", "pos", "seg"], encoder: "transformer", target: ["mlm", "sp"], tie_weights: true });
  const good = await reprise(["assemble", bert, "--explain", "--set", "vocab_size=30522"]);
  expect(good.code).toBe(0);
  expect(good.out).toContain("110,107,196 parameters");
  expect(good.out).toContain("tied: the output map of mlm is embedding.word");
  const bad = await reprise(["assemble", bert, "--set", "vocab_size=100", "--set", 'encoder="lstm"', "--json"]);
  expect(bad.code).toBe(2);
  expect((JSON.parse(bad.out) as Explanation).problems[0]).toMatchObject({ fields: ["target", "pooling", "encoder"] });
  expect(await reprise(["assemble", await file("typo.json", { encodr: "lstm" })])).toMatchObject({ code: 2, error: expect.stringContaining('unknown key "encodr" (did you mean "encoder"?)') as string });
  expect(await reprise(["assemble", await file("broken.json", "{")])).toMatchObject({ code: 2, error: expect.stringContaining("is not JSON") as string });
  expect(await reprise(["assemble"])).toMatchObject({ code: 2 });
});

test("pretrain trains a configuration on files, keeps it, and carries it on under another target", async () => {
  const config = await file("tiny.json", TINY);
  const [texts, more] = [await file("a.txt", TEXTS), await file("b.txt", TEXTS.toUpperCase())];
  const out = join(directory, "model");
  const run = await reprise(["pretrain", config, "--data", texts, more, "--out", out, "--steps", "6", "--set", "vocab_size=420", "--set", "batch=4", "--set", "length=16", "--json"]);
  expect(run).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(run.out)).toMatchObject({ steps: 6, documents: 24, broken: 0 });
  const { model } = await loadAssembled(out);
  expect((await reprise(["embed", out, "--data", texts])).error).toContain("an assembled model; loadAssembled of reprise/tasks opens it");
  expect(model.config.target).toEqual(["mlm"]);
  expect(await reprise(["pretrain", config, "--data", texts, "--out", out])).toMatchObject({ code: 2, error: expect.stringContaining("already holds a run") as string });

  const again = await reprise(["pretrain", config, "--data", texts, more, "--out", out, "--steps", "6", "--set", "vocab_size=420", "--set", "batch=4", "--set", "length=16", "--resume", "--json"]);
  expect((JSON.parse(again.out) as { loss: number }).loss).toBe((JSON.parse(run.out) as { loss: number }).loss); // finished already

  const labelled = await file("l.jsonl", TEXTS.split("\n").map((text, i) => JSON.stringify({ text, label: ["red", "green", "blue"][i % 3] })).join("\n"));
  const classes = await file("cls.json", { ...TINY, target: ["cls"], pooling: "mean", tie_weights: false });
  const tuned = await reprise(["pretrain", classes, "--data", labelled, "--out", join(directory, "tuned"), "--from", out, "--steps", "3", "--set", "vocab_size=420", "--set", "batch=4", "--set", "length=16", "--json"]);
  expect(tuned).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(tuned.out)).toMatchObject({ fresh: 4 }); // two linear maps
  expect(JSON.parse(await readFile(join(directory, "tuned", "assemble.json"), "utf8"))).toMatchObject({ labels_num: 3, vocab_size: 420 });
  const none = await file("none.jsonl", '{"text": "the red boat", "labels": ["red"]}\n{"text": "a stone", "labels": []}\n');
  expect(await reprise(["pretrain", classes, "--data", none, "--out", join(directory, "none")])).toMatchObject({ code: 2, error: expect.stringContaining('"a stone" has no label') as string });
});

const trained = ["--steps", "2", "--set", "batch=4", "--set", "length=16"];

test("a model of a known architecture leaves under the names of Hugging Face, and comes back by loadAssembled and by --from", async () => {
  const texts = await file("a.txt", Array.from({ length: 6 }, () => TEXTS).join("\n\n"));
  const bert = await file("bert.json", { ...TINY, embedding: ["word", "pos", "seg"], target: ["mlm", "sp"] });
  const [model, out] = [join(directory, "model"), join(directory, "out")];
  expect(await reprise(["pretrain", bert, "--data", texts, "--out", model, "--set", "vocab_size=420", ...trained])).toMatchObject({ code: 0, error: "" });
  const run = await reprise(["export", model, "--format", "huggingface", "--out", out, "--json"]);
  expect(run).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(run.out)).toMatchObject({ architecture: "bert", task: "pre-training" });
  expect(JSON.parse(await readFile(join(out, "config.json"), "utf8"))).toMatchObject({ architectures: ["BertForPreTraining"], model_type: "bert", vocab_size: 420, type_vocab_size: 3, pad_token_id: 0 });

  const state = async (place: string): Promise<unknown[]> => [...(await loadAssembled(place)).model.stateDict()].sort();
  expect(await state(out)).toEqual(await state(model));
  const own = await fromPretrained(model).catch((error: Error) => error.message);
  expect(own).toContain("found no config.json");
  const { tokenizer } = await loadAssembled(out);
  expect([...tokenizer.encode("the red boat")]).toEqual([...(await loadAssembled(model)).tokenizer.encode("the red boat")]);

  // Carried on from either folder it is one and the same run.
  const again = async (from: string, to: string): Promise<unknown[]> => {
    expect(await reprise(["pretrain", bert, "--data", texts, "--out", join(directory, to), "--from", from, ...trained, "--json"])).toMatchObject({ code: 0, error: "" });
    return state(join(directory, to));
  };
  expect(await again(out, "from-out")).toEqual(await again(model, "from-model"));

  const lstm = join(directory, "lstm");
  await reprise(["pretrain", await file("lstm.json", { ...TINY, embedding: ["word"], encoder: "lstm", target: ["lm"], tie_weights: false }), "--data", texts, "--out", lstm, "--set", "vocab_size=420", ...trained]);
  expect(await reprise(["export", lstm, "--format", "huggingface", "--out", join(directory, "none")])).toMatchObject({ code: 2, error: expect.stringMatching(/lstm: these slots have no counterpart.*encoder: lstm has none.*What can be exported: BERT/) as string });
});

test("--from takes over what the configuration does not say, and sizes that clash are named", async () => {
  const texts = await file("a.txt", TEXTS);
  const model = join(directory, "model");
  await reprise(["pretrain", await file("tiny.json", { ...TINY, feedforward_size: 24 }), "--data", texts, "--out", model, "--set", "vocab_size=420", ...trained]);
  const labelled = await file("l.jsonl", TEXTS.split("\n").map((text, i) => JSON.stringify({ text, label: ["red", "green", "blue"][i % 3] })).join("\n"));
  const bare = await file("cls.json", { target: ["cls"] });
  const run = await reprise(["pretrain", bare, "--data", labelled, "--out", join(directory, "tuned"), "--from", model, ...trained, "--json"]);
  expect(run).toMatchObject({ code: 0, error: "" });
  expect(JSON.parse(run.out)).toMatchObject({ fresh: 4 });
  expect(JSON.parse(await readFile(join(directory, "tuned", "assemble.json"), "utf8"))).toMatchObject({ emb_size: 16, feedforward_size: 24, embedding: ["word", "pos"], target: ["cls"], vocab_size: 420, labels_num: 3 });
  expect(JSON.parse(await readFile(join(directory, "tuned", "labels.json"), "utf8"))).toEqual({ cls: ["blue", "green", "red"] });
  const clash = await reprise(["pretrain", bare, "--data", labelled, "--out", join(directory, "clash"), "--from", model, "--set", "feedforward_size=32", ...trained]);
  expect([clash.code, clash.error]).toEqual([2, expect.stringMatching(/3 shapes differ: .*Set feedforward_size to 24 \(it is 32\), or leave it out of the configuration/)]);
});

test("a fine-tuned model tells classes of texts and pairs, by classify and by eval, whatever its encoder", async () => {
  const texts = await file("a.txt", TEXTS);
  // The answer is in the second text alone: a model that does not read it cannot know.
  const rows = Array.from({ length: 16 }, (_, i) => ({ text_a: "which boat", text_b: i % 2 === 0 ? "the red boat" : "the blue sails", label: i % 2 === 0 ? "boat" : "sails" }));
  const pairs = await file("pairs.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
  const [model, tuned] = [join(directory, "model"), join(directory, "tuned")];
  expect((await reprise(["pretrain", await file("lm.json", { ...TINY, embedding: ["word", "seg"], encoder: "gru", target: ["lm"] }), "--data", texts, "--out", model, "--set", "vocab_size=420", ...trained])).code).toBe(0);
  const columns = ["--columns", "text=text_a,pair=text_b"];
  await finetune(model, pairs, { out: tuned, columns: { text: "text_a", pair: "text_b" }, config: { pooling: "mean" }, steps: 60, batch: 8, length: 24, learningRate: 0.02 });
  const scores = await reprise(["eval", tuned, "--data", pairs, ...columns, "--json"]);
  expect(scores.error).toBe("");
  expect(JSON.parse(scores.out)).toMatchObject({ kind: "labelled", records: 16, metrics: { accuracy: 1, f1: 1 } });
  const unlabelled = await file("ask.jsonl", '{"text": "which boat", "pair": "the red boat"}\n{"text": "which boat", "pair": "the blue sails"}\n');
  const { out } = await reprise(["classify", tuned, "--data", unlabelled]);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line) as { pair: string; label: string; scores: Record<string, number> });
  expect(lines.map(({ pair, label }) => [pair, label])).toEqual([["the red boat", "boat"], ["the blue sails", "sails"]]);
  expect(Object.values(lines[0]?.scores ?? {}).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 3);
  expect(await reprise(["classify", model, "--data", texts])).toMatchObject({ code: 2, error: expect.stringContaining("an assembled model for lm; this needs the target cls or tasks: reprise pretrain CONFIG --from") as string });
});

test("a classifier says the same here and as the folder of Hugging Face that it leaves as", async () => {
  const labelled = await file("l.jsonl", TEXTS.split("\n").map((text, i) => JSON.stringify({ text, label: ["red", "green", "blue"][i % 3] })).join("\n"));
  const bert = await file("bert.json", { ...TINY, embedding: ["word", "pos", "seg"], target: ["cls"], tie_weights: false });
  const [model, out] = [join(directory, "model"), join(directory, "out")];
  expect((await reprise(["pretrain", bert, "--data", labelled, "--out", model, "--set", "vocab_size=420", ...trained])).code).toBe(0);
  expect((await reprise(["export", model, "--format", "huggingface", "--out", out])).code).toBe(0);
  const asked = ["the red boat sails to harbour number 3", "a much longer text about green boats and blue harbours that is cut at sixteen tokens"];
  const [own, theirs] = [await openAssembled(model), await fromPretrained(out)];
  const [ours, there] = [await own.scores(asked), await theirs.scores(asked)];
  expect(theirs.labels).toEqual(own.labels);
  ours.data.forEach((value, i) => expect(Math.abs(Number(value) - Number(there.data[i]))).toBeLessThan(1e-5));
  await own.release();
  await theirs.release();
});

test("a stopped run goes on to the very weights of one that was not stopped", async () => {
  const config = await file("tiny.json", { ...TINY, dropout: 0.1 });
  const texts = await file("a.txt", TEXTS);
  const words = (out: string): string[] => ["pretrain", config, "--data", texts, "--out", out, "--steps", "6", "--set", "vocab_size=420", "--set", "batch=4", "--set", "length=16", "--checkpoint-every", "2"];
  const [whole, stopped] = [join(directory, "whole"), join(directory, "stopped")];
  expect((await reprise(words(whole))).code).toBe(0);
  const controller = new AbortController();
  const watch = setInterval(() => void readFile(join(stopped, "training", "checkpoint-0.safetensors")).then(() => controller.abort("SIGINT"), () => undefined), 2);
  const first = await reprise(words(stopped), controller.signal);
  clearInterval(watch);
  if (first.code !== 0) expect(first.error).toContain("--resume"); // the abort may come after the last step
  const bare = ["pretrain", config, "--data", texts, "--out", stopped, "--resume"];
  for (const [changed, message] of [[["--steps", "7"], /steps: the begun run has 6, this one 7/], [["--set", "emb_size=32"], /config\.emb_size: the begun run has 16, this one 32/], [["--set", "seed=2"], /seed: the begun run has 1, this one 2/]] as const) {
    const other = await reprise([...bare, ...changed]);
    expect([other.code, other.error]).toEqual([2, expect.stringMatching(message)]);
  }
  expect(await reprise(bare)).toMatchObject({ code: 0, error: "" }); // with the settings it was begun with
  const state = async (out: string): Promise<unknown> => [...(await loadAssembled(out)).model.stateDict()];
  expect(await state(stopped)).toEqual(await state(whole));
});
