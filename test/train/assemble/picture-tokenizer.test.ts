/** Pictures as codes: what is learned, and that codes tell pictures apart. */
import { expect, test } from "vitest";
import { compile, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { collateImages, shuffledBatches } from "../../../src/data/index.ts";
import { AdamW, Trainer } from "../../../src/train/index.ts";
import { codesPerPicture, PICTURE_SCALE, PictureTokenizer } from "../../../src/train/assemble/index.ts";

const SIDE = 8;
const COUNT = 16;
/** Left and right half of one of four colours each: 16 pictures whose patches are of four kinds. */
const COLOURS = [[250, 10, 10], [10, 250, 10], [10, 10, 250], [240, 240, 240]] as const;
const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, (_, at) => {
  const picture = Math.floor(at / (SIDE * SIDE * 3));
  const left = Math.floor(at / 3) % SIDE < SIDE / 2;
  return (COLOURS[left ? picture % 4 : picture >> 2] as readonly number[])[at % 3] as number;
});
const pictures = { pixels, count: COUNT, height: SIDE, width: SIDE, channels: 3, labels: new Int32Array(COUNT) };
const all = Int32Array.from({ length: COUNT }, (_, i) => i);
const read = (indices: Int32Array): { images: HostArray } => ({ images: collateImages(pictures, { indices, epoch: 0 }, 0, { standardize: PICTURE_SCALE }).images });

test("a tokenizer learns to tell pictures by codes: a tenth of the error, and another row of codes for each picture", async () => {
  const shape = { image: SIDE, patch: 4, channels: 3, codes: 32, width: 16, codeWidth: 8 };
  expect(codesPerPicture(shape)).toBe(4);
  const model = new PictureTokenizer(shape, RandomStream.of(1));
  const compared = await compile(({ images }: { images: Tensor }) => model.compared(images))(read(all));
  for (let i = 0; i < 64; i++) expect(Math.hypot(...(compared.data as Float32Array).subarray(8 * i, 8 * i + 8))).toBeCloseTo(1, 4);
  model.beginAt(compared, RandomStream.of(2));
  const trainer = new Trainer({ model, steps: 150, seed: 1, data: shuffledBatches({ indices: all, batchSize: COUNT, seed: 1 }, (plan) => read(plan.indices)), optimizer: new AdamW(model, { learningRate: 5e-3 }), clip: 1, loss: ({ images }, mode) => model.forward(images as Tensor, mode) });
  const { history } = await trainer.run();
  await trainer.release();
  const errors = history.steps["reconstruction"] ?? [];
  expect(errors.at(-1)).toBeLessThan(0.1 * (errors[0] as number));
  const { data, shape: found } = await compile(({ images }: { images: Tensor }) => model.codes(images))(read(all));
  expect(found).toEqual([COUNT, 4]);
  const rows = Array.from(all, (i) => (data as Int32Array).subarray(4 * i, 4 * i + 4).join());
  expect(new Set(rows).size).toBe(COUNT);
  for (const code of data) expect(code).toBeLessThan(32);
});
