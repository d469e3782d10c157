import { expect, test } from "vitest";
import { Vocabulary } from "../../../src/papers/search/vocabulary.ts";

function vocabulary(...items: readonly (readonly string[])[]): Vocabulary {
  const made = new Vocabulary();
  for (const words of items) made.add(new Set(words));
  return made;
}

test("a misspelt word leads to the nearest known words, the commonest first", () => {
  const words = vocabulary(["autoencoder", "attention", "speech"], ["attention", "speach"], ["intention"]);
  expect(words.corrections("autoencodr")).toEqual(["autoencoder"]); // a letter missing
  expect(words.corrections("atention")).toEqual(["attention"]);
  expect(words.corrections("speehc")).toEqual(["speech"]); // letters that changed places
  expect(words.corrections("attintion")).toEqual(["attention"]);
});

test("of words equally near the one in more papers comes first", () => {
  expect(vocabulary(["mast"], ["mask", "mast"], ["mask"], ["mask"]).corrections("masl")).toEqual(["mask", "mast"]);
});

test("short words, numbers and words far from all others are left alone", () => {
  const words = vocabulary(["bert", "gpt2", "2019", "attention"]);
  expect(words.corrections("gpt")).toEqual([]);
  expect(words.corrections("2018")).toEqual([]);
  expect(words.corrections("zzzzzzzzz")).toEqual([]);
});

test("words of papers that went are no longer known", () => {
  const words = vocabulary(["mask"], ["mask", "view"]);
  words.remove(new Set(["mask", "view"]));
  expect(words.has("mask")).toBe(true);
  expect(words.has("view")).toBe(false);
  expect(words.corrections("viiew")).toEqual([]);
});
