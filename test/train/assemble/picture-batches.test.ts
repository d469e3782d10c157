/** Rows of pictures and of pictures with texts: what each processor puts into them, and what it refuses. */
import { expect, test } from "vitest";
import type { HostArray } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { parseConfig, pictureBatches, pictureProcessorOf } from "../../../src/train/assemble/index.ts";
import type { PictureCorpus } from "../../../src/train/assemble/index.ts";

const TEXTS = ["a red disc", "a green disc", "a blue square", "a grey line"];
const SIDE = 4;
const tokenizer = trainBytePairs(TEXTS, { size: 300, reserved: 8, sentinels: 0 });
/** Picture i has the value 40 i everywhere. */
const pixels = Uint8Array.from({ length: 4 * SIDE * SIDE * 3 }, (_, at) => 40 * Math.floor(at / (SIDE * SIDE * 3)));
const corpus: PictureCorpus = { pictures: { pixels, count: 4, height: SIDE, width: SIDE, channels: 3, labels: Int32Array.of(0, 1, 0, 1) }, texts: TEXTS.map((text) => tokenizer.encode(text)) };
const SIZES = { emb_size: 8, heads_num: 2, layers_num: 1, vocab_size: tokenizer.vocabularySize, max_seq_length: 24, image_height: SIDE, image_width: SIDE, patch_size: 2 };
const config = (keys: object): ReturnType<typeof parseConfig> => parseConfig({ ...SIZES, ...keys });
const VIT = { embedding: ["patch", "pos"], target: ["cls"], labels_num: 2 };
const CLIP = { embedding: ["dual"], encoder: "dual", target: ["clr"], stream_0: { embedding: ["word", "pos"] }, stream_1: { embedding: ["patch", "pos"] } };
const VILT = { embedding: ["word_patch", "pos", "seg"], target: ["mlm", "sp"] };
const batches = (keys: object): ReturnType<typeof pictureBatches> => pictureBatches(config(keys), { corpus, tokenizer, batch: 4, length: 24, seed: 3 });

const row = ({ data, shape: [count = 1] }: HostArray, i: number): number[] => [...data.subarray(i * (data.length / count), (i + 1) * (data.length / count))].map(Number);
/** Which picture stands in a row: (40 i / 255 - 0.5) / 0.5. */
const pictureOf = (images: HostArray, i: number): number => Math.round(((row(images, i)[0] as number) * 0.5 + 0.5) * 255 / 40);
const textOf = (tokens: HostArray, i: number): number => TEXTS.findIndex((text) => row(tokens, i).join().includes([...tokenizer.encode(text)].join()));

test("vit: pictures between -1 and 1 with their classes, the same for the same seed", async () => {
  const { images, classes } = await batches(VIT).next() as { images: HostArray; classes: HostArray };
  expect(images.shape).toEqual([4, 3, SIDE, SIDE]);
  const shown = [0, 1, 2, 3].map((i) => pictureOf(images, i));
  expect([...shown].sort()).toEqual([0, 1, 2, 3]);
  expect([...classes.data]).toEqual(shown.map((picture) => picture % 2));
  expect(await batches(VIT).next()).toEqual(await batches(VIT).next());
});

test("clip: each picture with its own text, in the fields of its stream, whichever comes first", async () => {
  const batch = await batches(CLIP).next();
  expect(Object.keys(batch).sort()).toEqual(["images_1", "segments_0", "tokens_0"]);
  for (const i of [0, 1, 2, 3]) expect(textOf(batch["tokens_0"] as HostArray, i)).toBe(pictureOf(batch["images_1"] as HostArray, i));
  const turned = await batches({ ...CLIP, stream_0: CLIP.stream_1, stream_1: CLIP.stream_0 }).next();
  expect(Object.keys(turned).sort()).toEqual(["images_0", "segments_1", "tokens_1"]);
});

test("vilt: words are hidden, and a picture belongs to its text exactly where follows says so", async () => {
  const stream = batches(VILT);
  const answers: number[] = [];
  for (let step = 0; step < 8; step++) {
    const { images, masked, places, labels, weights, follows } = await stream.next() as Record<string, HostArray> & { images: HostArray; masked: HostArray; places: HostArray; labels: HostArray; weights: HostArray; follows: HostArray };
    for (const i of [0, 1, 2, 3]) {
      const restored = row(masked, i);
      row(places, i).forEach((place, k) => { if (row(weights, i)[k] === 1) restored[place] = row(labels, i)[k] as number; });
      const text = TEXTS.findIndex((one) => restored.join().includes([...tokenizer.encode(one)].join()));
      expect(text).toBeGreaterThanOrEqual(0);
      expect(pictureOf(images, i) === text).toBe(follows.data[i] === 1);
      answers.push(Number(follows.data[i]));
    }
  }
  expect(new Set(answers)).toEqual(new Set([0, 1]));
});

test("slots suggest the processor, and what it cannot fill is refused by name", () => {
  expect([VIT, CLIP, VILT, { embedding: ["word"], target: ["mlm"] }].map((keys) => pictureProcessorOf(config(keys))?.name)).toEqual(["vit", "clip", "vilt", undefined]);
  expect(() => pictureProcessorOf(config({ ...VIT, data_processor: "clip" }))).toThrow(/"clip" gives no classes/);
  expect(() => pictureProcessorOf(config({ ...VIT, data_processor: "vitt" }))).toThrow(/did you mean "vit"/);
});
