import { existsSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { foldOf } from "../../../src/data/folds.ts";
import { pixelsOf } from "../../../src/data/image/image-set.ts";
import { cacheDirectory } from "../../../src/data/node/cache-directory.node.ts";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
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
  const google = await emojiArt.freeze("google", files, progress, pictureReaders);
  const other = new Map([["emoji-datasource-twitter", new Map([["emoji.json", text([entry("1F600", "Smileys & Emotion", "face", 2, "twitter")])], ["img/twitter/64/1f600.png", square(50, 255)]])]]);
  const twitter = await emojiArt.freeze("twitter", other, progress, pictureReaders);
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
  await expect(emojiArt.freeze("google", files, progress, pictureReaders)).rejects.toThrow("emoji/art: the package of style google has no img/google/64/1f600.png");
});

test("only the table and the drawings of the style are kept of a package", () => {
  const [google] = emojiArt.card.packages;
  const wanted = ["emoji.json", "emoji_pretty.json", "img/google/64/1f600.png", "img/google/sheets/64.png", "img/apple/64/1f600.png"].filter((path) => emojiArt.wants(path, google!));
  expect(wanted).toEqual(["emoji.json", "img/google/64/1f600.png"]);
});

const table = new Map([
  ["en/data.json", text([
    { hexcode: "2764", emoji: "\u2764\uFE0F", label: "red heart", type: 0, version: 0.6, group: 0, subgroup: 7, order: 2 },
    { hexcode: "1F3C3-200D-2640", emoji: "\u{1F3C3}\u200D\u2640\uFE0F", label: "woman running", type: 1, version: 4, group: 1, subgroup: 8, order: 1 },
    { hexcode: "2600", emoji: "\u2600\uFE0F", label: "sun", type: 0, version: 0.6, group: 5, subgroup: 9, order: 3 },
    { hexcode: "1F1E6", emoji: "\u{1F1E6}", label: "regional indicator A", type: 1, version: 0 },
    { hexcode: "1FAEA", emoji: "\u{1FAEA}", label: "newer than the other drawings", type: 1, version: 17, group: 0, subgroup: 7, order: 4 },
    { hexcode: "1F9B0", emoji: "\u{1F9B0}", label: "red hair", type: 1, version: 11, group: 2, subgroup: 6, order: 5 },
    { hexcode: "1F34E", emoji: "\u{1F34E}", label: "without a drawing", type: 1, version: 1, group: 5, subgroup: 9, order: 6 },
  ])],
  ["meta/groups.json", text({ groups: { 0: "smileys-emotion", 1: "people-body", 2: "component", 5: "travel-places" }, subgroups: { 6: "hair-style", 7: "heart", 8: "person-activity", 9: "sky-weather" } })],
]);
/** Left half of one colour, right half empty. */
const half = (colour: string) => new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="36" height="72" fill="${colour}"/></svg>`);

test("vector drawings are drawn on white, spelled and grouped as in the other styles, and aligned with them by code", async () => {
  const files = new Map([["emojibase-data", table], ["openmoji", new Map([["color/svg/2764.svg", half("#ff0000")], ["color/svg/1F3C3-200D-2640-FE0F.svg", half("#00ff00")], ["color/svg/2600.svg", half("#0000ff")], ["color/svg/1F1E6.svg", half("#000")], ["color/svg/1FAEA.svg", half("#000")], ["color/svg/1F9B0.svg", half("#000")]])]]);
  const set = emojiArt.thaw([{ part: "openmoji", pack: await emojiArt.freeze("openmoji", files, progress, pictureReaders), sha256: "c" }]);
  expect(set.codes).toEqual(["1F3C3-200D-2640-FE0F", "2764-FE0F", "2600-FE0F"]);
  expect(set.names).toEqual(["woman-running", "red-heart", "sun"]);
  expect([...set.labels].map((label) => set.labelNames[label])).toEqual(["People & Body", "Smileys & Emotion", "Travel & Places"]);
  expect([...set.subgroups].map((subgroup) => set.subgroupNames[subgroup])).toEqual(["person-activity", "heart", "sky & weather"]);
  const at = (i: number, x: number) => [...pixelsOf(set, i).subarray(x * 3, x * 3 + 3)];
  expect([0, 1, 2].map((i) => [at(i, 0), at(i, 63)])).toEqual([[[0, 255, 0], [255, 255, 255]], [[255, 0, 0], [255, 255, 255]], [[0, 0, 255], [255, 255, 255]]]);
});

test("drawings of another size are resized; a package without any is refused", async () => {
  const large = encode({ width: 256, height: 256, channels: 4, data: new Uint8Array(256 * 256 * 4).fill(51) }); // a fifth of black, four fifths paper
  const files = (drawings: [string, Uint8Array][]) => new Map([["emojibase-data", table], ["@lobehub/fluent-emoji-3d", new Map(drawings)]]);
  const pack = await emojiArt.freeze("fluent-3d", files([["assets/2764-fe0f.webp", large]]), progress, pictureReaders);
  expect([pack.meta["codes"], pack.arrays["pixels"]?.shape]).toEqual([["2764-FE0F"], [1, 64, 64, 3]]);
  expect(new Set(pack.arrays["pixels"]?.data as Uint8Array)).toEqual(new Set([214])); // 51 * 0.2 + 255 * 0.8 = 214.2
  await expect(emojiArt.freeze("fluent-3d", files([]), progress, pictureReaders)).rejects.toThrow("emoji/art: the package @lobehub/fluent-emoji-3d has no drawing in assets/");
});

test("of each style's packages only what it needs is kept", () => {
  const kept = (part: string) =>
    (emojiArt.card.optional ?? [])
      .filter((reference) => reference.part === part)
      .flatMap((reference) => ["package.json", "en/data.json", "de/data.json", "meta/groups.json", "color/svg/2764.svg", "black/svg/2764.svg", "assets/2764.webp"].filter((path) => emojiArt.wants(path, reference)));
  expect(kept("openmoji")).toEqual(["en/data.json", "meta/groups.json", "color/svg/2764.svg"]);
  expect(kept("openmoji-line")).toEqual(["en/data.json", "meta/groups.json", "black/svg/2764.svg"]);
  expect(kept("fluent-3d")).toEqual(["en/data.json", "meta/groups.json", "assets/2764.webp"]);
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
