/** Fine-tuning under each head on data whose answers are in the texts, from one pre-trained model. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluateAssembled, finetune, openAssembled, openReader, openTagger, pretrainConfig } from "../../../src/tasks/index.ts";

const NAMES = ["Ada", "Emmy", "Sofia", "Grace"];
const TOWNS = ["London", "Paris", "Vienna", "Boston"];
/** Sixteen sentences, all names with all towns. */
const SENTENCES = NAMES.flatMap((name) => TOWNS.map((town) => ({ name, town, text: `${name} went to ${town}` })));

let directory: string;
let model: string;
const file = async (name: string, rows: readonly object[]): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heads-"));
  model = join(directory, "model");
  const config = { version: 1, vocab_size: 440, emb_size: 24, heads_num: 2, layers_num: 1, max_seq_length: 32, dropout: 0, embedding: ["word", "pos", "seg"], encoder: "transformer", target: ["mlm"], tie_weights: true };
  await pretrainConfig(config, [await file("texts.jsonl", SENTENCES)], { out: model, steps: 2, batch: 4, length: 24 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const training = { batch: 16, length: 24, learningRate: 0.01 };

test("ner: a tag for each word, in words of several tokens too", async () => {
  const tagged = await file("tagged.jsonl", SENTENCES.map(({ name, town }) => ({ tokens: [name, "Lovelace", "went", "to", town], tags: ["B-PER", "I-PER", "O", "O", "B-LOC"] })));
  const out = join(directory, "tagger");
  await finetune(model, tagged, { out, target: "ner", steps: 40, ...training });
  const tagger = await openTagger(out);
  expect(tagger.tags).toEqual(["B-LOC", "B-PER", "I-PER", "O"]);
  expect(await tagger.tag([["Emmy", "Lovelace", "went", "to", "Boston"], ["Ada"]])).toEqual([["B-PER", "I-PER", "O", "O", "B-LOC"], [expect.any(String)]]);
  await tagger.release();
  expect(await evaluateAssembled(out, tagged)).toEqual({ kind: "tagged", count: 16, metrics: { f1: 1, accuracy: 1 } });
});

test("mrc: the answer is cut out of the text, where it stands", async () => {
  const asked = await file("asked.jsonl", SENTENCES.flatMap(({ name, town, text }) => [{ question: "who", context: text, answer: name }, { question: "where", context: text, answer: town }]));
  const out = join(directory, "reader");
  await finetune(model, asked, { out, target: "mrc", steps: 60, ...training });
  const reader = await openReader(out);
  expect(await reader.answer([{ question: "who", context: "Grace went to Paris" }, { question: "where", context: "Grace went to Paris" }])).toEqual(["Grace", "Paris"]);
  await reader.release();
  expect(await evaluateAssembled(out, asked)).toMatchObject({ kind: "answers", count: 32, metrics: { exact: 1 } });
});

test("tasks: every file is a set of classes with its own head over one encoder", async () => {
  const who = await file("who.jsonl", SENTENCES.map(({ text, name }) => ({ text, label: name })));
  const where = await file("where.jsonl", SENTENCES.map(({ text, town }) => ({ text, label: town === "London" || town === "Paris" ? "west" : "east" })));
  const out = join(directory, "several");
  const { model: trained } = await finetune(model, [who, where], { out, target: "tasks", config: { pooling: "mean" }, steps: 60, ...training });
  expect(trained.config.task_labels_num).toEqual([4, 2]);
  for (const [task, label] of [["who", "Sofia"], ["where", "west"]] as const) {
    const classifier = await openAssembled(out, { task });
    expect((await classifier.predict(["Sofia went to London"]))[0]?.[0]?.label).toBe(label);
    await classifier.release();
  }
  expect(await evaluateAssembled(out, where, { task: "where" })).toMatchObject({ metrics: { accuracy: 1 } });
  await expect(openAssembled(out, { task: "when" })).rejects.toThrow(/task: expected one of who, where, got "when"/);
});
