/** Running sums and products along an axis. */
import { cumSum as cumSumPrimitive } from "../primitives/scan-sum.ts";
import type { CumulativeAttributes } from "../primitives/scan-sum.ts";
import { normalizeAxis } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { exp, log, maximum } from "./arithmetic.ts";

export type CumulativeOptions = Partial<Omit<CumulativeAttributes, "axis">>;

/** Running sum; `reverse` starts at the end, `exclusive` leaves each element out of its own sum. */
export const cumSum = (x: Tensor, axis = -1, { reverse = false, exclusive = false }: CumulativeOptions = {}): Tensor => applyOne(cumSumPrimitive, [x], { axis: normalizeAxis("cumSum", axis, x.rank), reverse, exclusive });

/**
 * Running product of numbers >= 0, computed as the exponential of a running sum of logarithms. Factors below `floor`
 * count as `floor` and get no gradient, so a zero makes the products after it at most `floor` times the product of the
 * others instead of 0. Negative factors are outside the domain.
 */
export const cumProd = (x: Tensor, axis = -1, { floor = 1e-30, ...options }: CumulativeOptions & { readonly floor?: number } = {}): Tensor => exp(cumSum(log(maximum(x, floor)), axis, options));
