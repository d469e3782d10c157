/** Attention with linear biases (arXiv 2108.12409): scores fall with distance, at a slope of its own for each head. */
import { hostArray, tensor } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";

/** 2^(-8 (h+1) / H) for a power of two; otherwise the slopes of the next lower power, then every other one of its double. */
export function alibiSlopes(heads: number): number[] {
  const geometric = (count: number): number[] => Array.from({ length: count }, (_, h) => 2 ** ((-8 * (h + 1)) / count));
  const lower = 2 ** Math.floor(Math.log2(heads));
  const extra = geometric(2 * lower).filter((_, h) => h % 2 === 0);
  return [...geometric(lower), ...extra.slice(0, heads - lower)];
}

/** -slope |query - key|, [1, H, queries, keys]; queries are the last positions. Causal models add their mask. */
export function alibi(heads: number, queries: number, keys: number = queries): Tensor {
  const values = alibiSlopes(heads).flatMap((slope) =>
    Array.from({ length: queries * keys }, (_, i) => -slope * Math.abs(keys - queries + Math.floor(i / keys) - (i % keys))),
  );
  return tensor(hostArray(Float32Array.from(values), [1, heads, queries, keys]));
}

/** The same from position ids [B, Lq] and [B, Lk]: [B, H, Lq, Lk]. */
export function alibiAt(heads: number, queryIds: Tensor, keyIds: Tensor = queryIds): Tensor {
  const distance = queryIds.unsqueeze(2).sub(keyIds.unsqueeze(1)).cast("float32").abs(); // [B, Lq, Lk]
  return distance.unsqueeze(1).mul(tensor(alibiSlopes(heads).map((slope) => -slope)).reshape([heads, 1, 1]));
}
