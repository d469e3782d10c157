/** Gradients of a step: their global norm, clipping, and accumulation over micro-batches. */
import { matmul, minimum, reciprocal, sqrt } from "../engine/index.ts";
import { Parameter } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import type { TrainedParameter } from "./parameter-groups.ts";

/** Sum of squares as a product of the tensor with itself: one reading pass, no temporary. */
export const sumOfSquares = (x: Tensor): Tensor => matmul(x.reshape([1, x.size]), x.reshape([x.size, 1])).reshape([]);

/** Euclidean norm of all tensors together, rank 0. */
export const globalNorm = (tensors: readonly Tensor[]): Tensor => sqrt(tensors.map(sumOfSquares).reduce((total, square) => total.add(square)));

/** Factor that brings gradients of the given norm down to `limit`, at most 1; divides by norm + 1e-6 as PyTorch does. */
export const clipFactor = (norm: Tensor, limit: number): Tensor => {
  if (!(limit > 0)) throw new RangeError(`clip: expected a positive norm, got ${limit}`);
  return minimum(reciprocal(norm.add(1e-6)).mul(limit), 1);
};

/** Place of a micro-batch in its batch; `only` is a batch that is not divided. */
export type Phase = "only" | "first" | "middle" | "last";

/** Place of micro-batch `i` of `count`. */
export const phaseOf = (i: number, count: number): Phase => (count === 1 ? "only" : i === 0 ? "first" : i === count - 1 ? "last" : "middle");

/**
 * Sums of gradients between micro-batches. The first micro-batch overwrites the sum, so it need not be cleared. The mean
 * over k micro-batches equals the gradient of the whole batch when the loss is a mean over equally many items in each.
 */
export class GradientAccumulator {
  private readonly sums: readonly Parameter[];
  private readonly count: number;

  constructor(trained: readonly TrainedParameter[], count: number) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`accumulate: expected a positive integer, got ${count}`);
    this.count = count;
    this.sums = count === 1 ? [] : trained.map(({ name, parameter }) => new Parameter(parameter.shape, () => new Float32Array(parameter.size), { trainable: false, name: `gradients.${name}` }));
  }

  /** Adds the gradients of a micro-batch; returns the sum and its divisor when the batch is complete, else null. */
  add(gradients: readonly Tensor[], phase: Phase): { readonly gradients: readonly Tensor[]; readonly divisor: number } | null {
    if (phase === "only") return { gradients, divisor: 1 };
    const sums = gradients.map((gradient, i) => (phase === "first" ? gradient : (this.sums[i] as Parameter).add(gradient)));
    if (phase === "last") return { gradients: sums, divisor: this.count };
    sums.forEach((sum, i) => (this.sums[i] as Parameter).assign(sum));
    return null;
  }
}
