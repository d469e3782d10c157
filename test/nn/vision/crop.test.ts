import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { cropAndFlip, fromBytes } from "../../../src/nn/index.ts";
import { collateImages, cropBatch } from "../../../src/data/index.ts";

const draw = RandomStream.of(1);
const set = { pixels: Uint8Array.from({ length: 6 * 16 * 16 * 3 }, () => draw.integer(256)), count: 6, height: 16, width: 16, channels: 3, labels: new Int32Array(6) };
const crop = { kind: "randomResizedCrop", scale: [0.3, 1] } as const;

test("cropping in the graph equals cropping on the host, flips included", async () => {
  const run = compile((batch: { pixels: Tensor; boxes: Tensor; flips: Tensor }) => cropAndFlip(fromBytes(batch.pixels), batch.boxes, batch.flips));
  for (let epoch = 0; epoch < 4; epoch++) {
    const plan = { indices: Int32Array.of(0, 3, 5, 1, 2), epoch };
    const batch = cropBatch(set, plan, 7, { crop, flip: 0.5 });
    const host = collateImages(set, plan, 7, { augment: [crop, { kind: "horizontalFlip", probability: 0.5 }] }).images.data as Float32Array;
    const graph = (await run({ pixels: batch.pixels, boxes: batch.boxes, flips: batch.flips })).data as Float32Array;
    expect(Math.max(...graph.map((value, i) => Math.abs(value - host[i]!)))).toBeLessThan(1e-5);
  }
});

test("the whole picture unflipped is itself, and flipped is its mirror image", async () => {
  const run = compile((images: Tensor, flips: Tensor, boxes: Tensor) => cropAndFlip(images, boxes, flips));
  const row = [1, 2, 3, 4];
  const image = hostArray(Float32Array.from([...row, ...row, ...row, ...row]), [1, 1, 4, 4]);
  const whole = hostArray(Float32Array.of(0, 0, 4, 4), [1, 4]);
  const flipped = await run(image, hostArray(Float32Array.of(1), [1]), whole);
  expect(Array.from(flipped.data.slice(0, 4) as Float32Array)).toEqual([4, 3, 2, 1]);
  const plain = await run(image, hostArray(Float32Array.of(0), [1]), whole);
  expect(Array.from(plain.data as Float32Array)).toEqual(Array.from(image.data as Float32Array));
});
