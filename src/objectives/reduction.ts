/** From losses of single elements to one number. */
import { where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

/** `mean`: weighted mean over all scored elements. `sum`: weighted sum. `perExample`: mean within each example, then over examples that score anything. */
export type Reduction = "mean" | "sum" | "perExample";

export interface ReductionOptions {
  /**
   * float32 weights of the elements, 0 = not scored; shaped as the losses or as their leading axes (a weight for each
   * example, token or patch).
   */
  readonly weights?: Tensor;
  /** Default mean. */
  readonly reduction?: Reduction;
}

/** Losses of shape [..] to rank 0. A mean over nothing is 0. */
export function reduceLoss(losses: Tensor, { weights, reduction = "mean" }: ReductionOptions): Tensor {
  if (losses.rank === 0) return weights === undefined ? losses : losses.mul(weights);
  if (weights === undefined) return reduction === "sum" ? losses.sum() : losses.mean();
  const w = alignWeights(weights, losses);
  const weighted = losses.mul(w);
  switch (reduction) {
    case "sum":
      return weighted.sum();
    case "mean":
      return ratio(weighted.sum(), w.sum());
    case "perExample": {
      const inside = losses.shape.map((_, axis) => axis).slice(1);
      const totals = w.sum(inside); // [B]
      const scored = totals.greater(0).cast("float32");
      return ratio(ratio(weighted.sum(inside), totals).sum(), scored.sum());
    }
  }
}

/** numerator / denominator, 0 where the denominator is 0. */
export function ratio(numerator: Tensor, denominator: Tensor): Tensor {
  const some = denominator.greater(0);
  return where(some, numerator.div(where(some, denominator, 1)), 0);
}

/** Weights expanded to the shape of the losses. */
function alignWeights(weights: Tensor, losses: Tensor): Tensor {
  const leading = weights.shape.every((extent, axis) => extent === losses.shape[axis]);
  if (!leading) throw new RangeError(`loss: weights [${weights.shape.join(", ")}] must be shaped as the losses [${losses.shape.join(", ")}] or as their leading axes`);
  return weights.reshape([...weights.shape, ...losses.shape.slice(weights.rank).map(() => 1)]).expand(losses.shape);
}
