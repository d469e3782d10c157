/** Labels in words for a model that reads two texts, with and without a fast scorer in front. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { calibrateZeroShot, classifyZeroShot, RequestError, trainText, zeroShotScorer } from "../../../src/tasks/index.ts";
import type { PretrainedText } from "../../../src/tasks/index.ts";
import { commandLine } from "../command-line.ts";
import { RECORDS, TINY } from "./pairs.ts";

const directory = mkdtempSync(join(tmpdir(), "reprise-zero-shot-"));
const reprise = commandLine(directory);
const LABELS = ["red", "green", "blue", "cat"];
const TEXTS = RECORDS.map(({ query }) => query);
const place = join(directory, "cross-encoder");
let model: PretrainedText;
beforeAll(async () => {
  ({ model } = await trainText("cross-encoder", { kind: "scored", records: RECORDS.map(({ query, positive }, i) => ({ a: query, b: positive, score: i % 5 })) }, { out: place, settings: { steps: 2, batch: 16, tiny: TINY } }));
  writeFileSync(join(directory, "texts.txt"), `${TEXTS.slice(0, 3).join("\n")}\n`);
  writeFileSync(join(directory, "more.txt"), `${TEXTS.join("\n")}\n`);
});

test("without calibration every label is read, and the answer is the hypothesis with the best score", async () => {
  const answers = await classifyZeroShot(model, TEXTS.slice(0, 2), LABELS, { hypothesis: "it is {} here" });
  const scores = Array.from((await model.scores(TEXTS.slice(0, 2).flatMap((text) => LABELS.map((label) => [text, `it is ${label} here`] as const)))).data as Float32Array);
  const best = [0, 1].map((i) => scores.slice(4 * i, 4 * i + 4)).map((row) => row.indexOf(Math.max(...row)));
  expect(answers).toEqual(best.map((label) => ({ label, set: [0, 1, 2, 3], passes: 4 })));
});

test("an oracle in front leaves one label and the model's own answer; a constant one leaves all", async () => {
  const own = new Map((await classifyZeroShot(model, TEXTS, LABELS)).map(({ label }, i) => [TEXTS[i] as string, label]));
  const oracle = await calibrateZeroShot(model, LABELS, { texts: TEXTS, fast: (texts) => Promise.resolve(texts.map((text) => LABELS.map((_, label) => Number(label === own.get(text))))) });
  expect(await oracle.classify(TEXTS.slice(0, 5))).toEqual(TEXTS.slice(0, 5).map((text) => ({ label: own.get(text), set: [own.get(text)], passes: 0 })));
  const constant = await calibrateZeroShot(model, LABELS, { texts: TEXTS, fast: (texts) => Promise.resolve(texts.map(() => [0, 0, 0, 0])) });
  expect((await constant.classify(TEXTS.slice(0, 5))).map(({ label, passes }) => [label, passes])).toEqual(TEXTS.slice(0, 5).map((text) => [own.get(text), 4]));
});

test("what cannot work is refused with what would", async () => {
  await expect(calibrateZeroShot(model, LABELS, { texts: TEXTS.slice(0, 50) })).rejects.toThrow("an error rate of 0.01 needs at least 99 texts, got 50");
  await expect(calibrateZeroShot(model, LABELS, { texts: TEXTS, fast: model })).rejects.toThrow("the fast model must be one that embeds texts; it is for sequence-classification");
  expect(() => zeroShotScorer(model, ["one"])).toThrow(RequestError);
  expect(() => zeroShotScorer(model, ["a", "a"])).toThrow('label "a" is given twice');
  expect(() => zeroShotScorer(model, LABELS, { hypothesis: "about it" })).toThrow("has no {} where the label goes");
});

test("reprise classify --labels prints label, set and passes, and says what calibration saved", async () => {
  const plain = await reprise("classify", place, "--data", join(directory, "texts.txt"), "--lines", "--labels", LABELS.join(","));
  expect([plain.code, plain.error]).toEqual([0, "12 of 12 passes, 0% saved\n"]);
  const answers = plain.out.trim().split("\n").map((line) => JSON.parse(line) as { text: string; label: string; set: string[]; passes: number });
  expect(answers.map(({ text, set, passes }) => ({ text, set, passes }))).toEqual(TEXTS.slice(0, 3).map((text) => ({ text, set: LABELS, passes: 4 })));
  const loose = await reprise("classify", place, "--data", join(directory, "texts.txt"), "--lines", "--labels", LABELS.join(","), "--calibrate", join(directory, "more.txt"), "--error-rate", "0.9");
  expect(loose.code).toBe(0);
  expect(loose.error).toMatch(/^\d+ of 12 passes, \d+% saved\n$/);
  const bare = await reprise("classify", place, "--data", join(directory, "texts.txt"), "--lines", "--error-rate", "0.1");
  expect([bare.code, bare.error]).toEqual([2, expect.stringContaining("--error-rate goes with --labels")]);
});
