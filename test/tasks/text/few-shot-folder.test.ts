/** CrossTune by the command line: a folder from a few examples and descriptions, asked by classify and eval. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { fromPretrained, openFewShot, trainText } from "../../../src/tasks/index.ts";
import { commandLine } from "../command-line.ts";
import { PAIRS, TINY } from "./pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-few-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);
const write = (name: string, lines: readonly object[]): string => {
  writeFileSync(at(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return at(name);
};

const COLOURS = ["red", "green", "blue"];
const ANIMALS = ["cat", "dog", "horse", "fish"];
const EXAMPLES = [...COLOURS.map((word) => ({ text: `${word} ${word}`, label: "colours" })), ...ANIMALS.map((word) => ({ text: `${word} ${word}`, label: "animals" }))];
const DESCRIPTIONS = { colours: "red green and blue", animals: "a cat a dog or a fish" };

let trained: Awaited<ReturnType<typeof reprise>>;
beforeAll(async () => {
  await trainText("bi-encoder", PAIRS, { out: at("base"), settings: { steps: 10, batch: 16, tiny: TINY } }).then(({ model }) => model.release());
  write("examples.jsonl", EXAMPLES);
  write("labels.jsonl", Object.entries(DESCRIPTIONS).map(([label, description]) => ({ label, description })));
  trained = await reprise("train", "crosstune", "--data", at("examples.jsonl"), "--eval", at("examples.jsonl"), "--labels", at("labels.jsonl"), "--base", at("base"), "--out", at("classifier"), "--json");
});

test("train says what it learned, and the model in the folder is the base byte for byte", () => {
  expect([trained.code, trained.code === 0 ? "" : trained.error]).toEqual([0, ""]);
  const { width } = TINY;
  // Four maps of the attention, the norm, and the bilinear map.
  const head = 4 * (width * width + width) + 2 * width + (width * width + width);
  expect(JSON.parse(trained.out)).toMatchObject({ loss: "cross-entropy", records: 7, best: { metrics: { accuracy: 1 } }, tuned: { added: head, trained: head } });
  expect(readFileSync(at("classifier/model.safetensors"))).toEqual(readFileSync(at("base/model.safetensors")));
});

test("classify gives each text its label as a stream, eval agrees, and the folder opens to the same scores", async () => {
  const texts = write("texts.jsonl", [{ text: "blue red" }, { text: "dog cat" }]);
  const { out } = await reprise("classify", at("classifier"), "--data", texts, "--json");
  const lines = out.trim().split("\n").map((line) => JSON.parse(line) as { label: string; scores: Record<string, number> });
  expect(lines.map(({ label }) => label)).toEqual(["colours", "animals"]);
  for (const { scores } of lines) expect(Object.values(scores).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
  const judged = await reprise("eval", at("classifier"), "--data", at("examples.jsonl"), "--json");
  expect(JSON.parse(judged.out)).toMatchObject({ kind: "labelled", records: 7, metrics: { accuracy: 1, f1: 1 } });
  const [one, other] = [await openFewShot(at("classifier")), await openFewShot(at("classifier"))];
  const found = await one.predict(["blue red", "dog cat"]);
  expect(found).toEqual(await other.predict(["blue red", "dog cat"]));
  expect(found[0]?.[0]?.score).toBeCloseTo(lines[0]?.scores["colours"] as number, 4);
  for (const opened of [one, other]) await opened.release();
  const plain = await fromPretrained(at("classifier"));
  expect((await plain.embed(["a"])).shape).toEqual([1, TINY.width]);
  await plain.release();
});

test("what cannot be done is said", async () => {
  const words = ["train", "crosstune", "--data", at("examples.jsonl"), "--base", at("base")];
  const without = await reprise(...words, "--out", at("a"));
  expect([without.code, without.error]).toEqual([2, expect.stringContaining("give --labels")]);
  const unknown = await reprise(...words, "--out", at("b"), "--labels", write("other.jsonl", [{ label: "colours", description: "red" }, { label: "plants", description: "a tree" }]));
  expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining('labelled "animals", which has no description')]);
  const twice = await reprise(...words, "--out", at("c"), "--labels", write("twice.jsonl", [{ label: "colours", description: "red" }, { label: "colours", description: "blue" }]));
  expect(twice.error).toContain('"colours" is described twice');
  const again = await reprise(...words, "--out", at("classifier"), "--labels", at("labels.jsonl"));
  expect(again.error).toContain("already holds a model");
  await expect(trainText("bi-encoder", PAIRS, { out: at("d"), descriptions: DESCRIPTIONS })).rejects.toThrow("does not read descriptions");
  const about = JSON.parse(readFileSync(at("classifier/few-shot.json"), "utf8")) as object;
  writeFileSync(at("classifier/few-shot.json"), JSON.stringify({ ...about, version: 99 }));
  await expect(openFewShot(at("classifier"))).rejects.toThrow("version 99, this is 1");
});
