import { expect, test } from "vitest";
import { WordVocabulary, wordsOf } from "../../../src/lab/foundations/word-vocabulary.ts";

test("words are lower-case, without accents and punctuation", () => {
  expect(wordsOf("Flag: São Tomé & Príncipe, woman’s hat")).toEqual(["flag", "sao", "tome", "principe", "woman", "s", "hat"]);
});

test("a word is a token when enough different concepts use it, copies of one concept counting once", () => {
  const texts = [
    { text: "man running", key: "run" },
    { text: "woman running", key: "run" },
    { text: "red cat", key: "cat" },
    { text: "cat man", key: "cat face" },
  ];
  expect(WordVocabulary.of(texts, 2).words).toEqual(["cat", "man"]);
});

test("other words are spelled, texts are cut or filled up with 0", () => {
  const vocabulary = new WordVocabulary(["cat"]);
  // 0 padding, 1 other letters, 2-27 a-z, 28-37 digits, then words
  expect(vocabulary.size).toBe(39);
  expect(vocabulary.encode("Cat ab9 é ж")).toEqual([38, 2, 3, 37, 6, 1]);
  const { data, shape } = vocabulary.encodeAll(["cat", "cab cat"], 3);
  expect(shape).toEqual([2, 3]);
  expect([...data]).toEqual([38, 0, 0, 4, 2, 3]);
});
