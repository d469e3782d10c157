/** Normalisation of channels-first tensors x [B, C, ..]: by batch, by group, by instance. */
import * as norm from "../primitives/channel-norm.ts";
import { NO_ATTRIBUTES } from "../primitive.ts";
import { showShape, sizeOf } from "../shape.ts";
import { apply, applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { cast, div, maximum, mul, rsqrt, square, sub, where } from "./arithmetic.ts";
import { reshape, unsqueeze } from "./layout.ts";
import { ones, zeros } from "./lift.ts";
import { sum } from "./reduction.ts";

/** `x * scale[c] + shift[c]`: x [B, C, ..], scale and shift [C]. */
export const channelAffine = (x: Tensor, scale: Tensor, shift: Tensor): Tensor => applyOne(norm.channelAffine, [x, scale, shift], NO_ATTRIBUTES);

export interface BatchNormOptions {
  /** Factor and summand after standardising, [C]; default 1 and 0. */
  readonly scale?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** bool [B, ..], true = a real position: the others do not enter the statistics, but are normalised with them. */
  readonly mask?: Tensor | undefined;
}

export interface BatchNormResult {
  readonly output: Tensor;
  /** Statistics of the batch, [C]. */
  readonly mean: Tensor;
  /** Mean of squares, which normalises. */
  readonly variance: Tensor;
  /** Variance with n - 1 in the denominator, which running statistics collect. */
  readonly unbiasedVariance: Tensor;
}

/** Normalises each channel of x [B, C, ..] by its mean and variance over all other axes (arXiv 1502.03167). */
export function batchNorm(x: Tensor, { scale = ones([x.dim(1)]), bias = zeros([x.dim(1)]), epsilon = 1e-5, mask }: BatchNormOptions = {}): BatchNormResult {
  const count = x.size / x.dim(1);
  if (count < 2) throw new RangeError(`batchNorm: ${showShape(x.shape)} has ${count} value for each channel, a variance needs two or more`);
  if (mask !== undefined) return maskedBatchNorm(x, mask, scale, bias, epsilon);
  const [output, mean, variance] = apply(norm.batchNorm, [x, scale, bias], { epsilon }) as readonly [Tensor, Tensor, Tensor];
  return { output, mean, variance, unbiasedVariance: mul(variance, count / (count - 1)) };
}

function maskedBatchNorm(x: Tensor, mask: Tensor, scale: Tensor, bias: Tensor, epsilon: number): BatchNormResult {
  const expected = [x.dim(0), ...x.shape.slice(2)];
  if (mask.dtype !== "bool" || mask.shape.join() !== expected.join()) throw new RangeError(`batchNorm: mask for ${showShape(x.shape)} must be bool${showShape(expected)}, got ${mask.dtype}${showShape(mask.shape)}`);
  const kept = unsqueeze(mask, 1);
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const column = x.shape.map((extent, axis) => (axis === 1 ? extent : 1));
  const count = maximum(sum(cast(mask, "float32")), 1);
  const mean = div(sum(where(kept, x, 0), axes), count);
  const centered = where(kept, sub(x, reshape(mean, column)), 0);
  const squares = sum(square(centered), axes);
  const variance = div(squares, count);
  return { output: applyStatistics(x, { mean, variance, scale, bias, epsilon }), mean, variance, unbiasedVariance: div(squares, maximum(count.sub(1), 1)) };
}

/** Batch normalisation by given statistics [C], as at evaluation. */
export function applyStatistics(x: Tensor, options: { readonly mean: Tensor; readonly variance: Tensor; readonly scale?: Tensor | undefined; readonly bias?: Tensor | undefined; readonly epsilon?: number }): Tensor {
  const { mean, variance, scale, bias, epsilon = 1e-5 } = options;
  const inverse = rsqrt(variance.add(epsilon));
  const factor = scale === undefined ? inverse : mul(scale, inverse);
  const shift = mul(mean, factor).neg();
  return channelAffine(x, factor, bias === undefined ? shift : bias.add(shift));
}

/** Normalises each group of C / groups channels of each sample by itself (arXiv 1803.08494). */
export function groupNorm(x: Tensor, groups: number, { scale, bias, epsilon = 1e-5 }: Omit<BatchNormOptions, "mask"> = {}): Tensor {
  const channels = x.dim(1);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) throw new RangeError(`groupNorm: the ${channels} channels of ${showShape(x.shape)} do not divide into ${groups} groups`);
  // Groups of samples are the channels of one batch: [1, B G, C / G ..]
  const apart = reshape(x, [1, x.dim(0) * groups, sizeOf(x.shape.slice(1)) / groups]);
  const standard = reshape(batchNorm(apart, { epsilon }).output, x.shape);
  return scale === undefined && bias === undefined ? standard : channelAffine(standard, scale ?? ones([channels]), bias ?? zeros([channels]));
}

/** Normalises each channel of each sample by itself (arXiv 1607.08022): group normalisation with groups of one. */
export const instanceNorm = (x: Tensor, options: Omit<BatchNormOptions, "mask"> = {}): Tensor => groupNorm(x, x.dim(1), options);
