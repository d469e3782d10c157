/** One user's way through the commands on texts: train, judge, embed, rerank, classify, index, search, export. */
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { commandLine } from "../tasks/command-line.ts";
import { RECORDS, TINY } from "../tasks/text/pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-verbs-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);
const write = (name: string, lines: readonly unknown[]): string => {
  writeFileSync(at(name), lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return at(name);
};
const linesOf = <T>(out: string): T[] => out.trim().split("\n").map((line) => JSON.parse(line) as T);
const tiny = Object.entries(TINY).flatMap(([key, value]) => ["--set", `tiny.${key}=${value}`]);

let pairs: string;
let trained: Awaited<ReturnType<typeof reprise>>;
beforeAll(async () => {
  pairs = write("pairs.jsonl", RECORDS.map(({ query, positive }) => ({ query, positive })));
  trained = await reprise("train", "bi-encoder", "--data", pairs, "--eval", pairs, "--out", at("bi"), "--steps", "20", "--batch", "16", ...tiny, "--json");
});

test("train says what it did as JSON, and leaves a folder of sentence-transformers", () => {
  expect(trained.code).toBe(0);
  const said = JSON.parse(trained.out) as { method: string; steps: number; records: number; broken: number; best: { metrics: Record<string, number> } };
  expect(said).toMatchObject({ method: "bi-encoder", steps: 20, records: 100, broken: 0 });
  expect(said.best.metrics["recall@1"]).toBeGreaterThan(0.05);
  expect(readdirSync(at("bi"))).toEqual(expect.arrayContaining(["config.json", "model.safetensors", "modules.json", "tokenizer.json"]));
});

test("eval measures what train measured", async () => {
  const { code, out } = await reprise("eval", at("bi"), "--data", pairs, "--json");
  expect(code).toBe(0);
  const best = (JSON.parse(trained.out) as { best: { metrics: Record<string, number> } }).best.metrics;
  expect((JSON.parse(out) as { metrics: Record<string, number> }).metrics["ndcg@10"]).toBeCloseTo(best["ndcg@10"] as number, 5);
});

test("embed prints a vector of the model's width for each text, and a broken record is named with its line", async () => {
  const texts = write("texts.jsonl", [{ text: "red cat is here" }, '{"text": ', { text: "blue dog" }]);
  const { code, out, error } = await reprise("embed", at("bi"), "--data", texts, "--json");
  const rows = linesOf<{ vector: number[] }>(out);
  expect([code, rows.length]).toEqual([0, 2]);
  for (const { vector } of rows) expect([vector.length, vector.every(Number.isFinite)]).toEqual([TINY.width, true]);
  expect(error).toMatch(/texts\.jsonl line 2/);
  const strict = await reprise("embed", at("bi"), "--data", texts, "--strict");
  expect(strict.code).not.toBe(0);
  expect(strict.error).toMatch(/texts\.jsonl line 2/);
});

test("rerank orders the texts of a file, and --top cuts the list", async () => {
  const texts = write("plain.txt", RECORDS.slice(0, 10).map(({ positive }) => positive));
  const { code, out } = await reprise("rerank", at("bi"), "--query", "where is the red red", "--data", texts, "--lines", "--top", "3", "--json");
  const ranked = linesOf<{ score: number; index: number; text: string }>(out);
  expect([code, ranked.length]).toEqual([0, 3]);
  expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).sort((a, b) => b - a));
  expect(ranked[0]?.text).toBe(RECORDS[ranked[0]?.index as number]?.positive);
});

test("search finds by words what was indexed, and by vectors too where a model is given", async () => {
  const texts = write("documents.jsonl", RECORDS.map(({ positive }, i) => ({ id: `d${i}`, text: positive })));
  const indexed = await reprise("search", "index", texts, "--index", at("index"), "--model", at("bi"), "--json");
  expect([indexed.code, JSON.parse(indexed.out)]).toEqual([0, expect.objectContaining({ texts: 100, broken: 0 })]);
  const byWords = linesOf<{ id: string; text: string }>((await reprise("search", "query", at("index"), "river stone", "--json", "--mode", "words")).out);
  expect(new Set(byWords.slice(0, 2).map(({ text }) => text))).toEqual(new Set(["river stone is here", "stone river is here"]));
  const both = await reprise("search", "query", at("index"), "river stone", "--json", "-k", "4");
  expect([both.code, linesOf(both.out).length]).toEqual([0, 4]);
});

test("--columns names the field of texts wherever texts are read, and --lines serves an index too", async () => {
  const table = write("abstracts.csv", ["abstract,year", "red cat is here,1999", "blue dog is here,2001"]);
  const embedded = await reprise("embed", at("bi"), "--data", table, "--columns", "text=abstract");
  expect(linesOf<{ text: string }>(embedded.out).map(({ text }) => text)).toEqual(["red cat is here", "blue dog is here"]);
  const ranked = await reprise("rerank", at("bi"), "--query", "red", "--data", table, "--columns", "text=abstract");
  expect(linesOf(ranked.out)).toHaveLength(2);
  const indexed = await reprise("search", "index", table, "--index", at("abstracts"), "--columns", "text=abstract", "--json");
  expect(JSON.parse(indexed.out)).toMatchObject({ texts: 2, broken: 0 });
  const plain = await reprise("search", "index", write("plain.jsonl", ["not json", "at all"]), "--index", at("plain-index"), "--lines", "--json");
  expect(JSON.parse(plain.out)).toMatchObject({ texts: 2, broken: 0 });
});

test("data without one readable record are a failure, not an empty answer", async () => {
  const empty = write("empty.jsonl", []);
  for (const words of [["embed", at("bi"), "--data"], ["rerank", at("bi"), "--query", "red", "--data"]]) {
    expect(await reprise(...words, pairs)).toMatchObject({ code: 1, out: "", error: expect.stringContaining("pairs.jsonl: holds no readable record; 100 broken") });
    expect(await reprise(...words, empty)).toMatchObject({ code: 1, out: "", error: expect.stringContaining("empty.jsonl: holds no readable record") });
  }
});

test("a classifier learns labels, and classify gives each text its label", async () => {
  const data = write("labels.jsonl", RECORDS.map(({ positive }) => ({ text: positive, label: positive.startsWith("red") ? "red" : "other" })));
  expect((await reprise("train", "classifier", "--data", data, "--out", at("labels"), "--steps", "2", ...tiny)).code).toBe(0);
  const { code, out } = await reprise("classify", at("labels"), "--data", write("two.txt", ["red cat", "blue dog"]), "--lines", "--json");
  const found = linesOf<{ label: string }>(out);
  expect([code, found.length]).toEqual([0, 2]);
  for (const { label } of found) expect(["red", "other"]).toContain(label);
});

test("export writes an ONNX file beside the tokenizer", async () => {
  const { code, out } = await reprise("export", at("bi"), "--out", at("onnx"), "--format", "onnx", "--json");
  expect(code).toBe(0);
  expect(out).toMatch(/onnx/);
  expect(existsSync(at("onnx/onnx/model.onnx"))).toBe(true);
});

test("mistakes name what was expected and end with the code for wrong use", async () => {
  for (const words of [["rerank", at("bi"), "--query", " "], ["answer", at("bi"), "--question", "", "--choices", "a|b"]]) {
    expect(await reprise(...words)).toMatchObject({ code: 2, out: "", error: expect.stringContaining("it is empty") });
  }
  const method = await reprise("train", "bi-encodr", "--data", pairs, "--out", at("x"));
  expect([method.code, method.error]).toEqual([2, expect.stringContaining('did you mean "bi-encoder"')]);
  const steps = await reprise("train", "bi-encoder", "--data", pairs, "--out", at("x"), "--steps", "0");
  expect([steps.code, steps.error]).toEqual([2, expect.stringContaining("at least 1")]);
  const columns = await reprise("train", "bi-encoder", "--data", pairs, "--out", at("x"), "--columns", "qery=query");
  expect([columns.code, columns.error]).toEqual([2, expect.stringContaining('unknown field "qery" of pairs')]);
  const fields = await reprise("train", "classifier", "--data", pairs, "--out", at("x"), "--columns", "text=body");
  expect([fields.code, fields.error]).toEqual([1, expect.stringContaining('has no "body"; its fields are query, positive')]);
  const kind = await reprise("train", "bi-encoder", "--data", write("texts-only.jsonl", [{ text: "red" }]), "--out", at("x"));
  expect([kind.code, kind.error]).toEqual([2, expect.stringContaining('has no "query"; its fields are text')]);
  const unknown = await reprise("train", "nothing-like-it", "--data", pairs, "--out", at("x"));
  for (const name of ["classifier", "semi-siamese", "uni-encoder", "crosstune", "dupmae"]) expect(unknown.error).toContain(name);
  const nothing = await reprise("classify", at("nothing"), "--data", pairs, "--lines");
  expect([nothing.code, nothing.error]).toEqual([1, expect.stringContaining(`${at("nothing")}: expected a model directory`)]);
  const gone = await reprise("eval", at("bi"), "--data", at("gone.jsonl"));
  expect(gone.code).not.toBe(0);
  expect(gone.error).toContain("gone.jsonl");
});
