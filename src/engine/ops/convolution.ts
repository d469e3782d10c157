/** Convolutions over one or two spatial axes, channels first as in PyTorch. */
import * as convolution from "../primitives/convolution.ts";
import type { ConvolutionAttributes } from "../primitives/convolution.ts";
import { showShape } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** One number for every spatial axis, or one for each. */
export type PerAxis = number | readonly number[];

/** Zeros around the spatial axes: one number for every side, one for each axis, or [before, after] of each axis. */
export type SidePadding = number | readonly (number | readonly [before: number, after: number])[];

/**
 * Padding of a convolution. "same" gives ceil(extent / stride) outputs, an odd zero going behind (as PyTorch does for
 * stride 1); "causal", for one axis, puts all zeros in front, so that output t sees no input after t * stride.
 */
export type Padding = SidePadding | "same" | "causal";

export interface ConvolutionOptions {
  /** Default 1. */
  readonly stride?: PerAxis;
  /** Default 0. */
  readonly padding?: Padding;
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: PerAxis;
  /** Blocks of channels convolved apart; as many as input channels is a depthwise convolution. Default 1. */
  readonly groups?: number;
}

export interface TransposedConvolutionOptions extends Omit<ConvolutionOptions, "padding"> {
  /** Padding of the convolution this one undoes: positions cut off the output. Default 0. */
  readonly padding?: SidePadding;
  /** Positions added behind the output, below the stride. Default 0. */
  readonly outputPadding?: PerAxis;
}

/** x [B, C, T], weight [O, C / groups, K], bias [O] -> [B, O, T']. */
export const conv1d = (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions = {}): Tensor => convolve("conv1d", 1, x, weight, bias, options);

/** x [B, C, H, W], weight [O, C / groups, KH, KW], bias [O] -> [B, O, H', W']. */
export const conv2d = (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions = {}): Tensor => convolve("conv2d", 2, x, weight, bias, options);

/** x [B, C, T], weight [C, O / groups, K], bias [O] -> [B, O, (T - 1) stride - padding + dilation (K - 1) + outputPadding + 1]. */
export const convTranspose1d = (x: Tensor, weight: Tensor, bias?: Tensor, options: TransposedConvolutionOptions = {}): Tensor => convolveTransposed("convTranspose1d", 1, x, weight, bias, options);

/** As convTranspose1d over two spatial axes: x [B, C, H, W], weight [C, O / groups, KH, KW], bias [O] -> [B, O, H', W']. */
export const convTranspose2d = (x: Tensor, weight: Tensor, bias?: Tensor, options: TransposedConvolutionOptions = {}): Tensor => convolveTransposed("convTranspose2d", 2, x, weight, bias, options);

function convolve(where: string, axes: number, x: Tensor, weight: Tensor, bias: Tensor | undefined, { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions): Tensor {
  requireRanks(where, axes, x, weight);
  const [input, kernel] = [x.shape.slice(2), weight.shape.slice(2)];
  const strides = perAxis(where, "stride", stride, axes, 1);
  const dilations = perAxis(where, "dilation", dilation, axes, 1);
  const windows = kernel.map((extent, i) => (extent - 1) * (dilations[i] as number) + 1);
  const { before, after } = resolvePadding(where, padding, { input, strides, windows });
  return convOf(x, weight, { strides, dilations, before, after, groups: requireGroups(where, groups), input, kernel }, bias);
}

function convolveTransposed(where: string, axes: number, x: Tensor, weight: Tensor, bias: Tensor | undefined, options: TransposedConvolutionOptions): Tensor {
  requireRanks(where, axes, x, weight);
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const kernel = weight.shape.slice(2);
  const strides = perAxis(where, "stride", stride, axes, 1);
  const dilations = perAxis(where, "dilation", dilation, axes, 1);
  const extra = perAxis(where, "outputPadding", outputPadding, axes, 0);
  const { before, after } = sidesOf(where, padding, axes);
  const input = kernel.map((extent, i) => {
    if ((extra[i] as number) >= (strides[i] as number)) throw new RangeError(`${where}: outputPadding ${extra[i]} of spatial axis ${i} must be below its stride ${strides[i]}`);
    const result = (x.dim(i + 2) - 1) * (strides[i] as number) - (before[i] as number) - (after[i] as number) + (extent - 1) * (dilations[i] as number) + (extra[i] as number) + 1;
    if (result < 1) throw new RangeError(`${where}: padding ${before[i]} + ${after[i]} leaves nothing of spatial axis ${i} of ${showShape(x.shape)}`);
    return result;
  });
  return convInputGradient(x, weight, { strides, dilations, before, after, groups: requireGroups(where, groups), input, kernel }, bias);
}

/** Convolution of a given geometry. For derivatives. */
export const convOf = (x: Tensor, weight: Tensor, attributes: ConvolutionAttributes, bias?: Tensor): Tensor => applyOne(convolution.conv, bias === undefined ? [x, weight] : [x, weight, bias], attributes);

/** Adjoint of a convolution in its input. For derivatives. */
export const convInputGradient = (gradient: Tensor, weight: Tensor, attributes: ConvolutionAttributes, bias?: Tensor): Tensor =>
  applyOne(convolution.convTranspose, bias === undefined ? [gradient, weight] : [gradient, weight, bias], attributes);

/** Adjoint of a convolution in its weight. For derivatives. */
export const convWeightGradient = (x: Tensor, gradient: Tensor, attributes: ConvolutionAttributes): Tensor => applyOne(convolution.convWeightGradient, [x, gradient], attributes);

function requireRanks(where: string, axes: number, x: Tensor, weight: Tensor): void {
  if (x.rank !== axes + 2 || weight.rank !== axes + 2) throw new RangeError(`${where}: expected input and weight of rank ${axes + 2}, got ${showShape(x.shape)} and ${showShape(weight.shape)}`);
}

function requireGroups(where: string, groups: number): number {
  if (!Number.isInteger(groups) || groups < 1) throw new RangeError(`${where}: groups must be a whole number from 1, got ${groups}`);
  return groups;
}

/** One whole number for each spatial axis. */
export function perAxis(where: string, what: string, value: PerAxis, axes: number, least: number): number[] {
  const list = typeof value === "number" ? new Array<number>(axes).fill(value) : [...value];
  if (list.length !== axes || list.some((item) => !Number.isInteger(item) || item < least)) {
    throw new RangeError(`${where}: ${what} must be a whole number from ${least}, or ${axes} of them, got ${JSON.stringify(value)}`);
  }
  return list;
}

interface Sides {
  readonly before: number[];
  readonly after: number[];
}

/** Padding given by numbers as zeros before and after each axis. */
function sidesOf(where: string, padding: SidePadding, axes: number): Sides {
  const list = typeof padding === "number" ? new Array<number>(axes).fill(padding) : [...padding];
  const pairs = list.map((item) => (typeof item === "number" ? ([item, item] as const) : item));
  if (pairs.length !== axes || pairs.some((pair) => pair.length !== 2 || pair.some((amount) => !Number.isInteger(amount) || amount < 0))) {
    throw new RangeError(`${where}: padding must be a whole number from 0, or ${axes} of them or of pairs [before, after], got ${JSON.stringify(padding)}`);
  }
  return { before: pairs.map(([first]) => first), after: pairs.map(([, second]) => second) };
}

/** Any form of padding as zeros before and after each axis. `windows` are extents with holes. */
export function resolvePadding(where: string, padding: Padding, { input, strides, windows }: { readonly input: readonly number[]; readonly strides: readonly number[]; readonly windows: readonly number[] }): Sides {
  if (padding === "same") {
    const totals = windows.map((window, i) => Math.max(0, (Math.ceil((input[i] as number) / (strides[i] as number)) - 1) * (strides[i] as number) + window - (input[i] as number)));
    const before = totals.map((total) => Math.floor(total / 2));
    return { before, after: totals.map((total, i) => total - (before[i] as number)) };
  }
  if (padding === "causal") {
    if (windows.length !== 1) throw new RangeError(`${where}: "causal" padding is for one spatial axis; give [before, after] of each axis`);
    return { before: windows.map((window) => window - 1), after: [0] };
  }
  return sidesOf(where, padding, windows.length);
}
