/** Batches of pictures as bytes with a crop box and a flip for each: what `nn/vision/crop.ts` augments in the graph. */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import { RandomStream } from "../../engine/random/stream.ts";
import type { BatchPlan } from "../batching.ts";
import { cropBox } from "./augment.ts";
import type { RandomResizedCrop } from "./augment.ts";
import type { LabelledPixels } from "./image-batches.ts";
import { pixelsOf } from "./image-set.ts";

export interface CropBatch extends Record<string, HostArray> {
  /** uint8 [B, H, W, C] */
  readonly pixels: HostArray;
  /** float32 [B, 4]: left, top, width, height in pixels. */
  readonly boxes: HostArray;
  /** float32 [B]: 1 where the picture is mirrored. */
  readonly flips: HostArray;
}

export interface CropOptions {
  readonly crop: RandomResizedCrop;
  /** Probability of mirroring. */
  readonly flip: number;
}

/** The batch of a plan. A picture's crop depends on (seed, epoch, picture) alone; the draws are those of `augment`. */
export function cropBatch(set: LabelledPixels, { indices, epoch }: Pick<BatchPlan, "indices" | "epoch">, seed: number, { crop, flip }: CropOptions): CropBatch {
  const { height, width, channels } = set;
  const size = height * width * channels;
  const pixels = new Uint8Array(indices.length * size);
  const boxes = new Float32Array(indices.length * 4);
  const flips = new Float32Array(indices.length);
  for (const [row, index] of indices.entries()) {
    pixels.set(pixelsOf(set, index), row * size);
    const random = RandomStream.of(seed, "augment", epoch, index);
    const box = cropBox(height, width, crop, random.child(0, "randomResizedCrop"));
    boxes.set([box.left, box.top, box.width, box.height], row * 4);
    flips[row] = random.child(1, "horizontalFlip").bernoulli(flip) ? 1 : 0;
  }
  return { pixels: hostArray(pixels, [indices.length, height, width, channels]), boxes: hostArray(boxes, [indices.length, 4]), flips: hostArray(flips, [indices.length]) };
}
