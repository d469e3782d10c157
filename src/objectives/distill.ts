/** Distillation: a student imitates a teacher's logits, features or similarities. No gradient reaches the teacher. */
import { arange, equal, full, l2Normalize, logSoftmax, matmul, sigmoid, softmax, softplus, stopGradient, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { regressionErrors } from "./regression.ts";
import { reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

export type DistillKind =
  /** T^2 KL(softmax(t / T) || softmax(s / T)) over the last axis (arXiv 1503.02531). */
  | "kl"
  /** (s - t)^2 of every element. */
  | "mse"
  /** Binary cross-entropy of logits against sigmoid(t / T). */
  | "softBce"
  /** 1 - cos(s, t) over the last axis. */
  | "cosine";

export interface DistillOptions extends ReductionOptions {
  readonly kind: DistillKind;
  /** T; default 1. */
  readonly temperature?: number;
}

/** Student and teacher of one shape [.., C]. */
export function distill(student: Tensor, teacher: Tensor, { kind, temperature = 1, ...reduction }: DistillOptions): { readonly loss: Tensor } {
  if (student.shape.join() !== teacher.shape.join()) throw new RangeError(`distill: student [${student.shape.join(", ")}] and teacher [${teacher.shape.join(", ")}] must have one shape`);
  if (!(temperature > 0)) throw new RangeError(`distill: temperature: expected a number above 0, got ${temperature}`);
  return { loss: reduceLoss(distillErrors(student, stopGradient(teacher), kind, temperature), reduction) };
}

function distillErrors(student: Tensor, teacher: Tensor, kind: DistillKind, temperature: number): Tensor {
  switch (kind) {
    case "kl": {
      const p = teacher.mul(1 / temperature);
      const difference = logSoftmax(p).sub(logSoftmax(student.mul(1 / temperature)));
      return softmax(p).mul(difference).sum(-1).mul(temperature ** 2);
    }
    case "mse":
    case "cosine":
      return regressionErrors(student, teacher, { kind });
    case "softBce": {
      const z = student.mul(1 / temperature);
      return softplus(z).sub(z.mul(sigmoid(teacher.mul(1 / temperature))));
    }
  }
}

/**
 * Similarity distillation: SmoothL1 between the cosine matrices [n, n] of student [n, ds] and teacher [n, dt] features,
 * which may differ in width.
 */
export function distillSimilarities(student: Tensor, teacher: Tensor, options: ReductionOptions & { readonly beta?: number } = {}): { readonly loss: Tensor } {
  const cosines = (x: Tensor): Tensor => {
    const unit = l2Normalize(x);
    return matmul(unit, unit, { transB: true });
  };
  const errors = regressionErrors(cosines(student), stopGradient(cosines(teacher)), { kind: "smoothL1", beta: options.beta ?? 1 });
  return { loss: reduceLoss(errors, options) };
}

/**
 * Margin-MSE (arXiv 2010.02666): scores [B, C] of lists whose first candidate is relevant; squared difference of student and
 * teacher in the lead of the first over each other, [B, C - 1].
 */
export function distillMargins(student: Tensor, teacher: Tensor, options: ReductionOptions = {}): { readonly loss: Tensor } {
  if (student.shape.join() !== teacher.shape.join() || student.rank !== 2 || student.dim(1) < 2) throw new RangeError(`distillMargins: expected student and teacher scores [B, C] of 2 candidates or more, got [${student.shape.join(", ")}] and [${teacher.shape.join(", ")}]`);
  const leads = (scores: Tensor): Tensor => scores.sliceAxis(1, 0, 1).sub(scores.sliceAxis(1, 1, scores.dim(1)));
  return { loss: reduceLoss(regressionErrors(leads(student), stopGradient(leads(teacher))), options) };
}

/** Weights [n, n] for all pairs of a batch: 1 for the true ones on the diagonal, `others` for the rest. */
export const pairWeights = (n: number, others: number): Tensor => where(equal(arange(n).unsqueeze(1), arange(n).unsqueeze(0)), full([], 1), full([], others));
