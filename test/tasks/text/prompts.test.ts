/** Prompts of a sentence-transformers base: put before texts whose role is told, in use and in training alike. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { evaluateText, fromPretrained, rerank, trainText } from "../../../src/tasks/index.ts";
import type { PretrainedText, TextData } from "../../../src/tasks/index.ts";
import { addStages, modelFolder, temporary } from "../huggingface/folders.ts";

const USE = { prompts: { query: "the dog ", passage: "a cat " }, default_prompt_name: null, similarity_fn_name: "cosine" };
const RECORDS = ["quick", "brown", "lazy", "fox"].map((word) => ({ query: `${word} on the mat`, positive: `the ${word} sat`, negatives: [`the ${word} jumps`] }));
const PREFIXED = RECORDS.map(({ query, positive, negatives }) => ({ query: `the dog ${query}`, positive: `a cat ${positive}`, negatives: negatives.map((text) => `a cat ${text}`) }));
const pairs = (records: typeof RECORDS): TextData => ({ kind: "pairs", records });

let [plain, prompted] = ["", ""];
let model: PretrainedText;
beforeAll(async () => {
  [plain, prompted] = [modelFolder("bert-features"), modelFolder("bert-features")];
  for (const folder of [plain, prompted]) addStages(folder, [["Pooling", { pooling_mode_mean_tokens: true }]]);
  writeFileSync(join(prompted, "config_sentence_transformers.json"), JSON.stringify(USE));
  model = await fromPretrained(prompted);
});

test("a role puts its prompt before a text; without a role there is none", async () => {
  const bare = await fromPretrained(plain);
  expect(await model.embed(["lazy dog"], { role: "query" })).toEqual(await bare.embed(["the dog lazy dog"]));
  expect(await model.embed(["lazy dog"], { role: "document" })).toEqual(await bare.embed(["a cat lazy dog"]));
  expect(await model.embed(["lazy dog"])).toEqual(await bare.embed(["lazy dog"]));
  expect(await model.fingerprint()).not.toBe(await bare.fingerprint());
  const [first] = await rerank(model, "lazy", ["dog", "cat"]);
  const [expected] = await rerank(bare, "the dog lazy", ["a cat dog", "a cat cat"]).then((ranked) => ranked.filter(({ index }) => index === first?.index));
  expect(first?.score).toBeCloseTo(expected?.score as number, 5);
});

test("training on pairs reads what use reads, and the folder keeps the prompts", async () => {
  const settings = { steps: 3, batch: 4, learningRate: 1e-2, seed: 5 };
  const [out, written] = [join(temporary(), "prompted"), join(temporary(), "written")];
  const trained = await trainText("bi-encoder", pairs(RECORDS), { out, base: prompted, settings });
  await trainText("bi-encoder", pairs(PREFIXED), { out: written, base: plain, settings });
  expect(readFileSync(join(out, "model.safetensors")).equals(readFileSync(join(written, "model.safetensors")))).toBe(true);
  expect(JSON.parse(readFileSync(join(out, "config_sentence_transformers.json"), "utf8"))).toEqual(USE);
  expect((await evaluateText(trained.model, pairs(RECORDS))).metrics).toEqual((await evaluateText(await fromPretrained(written), pairs(PREFIXED))).metrics);
});

test("texts that are alike are trained and judged without prompts", async () => {
  const scored: TextData = { kind: "scored", records: RECORDS.map(({ query, positive }, i) => ({ a: query, b: positive, score: i })) };
  const settings = { steps: 2, batch: 4, learningRate: 1e-2, seed: 5 };
  const outs = [prompted, plain].map((base) => ({ base, out: join(temporary(), "scored") }));
  for (const { base, out } of outs) await trainText("bi-encoder", scored, { out, base, settings });
  const [a, b] = outs.map(({ out }) => readFileSync(join(out, "model.safetensors")));
  expect((a as Buffer).equals(b as Buffer)).toBe(true);
  expect((await evaluateText(model, scored)).metrics).toEqual((await evaluateText(await fromPretrained(plain), scored)).metrics);
});

test("a pooling that leaves prompts out is refused where there are any", async () => {
  const folder = modelFolder("bert-features");
  addStages(folder, [["Pooling", { pooling_mode_mean_tokens: true, include_prompt: false }]]);
  await expect(fromPretrained(folder)).resolves.toBeDefined();
  writeFileSync(join(folder, "config_sentence_transformers.json"), JSON.stringify(USE));
  await expect(fromPretrained(folder)).rejects.toThrow(`${folder}/1_Pooling/config.json: include_prompt: only true can be loaded for a model with prompts for queries or documents`);
});
