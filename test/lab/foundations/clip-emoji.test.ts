import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { encodeSafetensors } from "../../../src/train/index.ts";
import type { EmojiSet } from "../../../src/data/index.ts";
import { captionOf, clipEmojiOf, clipEmojiSettings, clipQuality, trainClip } from "../../../src/lab/foundations/clip-emoji.ts";
import type { ClipEmojiSettings, EmojiPairs } from "../../../src/lab/foundations/clip-emoji.ts";
import { buildClip } from "../../../src/lab/foundations/clip-model.ts";
import { classVectors, similarities, subgroupDescriptions, textVectors, zeroShotAccuracy } from "../../../src/lab/foundations/zero-shot.ts";

const COLOURS = [["red", 220, 20, 20], ["green", 20, 200, 20], ["blue", 20, 20, 220], ["white", 250, 250, 250]] as const;

/** Plain pictures named by their colour, eight of each with slightly different shades. */
function colours(): EmojiPairs {
  const count = 8 * COLOURS.length;
  const colourOf = (i: number): (typeof COLOURS)[number] => COLOURS[i % COLOURS.length] as (typeof COLOURS)[number];
  const pixels = Uint8Array.from({ length: count * 32 * 32 * 3 }, (_, at) => {
    const item = Math.floor(at / (32 * 32 * 3));
    return (colourOf(item)[1 + (at % 3)] as number) - Math.floor(item / COLOURS.length);
  });
  const names = Array.from({ length: count }, (_, i) => colourOf(i)[0]);
  const subgroups = Int32Array.from(names, (_, i) => i % COLOURS.length);
  const set: EmojiSet = {
    pixels, count, height: 32, width: 32, channels: 3, labels: subgroups.map((c) => Number(c === 3)), labelNames: ["Shade", "White & Shade"], keys: names.map((_, i) => String(i)), folds: new Uint8Array(count),
    codes: names, names, styles: new Int32Array(count), styleNames: ["plain"], subgroups, subgroupNames: COLOURS.map(([name]) => `${name}-shade`), subgroupKeyCounts: new Int32Array(4).fill(8),
  };
  return { set, texts: names.map((name, i) => ({ code: String(i), language: "en", name, keywords: ["shade"] })) };
}

const settings: ClipEmojiSettings = {
  ...clipEmojiSettings,
  image: 32, patch: 16, joint: 8, vision: { width: 16, depth: 1, heads: 2 }, text: { width: 16, depth: 1, heads: 2, length: 8 }, steps: 80, batch: 8, warmup: 5, learningRate: 1e-2,
};
const ports = { device: "cpu" as const, signal: new AbortController().signal, report: () => undefined };

test("training brings pictures to their names and classes, far above chance", async () => {
  const pairs = colours();
  const train = Int32Array.from({ length: 24 }, (_, i) => i);
  const heldOut = Int32Array.from({ length: 8 }, (_, i) => 24 + i);
  const clip = await trainClip(pairs, train, settings, ports);
  expect(clip.vocabulary.words).toEqual(["blue", "green", "red", "shade", "white"]);
  const { names, subgroups, gallery, classes } = await clipQuality(clip, pairs, train, heldOut, "cpu", 4);
  expect([gallery, classes]).toEqual([4, 4]);
  expect(names).toBe(1);
  expect(subgroups).toBeGreaterThanOrEqual(0.75); // chance is .25
  const { data, shape } = await textVectors(clip, ["red", "green", "blue"]);
  expect(shape).toEqual([3, 8]);
  for (let row = 0; row < 3; row++) expect(Math.hypot(...(data as Float32Array).slice(8 * row, 8 * row + 8))).toBeCloseTo(1, 5);
});

test("padding does not count: a text has one vector whatever stands beside it in a batch", async () => {
  const clip = await trainClip(colours(), Int32Array.from({ length: 24 }, (_, i) => i), { ...settings, steps: 6 }, ports);
  const [alone, beside] = [await textVectors(clip, ["red"]), await textVectors(clip, ["red", "red green blue white shade xyz"])];
  expect(Array.from(beside.data.slice(0, 8) as Float32Array)).toEqual(Array.from(alone.data as Float32Array));
  const longer = await textVectors({ ...clip, length: 4 }, ["red"]);
  (longer.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(Number(alone.data[i]), 5));
});

test("a caption is the name, half of the time with up to four keywords", () => {
  const text = { code: "x", language: "en", name: "cat", keywords: ["a1", "b1", "c1", "d1", "e1"] };
  const drawn = Array.from({ length: 400 }, (_, i) => captionOf(text, RandomStream.of(i)));
  expect(drawn.every((caption) => /^cat( [a-e]1){4}$|^cat$/.test(caption))).toBe(true);
  // binomial deviation of 400 draws: 10
  expect(Math.abs(drawn.filter((caption) => caption === "cat").length - 200)).toBeLessThan(40);
  expect(new Set(drawn.join(" ").split(" ")).size).toBe(6);
});

test("class vectors are normalised means of unit vectors; the nearest class decides", async () => {
  const clip = await trainClip(colours(), Int32Array.from({ length: 24 }, (_, i) => i), { ...settings, steps: 6 }, ports);
  const single = await textVectors(clip, ["red", "blue", "green"]);
  const classes = await classVectors(clip, [["red", "blue"], ["green"]]);
  const sum = Array.from({ length: 8 }, (_, d) => Number(single.data[d]) + Number(single.data[8 + d]));
  sum.forEach((value, d) => expect(classes.data[d]).toBeCloseTo(value / Math.hypot(...sum), 5));
  const a = hostArray(Float32Array.of(1, 0, 0.6, 0.8), [2, 2]);
  const b = hostArray(Float32Array.of(1, 0, 0, 1), [2, 2]);
  const products = similarities(a, b);
  [1, 0, 0.6, 0.8].forEach((value, i) => expect(products[i]).toBeCloseTo(value, 6));
  expect(zeroShotAccuracy(a, b, [0, 0])).toBe(0.5);
});

test("a subgroup is described by its name, its group and the names of its training emoji, each once", () => {
  const { set, texts } = colours();
  const described = subgroupDescriptions(set, texts, Int32Array.of(0, 4, 3));
  expect(described).toEqual([["red shade", "shade red shade", "red"], ["green shade"], ["blue shade"], ["white shade", "white shade white shade", "white"]]);
});

test("the files of the foundation give the model back; a missing one is named", () => {
  const { model } = buildClip(RandomStream.of(9), clipEmojiSettings, 39);
  const files = new Map([["clip.safetensors", encodeSafetensors(model.stateDict())], ["vocabulary.json", new TextEncoder().encode(JSON.stringify(["cat"]))]]);
  const loaded = clipEmojiOf({ files });
  expect(loaded.vocabulary.words).toEqual(["cat"]);
  const [before, after] = [model.stateDict(), loaded.model.stateDict()];
  for (const [name, { data }] of before) expect(after.get(name)?.data).toEqual(data);
  expect(() => clipEmojiOf({ files: new Map() })).toThrow("clip-emoji: file vocabulary.json is missing");
});
