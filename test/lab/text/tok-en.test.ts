import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FORCED_WORDS, tokEn, tokEn2k, tokenizerOf } from "../../../src/lab/index.ts";
import { trainEnglish } from "../../../src/lab/text/tok-en.ts";
import { foundationKey, foundationShape } from "../../../src/lab/foundation.ts";

const corpus = readFileSync(new URL("../../data/tokenizers/fixtures/corpus.txt", import.meta.url), "utf8");

test("tok-en is declared as a foundation, and its size is part of its key", async () => {
  for (const foundation of [tokEn, tokEn2k]) expect(foundationShape.safeParse(foundation).error).toBeUndefined();
  expect(await foundationKey(tokEn)).not.toBe(await foundationKey(tokEn2k));
});

test("its layout: pad 0, cls 1, sep 2, mask 3, unk 4, sentinels from 32, bytes from 132; scene and number words are one token each", () => {
  const trained = trainEnglish({ documents: [{ source: "en/books", id: "moby-dick/chapter_1", paragraphs: [corpus] }], provenance: [] }, { size: 1500, reserved: 32, sentinels: 100 });
  const tokenizer = tokenizerOf({ id: "tok-en", files: new Map([["tokenizer.json", new TextEncoder().encode(JSON.stringify(trained.toJson()))]]) });
  expect(tokenizer.special).toEqual({ pad: 0, cls: 1, sep: 2, mask: 3, unk: 4 });
  expect([tokenizer.sentinels.length, tokenizer.sentinels[0], tokenizer.specialIds.size]).toEqual([100, 32, 132]);
  expect(tokenizer.idOf("!")).toBe(132); // the first byte that prints
  expect(FORCED_WORDS).toEqual(expect.arrayContaining(["crescent", "anticlockwise", "cyan", "seven", "dotted"]));
  for (const word of FORCED_WORDS) expect([tokenizer.encode(word).length, tokenizer.encode(` ${word}`).length]).toEqual([1, 1]);
  expect(tokenizer.decode(tokenizer.encode("Any case, ANY script: \u65e5\u672c \u{1f600}"))).toBe("Any case, ANY script: \u65e5\u672c \u{1f600}");
});
