/** Pooling: maxima and averages over sliding windows of the spatial axes. */
import { hostArray } from "../host-array.ts";
import { definePrimitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";
import { outputExtents } from "./windows.ts";
import type { Windows } from "./windows.ts";

const poolShape = (where: string, x: Aval, windows: Windows): number[] => [...requireDtype(where, x, ["float32"]).shape.slice(0, 2), ...outputExtents(where, windows)];

const windowFlops = (_: readonly Aval[], [y]: readonly Aval[], { kernel }: Windows): number => sizeOf((y as Aval).shape) * sizeOf(kernel);

const onnxWindows = ({ strides, dilations, before, after, kernel }: Windows): Record<string, readonly number[]> => ({ strides, dilations, pads: [...before, ...after], kernel_shape: kernel });

/** Largest element of each window: [B, C, ..input] -> [B, C, ..output]. Padding never wins. */
export const maxPool = definePrimitive<Windows>({
  name: "maxPool",
  infer: ([x], windows) => [{ shape: poolShape("maxPool", x as Aval, windows), dtype: "float32" }],
  // Where the maxima came from is found anew: onnxruntime pools five times faster when it need not say.
  vjp: ({ ops, inputs, attributes, gradient }) => {
    const x = inputs[0] as Tensor;
    const positions = ops.reshape(ops.maxPoolPositions(x, attributes), [-1]);
    return [ops.reshape(ops.scatterAdd(ops.zeros([x.size]), positions, ops.reshape(gradient, [-1]), 0), x.shape)];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("MaxPool", inputs, outputs, onnxWindows(attributes)),
  flops: windowFlops,
  samples: () => [
    ...samplesOf(windowsOf([4, 5], [2, 2], { strides: [2, 2] }), [ramp([2, 2, 4, 5])]),
    ...samplesOf(windowsOf([4, 4], [3, 2], { strides: [2, 1], before: [1, 0], after: [1, 1] }), [ramp([1, 2, 4, 4])]),
    ...samplesOf(windowsOf([7], [3], { dilations: [2], before: [1] }), [ramp([2, 2, 7])]),
  ],
});

/** Where each maximum of maxPool lies among all elements of x, row-major, the first of equals; int64. */
export const maxPoolPositions = definePrimitive<Windows>({
  name: "maxPoolPositions",
  infer: ([x], windows) => [{ shape: poolShape("maxPoolPositions", x as Aval, windows), dtype: "int64" }],
  vjp: "integer output",
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("MaxPool", inputs, [emitter.fresh("maxima"), outputs[0] as string], onnxWindows(attributes)),
  flops: windowFlops,
  samples: () => samplesOf(windowsOf([4, 4], [3, 2], { strides: [2, 1], before: [1, 0], after: [1, 1] }), [ramp([1, 2, 4, 4])]),
});

export interface AveragePoolAttributes extends Windows {
  /** Whether padding counts as zeros of the average, or is left out of it. */
  readonly countIncludePad: boolean;
}

/** Mean of each window: [B, C, ..input] -> [B, C, ..output]. */
export const avgPool = definePrimitive<AveragePoolAttributes>({
  name: "avgPool",
  infer: ([x], windows) => [{ shape: poolShape("avgPool", x as Aval, windows), dtype: "float32" }],
  // Every element of a window gets its share: a transposed convolution of each channel by ones.
  vjp: ({ ops, inputs, outputs, attributes, gradient }) => {
    const x = inputs[0] as Tensor;
    const y = outputs[0] as Tensor;
    const { countIncludePad, ...windows } = attributes;
    const shares = countIncludePad ? ops.mul(gradient, 1 / sizeOf(attributes.kernel)) : ops.mul(gradient, ops.tensor(hostArray(inverseCounts(attributes, y.shape.slice(2)), y.shape.slice(2))));
    const planes = ops.reshape(shares, [x.dim(0) * x.dim(1), 1, ...y.shape.slice(2)]);
    return [ops.reshape(ops.convInputGradient(planes, ops.ones([1, 1, ...attributes.kernel]), { ...windows, groups: 1 }), x.shape)];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => {
    const { dilations: _, ...windows } = onnxWindows(attributes);
    emitter.emit("AveragePool", inputs, outputs, { ...windows, count_include_pad: Number(attributes.countIncludePad) });
  },
  flops: windowFlops,
  samples: () => [
    ...samplesOf({ ...windowsOf([4, 5], [2, 2], { strides: [2, 2] }), countIncludePad: true }, [ramp([2, 2, 4, 5])]),
    ...samplesOf({ ...windowsOf([4, 4], [3, 2], { strides: [2, 1], before: [1, 0], after: [1, 1] }), countIncludePad: true }, [ramp([1, 2, 4, 4])]),
    ...samplesOf({ ...windowsOf([4, 4], [3, 2], { strides: [2, 1], before: [1, 0], after: [1, 1] }), countIncludePad: false }, [ramp([1, 2, 4, 4])]),
    ...samplesOf({ ...windowsOf([6], [3], { before: [1], after: [1] }), countIncludePad: false }, [ramp([2, 1, 6])]),
  ],
});

/** 1 / (elements of x in each window), which is the product of the counts along each axis. */
function inverseCounts({ kernel, strides, before, input }: Windows, output: readonly number[]): Float32Array {
  const alongAxes = output.map((extent, axis) =>
    Array.from({ length: extent }, (_, i) => {
      const start = i * (strides[axis] as number) - (before[axis] as number);
      return Math.min(start + (kernel[axis] as number), input[axis] as number) - Math.max(start, 0);
    }),
  );
  const counts = alongAxes.reduce<number[]>((grid, line) => grid.flatMap((count) => line.map((other) => count * other)), [1]);
  return Float32Array.from(counts, (count) => 1 / count);
}

const windowsOf = (input: readonly number[], kernel: readonly number[], options: Partial<Windows> = {}): Windows => {
  const [ones, zeros] = [kernel.map(() => 1), kernel.map(() => 0)];
  return { strides: ones, dilations: ones, before: zeros, after: zeros, input, kernel, ...options };
};

export const POOLING = [maxPool, maxPoolPositions, avgPool] as const;
