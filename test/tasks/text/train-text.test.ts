import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { env, pipeline } from "@huggingface/transformers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { classifyTexts, evaluateText, fromPretrained, rerank, trainText } from "../../../src/tasks/index.ts";
import { compileFixture, removeFixture } from "../../cli/compiled-fixture.ts";
import { commandLine } from "../command-line.ts";
import { PAIRS, RECORDS, TINY } from "./pairs.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-text-"));
const reprise = commandLine(temporary());
let main: string;
let data: string;
beforeAll(async () => {
  main = await compileFixture("train-text");
  data = join(temporary(), "pairs.jsonl");
  writeFileSync(data, RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(""));
});
afterAll(() => removeFixture(main));

const SETTINGS = { steps: 20, batch: 16, tiny: TINY };

test("a bi-encoder learns pairs, and transformers.js gives the vectors of the folder it leaves", async () => {
  const out = join(temporary(), "model");
  const { model, loss, best } = await trainText("bi-encoder", PAIRS, { out, evaluation: PAIRS, settings: SETTINGS });
  expect(loss).toBe("info-nce");
  // By chance the first of 100 answers is right for 1 query in 100.
  expect(best?.metrics["recall@1"]).toBeGreaterThan(0.1);
  const again = await fromPretrained(out);
  expect((await evaluateText(again, PAIRS)).metrics["ndcg@10"]).toBeCloseTo(best?.metrics["ndcg@10"] as number, 6);
  expect(existsSync(join(out, "training", "checkpoint-0.safetensors"))).toBe(false);
  env.allowRemoteModels = false;
  env.localModelPath = "";
  const run = await pipeline("feature-extraction", out, { dtype: "fp32" });
  const theirs = (await run(["red cat is here"], { pooling: "mean" })).data as Float32Array;
  const ours = (await model.embed(["red cat is here"])).data as Float32Array;
  expect(Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] as number))))).toBeLessThan(1e-5);
  await run.dispose();
});

test("a classifier reads the second texts of records that have one, in training as in use", async () => {
  const pairs = ["red", "blue"].map((colour) => ({ text: "which colour", pair: `a ${colour} cat`, labels: [colour] }));
  const records = Array.from({ length: 8 }, () => pairs).flat();
  const { model } = await trainText("classifier", { kind: "labelled", records }, { out: join(temporary(), "pairs"), settings: { ...SETTINGS, steps: 60, learningRate: 5e-3 } });
  // The first text tells nothing: whoever reads it alone is right half of the time.
  expect((await evaluateText(model, { kind: "labelled", records: pairs })).metrics["accuracy"]).toBe(1);
  await model.release();
});

test("cross-encoders and classifiers start from another model; scores and labels have losses of their own", async () => {
  const base = join(temporary(), "base");
  await trainText("bi-encoder", PAIRS, { out: base, settings: { ...SETTINGS, steps: 2 } });
  const scored = await trainText("cross-encoder", { kind: "scored", records: RECORDS.map(({ query, positive }, i) => ({ a: query, b: positive, score: i % 5 })) }, { out: join(temporary(), "scored"), base, settings: { ...SETTINGS, steps: 2, learningRate: 1e-3 } });
  // Queries that share no word with any answer have to be told from other answers too.
  const strange = { kind: "pairs", records: RECORDS.map(({ positive }, i) => ({ query: `x${i}`, positive, negatives: [] })) } as const;
  expect((await evaluateText(scored.model, strange)).metrics["mrr@10"]).toBeLessThan(0.7);
  expect([scored.loss, scored.model.labels]).toEqual(["graded", ["LABEL_0"]]);
  const ranked = await rerank(scored.model, "where is the red cat", ["a", "b", "c"]);
  expect(ranked.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
  const labelled = RECORDS.map(({ query }) => ({ text: query, labels: [query.includes("red") ? "red" : "other"] }));
  const { model, loss } = await trainText("classifier", { kind: "labelled", records: labelled }, { out: join(temporary(), "labels"), base, settings: { ...SETTINGS, steps: 2 } });
  expect([loss, model.labels]).toEqual(["cross-entropy", ["other", "red"]]);
  const [scores] = await classifyTexts(model, ["where is the red cat"]);
  expect(scores?.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5);
  await expect(trainText("classifier", PAIRS, { out: temporary() })).rejects.toThrow(/expected records of kind labelled, got pairs/);
  await expect(trainText("bi-encodr", PAIRS, { out: temporary() })).rejects.toThrow(/did you mean "bi-encoder"/);
  await expect(trainText("bi-encoder", PAIRS, { out: temporary(), loss: "cosent" })).rejects.toThrow(/the loss "cosent" is not for records of kind pairs; choose one of info-nce/);
});

test("labels that cannot be learned or judged are refused before anything is written", async () => {
  const out = join(temporary(), "labels");
  const two = [{ text: "red cat", labels: ["red"] }, { text: "blue dog", labels: ["blue"] }];
  const judgedBy = (label: string) => trainText("classifier", { kind: "labelled", records: two }, { out, evaluation: { kind: "labelled", records: [{ text: "green fish", labels: [label] }] }, settings: { steps: 2, tiny: { ...TINY } } });
  await expect(judgedBy("green")).rejects.toThrow(/no label "green"; it has blue, red/);
  await expect(trainText("classifier", { kind: "labelled", records: two.slice(0, 1) }, { out })).rejects.toThrow(/the only label of the records is "red"; expected two labels or more/);
  expect(existsSync(out)).toBe(false);
});

test("a text of no class is learned and judged where labels do not exclude each other, and refused where they do", async () => {
  const records = RECORDS.map(({ positive }) => ({ text: positive, labels: ["red", "cat"].filter((word) => positive.includes(word)) }));
  expect(records.some(({ labels }) => labels.length === 0)).toBe(true);
  const data = { kind: "labelled", records } as const;
  const { model, loss } = await trainText("classifier", data, { out: join(temporary(), "labels"), settings: { ...SETTINGS, steps: 120, learningRate: 5e-3 } });
  expect([loss, model.config["problem_type"]]).toEqual(["binary", "multi_label_classification"]);
  const { metrics } = await evaluateText(model, data);
  expect(metrics["accuracy"]).toBeGreaterThan(0.7); // of no class are 64 of a hundred
  const none = await classifyTexts(model, ["fish tree is here"]);
  expect(none[0]?.every(({ score }) => score < 0.5)).toBe(true);
  await expect(trainText("classifier", data, { out: temporary(), loss: "cross-entropy" })).rejects.toThrow(/the loss "cross-entropy" is not for records with several labels or none/);
  const single = [{ text: "red cat", labels: ["red"] }, { text: "blue dog", labels: ["blue"] }];
  await expect(trainText("classifier", { kind: "labelled", records: single }, { out: temporary(), evaluation: { kind: "labelled", records: [{ text: "a stone", labels: [] }] } })).rejects.toThrow(/the model gives each text one label; "a stone" has 0/);
  await expect(trainText("classifier", { kind: "labelled", records: [{ text: "a stone", labels: [] }] }, { out: temporary() })).rejects.toThrow(/no record has a label; expected two labels or more/);
});

test("a vocabulary that the characters of the texts do not fit into is a setting that is wrong", async () => {
  const out = join(temporary(), "small");
  const letters = join(temporary(), "letters.jsonl");
  writeFileSync(letters, Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ query: String.fromCharCode(0x4e00 + i), positive: String.fromCharCode(0x5e00 + i) })}\n`).join(""));
  const small = await reprise("train", "bi-encoder", "--data", letters, "--out", out, "--set", "tiny.vocabulary=100");
  expect([small.code, small.error]).toEqual([2, expect.stringMatching(/tiny\.vocabulary: the texts have 80 different characters, for which at least 165 pieces are needed, got 100; raise it/)]);
});

test("comparing answers without worse ones is refused like other data that nothing can come of", async () => {
  const { code, error } = await reprise("train", "llm-blender", "--data", data, "--out", join(temporary(), "blender"), ...Object.entries(TINY).flatMap(([key, value]) => ["--set", `tiny.${key}=${value}`]));
  expect([code, error]).toEqual([2, expect.stringMatching(/no record has a worse answer/)]);
});

test("records and sizes that nothing can come of are refused before anything is written", async () => {
  const out = join(temporary(), "model");
  const same = { kind: "pairs", records: [0, 1].map(() => ({ query: "where is the cat", positive: "here", negatives: [] })) } as const;
  await expect(trainText("bi-encoder", same, { out, settings: { tiny: { ...TINY } } })).rejects.toThrow(/no record has a wrong answer to learn from/);
  await expect(trainText("cross-encoder", same, { out, settings: { tiny: { ...TINY } } })).rejects.toThrow(/learns from wrong answers too/);
  await expect(trainText("bi-encoder", PAIRS, { out, settings: { tiny: { ...TINY, width: 30, heads: 4 } } })).rejects.toThrow(/a width of 30 does not divide into 4 heads; choose another tiny.width or tiny.heads/);
  expect(existsSync(out)).toBe(false);
});

test("a second training at the same time in one folder is refused, and the first one ends as if alone", async () => {
  const out = join(temporary(), "model");
  const train = () => trainText("bi-encoder", PAIRS, { out, resume: true, settings: { steps: 4, tiny: { ...TINY } } });
  const ended = await Promise.allSettled([train(), train()]);
  const refused = ended.filter((one) => one.status === "rejected");
  expect(refused.map(({ reason }) => String(reason))).toEqual([expect.stringContaining(`is in use by process ${process.pid}`)]);
  const steps = readFileSync(join(out, "training", "metrics.jsonl"), "utf8").split("\n").filter((line) => line.includes('"type":"step"'));
  expect(steps).toHaveLength(4);
  expect(readdirSync(join(out, "training"))).not.toContain("holder.json");
});

test("gradient caching gives the same weights whatever the size of its parts", async () => {
  const weights = async (part: number): Promise<Float32Array> => {
    const { model } = await trainText("bi-encoder", PAIRS, { out: join(temporary(), "model"), settings: { ...SETTINGS, steps: 2, part, tiny: { ...TINY } } });
    return (await model.embed(["where is the red cat"])).data as Float32Array;
  };
  const [halves, quarters, plain] = [await weights(8), await weights(4), await weights(0)];
  const apart = (other: Float32Array): number => Math.max(...halves.map((value, i) => Math.abs(value - (other[i] as number))));
  expect(apart(quarters)).toBeLessThan(5e-3);
  expect(apart(plain)).toBeGreaterThan(5e-3); // other draws of dropout: the cache was used
});

test("training that is killed with -9 and continued gives the same file as training that was not", async () => {
  const words = (out: string): string[] => ["train", "bi-encoder", "--data", data, "--eval", data, "--out", out, "--steps", "24", "--batch", "16", "--checkpoint-every", "2", "--set", "evaluateEvery=8", ...Object.entries(TINY).flatMap(([key, value]) => ["--set", `tiny.${key}=${value}`]), "--resume"];
  const [whole, broken] = [join(temporary(), "whole"), join(temporary(), "broken")];
  expect((await reprise(...words(whole))).code).toBe(0);
  const child = spawn(process.execPath, [main, ...words(broken)], { stdio: "ignore" });
  for (let i = 0; i < 3000 && !existsSync(join(broken, "training", "checkpoint-1.safetensors")); i++) await delay(10);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(join(broken, "config.json"))).toBe(false);
  const { code, error } = await reprise(...words(broken));
  expect([code, error]).toEqual([0, expect.stringContaining("continuing after step")]);
  for (const file of ["model.safetensors", "config.json", "tokenizer.json"]) expect(readFileSync(join(broken, file)).equals(readFileSync(join(whole, file)))).toBe(true);
  expect(readdirSync(join(broken, "training")).filter((name) => name.endsWith(".safetensors"))).toEqual([]);
  const steps = readFileSync(join(broken, "training", "metrics.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as { type: string; step: number }).filter(({ type }) => type === "step").map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
});

test("standard input is refused by every method, wherever it is named: it can be read once only", async () => {
  for (const method of ["bi-encoder", "classifier", "eee-qa", "crosstune", "dupmae"]) await expect(trainText(method, "-", { out: temporary() }), method).rejects.toThrow("give a file, not standard input");
  await expect(trainText("bi-encoder", PAIRS, { out: temporary(), evaluation: "-" })).rejects.toThrow("give a file, not standard input");
});
