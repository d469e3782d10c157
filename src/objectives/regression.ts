/** Regression: mean_w of squared, absolute or smooth absolute errors, or of 1 - cosine. */
import { dot, l2Normalize } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

export type RegressionKind = "mse" | "l1" | "smoothL1" | "cosine";

export interface RegressionOptions extends ReductionOptions {
  /** Default mse. */
  readonly kind?: RegressionKind;
  /** Error at which smoothL1 turns from quadratic to linear; default 1. */
  readonly beta?: number;
}

/** Errors of each element, [..]; `cosine` gives one for each vector along the last axis. */
export function regressionErrors(prediction: Tensor, target: Tensor, { kind = "mse", beta = 1 }: Pick<RegressionOptions, "kind" | "beta"> = {}): Tensor {
  if (prediction.shape.join() !== target.shape.join()) throw new RangeError(`regression: prediction [${prediction.shape.join(", ")}] and target [${target.shape.join(", ")}] must have one shape`);
  switch (kind) {
    case "mse":
      return prediction.sub(target).square();
    case "l1":
      return prediction.sub(target).abs();
    case "smoothL1": {
      if (!(beta > 0)) throw new RangeError(`regression: beta: expected a number above 0, got ${beta}; use l1`);
      // |d| < beta: d^2 / (2 beta), else |d| - beta / 2; both are m (|d| - m / 2) / beta with m = min(|d|, beta)
      const error = prediction.sub(target).abs();
      const inner = error.minimum(beta);
      return inner.mul(error.sub(inner.mul(0.5))).mul(1 / beta);
    }
    case "cosine":
      return dot(l2Normalize(prediction), l2Normalize(target)).neg().add(1);
  }
}

/** Prediction and target of one shape [..]. */
export const regression = (prediction: Tensor, target: Tensor, options: RegressionOptions = {}): { readonly loss: Tensor } => ({ loss: reduceLoss(regressionErrors(prediction, target, options), options) });
