import { mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, pipeline } from "@huggingface/transformers";
import { expect, test } from "vitest";
import { fromPretrained, trainText } from "../../../src/tasks/index.ts";
import { rowsOf } from "../../../src/tasks/text/pretrain-text.ts";
import { RECORDS, TINY } from "./pairs.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-pretrain-"));
const corpus = join(temporary(), "corpus.txt");
writeFileSync(corpus, RECORDS.map(({ query, positive }) => `${query} and ${positive}\n`).join(""));
const SETTINGS = { steps: 12, batch: 16, length: 16, tiny: TINY };

test("plain texts pre-train a model whose first state is its vector, as transformers.js gives it too", async () => {
  const out = join(temporary(), "model");
  const { model, loss, steps, records, lastLoss } = await trainText("dupmae", corpus, { out, settings: SETTINGS });
  expect([loss, steps, records]).toEqual(["dupmae", 12, 100]);
  const losses = (await readFile(join(out, "training", "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => (JSON.parse(line) as { loss: number }).loss);
  expect(lastLoss).toBeLessThan((losses[0] as number) - 0.5);
  env.allowRemoteModels = false;
  env.localModelPath = "";
  const run = await pipeline("feature-extraction", out, { dtype: "fp32" });
  const theirs = (await run(["where is the red cat"], { pooling: "cls" })).data as Float32Array;
  const ours = (await model.embed(["where is the red cat"])).data as Float32Array;
  const again = (await (await fromPretrained(out)).embed(["where is the red cat"])).data as Float32Array;
  const apart = (other: Float32Array): number => Math.max(...ours.map((value, i) => Math.abs(value - (other[i] as number))));
  expect([apart(theirs) < 1e-5, apart(again)]).toEqual([true, 0]);
  await run.dispose();
  // Pairs train on from there.
  const tuned = await trainText("bi-encoder", { kind: "pairs", records: RECORDS }, { out: join(temporary(), "tuned"), base: out, settings: { steps: 2, batch: 16 } });
  expect(tuned.model.stages.stages[0]).toEqual({ kind: "pooling", pooling: "first" });
});

test("a run that was stopped goes on to the same weights, and refuses other settings", async () => {
  const [whole, broken] = [join(temporary(), "whole"), join(temporary(), "broken")];
  await trainText("dupmae", corpus, { out: whole, settings: SETTINGS });
  const stop = new AbortController();
  const progress = { update: ({ fraction }: { readonly fraction?: number }) => void ((fraction ?? 0) > 0.5 && stop.abort(new Error("stopped"))), message: () => undefined, end: () => undefined };
  await expect(trainText("dupmae", corpus, { out: broken, settings: SETTINGS, checkpointEvery: 2, signal: stop.signal, progress })).rejects.toThrow("stopped");
  await expect(trainText("dupmae", corpus, { out: broken, settings: { ...SETTINGS, length: 12 }, resume: true })).rejects.toThrow(/settings.length: the begun run has 16, this one 12/);
  await trainText("dupmae", corpus, { out: broken, resume: true });
  expect(await readFile(join(broken, "model.safetensors"))).toEqual(await readFile(join(whole, "model.safetensors")));
});

test("long texts become several rows that hold all of their tokens, and evaluation records are refused", async () => {
  const tokenizer = { encode: (text: string) => Int32Array.from(text.split(" "), Number), assemble: (a: Int32Array) => ({ ids: Int32Array.of(1, ...a, 2), segments: new Int32Array(a.length + 2), special: new Uint8Array(a.length + 2) }), special: { pad: 0 } } as unknown as Parameters<typeof rowsOf>[1];
  expect(rowsOf(["5 6 7 8 9", "5"], tokenizer, 4).rows.map(({ ids }) => [...ids])).toEqual([[1, 5, 6, 2], [1, 7, 8, 2], [1, 9, 2], [1, 5, 2]]);
  await expect(trainText("dupmae", corpus, { out: temporary(), evaluation: corpus })).rejects.toThrow(/takes no evaluation/);
});
