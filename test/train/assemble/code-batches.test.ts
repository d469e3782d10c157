/** Rows of picture codes: what beit hides and asks for. */
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

test("masked patches suggest beit, and a processor that gives none of their fields is refused", () => {
  expect(pictureProcessorOf(parseConfig(BEIT))?.name).toBe("beit");
  expect(() => pictureProcessorOf(parseConfig({ ...BEIT, data_processor: "vit" }))).toThrow(/"vit" gives no hiddenPatches/);
});
