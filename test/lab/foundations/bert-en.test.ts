/** The English language models' data, measures and files, on small made-up text. */
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import type { TextDocument } from "../../../src/data/index.ts";
import { encodeSafetensors } from "../../../src/train/index.ts";
import { bertEn, bertEnL, bertEnS, bertOf, BERT_SIZES, segmentBatches } from "../../../src/lab/foundations/bert-en.ts";
import { Bert } from "../../../src/lab/foundations/bert-model.ts";
import { lmEn, lmEnModel } from "../../../src/lab/foundations/lm-en.ts";
import { maskedQuality, unigramNats } from "../../../src/lab/foundations/masked-quality.ts";
import { FOUNDATIONS } from "../../../src/lab/foundations/registry.ts";
import { jsonFile } from "../../../src/lab/foundations/train-foundation.ts";
import { WittenBell } from "../../../src/lab/foundations/witten-bell.ts";
import { foundationKey, foundationShape } from "../../../src/lab/foundation.ts";
import { packPassages } from "../../../src/lab/text/index.ts";

const words = ["harbour", "lantern", "river", "stone", "winter", "garden", "copper", "window", "bridge", "valley"];
const draw = RandomStream.of(3, "text");
const documents = Array.from({ length: 300 }, (_, i): TextDocument => ({ source: "en/books", id: String(i), paragraphs: Array.from({ length: 2 + draw.integer(3) }, () => Array.from({ length: 6 + draw.integer(12) }, () => draw.choice(words)).join(" ")) }));
const tokenizer = trainBytePairs(documents.flatMap(({ paragraphs }) => paragraphs), { size: 330 });
const passages = packPassages(documents, tokenizer, 128);

test("every foundation is declared as the lab expects, stands after what it needs, and has a key of its own", async () => {
  for (const [place, foundation] of FOUNDATIONS.entries()) {
    expect(foundationShape.safeParse(foundation).error, foundation.id).toBeUndefined();
    for (const need of foundation.needs ?? []) expect(FOUNDATIONS.indexOf(need), need.id).toBeLessThan(place);
  }
  expect(new Set(await Promise.all(FOUNDATIONS.map(foundationKey))).size).toBe(FOUNDATIONS.length);
  expect(bertEnS.needs).toContain(bertEn);
  expect(bertEnL.needs).toContain(bertEn);
});

test("the three sizes have the parameters of the specification", () => {
  const parameters = (id: keyof typeof BERT_SIZES): number => new Bert({ random: RandomStream.of(1), vocabulary: 4096, ...BERT_SIZES[id], positions: 128 }).encoder.encoder.parameterCount();
  // a layer of width d: 4 (d d + d) for attention, 2 (4 d d) + 5 d for the network, 4 d for two norms
  const layer = (d: number): number => 12 * d * d + 13 * d;
  expect([layer(128), parameters("bert-en"), parameters("bert-en@s"), parameters("bert-en@l")]).toEqual([198_272, 4 * 198_272, 2 * layer(64), 4 * layer(192)]);
  const whole = new Bert({ random: RandomStream.of(1), vocabulary: 4096, ...BERT_SIZES["bert-en"], positions: 128 });
  // and words, positions, segments, a norm; the head's dense map, norm and bias
  expect(whole.parameterCount()).toBe(4 * 198_272 + (4096 + 128 + 2 + 2) * 128 + (128 * 128 + 128) + 2 * 128 + 4096);
});

test("rows are two segments of one passage, filled to one of three lengths, 2,048 tokens in a batch", async () => {
  const stream = segmentBatches(passages, tokenizer, 4);
  for (let step = 0; step < 4; step++) {
    const { ids, segments, places, weights, shared, lengths } = await stream.next();
    const [rows, length] = ids.shape as [number, number];
    expect(rows * length).toBe(2048);
    expect([32, 64, 128]).toContain(length);
    expect(places.shape).toEqual([rows, Math.ceil(0.15 * length)]);
    for (let row = 0; row < rows; row++) {
      const own = Array.from(ids.data.subarray(row * length, row * length + Number(lengths.data[row])) as Int32Array);
      const part = Array.from(segments.data.subarray(row * length, row * length + own.length) as Int32Array);
      expect([own[0], own.at(-1)]).toEqual([1, 2]);
      expect(part).toEqual([...part].sort()); // zeros, then ones
      expect(new Set(part).size).toBe(2);
    }
    const sum = (values: ArrayLike<number | bigint>): number => Array.from(values, Number).reduce((a, b) => a + b, 0);
    expect(sum(shared.data) / sum(weights.data)).toBeGreaterThan(0.3); // ten words in all: nearly every word stands in both segments
  }
});

test("a stream that is restored goes on with the same rows and masks", async () => {
  const stream = segmentBatches(passages, tokenizer, 4);
  await stream.next();
  const state = stream.state();
  const expected = await stream.next();
  const again = segmentBatches(passages, tokenizer, 4);
  again.restore(state);
  expect(await again.next()).toEqual(expected);
});

test("unseen models restore words by chance; the frequencies' own loss is exact", async () => {
  expect(unigramNats([0, 1, 1], Float64Array.of(2, 0, 1))).toBeCloseTo(-Math.log(3 / 6) - 2 * Math.log(1 / 6), 10);
  const model = new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, width: 16, depth: 1, heads: 2, positions: 128 });
  const { loss, unigram, shared, rest } = await maskedQuality(model, segmentBatches(passages, tokenizer, 0), 2, new Float64Array(tokenizer.vocabularySize));
  expect(unigram).toBeCloseTo(Math.log(tokenizer.vocabularySize), 6); // nothing counted: all alike
  expect(loss).toBeGreaterThan(unigram - 0.3);
  expect([shared < 0.2, rest < 0.2]).toEqual([true, true]);
});

test("a built one is read with its sizes and tokenizer, and what is missing is named", () => {
  const sizes = { width: 16, depth: 1, heads: 2, positions: 128 };
  const model = new Bert({ random: RandomStream.of(8), vocabulary: tokenizer.vocabularySize, ...sizes });
  const files = new Map([["model.safetensors", encodeSafetensors(model.stateDict())], ["config.json", jsonFile(sizes)], ["tokenizer.json", new TextEncoder().encode(JSON.stringify(tokenizer.toJson()))]]);
  const read = bertOf({ id: "bert-en", files });
  expect([...read.model.stateDict()]).toEqual([...model.stateDict()]);
  expect(read.tokenizer.encode("river stone")).toEqual(tokenizer.encode("river stone"));
  files.delete("config.json");
  expect(() => bertOf({ id: "bert-en", files })).toThrow("bert-en");
});

test("lm-en has about 1.3 million parameters, the table counted once", () => {
  // a layer: 4 d d for attention, 3 d h for SwiGLU, two norms of d
  expect(lmEnModel(RandomStream.of(1), 4096).parameterCount()).toBe(4096 * 128 + 4 * (4 * 128 * 128 + 3 * 128 * 344 + 2 * 128) + 128);
  expect(lmEn.needs?.map(({ id }) => id)).toEqual(["tok-en"]);
});

test("Witten and Bell's interpolation by hand", () => {
  const model = new WittenBell(2, 4);
  model.add([0, 1, 0, 1, 0, 2]);
  const unigram = (token: number): number => ([3, 2, 1, 0][token] as number + 3 / 4) / (6 + 3); // 6 tokens, 3 different, 1/4 each below
  expect(model.nats([3], 0)).toBeCloseTo(-Math.log(unigram(3)), 12);
  // after 0: 1 twice, 2 once, two different
  expect(model.nats([0, 1], 1)).toBeCloseTo(-Math.log((2 + 2 * unigram(1)) / (3 + 2)), 12);
  expect(model.nats([3, 1], 1)).toBeCloseTo(-Math.log(unigram(1)), 12); // nothing was seen after 3
  const total = [0, 1, 2, 3].reduce((sum, token) => sum + Math.exp(-model.nats([1, token], 1)), 0);
  expect(total).toBeCloseTo(1, 12);
  expect(() => new WittenBell(5, 4096)).toThrow("below 2 ** 53");
});
