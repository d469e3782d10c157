/** Exported folders opened by transformers.js: its pipelines give our numbers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env, pipeline } from "@huggingface/transformers";
import { beforeAll, describe, expect, test } from "vitest";
import { exportFolder, fromPretrained } from "../../../src/tasks/index.ts";
import type { PretrainedText } from "../../../src/tasks/index.ts";
import { addStages, modelFolder, temporary, TEXTS } from "./folders.ts";

beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = "";
});

const near = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(found.length).toBe(expected.length);
  const worst = Array.from(found, (value, i) => Math.abs(value - (expected[i] as number))).reduce((a, b) => Math.max(a, b), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
};

async function exported(fixture: string, format: "onnx" | "huggingface" = "huggingface"): Promise<{ model: PretrainedText; folder: string }> {
  const model = await fromPretrained(modelFolder(fixture));
  const folder = temporary();
  await exportFolder(model, folder, { format, dtypes: ["fp32", "fp16", "int8"] });
  return { model, folder };
}

describe("feature-extraction", () => {
  test.each([["fp32", 1e-5], ["fp16", 5e-3], ["q8", 0.15]] as const)("%s within %d of our own vectors", async (dtype, tolerance) => {
    const { model, folder } = await exported("bert-features", "onnx");
    const run = await pipeline("feature-extraction", folder, { dtype });
    const found = await run(TEXTS, { pooling: "mean", normalize: false });
    const vectors = await model.embed(TEXTS);
    expect(found.dims).toEqual([4, 16]);
    near(found.data as Float32Array, vectors.data as Float32Array, tolerance);
    if (dtype !== "fp32") expect(Array.from(found.data as Float32Array)).not.toEqual(Array.from(vectors.data as Float32Array));
    await run.dispose();
    await model.release();
  });

  test("of a sentence-transformers folder, with its stages", async () => {
    const folder = modelFolder("bert-features");
    addStages(folder, [["Pooling", { word_embedding_dimension: 16, pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }], ["Normalize", null]], 8);
    const model = await fromPretrained(folder);
    const out = temporary();
    const files = await exportFolder(model, out, { format: "sentence-transformers" });
    expect(files).toEqual(expect.arrayContaining(["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config.json", "model.safetensors", "tokenizer.json", "special_tokens_map.json", "onnx/model.onnx", "README.md"]));
    const run = await pipeline("feature-extraction", out, { dtype: "fp32" });
    const short = ["the cat sat", "dog"]; // transformers.js does not read the length limit of the stages
    const found = await run(short, { pooling: "mean", normalize: true });
    near(found.data as Float32Array, (await model.embed(short)).data as Float32Array, 1e-5);
    const again = await fromPretrained(out);
    expect(again.tokenizer.longest).toBe(8);
    near((await again.embed(TEXTS)).data as Float32Array, (await model.embed(TEXTS)).data as Float32Array, 0);
    expect(readFileSync(join(out, "README.md"), "utf8")).toMatch(/^---\nlibrary_name: sentence-transformers\n/);
    await run.dispose();
  });
});

/** Every kind of encoder whose type transformers.js knows, without its head. */
test.each(["roberta-masked-lm", "xlm-roberta-sequence-classification", "mpnet-features", "distilbert-masked-lm", "electra-masked-lm", "albert-features", "deberta-v3-sequence-classification", "modernbert-masked-lm", "neobert-masked-lm"])("%s: mean vectors", async (fixture) => {
  const model = await fromPretrained(modelFolder(fixture), { task: "features" });
  const folder = temporary();
  await exportFolder(model, folder, { format: "onnx" });
  const run = await pipeline("feature-extraction", folder, { dtype: "fp32" });
  near((await run(TEXTS, { pooling: "mean" })).data as Float32Array, (await model.embed(TEXTS)).data as Float32Array, 1e-5);
  await run.dispose();
  await model.release();
});

test("text-classification: labels and scores", async () => {
  const { model, folder } = await exported("bert-sequence-classification");
  const run = await pipeline("text-classification", folder, { dtype: "fp32" });
  const found = (await run(TEXTS, { top_k: 3 })) as unknown as { label: string; score: number }[][];
  const { data } = await model.scores(TEXTS);
  TEXTS.forEach((_, i) => {
    const logits = Array.from((data as Float32Array).subarray(3 * i, 3 * i + 3), Math.exp);
    const total = logits.reduce((a, b) => a + b);
    const expected = model.labels.map((label, k) => ({ label, score: (logits[k] as number) / total })).sort((a, b) => b.score - a.score);
    expect(found[i]?.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
    near(found[i]?.map(({ score }) => score) ?? [], expected.map(({ score }) => score), 1e-5);
  });
  await run.dispose();
});

test("token-classification: labels of tokens", async () => {
  const { model, folder } = await exported("bert-token-classification");
  const run = await pipeline("token-classification", folder, { dtype: "fp32" });
  const text = "the cat sat";
  const found = (await run(text, { ignore_labels: [] })) as unknown as { entity: string; score: number; index: number }[];
  const { logits } = await model.outputs([text]);
  const rows = Array.from({ length: 5 }, (_, i) => Array.from((logits?.data as Float32Array).subarray(3 * i, 3 * i + 3)));
  // The pipeline leaves out special tokens; index 1 is the first word.
  expect(found.map(({ entity }) => entity)).toEqual(rows.slice(1, 4).map((row) => model.labels[row.indexOf(Math.max(...row))]));
  near(found.map(({ score }) => score), rows.slice(1, 4).map((row) => Math.exp(Math.max(...row)) / row.reduce((sum, x) => sum + Math.exp(x), 0)), 1e-5);
  await run.dispose();
});

test("fill-mask: the most likely words and their probabilities", async () => {
  const { model, folder } = await exported("bert-masked-lm");
  const run = await pipeline("fill-mask", folder, { dtype: "fp32" });
  const text = "the [MASK] sat on the mat.";
  const found = (await run(text)) as unknown as { token: number; score: number }[];
  const { batch, logits } = await model.outputs([text]);
  const place = Array.from(batch.ids.data as Int32Array).indexOf(4);
  const row = Array.from((logits?.data as Float32Array).subarray(64 * place, 64 * place + 64));
  const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
  const expected = row.map((x, token) => ({ token, score: Math.exp(x) / total })).sort((a, b) => b.score - a.score).slice(0, 5);
  expect(found.map(({ token }) => Number(token))).toEqual(expected.map(({ token }) => token));
  near(found.map(({ score }) => score), expected.map(({ score }) => score), 1e-5);
  await run.dispose();
});
