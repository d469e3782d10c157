/** Between token vectors [B, L, H * dh] and attention heads [B, H, L, dh]. */
import type { Tensor } from "../../engine/index.ts";

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  if (width % heads !== 0) throw new RangeError(`splitHeads: width ${width} does not divide into ${heads} heads`);
  return x.reshape([batch, length, heads, width / heads]).transpose([0, 2, 1, 3]);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, length, width] = x.shape as [number, number, number, number];
  return x.transpose([0, 2, 1, 3]).reshape([batch, length, heads * width]);
}
