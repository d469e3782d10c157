/** Pooling over the spatial axes of x [B, C, T] or [B, C, H, W]. */
import * as pooling from "../primitives/pooling.ts";
import { reach } from "../primitives/windows.ts";
import type { Windows } from "../primitives/windows.ts";
import { showShape } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { perAxis, resolvePadding } from "./convolution.ts";
import type { Padding, PerAxis } from "./convolution.ts";
import { mapAxis } from "./resample.ts";

export interface PoolOptions {
  /** Default: the kernel, so that windows touch and do not overlap. */
  readonly stride?: PerAxis;
  /** As for convolutions; below the kernel. Default 0. */
  readonly padding?: Padding;
}

/** Largest element of each window; the first of equal elements gets the gradient. Padding never wins. */
export const maxPool = (x: Tensor, kernel: PerAxis, options: PoolOptions & { readonly dilation?: PerAxis } = {}): Tensor => applyOne(pooling.maxPool, [x], windowsOf("maxPool", x, kernel, options));

/** Mean of each window. With `countIncludePad` (the default, as in PyTorch) padding counts as zeros, else it is left out. */
export const avgPool = (x: Tensor, kernel: PerAxis, { countIncludePad = true, ...options }: PoolOptions & { readonly countIncludePad?: boolean } = {}): Tensor =>
  applyOne(pooling.avgPool, [x], { ...windowsOf("avgPool", x, kernel, options), countIncludePad });

/**
 * Mean over a grid of windows that gives exactly `size` positions along each spatial axis. Window i of n covers the
 * input from floor(i L / n) to ceil((i + 1) L / n), so windows overlap where n does not divide L.
 */
export function adaptiveAvgPool(x: Tensor, size: PerAxis): Tensor {
  const input = spatial("adaptiveAvgPool", x);
  const output = perAxis("adaptiveAvgPool", "size", size, input.length, 1);
  if (input.every((extent, i) => extent % (output[i] as number) === 0)) return avgPool(x, input.map((extent, i) => extent / (output[i] as number)));
  return output.reduce<Tensor>((y, count, i) => {
    const extent = input[i] as number;
    const lines = Array.from({ length: count }, (_, k) => {
      const start = Math.floor((k * extent) / count);
      const stop = Math.ceil(((k + 1) * extent) / count);
      return Array.from({ length: stop - start }, (_, j) => ({ from: start + j, weight: 1 / (stop - start) }));
    });
    return mapAxis(y, i + 2, lines);
  }, x);
}

/** Positions of the maxima among all elements of x. For derivatives. */
export const maxPoolPositions = (x: Tensor, windows: Windows): Tensor => applyOne(pooling.maxPoolPositions, [x], windows);

function spatial(where: string, x: Tensor): readonly number[] {
  if (x.rank !== 3 && x.rank !== 4) throw new RangeError(`${where}: expected [B, C, T] or [B, C, H, W], got ${showShape(x.shape)}`);
  return x.shape.slice(2);
}

function windowsOf(where: string, x: Tensor, kernel: PerAxis, { stride, padding = 0, dilation = 1 }: PoolOptions & { readonly dilation?: PerAxis }): Windows {
  const input = spatial(where, x);
  const extents = perAxis(where, "kernel", kernel, input.length, 1);
  const strides = perAxis(where, "stride", stride ?? extents, input.length, 1);
  const dilations = perAxis(where, "dilation", dilation, input.length, 1);
  const { before, after } = resolvePadding(where, padding, { input, strides, windows: reach({ kernel: extents, dilations }) });
  extents.forEach((extent, i) => {
    if (Math.max(before[i] as number, after[i] as number) >= extent) throw new RangeError(`${where}: padding ${before[i]} and ${after[i]} of spatial axis ${i} must be below the kernel ${extent}, or windows would hold nothing but padding`);
  });
  return { strides, dilations, before, after, input, kernel: extents };
}
