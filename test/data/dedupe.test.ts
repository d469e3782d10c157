import { expect, test } from "vitest";
import { RandomStream } from "../../src/engine/random/stream.ts";
import { findTwins, gramHashes, jaccard, normalisedWords } from "../../src/data/dedupe.ts";

test("equal texts and equal keys are twins of the first, whatever their case and punctuation", () => {
  const { twinOf, exact, near } = findTwins(["A short text.", "another one", "a SHORT, text", "more"], { keys: ["x", "Data files", "y", "data (files)"] });
  expect([...twinOf]).toEqual([-1, -1, 0, 1]);
  expect([exact, near]).toEqual([2, 0]);
});

test("similarity is what was counted by hand: 5 words, grams of 2, one word changed", () => {
  // a b c d e -> ab bc cd de; a b c d f -> ab bc cd df: 3 of 5
  const set = (text: string) => gramHashes(normalisedWords(text), 2);
  expect(jaccard(set("a b c d e"), set("a b c d f"))).toBe(0.6);
  expect(jaccard(set("a"), set("a"))).toBe(1);
});

test("near-twins above the threshold are found among many texts, others are not touched", () => {
  const random = RandomStream.of(1, "dedupe");
  const text = (words: number) => Array.from({ length: words }, () => `w${random.integer(5000)}`);
  const originals = Array.from({ length: 300 }, () => text(100));
  const changed = originals.map((words, i) => words.map((word, j) => (j === 50 && i < 150 ? "changed" : i >= 150 && j % 5 === 0 ? `v${j}` : word)));
  // one word in 100 breaks 8 of 93 grams: 85 shared of 101, 0.84; every fifth breaks all
  const { twinOf, near, exact } = findTwins([...originals, ...changed].map((words) => words.join(" ")));
  expect([exact, near]).toEqual([0, 150]);
  expect([...twinOf.subarray(300, 450)]).toEqual(Array.from({ length: 150 }, (_, i) => i));
  expect(twinOf.subarray(450).every((twin) => twin === -1)).toBe(true);
});
