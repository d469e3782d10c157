/** Multiple-choice questions as users meet them: a model is trained on some, kept in a folder, and asked. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { answer, evaluateAnswers, openRanker, trainText } from "../../../src/tasks/index.ts";
import type { ChoiceData } from "../../../src/tasks/index.ts";
import { commandLine } from "../command-line.ts";
import { TINY } from "./pairs.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-answer-"));
const at = (name: string): string => join(work, name);
const reprise = commandLine(work);
const linesOf = <T>(out: string): T[] => out.trim().split("\n").map((line) => JSON.parse(line) as T);

/** The right choice is the word of the question's sort; it stands at every place equally often. */
const SORTS = { animal: ["cat", "dog", "horse", "fish"], colour: ["red", "green", "blue", "grey"], plant: ["tree", "rose", "grass", "moss"] } as const;
const NAMES = Object.keys(SORTS) as (keyof typeof SORTS)[];
const RECORDS = NAMES.flatMap((sort, s) =>
  Array.from({ length: 64 }, (_, i) => {
    const choices = [0, 1, 2].map((step) => SORTS[NAMES[(s + step) % 3] as keyof typeof SORTS][Math.floor(i / 4 ** step) % 4] as string);
    const place = i % 3;
    const order = [0, 1, 2].map((j) => choices[(j - place + 3) % 3] as string);
    return { question: `which is the ${sort}`, choices: order, answer: place };
  }),
);
const DATA: ChoiceData = { kind: "choices", records: RECORDS };
const SETTINGS = { steps: 80, batch: 16, learningRate: 3e-3, tiny: { ...TINY, longest: 40 } };

beforeAll(async () => {
  writeFileSync(at("questions.jsonl"), RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const words = ["train", "eee-qa", "--data", at("questions.jsonl"), "--out", at("answerer"), "--steps", "80", "--batch", "16", "--lr", "3e-3"];
  const { code, error } = await reprise(...words, ...Object.entries(SETTINGS.tiny).flatMap(([key, value]) => ["--set", `tiny.${key}=${value}`]));
  expect([code, code === 0 ? "" : error]).toEqual([0, ""]);
});

test("it learns which choice is right, wherever it stands, and eval says how often", async () => {
  const { code, out } = await reprise("eval", at("answerer"), "--data", at("questions.jsonl"), "--json");
  const { kind, records, metrics } = JSON.parse(out) as { kind: string; records: number; metrics: { accuracy: number; chance: number } };
  expect([code, kind, records]).toEqual([0, "choices", RECORDS.length]);
  expect(metrics.chance).toBeCloseTo(1 / 3, 9);
  expect(metrics.accuracy).toBeGreaterThan(0.9);
  const ranker = await openRanker(at("answerer"));
  for (const choices of [["rose", "dog", "blue"], ["blue", "rose", "dog"], ["dog", "blue", "rose"]]) expect((await answer(ranker, "which is the animal", choices)).choice).toBe("dog");
  await ranker.release();
});

test("probabilities add up to 1, another number of choices is one more pass, and a separator spelled out is text", async () => {
  const ranker = await openRanker(at("answerer"));
  const { index, choice, probabilities } = await answer(ranker, "which is the plant", ["cat", "rose"]);
  expect([index, choice, probabilities.length]).toEqual([1, "rose", 2]);
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  expect(probabilities[1]).toBe(Math.max(...probabilities));
  const odd = await answer(ranker, "which is the plant [SEP]", ["cat [SEP] cat", "rose"]);
  expect(odd.probabilities.every(Number.isFinite)).toBe(true);
  await ranker.release();
});

test("reprise answer takes one question, a file or a stream, and names a broken record", async () => {
  const one = await reprise("answer", at("answerer"), "--question", "which is the colour", "--choices", "moss|horse|green", "--json");
  expect(linesOf(one.out)).toEqual([{ question: "which is the colour", answer: "green", index: 2, probabilities: [expect.any(Number), expect.any(Number), expect.any(Number)] }]);
  writeFileSync(at("ask.jsonl"), `{"question": "which is the animal", "choices": ["red", "fish"]}\n{"question": "which", "choices": ["one"]}\n{"question": "which is the plant", "choices": ["tree", "cat", "red"]}\n`);
  const many = await reprise("answer", at("answerer"), "--data", at("ask.jsonl"));
  expect(linesOf<{ answer: string }>(many.out).map((line) => line.answer)).toEqual(["fish", "tree"]);
  expect(many.error).toMatch(/ask\.jsonl line 2: choices: expected at least two choices/);
  const both = await reprise("answer", at("answerer"), "--question", "which", "--data", at("ask.jsonl"));
  expect([both.code, both.error]).toEqual([2, expect.stringContaining("--question and --choices go together")]);
});

test("a run that is broken off goes on to the same answers", async () => {
  const settings = { ...SETTINGS, steps: 8 };
  const whole = await trainText("eee-qa", DATA, { out: at("whole"), settings });
  const stop = new AbortController();
  const progress = { update: ({ fraction }: { fraction: number }) => fraction >= 0.5 && stop.abort(new Error("enough")), message: () => undefined, end: () => undefined };
  await expect(trainText("eee-qa", DATA, { out: at("broken"), settings, checkpointEvery: 2, signal: stop.signal, progress: progress as never })).rejects.toThrow("enough");
  const done = await trainText("eee-qa", DATA, { out: at("broken"), settings, resume: true, checkpointEvery: 2 });
  const [a, b] = [await openRanker(at("whole")), await openRanker(at("broken"))];
  const asked = ["which is the animal", ["red", "fish", "moss"]] as const;
  expect(await answer(b, ...asked)).toEqual(await answer(a, ...asked));
  for (const opened of [a, b]) await opened.release();
  for (const { model } of [whole, done]) await model.release();
});

test("what cannot be done is said", async () => {
  await expect(trainText("bi-encoder", DATA, { out: at("none") })).rejects.toThrow("does not learn from questions with choices");
  await expect(trainText("eee-qa", { kind: "pairs", records: [] }, { out: at("none") })).rejects.toThrow("eee-qa learns from questions with choices, got pairs");
  await expect(trainText("eee-qa", { kind: "choices", records: [{ question: "which", choices: ["a", "b"], answer: null }] }, { out: at("none") })).rejects.toThrow('"which" has no answer');
  const ranker = await openRanker(at("answerer"));
  await expect(answer(ranker, "which", ["one"])).rejects.toThrow("at least two choices");
  await expect(answer(ranker, "which is the animal", Array.from({ length: 20 }, (_, i) => `cat ${i}`))).rejects.toThrow(/need \d+ positions, the model has 40; at most \d+ are read together/);
  await expect(answer({ rank: ranker.rank.bind(ranker), learnedFrom: "pairs" }, "which", ["a", "b"])).rejects.toThrow("learned from pairs");
  expect((await evaluateAnswers(ranker, { kind: "choices", records: RECORDS.slice(0, 4) })).count).toBe(4);
  await ranker.release();
});

test("questions are judged in the order in which they stand: a model that always says the last choice is right where the last is", async () => {
  const data: ChoiceData = { kind: "choices", records: [{ question: "a", choices: ["x", "y", "z"], answer: 2 }, { question: "b", choices: ["x", "y"], answer: 0 }, { question: "c", choices: ["x", "y"], answer: 0 }, { question: "d", choices: ["x", "y"], answer: 0 }] };
  const lastFirst = { learnedFrom: "choices", rank: async (_query: string, texts: readonly string[]) => texts.map((_, i) => ({ index: texts.length - 1 - i, score: -i })) } as const;
  expect((await evaluateAnswers(lastFirst, data)).metrics.accuracy).toBe(0.25);
  const allAlike = { learnedFrom: "choices", rank: async (_query: string, texts: readonly string[]) => texts.map((_, index) => ({ index, score: 0 })) } as const;
  expect((await evaluateAnswers(allAlike, data)).metrics.accuracy).toBe(0);
});
