/** Rows that processors make, and the fields that models read of them. */
import { expect, test } from "vitest";
import type { HostArray } from "../../../src/engine/index.ts";
import { restoreSpans, trainWordPiece } from "../../../src/data/index.ts";
import { parseConfig, processorOf, textBatches } from "../../../src/train/assemble/index.ts";
import type { TextCorpus } from "../../../src/train/assemble/index.ts";

const TEXTS = ["the red fox runs home. a fox sleeps.", "one bird sings. the bird flies away.", "rain falls on the green hill. the hill is wet.", "ships sail at dawn. the dawn is red."];
const tokenizer = trainWordPiece(TEXTS, { size: 140, reserved: 8, sentinels: 20, minimum: 1 });
const documents = TEXTS.map((text) => text.split(/(?<=\.) /).map((sentence): Int32Array => tokenizer.encode(sentence)));
const corpus: TextCorpus = { documents, labels: Int32Array.of(0, 1, 1, 0), targets: documents.map(([, last]) => last as Int32Array) };
const { cls = -1, sep = -1, mask = -1, pad = -1 } = tokenizer.special;
const config = (keys: object): ReturnType<typeof parseConfig> => parseConfig({ vocab_size: tokenizer.vocabularySize, emb_size: 8, heads_num: 2, layers_num: 1, labels_num: 2, pooling: "mean", ...keys });
const options = { corpus, tokenizer, batch: 4, length: 30, seed: 1 };
const rows = ({ data, shape }: HostArray): number[][] => Array.from({ length: shape[0] as number }, (_, i) => [...data.subarray(i * (shape[1] as number), (i + 1) * (shape[1] as number))].map(Number));
const next = async (keys: object): Promise<Record<string, number[][]>> => Object.fromEntries(Object.entries(await textBatches(config(keys), options).next()).map(([name, value]) => [name, value.shape.length === 2 ? rows(value) : [[...value.data].map(Number)]]));

test("bert: two segments, 1 and 2, padding 0; what was hidden stands in the labels; half of the pairs belong together", async () => {
  const { masked = [], segments = [], places = [], labels = [], weights = [], follows } = await next({ embedding: ["word", "pos", "seg"], target: ["mlm", "sp"] });
  masked.forEach((row, i) => {
    expect(row[0]).toBe(cls);
    const kinds = segments[i] as number[];
    expect(new Set(kinds)).toEqual(new Set([0, 1, 2]));
    row.forEach((id, t) => expect(id === pad).toBe(kinds[t] === 0));
    const hidden = (places[i] as number[]).filter((_, k) => (weights[i] as number[])[k] === 1);
    expect(hidden.length).toBeGreaterThan(0);
    const restored = [...row];
    hidden.forEach((place, k) => (restored[place] = (labels[i] as number[])[k] as number));
    const first = restored.slice(1, restored.indexOf(sep)).join(); // the first segment, as it was
    expect(documents.some((parts) => parts.flatMap((part) => [...part]).join().includes(first))).toBe(true);
    row.forEach((id, t) => expect(id === mask ? hidden.includes(t) : true).toBe(true));
  });
  expect(follows?.[0]?.every((answer) => answer === 0 || answer === 1)).toBe(true);
});

test("batches hold exactly what the model reads, and are the same for the same seed", async () => {
  const keys = { encoder: "lstm", target: ["lm"] };
  expect(Object.keys(await next(keys))).toEqual(["segments", "tokens"]);
  expect(await next(keys)).toEqual(await next(keys));
  expect(Object.keys(await next({ encoder: "lstm", target: ["lm"], subencoder: "avg" }))).toContain("characters");
});

test("t5: source and target together give back the text; the target begins and ends as decoders need it", async () => {
  const { tokens = [], target = [], targetSegments = [] } = await next({ decoder: "transformer", tgt_embedding: ["word"], target: ["lm"] });
  const texts = documents.map((parts) => parts.flatMap((part) => [...part]).join());
  const bare = (row: readonly number[]): Int32Array => Int32Array.from(row.filter((id) => ![cls, sep, pad].includes(id)));
  tokens.forEach((row, i) => expect(texts).toContain(restoreSpans({ source: bare(row), target: bare(target[i] as number[]) }, tokenizer.sentinels).join()));
  target.forEach((row, i) => {
    const length = (targetSegments[i] as number[]).filter((segment) => segment === 1).length;
    expect([row[0], row[length - 1]]).toEqual([cls, sep]);
  });
});

test("bart spells the whole text, gsg the sentence that shares most, mt the pair's second text", async () => {
  const seq2seq = { decoder: "transformer", tgt_embedding: ["word"], target: ["lm"] };
  const bodies = async (data_processor: string): Promise<string[]> => ((await next({ ...seq2seq, data_processor })).target ?? []).map((row) => row.filter((id) => ![cls, sep, pad].includes(id)).join());
  const whole = documents.map((parts) => parts.flatMap((part) => [...part]).join());
  const sentences = documents.flatMap((parts) => parts.map((part) => part.join()));
  (await bodies("bart")).forEach((text) => expect(whole).toContain(text));
  (await bodies("gsg")).forEach((text) => expect(sentences).toContain(text));
  expect((await bodies("mt")).sort()).toEqual(documents.map(([, last]) => (last as Int32Array).join()).sort());
});

test("prefixlm cuts rows into prefix and continuation; cls reads labels; albert orders", async () => {
  const { segments = [] } = await next({ data_processor: "prefixlm", target: ["lm"], mask: "causal_with_prefix" });
  segments.forEach((row) => expect([...row].filter((kind) => kind > 0).every((kind, t, kinds) => t === 0 || kind >= (kinds[t - 1] as number))).toBe(true));
  const { classes } = await next({ target: ["cls"], encoder: "lstm" });
  expect([...(classes?.[0] as number[])].sort()).toEqual([0, 0, 1, 1]);
  expect((await next({ data_processor: "albert", embedding: ["word", "pos", "seg"], target: ["sp"] })).follows?.[0]).toHaveLength(4);
});

test("a processor that cannot fill what objectives read is refused, with those that can", () => {
  expect(() => processorOf(config({ embedding: ["word", "pos", "seg"], target: ["mlm", "sp"], data_processor: "mlm" }))).toThrow(/"mlm" gives no follows, which mlm and sp read; choose albert, bert/);
  expect(() => processorOf(config({ target: ["mlm"], data_processor: "bort" }))).toThrow(/did you mean "bart"/);
  expect(() => textBatches(config({ embedding: ["word", "pos"], max_seq_length: 8 }), options)).toThrow(/rows of 30 tokens need as many positions, the table has 8/);
});
