/**
 * Between pixels and patch vectors. A patch vector lists its pixels in raster order with channels last, (y, x, channel),
 * and for tubelets (time, y, x, channel); patches are in raster order, frame by frame.
 */
import type { Tensor } from "../../engine/index.ts";

export interface PatchSize {
  readonly height: number;
  readonly width: number;
  /** Frames of a tubelet, for clips. Default 1. */
  readonly frames?: number;
}

export interface PixelGrid {
  readonly channels: number;
  /** Patches along each axis. */
  readonly rows: number;
  readonly columns: number;
  /** Tubelets along time, for clips. */
  readonly steps?: number;
}

function divide(what: string, extent: number, size: number): number {
  if (extent % size !== 0) throw new RangeError(`patchify: ${what} ${extent} is not a multiple of the patch's ${size}`);
  return extent / size;
}

/** Images [B, C, H, W] or clips [B, T, C, H, W] -> patches [B, N, n], n = frames * height * width * C. */
export function patchify(pixels: Tensor, { height, width, frames = 1 }: PatchSize): Tensor {
  if (pixels.rank !== 4 && pixels.rank !== 5) throw new RangeError(`patchify: expected images [B, C, H, W] or clips [B, T, C, H, W], got [${pixels.shape.join(", ")}]`);
  const [batch] = pixels.shape as [number];
  const [channels, tall, wide] = pixels.shape.slice(-3) as [number, number, number];
  const rows = divide("height", tall, height);
  const columns = divide("width", wide, width);
  if (pixels.rank === 4) {
    if (frames !== 1) throw new RangeError(`patchify: tubelets of ${frames} frames need clips [B, T, C, H, W], got images`);
    const cut = pixels.reshape([batch, channels, rows, height, columns, width]).transpose([0, 2, 4, 3, 5, 1]); // [B, rows, columns, h, w, C]
    return cut.reshape([batch, rows * columns, height * width * channels]);
  }
  const steps = divide("number of frames", pixels.dim(1), frames);
  const cut = pixels.reshape([batch, steps, frames, channels, rows, height, columns, width]).transpose([0, 1, 4, 6, 2, 5, 7, 3]);
  return cut.reshape([batch, steps * rows * columns, frames * height * width * channels]);
}

/** Inverse of patchify: patches [B, N, n] -> images [B, C, H, W], or clips [B, T, C, H, W] when the grid has `steps`. */
export function unpatchify(patches: Tensor, { height, width, frames = 1 }: PatchSize, { channels, rows, columns, steps }: PixelGrid): Tensor {
  const batch = patches.dim(0);
  if (steps === undefined) {
    const apart = patches.reshape([batch, rows, columns, height, width, channels]).transpose([0, 5, 1, 3, 2, 4]);
    return apart.reshape([batch, channels, rows * height, columns * width]);
  }
  const apart = patches.reshape([batch, steps, rows, columns, frames, height, width, channels]).transpose([0, 1, 4, 7, 2, 5, 3, 6]);
  return apart.reshape([batch, steps * frames, channels, rows * height, columns * width]);
}

/** Frames [B, T, F] stacked `size` at a time: [B, T / size, size * F]. */
export function stackFrames(frames: Tensor, size: number): Tensor {
  const [batch, length, width] = frames.shape as [number, number, number];
  return frames.reshape([batch, divide("number of frames", length, size), size * width]);
}
