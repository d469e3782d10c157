/** Methods of several stages on users' records, with tiny models. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromPretrained, rerank, trainText } from "../../../src/tasks/index.ts";
import type { TextData } from "../../../src/tasks/index.ts";
import { PAIRS, RECORDS, TINY } from "./pairs.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-stages-"));
const settings = { steps: 2, batch: 8, tiny: TINY };
const scored: TextData = { kind: "scored", records: RECORDS.slice(0, 24).map(({ query, positive }, i) => ({ a: query, b: positive, score: i % 6 })) };

test("augmented-sbert leaves an embedder, its teacher as reranker and silver pairs that are not gold", async () => {
  const out = temporary();
  const { model, kept, records, steps } = await trainText("augmented-sbert", scored, { out: join(out, "model"), settings });
  expect([records, steps]).toEqual([24, 4]);
  const silver = readFileSync(kept["silver"] as string, "utf8").trim().split("\n").map((line) => JSON.parse(line) as { a: string; b: string; score: number });
  const gold = new Set(scored.records.map((record) => [(record as { a: string }).a, (record as { b: string }).b].sort().join("\n")));
  expect(silver.length).toBeGreaterThan(24);
  for (const { a, b, score } of silver) {
    expect(gold.has([a, b].sort().join("\n"))).toBe(false);
    expect(score > 0 && score < 1).toBe(true);
  }
  const vectors = await (await fromPretrained(join(out, "model"))).embed(["red cat is here"]);
  expect(vectors.data).toEqual((await model.embed(["red cat is here"])).data);
  const reranker = await fromPretrained(kept["reranker"] as string);
  expect(await rerank(reranker, "where is the red cat", ["a", "b"])).toHaveLength(2);
});

test("a run whose later stages are lost goes on from the earlier ones, to the same file; other data are refused", async () => {
  const out = join(temporary(), "model");
  await trainText("augmented-sbert", scored, { out, settings });
  const whole = readFileSync(join(out, "model.safetensors"));
  await expect(trainText("augmented-sbert", scored, { out, settings })).rejects.toThrow("already holds a model");
  rmSync(join(out, "config.json"));
  rmSync(join(out, "model.safetensors"));
  rmSync(join(out, "stages", "embedder"), { recursive: true });
  await expect(trainText("augmented-sbert", { ...scored, records: scored.records.slice(1) } as TextData, { out, settings, resume: true })).rejects.toThrow("data.count");
  await trainText("augmented-sbert", scored, { out, settings, resume: true });
  expect(readFileSync(join(out, "model.safetensors")).equals(whole)).toBe(true);
});

test("trans-encoder learns from pairs without labels, and the best cycle is chosen where there are records to judge by", async () => {
  const out = join(temporary(), "model");
  const { kept } = await trainText("trans-encoder", { ...PAIRS, records: RECORDS.slice(0, 16) } as TextData, { out, settings: { ...settings, steps: 1 }, evaluation: scored });
  for (const stage of ["simcse", "cross-1", "bi-1", "cross-2", "bi-2"]) expect(existsSync(join(out, "stages", stage, "config.json"))).toBe(true);
  const files = ["bi-1", "bi-2"].map((stage) => readFileSync(join(out, "stages", stage, "model.safetensors")));
  expect(files.some((file) => file.equals(readFileSync(join(out, "model.safetensors"))))).toBe(true);
  expect(Object.keys(kept)).toEqual(["reranker"]);
});

test("bert-chatbot-distillation leaves a ranker of replies and its teacher; a loss cannot be chosen", async () => {
  const out = join(temporary(), "model");
  const dialogues = { ...PAIRS, records: RECORDS.slice(0, 16) } as TextData;
  const { model, kept } = await trainText("bert-chatbot-distillation", dialogues, { out, settings: { ...settings, negatives: 3 } });
  const ranked = await rerank(model, "where is the red cat", ["red cat is here", "green dog is here"]);
  expect(ranked.map(({ index }) => index).sort()).toEqual([0, 1]);
  expect((await fromPretrained(kept["reranker"] as string)).labels).toEqual(["LABEL_0"]);
  await expect(trainText("bert-chatbot-distillation", dialogues, { out: temporary(), loss: "cosent" })).rejects.toThrow("leave out --loss");
});
