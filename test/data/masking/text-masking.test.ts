import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.ts";
import { choosePlaces, maskRow, wordsOfRow } from "../../../src/data/masking/mask-policy.ts";
import type { MaskVocabulary } from "../../../src/data/masking/mask-policy.ts";
import { replaceTokens } from "../../../src/data/masking/replaced-tokens.ts";
import { maskSharedWords } from "../../../src/data/masking/shared-words.ts";
import { corruptedLengths, corruptSpans, randomPartition, restoreSpans } from "../../../src/data/masking/span-corruption.ts";

/** 100 ids, 0-4 special; ids above 59 continue a word. */
const VOCABULARY: MaskVocabulary = {
  vocabularySize: 100,
  special: { pad: 0, cls: 1, sep: 2, mask: 3, unk: 4 },
  specialIds: new Set([0, 1, 2, 3, 4]),
  wordStarts: Uint8Array.from({ length: 100 }, (_, id) => Number(id < 60)),
};
const row = (random: RandomStream, length: number): Int32Array => Int32Array.from({ length }, (_, i) => (i === 0 ? 1 : i === length - 1 ? 2 : 5 + random.integer(95)));
const many = Array.from({ length: 300 }, (_, i) => RandomStream.of(i, "rows"));

test("a row of 42 with two special tokens has exactly round(0.15 x 40) = 6 places, none of them special, filled up to the static count", () => {
  for (const random of many) {
    const ids = row(random, 42);
    const masked = maskRow(random, ids, VOCABULARY, { count: 8 });
    expect([...masked.weights]).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    const places = [...masked.places.subarray(0, 6)];
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    for (const [i, place] of places.entries()) {
      expect(place > 0 && place < 41).toBe(true);
      expect(masked.labels[i]).toBe(ids[place]);
    }
    for (const place of ids.keys()) if (!places.includes(place)) expect(masked.ids[place]).toBe(ids[place]);
  }
});

test("80 % of the chosen tokens become [MASK], 10 % another token, 10 % stay", () => {
  let [mask, kept, total] = [0, 0, 0];
  for (const random of many) {
    const ids = row(random, 102);
    const masked = maskRow(random, ids, VOCABULARY, { count: 15 });
    for (const place of masked.places) {
      total++;
      if (masked.ids[place] === 3) mask++;
      else if (masked.ids[place] === ids[place]) kept++;
      else expect(masked.ids[place]).toBeGreaterThan(4);
    }
  }
  expect(total).toBe(300 * 15);
  expect(Math.abs(mask / total - 0.8)).toBeLessThan(0.02); // deviation of the share: 0.006
  expect(Math.abs(kept / total - 0.101)).toBeLessThan(0.015);
});

test("whole words are masked whole or not at all", () => {
  for (const random of many) {
    const ids = row(random, 42);
    const places = new Set(choosePlaces(random, ids, VOCABULARY, { count: 6, unit: { kind: "word" } }));
    for (const { start, end } of wordsOfRow(ids, VOCABULARY)) {
      const inside = Array.from({ length: end - start }, (_, i) => places.has(start + i));
      expect(new Set(inside).size).toBe(1);
    }
    expect(places.size).toBeLessThanOrEqual(6);
  }
});

test("words of a row: special tokens end one and are none", () => {
  expect(wordsOfRow(Int32Array.of(1, 10, 70, 80, 11, 2, 75, 12, 2), VOCABULARY)).toEqual([{ start: 1, end: 4 }, { start: 4, end: 5 }, { start: 6, end: 7 }, { start: 7, end: 8 }]);
});

test("spans: exactly the count, in runs of the mean length that the geometric law gives", () => {
  let [runs, total] = [0, 0];
  for (const random of many) {
    const ids = row(random, 202);
    const places = [...choosePlaces(random, ids, { ...VOCABULARY, wordStarts: new Uint8Array(100).fill(1) }, { count: 30, unit: { kind: "span", stop: 0.2, longest: 10 } })];
    expect(places).toHaveLength(30);
    runs += places.filter((place, i) => i === 0 || place !== (places[i - 1] as number) + 1).length;
    total += places.length;
  }
  // E[min(G, 10)] = (1 - 0.8^10) / 0.2 = 4.46; cut and touching spans move it
  expect(total / runs).toBeGreaterThan(3.4);
  expect(total / runs).toBeLessThan(5.5);
});

test("weights choose tokens in proportion, and weight 0 protects", () => {
  const weights = new Float32Array(100).fill(0);
  weights[10] = 3;
  weights[11] = 1;
  const ids = Int32Array.of(1, 10, 11, 12, 12, 12, 2);
  let heavy = 0;
  for (let i = 0; i < 2000; i++) {
    const [place] = choosePlaces(RandomStream.of(i, "weights"), ids, VOCABULARY, { count: 1, weights });
    expect([1, 2]).toContain(place);
    if (place === 1) heavy++;
  }
  expect(Math.abs(heavy / 2000 - 0.75)).toBeLessThan(0.03);
});

test("the same stream masks alike, another one otherwise", () => {
  const ids = row(RandomStream.of(1, "fixed"), 60);
  const draw = (seed: number) => maskRow(RandomStream.of(seed, "epoch", 3), ids, VOCABULARY, { count: 9 });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1).places).not.toEqual(draw(2).places);
});

test("two segments: half of the masked words stand unmasked in the other one", () => {
  let [shared, words] = [0, 0];
  for (const random of many) {
    const common = Array.from({ length: 10 }, (_, i) => 10 + i);
    const a = random.shuffle([...common, ...Array.from({ length: 10 }, (_, i) => 30 + i)]);
    const b = random.shuffle([...common, ...Array.from({ length: 10 }, (_, i) => 45 + i)]);
    const ids = Int32Array.from([1, ...a, 2, ...b, 2]);
    const segments = Int32Array.from(ids, (_, i) => Number(i > 21));
    const masked = maskSharedWords(random, ids, segments, VOCABULARY, { count: 8 });
    expect([...masked.weights].filter((weight) => weight === 1)).toHaveLength(6);
    const places = [...masked.places.subarray(0, 6)];
    for (const [i, place] of places.entries()) {
      const other = ids.findIndex((id, j) => id === ids[place] && segments[j] !== segments[place] && !places.includes(j));
      expect(masked.shared[i]).toBe(Number(other >= 0));
      shared += masked.shared[i] as number;
      words++;
    }
  }
  expect(shared / words).toBe(0.5);
});

test("span corruption gives every text back exactly, with the lengths promised", () => {
  const sentinels = Array.from({ length: 200 }, (_, i) => 1000 + i);
  for (const random of many) {
    const ids = Int32Array.from({ length: 2 + random.integer(300) }, () => random.integer(900));
    const config = { rate: random.uniform(0.05, 0.6), meanSpan: random.uniform(1, 6) };
    const corrupted = corruptSpans(random, ids, sentinels, config);
    expect([...restoreSpans(corrupted, sentinels)]).toEqual([...ids]);
    expect({ source: corrupted.source.length, target: corrupted.target.length }).toEqual(corruptedLengths(ids.length, config));
  }
});

test("span corruption by hand: 20 tokens hide 3 in 1 span", () => {
  const { source, target } = corruptSpans(RandomStream.of(1, "spans"), Int32Array.from({ length: 20 }, (_, i) => i), [100, 101]);
  expect([source.length, target.length]).toEqual([18, 5]);
  expect(target[0]).toBe(100);
  expect(target[4]).toBe(101);
  expect([...source].filter((id) => id === 100)).toHaveLength(1);
  expect(() => corruptSpans(RandomStream.of(1, "spans"), new Int32Array(200), [1, 2, 3])).toThrow("200 tokens make 10 spans, which need 11 sentinels; the tokenizer has 3");
});

test("partitions are of positive parts with the right sum, and all equally likely", () => {
  const seen = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const parts = randomPartition(RandomStream.of(i, "parts"), 5, 3);
    expect(parts.reduce((a, b) => a + b)).toBe(5);
    seen.set(parts.join(), (seen.get(parts.join()) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(["1,1,3", "1,2,2", "1,3,1", "2,1,2", "2,2,1", "3,1,1"]);
  for (const count of seen.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
});

test("replaced tokens: a draw that hits the original counts as original", () => {
  const ids = Int32Array.of(1, 10, 11, 12, 13, 2);
  const { ids: changed, replaced } = replaceTokens(RandomStream.of(2, "rtd"), ids, VOCABULARY, { count: 4, rate: 1 }, (place) => (place === 2 ? 11 : 50));
  expect([...changed]).toEqual([1, 50, 11, 50, 50, 2]);
  expect([...replaced]).toEqual([0, 1, 0, 1, 1, 0]);
});
