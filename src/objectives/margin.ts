/** Losses that ask for a margin and are 0 beyond it. */
import { arange, equal } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ratio, reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

/**
 * Max-margin ranking on similarities [n, n] of pairs: the mean over the n (n - 1) other pairs of relu(margin - s_ii + s_ij),
 * rows and columns averaged. `pairWeights` [n, n] weighs pairs; the diagonal never counts.
 */
export function marginLoss(similarities: Tensor, { margin, pairWeights }: { readonly margin: number; readonly pairWeights?: Tensor }): { readonly loss: Tensor } {
  const [n, m] = similarities.shape as [number, number];
  if (n !== m) throw new RangeError(`marginLoss: expected similarities [n, n], got [${similarities.shape.join(", ")}]`);
  const others = equal(arange(n).unsqueeze(1), arange(n).unsqueeze(0)).logicalNot().cast("float32");
  const weights = pairWeights === undefined ? others : others.mul(pairWeights);
  const own = similarities.mul(others.neg().add(1)).sum(1); // [n]
  const over = (positive: Tensor): Tensor => ratio(similarities.sub(positive).add(margin).relu().mul(weights).sum(), weights.sum());
  return { loss: over(own.unsqueeze(1)).add(over(own.unsqueeze(0))).mul(0.5) };
}

const squaredDistance = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().sum(-1);

/** The Euclidean distance, its gradient finite at 0. */
const distance = (a: Tensor, b: Tensor): Tensor => squaredDistance(a, b).add(1e-12).sqrt();

export interface TripletOptions extends ReductionOptions {
  readonly margin: number;
  /** Squared distances instead of plain ones; default false. */
  readonly squared?: boolean;
}

/** relu(d(a, p) - d(a, n) + margin) of vectors [.., d]. */
export function tripletLoss(anchor: Tensor, positive: Tensor, negative: Tensor, { margin, squared = false, ...reduction }: TripletOptions): { readonly loss: Tensor } {
  const d = squared ? squaredDistance : distance;
  return { loss: reduceLoss(d(anchor, positive).sub(d(anchor, negative)).add(margin).relu(), reduction) };
}

export interface PairDistanceOptions extends ReductionOptions {
  readonly margin: number;
  /** Whether what is missing to the margin is squared as well, as in Hadsell et al. 2006; default false. */
  readonly squared?: boolean;
}

/** y d^2 + (1 - y) relu(margin - d) of vectors [.., d], y [..] 1 for pairs that belong together. */
export function pairDistanceLoss(a: Tensor, b: Tensor, together: Tensor, { margin, squared = false, ...reduction }: PairDistanceOptions): { readonly loss: Tensor } {
  const missing = distance(a, b).neg().add(margin).relu();
  const apart = squared ? missing.square() : missing;
  return { loss: reduceLoss(squaredDistance(a, b).mul(together).add(apart.mul(together.neg().add(1))), reduction) };
}
