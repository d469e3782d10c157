/** Rows of picture codes: what beit hides and asks for, and how dalle puts codes behind words. */
import { expect, test } from "vitest";
import type { HostArray } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { parseConfig, pictureBatches, pictureProcessorOf } from "../../../src/train/assemble/index.ts";
import type { PictureCorpus } from "../../../src/train/assemble/index.ts";

const TEXTS = ["a red disc", "a green disc", "a blue square"];
const SIDE = 8;
const CODES = 50;
const tokenizer = trainBytePairs(TEXTS, { size: 300, reserved: 8, sentinels: 0 });
/** Picture i has the value 40 i everywhere; its patch p has the code 16 i + p. */
const corpus: PictureCorpus = {
  pictures: { pixels: Uint8Array.from({ length: 3 * SIDE * SIDE * 3 }, (_, at) => 40 * Math.floor(at / (SIDE * SIDE * 3))), count: 3, height: SIDE, width: SIDE, channels: 3, labels: new Int32Array(3) },
  texts: TEXTS.map((text) => tokenizer.encode(text)),
  codes: Int32Array.from({ length: 48 }, (_, i) => i),
};
const SIZES = { emb_size: 8, heads_num: 2, layers_num: 1, max_seq_length: 40, image_height: SIDE, image_width: SIDE, patch_size: 2, image_tokenizer: { image_vocab_size: CODES } };
const BEIT = { ...SIZES, embedding: ["masked_patch", "pos"], target: ["mlm"] };
const DALLE = { ...SIZES, data_processor: "dalle", vocab_size: tokenizer.vocabularySize + CODES, embedding: ["word", "pos", "seg"], mask: "causal_with_prefix", prefix_lm_loss: true, target: ["lm"] };
const batches = (keys: object, length = 16): ReturnType<typeof pictureBatches> => pictureBatches(parseConfig(keys), { corpus, tokenizer, batch: 3, length, seed: 3 });
const row = ({ data, shape: [count = 1] }: HostArray, i: number): number[] => [...data.subarray(i * (data.length / count), (i + 1) * (data.length / count))].map(Number);

test("beit: 40% of the patches are hidden, others each epoch, and asked for at their places behind the class token", async () => {
  const stream = batches(BEIT);
  const seen = new Set<string>();
  for (let step = 0; step < 4; step++) {
    const { images, hiddenPatches, places, labels, weights, ...rest } = await stream.next() as Record<"images" | "hiddenPatches" | "places" | "labels" | "weights", HostArray>;
    expect(rest).toEqual({});
    for (const i of [0, 1, 2]) {
      const picture = Math.round((((row(images, i)[0] as number) * 0.5 + 0.5) * 255) / 40);
      const hidden = row(hiddenPatches, i).flatMap((value, patch) => (value === 1 ? [patch] : []));
      expect(hidden).toHaveLength(6); // 0.4 * 16
      expect(row(places, i)).toEqual(hidden.map((patch) => patch + 1));
      expect(row(labels, i)).toEqual(hidden.map((patch) => 16 * picture + patch));
      expect(row(weights, i)).toEqual(Array(6).fill(1));
      seen.add(hidden.join());
    }
  }
  expect(seen.size).toBeGreaterThan(4);
});

test("dalle: a text, then its picture's codes as the last ids of the vocabulary, then padding; segments 1, 2 and 0", async () => {
  const { tokens, segments, ...rest } = await batches(DALLE).next() as Record<"tokens" | "segments", HostArray>;
  expect(rest).toEqual({});
  expect(tokens.shape).toEqual([3, 32]);
  const found = [0, 1, 2].map((i) => {
    const text = TEXTS.findIndex((one) => row(tokens, i).join().includes([...tokenizer.encode(one)].join()));
    const words = [tokenizer.special.cls, ...tokenizer.encode(TEXTS[text] as string), tokenizer.special.sep];
    const rest = 32 - words.length - 16;
    expect(row(tokens, i)).toEqual([...words, ...Array.from({ length: 16 }, (_, patch) => tokenizer.vocabularySize + 16 * text + patch), ...Array<number>(rest).fill(tokenizer.special.pad ?? 0)]);
    expect(row(segments, i)).toEqual([...words.map(() => 1), ...Array<number>(16).fill(2), ...Array<number>(rest).fill(0)]);
    return text;
  });
  expect(found.sort()).toEqual([0, 1, 2]);
});

test("masked patches suggest beit; dalle is named; slots and sizes that codes cannot fill are refused", () => {
  expect(pictureProcessorOf(parseConfig(BEIT))?.name).toBe("beit");
  expect(pictureProcessorOf(parseConfig(DALLE))?.name).toBe("dalle");
  expect(pictureProcessorOf(parseConfig({ ...DALLE, data_processor: "lm" }))).toBeUndefined();
  expect(() => pictureProcessorOf(parseConfig({ ...DALLE, target: ["mlm"], mask: undefined, prefix_lm_loss: false }))).toThrow(/"dalle" gives no .*masked/);
  expect(() => pictureProcessorOf(parseConfig({ ...BEIT, data_processor: "vit" }))).toThrow(/"vit" gives no hiddenPatches/);
  expect(() => pictureProcessorOf(parseConfig({ ...DALLE, patch_size: 3 }))).toThrow(/not a whole number of patches/);
  expect(() => batches(DALLE, 25)).toThrow(/25 tokens of text and 16 codes .* the table has 40/);
});
