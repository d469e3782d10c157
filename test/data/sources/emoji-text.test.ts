import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { cacheDirectory } from "../../../src/data/node/cache-directory.node.ts";
import { emojiArt } from "../../../src/data/sources/emoji-art.ts";
import { emojiText, textsOfCodes } from "../../../src/data/sources/emoji-text.ts";
import type { EmojiTextSet } from "../../../src/data/sources/emoji-text.ts";

async function tinySet(): Promise<EmojiTextSet> {
  const entries = [
    { hexcode: "1F3C3-200D-2640-FE0F", label: "woman running", tags: ["marathon", "race"], skins: [{ hexcode: "1F3C3-1F3FB-200D-2640-FE0F", label: "light" }] },
    { hexcode: "1F3C3", label: "person running" },
  ];
  const files = new Map([["emojibase-data", new Map([["en/data.json", new TextEncoder().encode(JSON.stringify(entries))]])]]);
  const pack = await emojiText.freeze("en", files, async () => undefined, pictureReaders);
  return emojiText.thaw([{ part: "en", pack, sha256: "a" }]);
}

test("names and keywords are kept without skin-tone copies; genders of one concept share a fold", async () => {
  const { texts, keys, folds, provenance } = await tinySet();
  expect(texts).toEqual([
    { code: "1F3C3-200D-2640", language: "en", name: "woman running", keywords: ["marathon", "race"] },
    { code: "1F3C3", language: "en", name: "person running", keywords: [] },
  ]);
  expect(keys).toEqual(["1F3C3", "1F3C3"]);
  expect(folds[0]).toBe(folds[1]);
  expect(provenance).toEqual({ id: "emoji/text", version: 1, sha256: { en: "a" } });
});

test("a drawing finds its text with or without presentation selectors, and one without text is named", async () => {
  const set = await tinySet();
  expect(textsOfCodes(set, ["1f3c3-200d-2640-fe0f", "1F3C3"]).map(({ name }) => name)).toEqual(["woman running", "person running"]);
  expect(() => textsOfCodes(set, ["1F600"])).toThrow("emoji/text: no text for 1F600");
});

test("a package without the table of a language is refused", async () => {
  await expect(emojiText.freeze("en", new Map([["emojibase-data", new Map()]]), async () => undefined, pictureReaders)).rejects.toThrow("emoji/text: the package has no en/data.json");
});

const packs = ["emoji-art-v1-google", "emoji-art-v1-twitter", "emoji-text-v1-en"].map((name) => join(cacheDirectory(), "packs", `${name}.pack`));

test.skipIf(!packs.every((pack) => existsSync(pack)))("every real drawing (if they are in the cache) has a text in its own fold", async () => {
  const [art, text] = [await emojiArt.load(), await emojiText.load()];
  expect(text.texts).toHaveLength(emojiText.card.records);
  const found = textsOfCodes(text, art.codes);
  const folds = new Map(text.texts.map(({ code }, i) => [code, text.folds[i]]));
  expect(found.every(({ code }, i) => folds.get(code) === art.folds[i])).toBe(true);
});
