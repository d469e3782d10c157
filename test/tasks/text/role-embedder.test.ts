/** Universal embedders as users meet them: a causal language model of a folder, tuned by its biases, asked as queries and as documents. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { evaluateText, exportFolder, fromPretrained, trainText } from "../../../src/tasks/index.ts";
import { tinyModel } from "../../../src/tasks/text/base-model.ts";
import { decodeSafetensors } from "../../../src/train/index.ts";
import { commandLine } from "../command-line.ts";
import { modelFolder, TEXTS } from "../huggingface/folders.ts";
import { PAIRS, RECORDS, TINY } from "./pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-roles-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);
const tensorsOf = (name: string) => decodeSafetensors(new Uint8Array(readFileSync(at(name)))).tensors;
const SIZES = { ...TINY, vocabulary: 320, longest: 24 };

let said: { loss: string; best: { metrics: Record<string, number> }; tuned: { added: number; trained: number; frozen: number } };
beforeAll(async () => {
  writeFileSync(at("pairs.jsonl"), RECORDS.map(({ query, positive }) => `${JSON.stringify({ query, positive })}\n`).join(""));
  const texts = RECORDS.flatMap(({ query, positive }) => [query, positive]);
  await exportFolder(tinyModel(texts, SIZES, { task: "features", labels: [], seed: 3, kind: "causal" }), at("random"), { format: "huggingface" });
  // A language model that has read these texts, however it did.
  const read = await trainText("bi-encoder", PAIRS, { out: at("base"), base: at("random"), settings: { steps: 60, batch: 16, learningRate: 3e-3 } });
  await read.model.release();
  const { code, out, error } = await reprise("train", "universal-embedders", "--data", at("pairs.jsonl"), "--eval", at("pairs.jsonl"), "--base", at("base"), "--out", at("roles"), "--steps", "60", "--batch", "16", "--lr", "1e-2", "--json");
  expect([code, code === 0 ? "" : error]).toEqual([0, ""]);
  said = JSON.parse(out) as typeof said;
});

test("four role tokens are added, they and the biases are trained, and every matrix stays as it was bit for bit", () => {
  const { width, depth } = TINY;
  // Of a layer: query, key, value and output, up and down of the feed-forward, two norms; and the norm at the end.
  const biases = depth * (4 * width + 4 * width + width + 2 * width) + width;
  expect(said.tuned.added).toBe(4 * width);
  expect(said.tuned.trained).toBe(4 * width + biases);
  const [before, after] = [tensorsOf("base/model.safetensors"), tensorsOf("roles/model.safetensors")];
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, { data }] of after) {
    if (name.endsWith(".bias")) expect(data, name).not.toEqual(before.get(name)?.data);
    else expect(data, name).toEqual(before.get(name)?.data);
  }
  expect([...tensorsOf("roles/sides.safetensors").keys()]).toEqual(["roles"]);
});

test("the folder opens to what train measured, above the model with role tokens that mean nothing yet; queries and documents differ, padding changes nothing", async () => {
  const model = await fromPretrained(at("roles"));
  const { metrics } = await evaluateText(model, PAIRS);
  expect(metrics["ndcg@10"]).toBeCloseTo(said.best.metrics["ndcg@10"] as number, 6);
  const { model: raw } = await trainText("universal-embedders", PAIRS, { out: at("raw"), base: at("base"), settings: { steps: 1, batch: 16, learningRate: 1e-9 } });
  expect(metrics["ndcg@10"]).toBeGreaterThan(((await evaluateText(raw, PAIRS)).metrics["ndcg@10"] as number) + 0.1);
  const width = TINY.width;
  const alone = (await model.embed(["red cat"], { role: "query" })).data as Float32Array;
  const together = ((await model.embed(["red cat", "where is the red cat and the blue dog"], { role: "query" })).data as Float32Array).subarray(0, width);
  expect(Math.max(...alone.map((value, i) => Math.abs(value - (together[i] as number))))).toBeLessThan(1e-5);
  expect([...alone]).not.toEqual([...((await model.embed(["red cat"], { role: "document" })).data as Float32Array)]);
  // Longer than the model's positions: the text is cut, and the role tokens still fit.
  expect((await model.embed([RECORDS.map(({ query }) => query).join(" ")], { role: "query" })).shape).toEqual([1, width]);
  expect(model.tokenizer.encode(RECORDS.map(({ query }) => query).join(" ")).ids).toHaveLength(SIZES.longest);
  for (const opened of [model, raw]) await opened.release();
});

test("without a base a small language model is made, and a run that is broken off goes on to the same vectors", async () => {
  const options = (out: string) => ({ out: at(out), settings: { steps: 8, batch: 16, tiny: SIZES }, checkpointEvery: 2 });
  const whole = await trainText("universal-embedders", PAIRS, options("whole"));
  expect(whole.model.pretrained.architecture.modelType).toBe("gpt2");
  const stop = new AbortController();
  const progress = { update: ({ fraction }: { fraction: number }) => fraction >= 0.5 && stop.abort(new Error("enough")), message: () => undefined, end: () => undefined };
  await expect(trainText("universal-embedders", PAIRS, { ...options("broken"), signal: stop.signal, progress: progress as never })).rejects.toThrow("enough");
  const done = await trainText("universal-embedders", PAIRS, { ...options("broken"), resume: true });
  for (const file of ["sides.safetensors", "model.safetensors"]) expect(readFileSync(at(`broken/${file}`))).toEqual(readFileSync(at(`whole/${file}`)));
  for (const { model } of [whole, done]) await model.release();
});

test.each(["gpt2-causal-lm", "qwen2-causal-lm"])("a folder of Hugging Face is tuned, its scores of words left behind: %s", async (fixture) => {
  const folder = modelFolder(fixture);
  const records = TEXTS.map((text, i) => ({ query: text, positive: TEXTS[(i + 1) % TEXTS.length] as string, negatives: [] }));
  const out = at(fixture);
  const { model } = await trainText("universal-embedders", { kind: "pairs", records }, { out, base: folder, settings: { steps: 3, batch: 4 } });
  const raw = await fromPretrained(folder, { task: "features" });
  const before = raw.module.stateDict();
  for (const [name, { data }] of model.module.stateDict()) if (!name.endsWith(".bias")) expect(data, name).toEqual(before.get(name)?.data);
  const opened = await fromPretrained(out);
  const [query, document] = [await opened.embed(TEXTS, { role: "query" }), await opened.embed(TEXTS, { role: "document" })];
  expect(query.data).toEqual((await model.embed(TEXTS, { role: "query" })).data);
  expect(query.data).not.toEqual(document.data);
  for (const one of [model, raw, opened]) await one.release();
});

test("models of other types are refused, and those without biases", async () => {
  const texts = RECORDS.map(({ query }) => query);
  await exportFolder(tinyModel(texts, TINY, { task: "features", labels: [], seed: 1 }), at("bert"), { format: "huggingface" });
  await expect(trainText("universal-embedders", PAIRS, { out: at("none"), base: at("bert"), settings: { steps: 1, batch: 16 } })).rejects.toThrow("is built on causal language models (gpt2, bloom, llama, mistral, qwen2, qwen3), got a model of type bert");
  await expect(trainText("universal-embedders", PAIRS, { out: at("none"), base: modelFolder("llama-causal-lm"), settings: { steps: 1, batch: 16 } })).rejects.toThrow("this model of type llama has none");
});
