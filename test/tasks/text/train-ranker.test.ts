/** Rankers of systems on users' pairs: trained, kept in a folder, opened again, asked by the command line. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SILENT } from "../../../src/lab/index.ts";
import { evaluateText, fromPretrained, openRanker, trainText } from "../../../src/tasks/index.ts";
import { exportModel } from "../../../src/cli/commands/export.ts";
import { rerankTexts } from "../../../src/cli/commands/rerank.ts";
import type { CliPorts } from "../../../src/cli/ports.ts";
import { PAIRS, RECORDS, TINY } from "./pairs.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-ranker-"));
const SETTINGS = { steps: 60, batch: 16, negatives: 3, learningRate: 3e-3, tiny: TINY };
const QUERY = RECORDS[37]?.query as string;
const ANSWERS = [37, 4, 71, 90, 12].map((i) => RECORDS[i]?.positive as string);

test.each([["uni-encoder", 1, 1], ["mixencoder", 1, 1], ["prettr", 2, 3]] as const)("%s learns pairs; the folder opens to the same scores and is a model of its encoder too", async (method, depth, times) => {
  const out = join(temporary(), "ranker");
  const { model, lastLoss, records, loss } = await trainText(method, PAIRS, { out, settings: { ...SETTINGS, steps: times * SETTINGS.steps, tiny: { ...TINY, depth } } });
  expect([loss, records]).toEqual(["listwise", 100]);
  expect(lastLoss).toBeLessThan(1.1); // chance among four is ln 4 = 1.386
  const ranker = await openRanker(out);
  const found = await ranker.rank(QUERY, ANSWERS);
  expect(new Set(found.map(({ index }) => index))).toEqual(new Set([0, 1, 2, 3, 4]));
  const again = await openRanker(out);
  expect(await again.rank(QUERY, ANSWERS)).toEqual(found);
  if (method !== "uni-encoder") {
    // A candidate's score does not depend on the others.
    const [alone] = await again.rank(QUERY, ANSWERS.slice(2, 3));
    expect(alone?.score).toBeCloseTo(found.find(({ index }) => index === 2)?.score as number, 4);
  }
  const encoder = await fromPretrained(out);
  expect(encoder.module.stateDict().get("text.embedding.word.weight")).toEqual(model.module.stateDict().get("text.embedding.word.weight"));
  expect(existsSync(join(out, "training", "checkpoint-0.safetensors"))).toBe(false);
  await expect(trainText(method, PAIRS, { out, settings: SETTINGS })).rejects.toThrow("already holds a model");
  for (const opened of [ranker, again]) await opened.release();
});

test("reprise rerank asks a ranker as it does any model", async () => {
  const out = join(temporary(), "ranker");
  await trainText("mixencoder", PAIRS, { out, settings: { ...SETTINGS, steps: 2 } });
  const texts = join(temporary(), "texts.txt");
  writeFileSync(texts, `${ANSWERS.join("\n")}\n`);
  const lines: string[] = [];
  const messages: string[] = [];
  const ports = { out: (text: string) => lines.push(text), error: (text: string) => messages.push(text), signal: new AbortController().signal, progress: () => SILENT } as unknown as CliPorts;
  await rerankTexts(ports, out, { query: QUERY, data: texts, lines: true, top: 3 });
  const ranker = await openRanker(out);
  const expected = (await ranker.rank(QUERY, ANSWERS)).slice(0, 3).map(({ index }) => ANSWERS[index]);
  expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual(expected);
  await exportModel(ports, out, { out: join(temporary(), "exported") });
  expect(messages.join("")).toMatch(/its ranker has no place in these formats; what is written is the encoder below it/);
  await ranker.release();
});

test("eval of a ranker judges its own ranking, not the vectors of its encoder", async () => {
  const out = join(temporary(), "ranker");
  await trainText("mixencoder", PAIRS, { out, settings: { ...SETTINGS, steps: 2 } });
  const ranker = await openRanker(out);
  const records = RECORDS.slice(0, 6).map((record, i) => ({ ...record, negatives: [1, 2, 3].map((j) => RECORDS[(i + 7 * j) % 100]?.positive as string) }));
  const { kind, count, metrics } = await evaluateText(ranker, { kind: "pairs", records });
  const places = await Promise.all(records.map(async ({ query, positive, negatives }) => 1 + (await ranker.rank(query, [positive, ...negatives])).findIndex(({ index }) => index === 0)));
  expect([kind, count]).toEqual(["pairs", 6]);
  expect(metrics["mrr@10"]).toBeCloseTo(places.reduce((sum, place) => sum + 1 / place, 0) / 6, 6);
  expect(metrics["recall@1"]).toBeCloseTo(places.filter((place) => place === 1).length / 6, 6);
  await ranker.release();
});

test("what cannot be done is said: other data, an evaluation, no wrong answers, a damaged or missing folder", async () => {
  const scored = { kind: "scored" as const, records: [{ a: "x", b: "y", score: 1 }] };
  await expect(trainText("prettr", scored, { out: join(temporary(), "r") })).rejects.toThrow();
  await expect(trainText("prettr", PAIRS, { out: join(temporary(), "r"), evaluation: PAIRS, settings: SETTINGS })).rejects.toThrow("takes no evaluation");
  await expect(trainText("prettr", PAIRS, { out: join(temporary(), "r"), settings: { ...SETTINGS, negatives: 0 } })).rejects.toThrow("learns from wrong answers too");
  await expect(openRanker(temporary())).rejects.toThrow("found no ranker.json");
  const out = join(temporary(), "ranker");
  await trainText("uni-encoder", PAIRS, { out, settings: { ...SETTINGS, steps: 1 } });
  const ranker = await openRanker(out);
  await expect(ranker.rank(QUERY, new Array<string>(65).fill("a"))).rejects.toThrow("at most 64 candidates are scored together, got 65");
  await ranker.release();
  const about = JSON.parse(readFileSync(join(out, "ranker.json"), "utf8")) as object;
  writeFileSync(join(out, "ranker.json"), JSON.stringify({ ...about, version: 99 }));
  await expect(openRanker(out)).rejects.toThrow("version 99, this is 1");
  writeFileSync(join(out, "ranker.json"), "{");
  await expect(openRanker(out)).rejects.toThrow("not JSON");
});
