/** Binary cross-entropy on logits: mean_w( -p y log s(z) - (1 - y) log(1 - s(z)) ), s the sigmoid, y in [0, 1]. */
import { softplus } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** p: factor on the share of the positives, such as their scarcity; a number, or one for each label [C]. Default 1. */
  readonly positiveWeight?: number | Tensor;
}

export interface BinaryCrossEntropy {
  readonly loss: Tensor;
  /** Weighted share of elements on the right side of 0; a target of 1/2 and more counts as positive. */
  readonly accuracy: Tensor;
}

/** Logits and targets of one shape [..]; targets may be soft. At logits 0 and p = 1 the loss is ln 2. */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, { positiveWeight = 1, ...reduction }: BinaryCrossEntropyOptions = {}): BinaryCrossEntropy {
  if (logits.shape.join() !== targets.shape.join()) throw new RangeError(`binaryCrossEntropy: logits [${logits.shape.join(", ")}] and targets [${targets.shape.join(", ")}] must have one shape`);
  const y = targets.dtype === "float32" ? targets : targets.cast("float32");
  const errors = softplus(logits.neg()).mul(y).mul(positiveWeight).add(softplus(logits).mul(y.neg().add(1)));
  const right = logits.greater(0).equal(y.greaterEqual(0.5)).cast("float32");
  return { loss: reduceLoss(errors, reduction), accuracy: reduceLoss(right, { weights: reduction.weights }) };
}
