/** Softmax over the visible part of an axis, and softmax that may attend to nothing. */
import { normalizeAxis } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { where } from "./arithmetic.ts";
import { padConstant, sliceAxis } from "./layout.ts";
import { softmax } from "./normalize.ts";

/** Finite stand-in for minus infinity: exp of it after subtracting any maximum is 0, and no difference of two is NaN. */
const HIDDEN = -1e38;

/** Softmax over the entries where `mask` (bool, broadcast to x) is true; others, and rows that see nothing, are 0 with gradient 0. */
export const maskedSoftmax = (x: Tensor, mask: Tensor, axis = -1): Tensor => where(mask, softmax(where(mask, x, HIDDEN), axis), 0);

/**
 * exp(x) / (1 + sum exp(x)): softmax with one more logit that is always 0 and is dropped, so a row may sum to less than
 * 1. With a mask, hidden entries are 0 and a row that sees nothing is all 0.
 */
export function softmaxOne(x: Tensor, axis = -1, mask?: Tensor): Tensor {
  const at = normalizeAxis("softmaxOne", axis, x.rank);
  const visible = mask === undefined ? x : where(mask, x, HIDDEN);
  const extended = padConstant(visible, x.shape.map((_, i) => (i === at ? [0, 1] : [0, 0])));
  return sliceAxis(softmax(extended, at), at, 0, x.dim(at));
}
