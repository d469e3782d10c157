/** Semi-siamese tuning as users meet it: trained by the command line, kept in a folder, asked as queries and as documents. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { exportFolder, fromPretrained, indexTexts, rerank, SearchIndex, trainText } from "../../../src/tasks/index.ts";
import type { PretrainedText } from "../../../src/tasks/index.ts";
import { decodeSafetensors } from "../../../src/train/index.ts";
import { MODEL_SERVER_DEFAULTS } from "../../../src/server/model/config.ts";
import { ModelService } from "../../../src/server/model/model-service.ts";
import { commandLine } from "../command-line.ts";
import { PAIRS, RECORDS, TINY } from "./pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-sides-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);
const { width, depth } = TINY;

let said: { loss: string; best: { metrics: Record<string, number> }; tuned: { added: number; trained: number; frozen: number } };
let before: number;
beforeAll(async () => {
  writeFileSync(at("pairs.jsonl"), RECORDS.map(({ query, positive }) => `${JSON.stringify({ query, positive })}\n`).join(""));
  const base = await trainText("bi-encoder", PAIRS, { out: at("base"), settings: { steps: 6, batch: 16, tiny: TINY } });
  before = base.model.module.parameterCount();
  await base.model.release();
  const { code, out, error } = await reprise("train", "semi-siamese", "--data", at("pairs.jsonl"), "--eval", at("pairs.jsonl"), "--base", at("base"), "--out", at("sides"), "--steps", "60", "--batch", "16", "--lr", "1e-2", "--json");
  expect([code, code === 0 ? "" : error]).toEqual([0, ""]);
  said = JSON.parse(out) as typeof said;
});

test("train says what was added: a change of the queries for both sides and one of the values for each, nothing else trained", () => {
  const change = 2 * 16 * width; // rank 16 between maps of the encoder's width
  expect(said.loss).toBe("pair-softmax");
  expect(said.tuned).toEqual({ added: 3 * change * depth, trained: 3 * change * depth, frozen: before });
});

test("the folder holds the base byte for byte, and the sides beside it", () => {
  expect(readFileSync(at("sides/model.safetensors"))).toEqual(readFileSync(at("base/model.safetensors")));
  const names = [...decodeSafetensors(new Uint8Array(readFileSync(at("sides/sides.safetensors")))).tensors.keys()];
  expect(names.filter((name) => name.includes("query.change"))).toHaveLength(2 * depth);
  for (const side of ["query", "document"]) expect(names.filter((name) => name.includes(`value.change.changes.${side}.`))).toHaveLength(2 * depth);
  expect(names).toHaveLength(6 * depth);
});

test("queries and documents are read differently, eval measures what train did, and that is better than the base", async () => {
  const [own, base] = [await fromPretrained(at("sides")), await fromPretrained(at("base"))];
  const text = ["red cat is here"];
  const vector = async (model: PretrainedText, role?: "query" | "document"): Promise<number[]> => Array.from((await model.embed(text, { role })).data, Number);
  expect(await vector(own, "query")).not.toEqual(await vector(own, "document"));
  expect(await vector(own)).toEqual(await vector(own, "document"));
  expect(await vector(base, "query")).toEqual(await vector(base, "document"));
  const measured = async (place: string): Promise<Record<string, number>> => (JSON.parse((await reprise("eval", at(place), "--data", at("pairs.jsonl"), "--json")).out) as { metrics: Record<string, number> }).metrics;
  const [tuned, plain] = [await measured("sides"), await measured("base")];
  expect(tuned["ndcg@10"]).toBeCloseTo(said.best.metrics["ndcg@10"] as number, 6);
  expect(tuned["ndcg@10"]).toBeGreaterThan((plain["ndcg@10"] as number) + 0.05);
  for (const model of [own, base]) await model.release();
});

test("reprise embed takes a role, search reads the query as one, and rerank agrees with the cosines of the two sides", async () => {
  writeFileSync(at("texts.txt"), "red cat is here\n");
  const embed = async (...more: string[]): Promise<number[]> => (JSON.parse((await reprise("embed", at("sides"), "--data", at("texts.txt"), "--lines", ...more)).out) as { vector: number[] }).vector;
  expect(await embed("--role", "query")).not.toEqual(await embed());
  expect(await embed("--role", "document")).toEqual(await embed());

  const model = await fromPretrained(at("sides"));
  const texts = RECORDS.slice(0, 6).map(({ positive }) => positive);
  const query = RECORDS[3]?.query as string;
  const rows = async (some: readonly string[], role: "query" | "document"): Promise<Float32Array[]> => {
    const { data } = await model.embed(some, { role });
    return some.map((_, i) => (data as Float32Array).slice(i * width, (i + 1) * width));
  };
  const [asked] = (await rows([query], "query")) as [Float32Array];
  const cosine = (other: Float32Array): number => other.reduce((sum, value, i) => sum + value * (asked[i] as number), 0) / (Math.hypot(...other) * Math.hypot(...asked));
  const expected = (await rows(texts, "document")).map(cosine);
  for (const { index, score } of await rerank(model, query, texts)) expect(score).toBeCloseTo(expected[index] as number, 5);
  await indexTexts(texts, { out: at("index"), model: { place: at("sides"), model } });
  const index = await SearchIndex.open(at("index"));
  const hits = await index.search(query, { mode: "vectors", k: 6 });
  expect(hits.map(({ id }) => id)).toEqual(expected.map((score, id) => ({ score, id })).sort((a, b) => b.score - a.score).map(({ id }) => id));
  await index.release();
  await model.release();
});

test("a run that is broken off and continued leaves the same sides as one that was not; with a prefix too", async () => {
  const options = (out: string) => ({ out: at(out), base: at("base"), settings: { steps: 8, batch: 16, sides: { rank: 4, prefix: 3 } }, checkpointEvery: 2 });
  const whole = await trainText("semi-siamese", PAIRS, options("whole"));
  const stop = new AbortController();
  const progress = { update: ({ fraction }: { fraction: number }) => fraction >= 0.5 && stop.abort(new Error("enough")), message: () => undefined, end: () => undefined };
  await expect(trainText("semi-siamese", PAIRS, { ...options("broken"), signal: stop.signal, progress: progress as never })).rejects.toThrow("enough");
  const done = await trainText("semi-siamese", PAIRS, { ...options("broken"), resume: true });
  expect(done.steps).toBe(8);
  expect(readFileSync(at("broken/sides.safetensors"))).toEqual(readFileSync(at("whole/sides.safetensors")));
  expect(existsSync(at("broken/training/checkpoint-0.safetensors"))).toBe(false);
  // The folder opens to the vectors of the model that was trained, prefix and all.
  const opened = await fromPretrained(at("whole"));
  for (const role of ["query", "document"] as const) expect((await opened.embed(["red cat"], { role })).data).toEqual((await whole.model.embed(["red cat"], { role })).data);
  for (const { release } of [{ release: () => whole.model.release() }, { release: () => done.model.release() }, { release: () => opened.release() }]) await release();
});

test("what cannot be done is said", async () => {
  const settings = { steps: 1, batch: 16 };
  await expect(trainText("semi-siamese", PAIRS, { out: at("none"), base: at("base"), settings: { ...settings, sides: { rank: 0, prefix: 0 } } })).rejects.toThrow("nothing would be trained");
  await expect(trainText("bi-encoder", PAIRS, { out: at("none"), base: at("sides"), settings })).rejects.toThrow("start from the model that it was trained beside");
  const model = await fromPretrained(at("sides"));
  await expect(exportFolder(model, at("exported"), { format: "huggingface" })).rejects.toThrow("queries and documents differently");
  await model.release();
  await expect(ModelService.open(model, { ...MODEL_SERVER_DEFAULTS, name: "sides", version: "1" })).rejects.toThrow("requests do not say which");
  rmSync(at("sides/sides.safetensors"));
  await expect(fromPretrained(at("sides"))).rejects.toThrow("sides.safetensors: the file is missing");
  writeFileSync(at("sides/sides.json"), JSON.stringify({ format: 1, method: "semi-siamese", version: 99, rank: 16, prefix: 0 }));
  await expect(fromPretrained(at("sides"))).rejects.toThrow("version 99, this is 1");
});
