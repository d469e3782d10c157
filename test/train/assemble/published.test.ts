/** Published models from configurations: their parameter counts, worked out from the papers' sizes; and every example of the docs. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explain, parseConfig } from "../../../src/train/assemble/index.ts";
import type { Explanation } from "../../../src/train/assemble/index.ts";

const DIRECTORY = new URL("../../../docs/examples/assemble/", import.meta.url);
const files = readdirSync(DIRECTORY).filter((name) => name.endsWith(".json"));
const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`${name}.json`, DIRECTORY), "utf8")) as Record<string, unknown>;
const explained = (name: string, changes: object = {}): Explanation => explain(parseConfig({ ...read(name), ...changes }, name));
const slot = ({ slots }: Explanation, name: string): number => slots.filter((row) => row.slot === name).reduce((sum, { parameters }) => sum + (parameters ?? NaN), 0);

/** A layer of attention and feed-forward with biases and two norms: 4 (d^2 + d) + 2 d f + f + d + 4 d. */
const layer = (d: number, f: number): number => 4 * (d * d + d) + 2 * d * f + f + d + 4 * d;

test.each(files)("%s loads, fits, and says so in shapes", (file) => {
  const { problems, parameters, slots } = explained(file.slice(0, -".json".length), file.startsWith("tiny") ? { vocab_size: 1000 } : {});
  expect(problems).toEqual([]);
  expect(parameters).toBe(slots.reduce((sum, row) => sum + (row.parameters ?? NaN), 0));
});

test("BERT: 110,107,196 parameters, a segment row more than Hugging Face's; smaller ones at 21,128 words", () => {
  expect(layer(768, 3072)).toBe(7_087_872);
  expect(explained("bert-base").parameters).toBe(110_107_196);
  expect(explained("bert-base", { vocab_size: 21_128 }).parameters).toBe(102_883_210);
  expect(explained("bert-base", { vocab_size: 21_128, emb_size: 128, hidden_size: 128, feedforward_size: 512, heads_num: 2, layers_num: 2 }).parameters).toBe(3_221_770);
  expect(explained("bert-base", { vocab_size: 21_128, emb_size: 256, hidden_size: 256, feedforward_size: 1024, heads_num: 4, layers_num: 4 }).parameters).toBe(8_853_898);
  // without the tie the output map is a table of its own
  expect(explained("bert-base", { tie_weights: false }).parameters).toBe(110_107_196 + 30_522 * 768);
});

test("GPT-2 124,439,808; LLaMA-7B 6,738,415,616, counted without allocating", () => {
  expect(explained("gpt2").parameters).toBe(50_257 * 768 + 1024 * 768 + 12 * 7_087_872 + 2 * 768);
  expect(explained("gpt2").parameters).toBe(124_439_808);
  expect(explained("llama-7b").parameters).toBe(6_738_415_616);
});

test("T5-base 222,903,552 and v1.1 247,577,856, one bias table for the encoder and one for the decoder", () => {
  expect(explained("t5-base").parameters).toBe(222_903_552);
  expect(explained("t5-v1_1-base").parameters).toBe(247_577_856);
  const attention = 4 * 768 * 768;
  const dense = 2 * 768 * 3072;
  expect(slot(explained("t5-base"), "encoder")).toBe(12 * (attention + dense + 2 * 768) + 768 + 32 * 12);
  expect(slot(explained("t5-base"), "decoder")).toBe(12 * (2 * attention + dense + 3 * 768) + 768 + 32 * 12);
  expect(slot(explained("t5-base"), "tgt_embedding")).toBe(0); // shared
});

test("ViT-base/16: embedding and encoder 85,797,888; ALBERT-base's encoder 7,186,944 at any depth", () => {
  const vit = explained("vit-base-16");
  expect(slot(vit, "embedding") + slot(vit, "encoder")).toBe(85_797_888);
  expect(slot(explained("albert-base"), "encoder")).toBe(7_186_944);
  expect(slot(explained("albert-base", { layers_num: 3 }), "encoder")).toBe(7_186_944);
  expect(slot(explained("albert-base", { parameter_sharing: false }), "encoder")).toBe(128 * 768 + 768 + 12 * 7_087_872);
});

test("BART-base's body 139,467,609; the transformer's base with two tables of 32,000", () => {
  const decoderLayer = layer(768, 3072) + 4 * (768 * 768 + 768) + 2 * 768;
  expect(explained("bart-base").parameters).toBe(50_265 * 768 + 2 * (1024 * 768 + 2 * 768) + 6 * (layer(768, 3072) + decoderLayer) + 50_265);
  const second = layer(512, 2048) + 4 * (512 * 512 + 512) + 2 * 512;
  expect(explained("transformer-base").parameters).toBe(2 * (32_000 * 512 + 2 * 512) + 6 * (layer(512, 2048) + second));
});

test("CLIP's and SBERT's streams, speech's convolutions and ELMo's halves", () => {
  const patches = 16 * 16 * 3 * 768 + 768 + 197 * 768;
  const vision = patches + 2 * 768 + 12 * 7_087_872 + 2 * 768;
  const text = 49_408 * 512 + 77 * 512 + 12 * layer(512, 2048) + 2 * 512;
  // OpenAI's ViT-B/16 has 149,620,737 parameters: both towers, two projections, the scale
  expect(explained("clip-base-16").parameters).toBe(vision + text + 768 * 512 + 512 * 512 + 1);
  expect(explained("clip-base-16").parameters).toBe(149_620_737);
  expect(slot(explained("sbert"), "stream_1.encoder")).toBe(0); // it is stream_0
  expect(slot(explained("s2t-small"), "embedding")).toBe(80 * 5 * 1024 + 1024 + 512 * 5 * 512 + 512);
  const lstm = (inputs: number): number => 4 * 512 * (inputs + 512 + 2);
  expect(slot(explained("elmo-style"), "encoder")).toBe(2 * (lstm(512) + lstm(512)));
  expect(slot(explained("elmo-style"), "target")).toBe(512 * 30_522); // one output map for both ways
});

test("spellings of UER's first release mean the same models", () => {
  const old = { emb_size: 768, hidden_size: 768, feedforward_size: 3072, vocab_size: 30_522, tie_weights: true, embedding: "word_pos_seg", encoder: "bert", target: "bert" };
  expect(explain(parseConfig(old)).parameters).toBe(110_107_196);
  expect(explain(parseConfig({ ...old, embedding: ["bert"], target: ["mlm", "nsp"] })).parameters).toBe(110_107_196);
});
