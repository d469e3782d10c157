import { expect, test } from "vitest";
import { compile, hostArray } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { gatherTokens, patchify } from "../../../src/nn/index.ts";
import { normalizePatches } from "../../../src/objectives/index.ts";
import { pictureSheet, reconstruct } from "../../../src/systems/masked/reconstruction-picture.ts";
import type { PatchPredictor } from "../../../src/systems/masked/reconstruction-picture.ts";

const ids = (...values: number[]): HostArray => hostArray(Int32Array.from(values), [1, values.length]);
/** Pixels that grow along everything, below 1. */
const ramp = (shape: number[]): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  return hostArray(Float32Array.from({ length: size }, (_, i) => (((i * 7) % size) + 1) / (size + 1)), shape);
};

/** Knows the truth: predicts the standardised patches themselves. */
const oracle = (patch: PatchPredictor["patch"], normalize?: PatchPredictor["normalize"]): PatchPredictor => ({
  patch,
  epsilon: 1e-6,
  normalize,
  predict: ({ images, predicted }) => normalizePatches(gatherTokens(patchify(images, typeof patch === "number" ? { height: patch, width: patch } : patch), predicted), { normalize, epsilon: 1e-6 }),
});
const run = (model: PatchPredictor): ((batch: Readonly<Record<"images" | "visible" | "predicted", HostArray>>) => Promise<Readonly<Record<"original" | "seen" | "filled", HostArray>>>) =>
  compile((batch: Readonly<Record<"images" | "visible" | "predicted", Tensor>>) => ({ ...reconstruct(model, batch) }));

test("true predictions fill the picture; what is neither seen nor asked stays grey", async () => {
  const images = ramp([1, 3, 4, 4]); // patches of 2 x 2: 0 1 / 2 3
  const { original, seen, filled } = await run(oracle(2))({ images, visible: ids(3), predicted: ids(0, 1) });
  expect(original.data).toEqual(images.data);
  for (let i = 0; i < 48; i++) {
    const patch = 2 * Math.floor((Math.floor(i / 4) % 4) / 2) + Math.floor((i % 4) / 2);
    expect(seen.data[i]).toBeCloseTo(patch === 3 ? Number(images.data[i]) : 0.5, 5);
    expect(filled.data[i]).toBeCloseTo(patch === 2 ? 0.5 : Number(images.data[i]), 4);
  }
});

test("clips lie as strips of frames", async () => {
  const images = ramp([1, 4, 3, 2, 2]); // tubelets of two frames: one place, two steps
  const { original, seen, filled } = await run(oracle({ frames: 2, height: 2, width: 2 }, "channel"))({ images, visible: ids(0), predicted: ids(1) });
  expect(original.shape).toEqual([1, 3, 2, 8]);
  for (let frame = 0; frame < 4; frame++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let pixel = 0; pixel < 4; pixel++) {
        const truth = Number(images.data[(frame * 3 + channel) * 4 + pixel]);
        const at = (channel * 2 + Math.floor(pixel / 2)) * 8 + 2 * frame + (pixel % 2);
        expect(original.data[at]).toBe(truth);
        expect(seen.data[at]).toBeCloseTo(frame < 2 ? truth : 0.5, 5);
        expect(filled.data[at]).toBeCloseTo(truth, 4);
      }
    }
  }
});

test("a sheet sets columns side by side with a gap, one example a row", () => {
  const plain = (value: number): HostArray => hostArray(new Float32Array(2 * 3).fill(value), [2, 3, 1, 1]);
  const { width, height, pixels } = pictureSheet([plain(1), plain(-0.2)], "two");
  expect([width, height, pixels.length]).toEqual([6, 6, 144]);
  expect([...pixels.slice(0, 8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  expect([...pixels.slice(20, 24)]).toEqual([0, 0, 0, 255]);
});
