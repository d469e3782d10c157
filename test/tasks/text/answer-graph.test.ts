/** Questions that only relations between concepts answer: names that mean nothing, and a graph that says what each of them is. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { answer, evaluateAnswers, openRanker, trainText } from "../../../src/tasks/index.ts";
import type { ChoiceData } from "../../../src/tasks/index.ts";
import { commandLine } from "../command-line.ts";
import { TINY } from "./pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-answer-graph-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);

const SORTS = ["animal", "colour", "plant"] as const;
const random = RandomStream.of(1);
const syllables = ["ka", "lo", "mi", "ru", "se", "to", "va", "ne"];
const NAMES = [...new Set(Array.from({ length: 200 }, () => [0, 1, 2].map(() => syllables[random.integer(syllables.length)]).join("")))].slice(0, 90);
const sortOf = (i: number): (typeof SORTS)[number] => SORTS[i % 3] as (typeof SORTS)[number];
/** Names from 60 on are in no question of the training. */
const questionsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const right = from + i;
    const others = [1, 2].map((step) => from + ((i + step * (1 + 3 * (i % 4))) % (to - from))).map((place) => (place % 3 === right % 3 ? from + ((place - from + 1) % (to - from)) : place));
    const choices = [right, ...others].map((place) => NAMES[place] as string);
    const order = [0, 1, 2].map((j) => (j + i) % 3);
    return { question: `which is a kind of ${sortOf(right)}`, choices: order.map((j) => choices[j] as string), answer: order.indexOf(0) };
  });
const TRAIN = questionsOf(0, 60);
const TEST: ChoiceData = { kind: "choices", records: questionsOf(60, 90) };
const relations = (shift = 0) => NAMES.map((name, i) => ({ from: name, relation: "kind of", to: sortOf(i + shift) }));
const SETTINGS = { steps: 60, batch: 12, learningRate: 3e-3, tiny: { ...TINY, longest: 40 } };

beforeAll(async () => {
  writeFileSync(at("questions.jsonl"), TRAIN.map((record) => `${JSON.stringify(record)}\n`).join(""));
  writeFileSync(at("relations.csv"), `head,relation,tail\n${relations().map(({ from, relation, to }) => `${from},${relation},${to}\n`).join("")}${NAMES[0] ?? ""},,animal\n`);
  const words = ["train", "eee-qa", "--data", at("questions.jsonl"), "--graph", at("relations.csv"), "--out", at("answerer"), "--steps", "60", "--batch", "12", "--lr", "3e-3"];
  const { code, error } = await reprise(...words, ...Object.entries(SETTINGS.tiny).flatMap(([key, value]) => ["--set", `tiny.${key}=${value}`]));
  expect(code, error).toBe(0);
  expect(error).toMatch(/relations\.csv line 92: relation: is empty/);
}, 180_000);

test("the folder keeps the relations, and names that no question had are answered by what they say", async () => {
  expect(readFileSync(at("answerer/relations.jsonl"), "utf8").split("\n")[0]).toBe(JSON.stringify({ head: NAMES[0], relation: "kind of", tail: "animal" }));
  const ranker = await openRanker(at("answerer"));
  const { metrics } = await evaluateAnswers(ranker, TEST);
  expect(metrics.accuracy).toBeGreaterThan(0.8); // a third by chance
  await ranker.release();
});

test("other relations, other answers: with every name moved to the next sort, the choice of that sort wins", async () => {
  const [first] = TEST.records;
  const { question, choices } = first as (typeof TEST.records)[number];
  const moved = await openRanker(at("answerer"), { graph: relations(1) });
  const { metrics } = await evaluateAnswers(moved, TEST);
  expect(metrics.accuracy).toBeLessThan(0.2);
  writeFileSync(at("moved.jsonl"), relations(1).map(({ from, relation, to }) => `${JSON.stringify({ head: from, relation, tail: to })}\n`).join(""));
  const { out } = await reprise("answer", at("answerer"), "--question", question, "--choices", choices.join("|"), "--graph", at("moved.jsonl"));
  expect((JSON.parse(out) as { answer: string }).answer).toBe((await answer(moved, question, choices)).choice);
  await moved.release();
});

test("what cannot be read or continued is said", async () => {
  const data: ChoiceData = { kind: "choices", records: TRAIN };
  const settings = { ...SETTINGS, steps: 2 };
  await expect(trainText("bi-encoder", "none", { out: at("none"), graph: relations() })).rejects.toThrow("bi-encoder does not read relations between concepts; eee-qa does");
  await expect(trainText("eee-qa", data, { out: at("none"), settings, graph: [] })).rejects.toThrow("at least one relation");
  await expect(trainText("eee-qa", data, { out: at("none"), settings, graph: [{ from: "!", relation: "is", to: "a" }] })).rejects.toThrow("graph: relation 0: expected two concepts with words");
  await expect(openRanker(at("answerer"), { graph: [{ from: "a", relation: "eats", to: "b" }] })).rejects.toThrow('graph: relation 0: expected one of kind of, got "eats"');
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(trainText("eee-qa", data, { out: at("begun"), settings, graph: relations(), signal: stop.signal })).rejects.toThrow();
  await expect(trainText("eee-qa", data, { out: at("begun"), settings, graph: relations(1), resume: true })).rejects.toThrow(/holds a run that differs[\s\S]*data\.relations/);
  const { model } = await trainText("eee-qa", data, { out: at("plain"), settings });
  await model.release();
  await expect(openRanker(at("plain"), { graph: relations() })).rejects.toThrow("learned without relations");
});
