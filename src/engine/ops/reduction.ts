/** Reductions. `axis` may be one axis, several, or undefined for all; negative axes count from the end. */
import * as reduce from "../primitives/reduce.ts";
import type { ReduceAttributes } from "../primitives/reduce.ts";
import type { Primitive } from "../primitive.ts";
import { broadcastAxes, normalizeAxes, normalizeAxis, sameShape } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sqrt, square, sub } from "./arithmetic.ts";
import { reshape } from "./layout.ts";

export type Axis = number | readonly number[];
export interface ReduceOptions {
  /** Keep reduced axes with extent 1. */
  readonly keepDims?: boolean;
}
type Reduce = (x: Tensor, axis?: Axis, options?: ReduceOptions) => Tensor;

const over = (primitive: Primitive<ReduceAttributes>): Reduce => (x, axis, { keepDims = false } = {}) => {
  const axes = normalizeAxes(primitive.name, axis, x.rank);
  return axes.length === 0 ? x : applyOne(primitive, [x], { axes, keepDims });
};

export const sum: Reduce = over(reduce.sum);
export const mean: Reduce = over(reduce.mean);
export const max: Reduce = over(reduce.max);
export const min: Reduce = over(reduce.min);
export const prod: Reduce = over(reduce.prod);
/** log of the sum of exponentials, computed stably. */
export const logSumExp: Reduce = over(reduce.logSumExp);

/** Position of the largest element along an axis, the first of equals, int32. */
export const argMax = (x: Tensor, axis = -1): Tensor => applyOne(reduce.argMax, [x], { axis: normalizeAxis("argMax", axis, x.rank) });
export const argMin = (x: Tensor, axis = -1): Tensor => applyOne(reduce.argMin, [x], { axis: normalizeAxis("argMin", axis, x.rank) });

/** Variance; `correction` 1 gives the unbiased estimate (n - 1), 0 the plain mean of squares. */
export function variance(x: Tensor, axis?: Axis, { keepDims = false, correction = 0 }: ReduceOptions & { readonly correction?: 0 | 1 } = {}): Tensor {
  const axes = normalizeAxes("variance", axis, x.rank);
  const count = axes.reduce((product, a) => product * x.dim(a), 1);
  if (count <= correction) throw new RangeError(`variance: ${count} value(s) along the axes leave no degrees of freedom with correction ${correction}`);
  const centered = sub(x, mean(x, axes, { keepDims: true }));
  const total = mean(square(centered), axes, { keepDims });
  return correction === 0 ? total : mul(total, count / (count - correction));
}

/** Euclidean norm. Its gradient at zero is undefined; add a small epsilon under the root where zeros occur. */
export const norm = (x: Tensor, axis?: Axis, options?: ReduceOptions & { readonly epsilon?: number }): Tensor => sqrt(options?.epsilon === undefined ? sum(square(x), axis, options) : sum(square(x), axis, options).add(options.epsilon));

/** x scaled to unit Euclidean length along an axis. */
export const l2Normalize = (x: Tensor, axis = -1, epsilon = 1e-12): Tensor => div(x, norm(x, axis, { keepDims: true, epsilon }));

/** Sums away broadcasting: the adjoint of expanding `shape` to the shape of x. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return reshape(sum(x, broadcastAxes(shape, x.shape), { keepDims: true }), shape);
}
