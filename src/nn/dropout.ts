/** Random zeroing of elements (Srivastava et al. 2014) and of whole residual branches (Huang et al. 2016, arXiv 1603.09382). */
import { full, mul, where } from "../engine/index.ts";
import type { Shape, Tensor } from "../engine/index.ts";
import type { Mode } from "./module.ts";

function dropOver(caller: string, x: Tensor, shape: Shape, rate: number, mode: Mode): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`${caller}: rate must lie in [0, 1), got ${rate}`);
  if (!mode.train || rate === 0) return x;
  if (mode.random === undefined) throw new Error(`${caller}: training with rate ${rate} needs random numbers; pass mode {train: true, random}`);
  const kept = mode.random.bernoulli(1 - rate, shape);
  return mul(x, where(kept, full([], 1 / (1 - rate)), full([], 0)));
}

/** Each element is zero with probability `rate` in training, the others are scaled by 1 / (1 - rate). */
export const dropout = (x: Tensor, rate: number, mode: Mode): Tensor => dropOver("dropout", x, x.shape, rate, mode);

/** Stochastic depth: the whole branch of an example [B, ..] is zero with probability `rate` in training, else scaled by 1 / (1 - rate). */
export const dropPath = (branch: Tensor, rate: number, mode: Mode): Tensor => dropOver("dropPath", branch, branch.shape.map((extent, axis) => (axis === 0 ? extent : 1)), rate, mode);
