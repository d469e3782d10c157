/** Sliding windows over spatial axes: the geometry shared by convolution and pooling. */
import { showShape } from "../shape.ts";
import type { Shape } from "../shape.ts";

/** Windows over the spatial axes of x [B, C, ..input], each giving one position of y [B, C', ..output]. */
export interface Windows {
  readonly strides: readonly number[];
  /** Distance between the elements of a window. */
  readonly dilations: readonly number[];
  /** Positions added in front of and behind each spatial axis of x. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Spatial extents of x: an output does not determine them when the stride is above 1. */
  readonly input: Shape;
  /** Elements of a window along each axis. */
  readonly kernel: Shape;
}

/** Extent of a window with its holes. */
export const reach = ({ kernel, dilations }: Pick<Windows, "kernel" | "dilations">): number[] => kernel.map((extent, i) => (extent - 1) * (dilations[i] as number) + 1);

/** Spatial extents of the output. Throws when a window is larger than the padded input. */
export function outputExtents(where: string, windows: Windows): number[] {
  const { strides, before, after, input } = windows;
  return reach(windows).map((window, i) => {
    const padded = (input[i] as number) + (before[i] as number) + (after[i] as number);
    if (window > padded) throw new RangeError(`${where}: a window of ${window} (kernel with dilation) exceeds the ${padded} positions of spatial axis ${i} of ${showShape(input)} with its padding`);
    return Math.floor((padded - window) / (strides[i] as number)) + 1;
  });
}

/** Positions behind the last window, which no output reaches. */
export function unreached(windows: Windows): number[] {
  const { strides, before, after, input } = windows;
  return reach(windows).map((window, i) => ((input[i] as number) + (before[i] as number) + (after[i] as number) - window) % (strides[i] as number));
}
