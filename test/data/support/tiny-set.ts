/** Twelve pictures of 2 x 2 grey pixels; every pixel of picture i has the value 10 i. */
import type { LabelledPixels } from "../../../src/data/image/image-batches.ts";

export const TINY: LabelledPixels = {
  pixels: Uint8Array.from({ length: 48 }, (_, i) => Math.floor(i / 4) * 10),
  count: 12,
  height: 2,
  width: 2,
  channels: 1,
  labels: Int32Array.from({ length: 12 }, (_, i) => i % 3),
};

export const ALL = Int32Array.from({ length: 12 }, (_, i) => i);
