/** Picking tokens of each example by ids, and putting them back. */
import { add, full, gather, hostArray, mul, ones, reshape, scatterRows, sub, tensor } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

/** Ids [B, K] within examples of `length` tokens as row numbers of the flattened batch [B * length]. */
function flatRows(ids: Tensor, length: number): Tensor {
  const batch = ids.dim(0);
  const starts = tensor(hostArray(Int32Array.from({ length: batch }, (_, i) => i * length), [batch, 1]));
  return add(ids, starts);
}

/** x [B, L, d] (or [1, L, d], shared by the batch), ids [B, K] int32 -> [B, K, d]. */
export function gatherTokens(x: Tensor, ids: Tensor): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  if (x.rank !== 3 || ids.rank !== 2) throw new RangeError(`gatherTokens: expected tokens [B, L, d] and ids [B, K], got [${x.shape.join(", ")}] and [${ids.shape.join(", ")}]`);
  if (batch === 1) return gather(reshape(x, [length, width]), ids);
  if (batch !== ids.dim(0)) throw new RangeError(`gatherTokens: tokens of ${batch} examples, ids of ${ids.dim(0)}`);
  return gather(reshape(x, [batch * length, width]), flatRows(ids, length));
}

/**
 * Tokens [B, K, d] at their places ids [B, K] in a sequence of `length`, `fill` [d] elsewhere (zeros if absent):
 * the inverse of gatherTokens. Ids of one example must not repeat.
 */
export function scatterTokens(tokens: Tensor, ids: Tensor, length: number, fill?: Tensor): Tensor {
  const [batch, count, width] = tokens.shape as [number, number, number];
  const rows = flatRows(ids, length);
  const placed = scatterRows(rows, tokens, [batch * length, width]);
  if (fill === undefined) return reshape(placed, [batch, length, width]);
  const taken = scatterRows(rows, ones([batch, count, 1]), [batch * length, 1]);
  return reshape(add(placed, mul(sub(full([], 1), taken), fill)), [batch, length, width]);
}

/** The same row [d] for every token: [B, count, d]. */
export const repeatToken = (token: Tensor, batch: number, count: number): Tensor => token.reshape([1, 1, token.size]).expand([batch, count, token.size]);

