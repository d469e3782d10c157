/**
 * Random resized crop and flip inside the graph: a bilinear resize is a product with a matrix of rows and one of columns,
 * so the host only says where each crop lies. Equal to `data/image/augment.ts` for crops that are enlarged.
 */
import { arange, cast, matmul } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";

/** Pictures as bytes [B, H, W, C] -> float32 [B, C, H, W] in 0..1. */
export const fromBytes = (pixels: Tensor): Tensor => cast(pixels.transpose([0, 3, 1, 2]), "float32").mul(1 / 255);

/**
 * images [B, C, H, W]; boxes [B, 4] float32 (left, top, width, height in pixels, inside the picture); flips [B] float32,
 * 1 to mirror left and right -> [B, C, H, W].
 */
export function cropAndFlip(images: Tensor, boxes: Tensor, flips: Tensor): Tensor {
  const [batch, , height, width] = images.shape as [number, number, number, number];
  const part = (i: number): Tensor => boxes.select(1, i).reshape([batch, 1]);
  const rows = taps(part(1), part(3), height, null);
  const columns = taps(part(0), part(2), width, flips.reshape([batch, 1]));
  return matmul(matmul(rows, images), columns, { transB: true });
}

/** Weights [B, 1, length, length] of input pixels for each output pixel along one axis. */
function taps(start: Tensor, extent: Tensor, length: number, flips: Tensor | null): Tensor {
  const batch = start.dim(0);
  const index = cast(arange(length), "float32").reshape([1, length]);
  const place = flips === null ? index : index.add(flips.mul(index.mul(-2).add(length - 1))); // i, or length - 1 - i where flipped
  const step = extent.mul(1 / length);
  const last = start.add(extent).sub(1);
  const centre = start.add(place.add(0.5).mul(step)).sub(0.5).maximum(start).minimum(last); // [B, length]
  const distance = centre.reshape([batch, 1, length, 1]).sub(index.reshape([1, 1, 1, length])).abs();
  return distance.neg().add(1).relu();
}
