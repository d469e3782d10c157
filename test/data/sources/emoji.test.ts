import { existsSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { foldOf } from "../../../src/data/folds.ts";
import { pixelsOf } from "../../../src/data/image/image-set.ts";
import { cacheDirectory } from "../../../src/data/node/cache-directory.node.ts";
import { emojiArt } from "../../../src/data/sources/emoji-art.ts";
import type { EmojiSet } from "../../../src/data/sources/emoji-art.ts";
import { nearIdenticalConcepts } from "../../../src/data/sources/emoji-audit.ts";
import { conceptOf, splitKeyOf } from "../../../src/data/sources/emoji-concept.ts";
import { EMOJI_JOINS } from "../../../src/data/sources/emoji-joins.ts";

const square = (grey: number, alpha: number) => encode({ width: 64, height: 64, channels: 4, data: Uint8Array.from({ length: 16384 }, (_, i) => (i % 4 === 3 ? alpha : grey)) });
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const progress = async () => undefined;
const entry = (unified: string, category: string, subcategory: string, sort_order: number, style: string) => ({ unified, image: `${unified.toLowerCase()}.png`, short_name: unified, category, subcategory, sort_order, [`has_img_${style}`]: true });

async function tinySet(): Promise<EmojiSet> {
  const entries = [entry("1F600", "Smileys & Emotion", "face", 2, "google"), entry("1F34E", "Food & Drink", "fruit", 1, "google"), { ...entry("1F34F", "Food & Drink", "fruit", 3, "google"), has_img_google: false }];
  const files = new Map([["emoji-datasource-google", new Map([["emoji.json", text(entries)], ["img/google/64/1f600.png", square(100, 255)], ["img/google/64/1f34e.png", square(0, 51)]])]]);
  const google = await emojiArt.freeze("google", files, progress);
  const other = new Map([["emoji-datasource-twitter", new Map([["emoji.json", text([entry("1F600", "Smileys & Emotion", "face", 2, "twitter")])], ["img/twitter/64/1f600.png", square(50, 255)]])]]);
  const twitter = await emojiArt.freeze("twitter", other, progress);
  return emojiArt.thaw([{ part: "google", pack: google, sha256: "a" }, { part: "twitter", pack: twitter, sha256: "b" }]);
}

test("drawings are frozen in chart order, on white, with groups, styles and folds", async () => {
  const set = await tinySet();
  expect(set.codes).toEqual(["1F34E", "1F600", "1F600"]);
  expect(set.pixels.length).toBe(3 * 64 * 64 * 3);
  expect([0, 1, 2].map((i) => pixelsOf(set, i)[0])).toEqual([204, 100, 50]); // a fifth black, four fifths paper
  expect(set.labelNames).toEqual(["Food & Drink", "Smileys & Emotion"]);
  expect([...set.labels]).toEqual([0, 1, 1]);
  expect([...set.styles]).toEqual([0, 0, 1]);
  expect(set.styleNames).toEqual(["google", "twitter"]);
  expect(set.subgroupNames).toEqual(["face", "fruit"]);
  expect([...set.subgroupKeyCounts]).toEqual([1, 1]);
  expect(set.folds[1]).toBe(set.folds[2]);
  expect(set.provenance).toEqual({ id: "emoji/art", version: 1, sha256: { google: "a", twitter: "b" } });
});

test("a drawing that the table promises and the package lacks is named", async () => {
  const files = new Map([["emoji-datasource-google", new Map([["emoji.json", text([entry("1F600", "a", "b", 1, "google")])]])]]);
  await expect(emojiArt.freeze("google", files, progress)).rejects.toThrow("emoji/art: the package of style google has no img/google/64/1f600.png");
});

test("only the table and the drawings of the style are kept of a package", () => {
  const [google] = emojiArt.card.packages;
  const wanted = ["emoji.json", "emoji_pretty.json", "img/google/64/1f600.png", "img/google/sheets/64.png", "img/apple/64/1f600.png"].filter((path) => emojiArt.wants(path, google!));
  expect(wanted).toEqual(["emoji.json", "img/google/64/1f600.png"]);
});

test.each([
  ["1F3C3-1F3FD-200D-2640-FE0F-200D-27A1-FE0F", "1F3C3", "woman running right, medium skin"],
  ["1F468-200D-1F33E", "1F9D1-1F33E", "man farmer"],
  ["1F469-1F3FF-200D-1F33E", "1F9D1-1F33E", "woman farmer, dark skin"],
  ["1F469", "1F9D1", "woman"],
  ["2640-FE0F", "2640", "female sign itself"],
  ["27A1-FE0F", "27A1", "right arrow itself"],
  ["1F3FD", "1F3FB", "skin-tone swatch"],
  ["1F469-200D-2764-FE0F-200D-1F48B-200D-1F468", "1F48F", "kiss: woman, man"],
  ["1F468-200D-2764-FE0F-200D-1F468", "1F491", "couple with heart: man, man"],
  ["1F468-200D-1F469-200D-1F467-200D-1F466", "1F46A", "family: man, woman, girl, boy"],
  ["1F9D1-200D-1F91D-200D-1F9D1", "1F46D", "people holding hands"],
  ["0023-FE0F-20E3", "0023-20E3", "keycap #"],
])("%s is about %s (%s)", (code, concept) => {
  expect(conceptOf(code)).toBe(concept);
});

test("clock faces share one fold, and no concept stands in two joins", () => {
  const clocks = Array.from({ length: 24 }, (_, i) => (0x1f550 + i).toString(16));
  expect(new Set(clocks.map(splitKeyOf)).size).toBe(1);
  const joined = EMOJI_JOINS.flatMap((line) => line.split(" "));
  expect(new Set(joined).size).toBe(joined.length);
});

test("the audit joins near drawings of one style, through others if need be, and keeps styles apart", async () => {
  const set = await tinySet();
  const shades = (values: number[], codes: string[], styles: number[]): EmojiSet => ({
    ...set,
    count: values.length,
    codes,
    styles: Int32Array.from(styles),
    pixels: Uint8Array.from({ length: values.length * 12288 }, (_, i) => values[Math.floor(i / 12288)] as number),
  });
  expect(nearIdenticalConcepts(shades([10, 13, 16, 30], ["D", "B", "C", "A"], [0, 0, 0, 0]))).toEqual([["B", "C", "D"]]);
  expect(nearIdenticalConcepts(shades([10, 13], ["A", "B"], [0, 1]))).toEqual([]);
});

const packs = ["google", "twitter"].map((part) => join(cacheDirectory(), "packs", `emoji-art-v1-${part}.pack`));

test.skipIf(!packs.every((pack) => existsSync(pack)))("in the real drawings (if they are in the cache) no concept or near-copy stands in two folds", async () => {
  const set = await emojiArt.load();
  expect(set.count).toBe(emojiArt.card.records);
  expect(set.labelNames).toHaveLength(10);
  expect(set.subgroupNames).toHaveLength(99);
  expect(nearIdenticalConcepts(set).map((group) => group.join(" "))).toEqual(EMOJI_JOINS);
  const foldsOfConcept = new Map<string, Set<number>>();
  set.codes.forEach((code, i) => foldsOfConcept.set(conceptOf(code), (foldsOfConcept.get(conceptOf(code)) ?? new Set()).add(set.folds[i] as number)));
  for (const [concept, folds] of foldsOfConcept) expect([concept, folds.size]).toEqual([concept, 1]);
  for (const line of EMOJI_JOINS) expect(new Set(line.split(" ").map((concept) => foldOf(splitKeyOf(concept)))).size).toBe(1);
});
