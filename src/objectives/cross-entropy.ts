/** Cross-entropy over classes: mean_w( -sum_c q_c log softmax(z)_c ), q = (1 - e) onehot + e / V. */
import { argMax, equal, gather, logSoftmax, oneHot, softmaxCrossEntropy } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ratio, reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

export interface CrossEntropyOptions extends ReductionOptions {
  /** e: share of the target spread evenly over the classes; default 0. */
  readonly smoothing?: number;
  /** float32 [V]: weight of each class. The mean divides by the sum of the weights used. */
  readonly classWeights?: Tensor;
}

export interface CrossEntropy {
  readonly loss: Tensor;
  /** Weighted share of elements whose largest logit is the target (the largest target, when targets are soft). */
  readonly accuracy: Tensor;
}

/**
 * Logits [.., V] against class ids [..] int32 or target distributions [.., V] float32.
 * Elements to leave out get weight 0 and any valid class; there is no reserved id.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, { weights, reduction, smoothing = 0, classWeights }: CrossEntropyOptions = {}): CrossEntropy {
  const classes = logits.dim(-1);
  const outer = logits.shape.slice(0, -1);
  const hard = targets.dtype !== "float32";
  const expected = hard ? outer : logits.shape;
  if (targets.shape.join() !== expected.join()) throw new RangeError(`crossEntropy: logits [${logits.shape.join(", ")}] need ${hard ? "class ids" : "soft targets"} of shape [${expected.join(", ")}], got [${targets.shape.join(", ")}]`);
  if (!(smoothing >= 0 && smoothing < 1)) throw new RangeError(`crossEntropy: smoothing: expected a number from 0 to below 1, got ${smoothing}`);

  const flat = logits.reshape([-1, classes]); // [n, V]
  const labels = hard ? targets.reshape([-1]) : argMax(targets.reshape([-1, classes])); // [n]
  const right = equal(argMax(flat), labels.cast("int32")).cast("float32").reshape(outer);
  const scored = weights === undefined ? {} : { weights };
  const accuracy = reduceLoss(right, { ...scored, reduction: "mean" });

  if (classWeights === undefined) {
    const losses = hard && smoothing === 0 ? softmaxCrossEntropy(flat, labels) : softLosses(flat, targets, labels, hard, smoothing);
    return { loss: reduceLoss(losses.reshape(outer), { ...scored, reduction }), accuracy };
  }
  if (hard && smoothing === 0) {
    const ofLabel = gather(classWeights, labels).reshape(outer);
    const losses = softmaxCrossEntropy(flat, labels).reshape(outer);
    return { loss: reduceLoss(losses, { weights: weights === undefined ? ofLabel : ofLabel.mul(weights), reduction }), accuracy };
  }
  const q = (hard ? oneHot(labels, classes) : targets.reshape([-1, classes])).mul(1 - smoothing).add(smoothing / classes).mul(classWeights);
  const used = q.sum(-1); // [n]
  const losses = ratio(logSoftmax(flat).mul(q).sum(-1).neg(), used).reshape(outer);
  const elementWeights = used.reshape(outer);
  return { loss: reduceLoss(losses, { weights: weights === undefined ? elementWeights : elementWeights.mul(weights), reduction }), accuracy };
}

/** [n]: losses against soft or smoothed targets. */
function softLosses(flat: Tensor, targets: Tensor, labels: Tensor, hard: boolean, smoothing: number): Tensor {
  const logProbabilities = logSoftmax(flat);
  const ofTarget = hard ? softmaxCrossEntropy(flat, labels) : logProbabilities.mul(targets.reshape(flat.shape)).sum(-1).neg();
  return smoothing === 0 ? ofTarget : ofTarget.mul(1 - smoothing).sub(logProbabilities.mean(-1).mul(smoothing));
}
