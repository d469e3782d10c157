/** Softmax, normalisation and activations. */
import * as normalize from "../primitives/normalize.ts";
import { NO_ATTRIBUTES } from "../primitive.ts";
import { normalizeAxis } from "../shape.ts";
import { apply, applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { mul, rsqrt, sigmoid, square } from "./arithmetic.ts";
import { transpose } from "./layout.ts";
import { ones, zeros } from "./lift.ts";
import { mean } from "./reduction.ts";

/** Runs a last-axis operation along another axis. */
function alongAxis(where: string, x: Tensor, axis: number, fn: (x: Tensor) => Tensor): Tensor {
  const at = normalizeAxis(where, axis, x.rank);
  if (at === x.rank - 1) return fn(x);
  const swap = x.shape.map((_, i) => (i === at ? x.rank - 1 : i === x.rank - 1 ? at : i));
  return transpose(fn(transpose(x, swap)), swap);
}

export const softmax = (x: Tensor, axis = -1): Tensor => alongAxis("softmax", x, axis, (y) => applyOne(normalize.softmax, [y], NO_ATTRIBUTES));
export const logSoftmax = (x: Tensor, axis = -1): Tensor => alongAxis("logSoftmax", x, axis, (y) => applyOne(normalize.logSoftmax, [y], NO_ATTRIBUTES));

/** Cross-entropy per row: logits [n, classes], labels [n] int32 -> losses [n]. */
export const softmaxCrossEntropy = (logits: Tensor, labels: Tensor): Tensor => applyOne(normalize.softmaxCrossEntropy, [logits, labels], NO_ATTRIBUTES);

/** Layer normalisation over the last axis; without scale and bias it only standardises. */
export function layerNorm(x: Tensor, scale?: Tensor, bias?: Tensor, epsilon = 1e-5): Tensor {
  const width = [x.dim(-1)];
  return apply(normalize.layerNorm, [x, scale ?? ones(width), bias ?? zeros(width)], { epsilon })[0] as Tensor;
}

/** Root-mean-square normalisation over the last axis (arXiv 1910.07467). */
export function rmsNorm(x: Tensor, scale?: Tensor, epsilon = 1e-6): Tensor {
  const normalized = mul(x, rsqrt(mean(square(x), -1, { keepDims: true }).add(epsilon)));
  return scale === undefined ? normalized : mul(normalized, scale);
}

/** Gaussian error linear unit, exact or by the tanh approximation. */
export const gelu = (x: Tensor, approximate: "none" | "tanh" = "none"): Tensor => applyOne(normalize.gelu, [x], { approximate });

/** x * sigmoid(x) */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));

/** x * sigmoid(1.702 x), the sigmoid approximation of GELU that CLIP uses. */
export const quickGelu = (x: Tensor): Tensor => mul(x, sigmoid(mul(x, 1.702)));

/** min(1, max(0, scale * x + shift)) in one pass. */
export const affineClipped = (x: Tensor, scale: number, shift: number): Tensor => applyOne(normalize.affineClipped, [x], { scale, shift });
