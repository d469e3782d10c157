/** What rankers of responses learn: which response is right, and how a teacher scores right and wrong ones. */
import { binaryCrossEntropy, distill, pairWeights } from "../../objectives/index.ts";
import type { Tensor } from "../../engine/index.ts";

export interface DistillationInputs {
  /** Scores of the student [B, C], before any sigmoid. */
  readonly scores: Tensor;
  /** 1 where the response is right, one in each row, else 0; float32 [B, C]. */
  readonly right: Tensor;
  /** The teacher's scores of the same pairs; without them only the labels count. */
  readonly teacher?: Tensor;
  /** Share of the labels in the loss; 1 leaves the teacher out. Default 0.5. */
  readonly alpha?: number;
}

/** Pairs of a batch of B contexts with all B responses: right on the diagonal, [B, B]. */
export const inBatch = (batch: number): Tensor => pairWeights(batch, 0);

/** Weights of the pairs in the imitation: 1 for right ones, 1 / C for wrong ones. */
export const imitationWeights = (right: Tensor): Tensor => right.mul(1 - 1 / right.dim(1)).add(1 / right.dim(1));

/**
 * alpha BCE + (1 - alpha) MSE, both summed over all pairs. The binary cross-entropy weighs a right pair C - 1 times; the
 * squared errors are of scores as they are, without temperature. No gradient reaches the teacher.
 */
export function distillationLoss({ scores, right, teacher, alpha = 0.5 }: DistillationInputs): { readonly loss: Tensor } & Readonly<Record<string, Tensor>> {
  const { loss: labels, accuracy } = binaryCrossEntropy(scores, right, { positiveWeight: right.dim(1) - 1, reduction: "sum" });
  if (teacher === undefined || alpha === 1) return { loss: labels, accuracy };
  const { loss: imitation } = distill(scores, teacher, { kind: "mse", weights: imitationWeights(right), reduction: "sum" });
  return { loss: labels.mul(alpha).add(imitation.mul(1 - alpha)), accuracy, labels, imitation };
}
