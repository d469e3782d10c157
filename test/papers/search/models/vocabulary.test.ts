import { expect, test } from "vitest";
import { SubwordTokenizer } from "../../../../src/data/tokenizers/subword-tokenizer.ts";
import { countWords } from "../../../../src/papers/search/models/training/vocabulary.ts";
import { toyVocabulary, vectorOf, WIDTH } from "./support/toy.ts";

const { tokenizer, table } = toyVocabulary();
const row = (token: string): number[] => {
  const id = tokenizer.idOf(token) as number;
  return Array.from(table.vectors.subarray(id * WIDTH, (id + 1) * WIDTH));
};
const tokens = (text: string): string[] => Array.from(tokenizer.encode(text), (id) => tokenizer.tokenOf(id));

test("words are counted without case and accents, punctuation marks one by one", () => {
  expect([...countWords(["Caf\u00e9, cafe!", "wav2vec"])]).toEqual([["cafe", 2], [",", 1], ["!", 1], ["wav2vec", 1]]);
});

test("words with vectors are tokens; others are cut at their longest known beginning", () => {
  expect(tokens("The images, FAST")).toEqual(["the", "images", ",", "fast"]);
  expect(tokens("encodes")).toEqual(["encode", "##s"]);
  expect(tokens("zzz")).toEqual(["z", "##z", "##z"]);
  expect(tokenizer.encode("\u4e2d")).toEqual(Int32Array.of(tokenizer.special.unk as number));
});

test("rows are the word vectors less the mean of running text", () => {
  // Known words of the corpus: the 2, search, of 2, text, images, speech, encoder (with "an" and "recoder" unknown).
  const counted = ["the", "the", "search", "of", "of", "text", "images", "speech", "encoder"] as const;
  const mean = Array.from({ length: WIDTH }, (_, d) => counted.reduce((total, word) => total + (vectorOf(word)[d] as number), 0) / counted.length);
  vectorOf("search").forEach((value, d) => expect(row("search")[d]).toBeCloseTo(value - (mean[d] as number), 5));
});

test("a rare word weighs more than one that is everywhere, and special tokens least", () => {
  const weight = (token: string): number => table.importance[tokenizer.idOf(token) as number] as number;
  expect(weight("the")).toBeLessThan(weight("search"));
  expect(weight("[CLS]")).toBeLessThanOrEqual(weight("the"));
  expect(weight("paper")).toBe(0); // never seen
});

test("the tokenizer survives its file", () => {
  const copy = new SubwordTokenizer(JSON.parse(JSON.stringify(tokenizer.toJson())));
  expect(copy.encodePair("the encodes", "images").ids).toEqual(tokenizer.encodePair("the encodes", "images").ids);
});
