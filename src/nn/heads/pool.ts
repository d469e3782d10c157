/** One vector per sequence or per span. */
import { arange, full, maximum, where } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";

export type PoolKind = "first" | "last" | "mean" | "max";

/**
 * tokens [B, L, d] -> [B, d] over the tokens where `valid`, bool [B, L], holds (default all). "first" is position 0;
 * "last" the last valid one. Mean and maximum of no token are zeros.
 */
export function pool(tokens: Tensor, kind: PoolKind, valid?: Tensor): Tensor {
  const length = tokens.dim(1);
  const kinds: Readonly<Record<PoolKind, () => Tensor>> = {
    first: () => tokens.select(1, 0),
    last: () => (valid === undefined ? tokens.select(1, length - 1) : weightedPool(tokens, lastOf(valid))),
    mean: () => (valid === undefined ? tokens.mean(1) : weightedPool(tokens, valid.cast("float32"))),
    max: () => (valid === undefined ? tokens.max(1) : maximumOf(tokens, valid)),
  };
  const run = (kinds as Readonly<Record<string, (() => Tensor) | undefined>>)[kind];
  if (run === undefined) throw new RangeError(`pool: unknown kind "${kind}"; choose one of ${Object.keys(kinds).join(", ")}`);
  return run();
}

/** float32 [B, L]: 1 at the last real token, without any at the first. By comparison rather than by gathering, so that exported graphs take any batch. */
function lastOf(valid: Tensor): Tensor {
  const places = arange(valid.dim(1));
  return places.unsqueeze(0).equal(where(valid, places, full([], 0, "int32")).max(-1, { keepDims: true })).cast("float32");
}

/** sum_l w_l x_l / sum_l w_l for weights [B, L], not negative: [B, d]; zeros where all weights are zero. */
export const weightedPool = (tokens: Tensor, weights: Tensor): Tensor => spanPool(tokens, weights.unsqueeze(1)).squeeze(1);

/** Weighted means of S spans: weights [B, S, L] -> [B, S, d]. Spans and segments are rows of zeros and ones. */
export function spanPool(tokens: Tensor, weights: Tensor): Tensor {
  const total = weights.sum(-1, { keepDims: true });
  return weights.matmul(tokens).div(maximum(total, 1e-12));
}

function maximumOf(tokens: Tensor, valid: Tensor): Tensor {
  const highest = where(valid.unsqueeze(-1), tokens, full([], -1e9)).max(1);
  return highest.mul(valid.cast("float32").max(1, { keepDims: true }));
}
