/** Primitives that move data without arithmetic: reshape, transpose, expand, concat, slice, pad, and constants. */
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { DTYPES, holds } from "../dtype.ts";
import type { DType } from "../dtype.ts";
import { requireExtents, sameShape, showShape, sizeOf, tryBroadcast } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { ramp, samplesOf } from "./samples.ts";

const noFlops = (): number => 0;

export const reshape = definePrimitive<{ readonly shape: Shape }>({
  name: "reshape",
  infer: ([x], { shape }) => {
    const { shape: from, dtype } = x as Aval;
    requireExtents("reshape", shape);
    if (sizeOf(from) !== sizeOf(shape)) throw new RangeError(`reshape: ${showShape(from)} has ${sizeOf(from)} elements, ${showShape(shape)} has ${sizeOf(shape)}`);
    return [{ shape, dtype }];
  },
  vjp: ({ ops, inputs, gradient }) => [ops.reshape(gradient, (inputs[0] as Tensor).shape)],
  lower: ({ emitter, inputs, outputs, attributes }) => void emitter.reshape(inputs[0] as string, attributes.shape, outputs[0] as string),
  flops: noFlops,
  samples: () => [...samplesOf({ shape: [3, 1, 2] }, [ramp([2, 3])]), ...samplesOf({ shape: [3, 0, 5] }, [ramp([2, 0])])],
});

/** Permutes axes: output axis i is input axis `permutation[i]`. */
export const transpose = definePrimitive<{ readonly permutation: readonly number[] }>({
  name: "transpose",
  infer: ([x], { permutation }) => {
    const { shape, dtype } = x as Aval;
    if (![...permutation].sort((a, b) => a - b).every((axis, i) => axis === i) || permutation.length !== shape.length) {
      throw new RangeError(`transpose: [${permutation.join(", ")}] is not a permutation of the ${shape.length} axes of ${showShape(shape)}`);
    }
    return [{ shape: permutation.map((axis) => shape[axis] as number), dtype }];
  },
  vjp: ({ ops, attributes, gradient }) => {
    const inverse: number[] = [];
    attributes.permutation.forEach((axis, i) => (inverse[axis] = i));
    return [ops.transpose(gradient, inverse)];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Transpose", inputs, outputs, { perm: [...attributes.permutation] }),
  flops: noFlops,
  samples: () => [...samplesOf({ permutation: [1, 0] }, [ramp([2, 3])]), ...samplesOf({ permutation: [2, 0, 1] }, [ramp([2, 3, 4])])],
});

/** Broadcasts to a larger shape. */
export const expand = definePrimitive<{ readonly shape: Shape }>({
  name: "expand",
  infer: ([x], { shape }) => {
    const { shape: from, dtype } = x as Aval;
    const joined = tryBroadcast(from, shape);
    if (joined === null || !sameShape(joined, shape)) throw new RangeError(`expand: ${showShape(from)} does not broadcast to ${showShape(shape)}`);
    return [{ shape, dtype }];
  },
  vjp: ({ ops, inputs, gradient }) => [ops.sumTo(gradient, (inputs[0] as Tensor).shape)],
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Expand", [inputs[0] as string, emitter.ints(attributes.shape)], outputs),
  flops: noFlops,
  samples: () => [...samplesOf({ shape: [2, 3] }, [ramp([3])]), ...samplesOf({ shape: [2, 3, 2] }, [ramp([2, 1, 1])])],
});

export const concat = definePrimitive<{ readonly axis: number }>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const first = inputs[0] as Aval;
    for (const input of inputs) {
      const fits = input.dtype === first.dtype && input.shape.length === first.shape.length && input.shape.every((extent, i) => i === axis || extent === first.shape[i]);
      if (!fits) throw new RangeError(`concat: ${inputs.map((v) => v.dtype + showShape(v.shape)).join(", ")} must agree in type and in all axes but ${axis}`);
    }
    return [{ shape: first.shape.map((extent, i) => (i === axis ? inputs.reduce((total, v) => total + (v.shape[axis] as number), 0) : extent)), dtype: first.dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    let start = 0;
    return inputs.map((input, i) => {
      const stop = start + input.dim(attributes.axis);
      const piece = needs[i] ? ops.sliceAxis(gradient, attributes.axis, start, stop) : null;
      start = stop;
      return piece;
    });
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Concat", inputs, outputs, { axis: attributes.axis }),
  flops: noFlops,
  samples: () => [...samplesOf({ axis: 1 }, [ramp([2, 1]), ramp([2, 3])]), ...samplesOf({ axis: 0 }, [ramp([1, 2]), ramp([2, 2]), ramp([1, 2])])],
});

export interface SliceAttributes {
  /** First position of each axis. */
  readonly starts: readonly number[];
  /** Step of each axis, negative to walk backwards. */
  readonly steps: readonly number[];
  /** Number of elements taken along each axis. */
  readonly shape: Shape;
}

/** Strided slice of every axis. */
export const slice = definePrimitive<SliceAttributes>({
  name: "slice",
  infer: ([x], { starts, steps, shape }) => {
    const { shape: from, dtype } = x as Aval;
    shape.forEach((count, axis) => {
      const start = starts[axis] as number;
      const last = start + (count - 1) * (steps[axis] as number);
      const extent = from[axis] as number;
      if (count > 0 && (start < 0 || start >= extent || last < 0 || last >= extent)) throw new RangeError(`slice: positions ${start} to ${last} lie outside axis ${axis} of ${showShape(from)}`);
    });
    return [{ shape, dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient }) => [ops.unslice(gradient, (inputs[0] as Tensor).shape, attributes.starts, attributes.steps)],
  lower: ({ emitter, node, inputs, outputs, attributes: { starts, steps, shape } }) => {
    const from = (node.inputs[0] as Tensor).shape;
    const axes = shape.flatMap((count, axis) => (count !== from[axis] || steps[axis] !== 1 ? [axis] : []));
    // Ends are exclusive; a walk backwards through position 0 ends at "minus infinity".
    const end = (axis: number): number => {
      const step = steps[axis] as number;
      const stop = (starts[axis] as number) + (shape[axis] as number) * step;
      return step > 0 ? Math.min(stop, from[axis] as number) : stop < 0 ? -(2 ** 31) : stop;
    };
    emitter.emit("Slice", [inputs[0] as string, emitter.ints(axes.map((a) => starts[a] as number)), emitter.ints(axes.map(end)), emitter.ints(axes), emitter.ints(axes.map((a) => steps[a] as number))], outputs);
  },
  flops: noFlops,
  samples: () => [
    ...samplesOf({ starts: [1, 0], steps: [1, 1], shape: [2, 3] }, [ramp([4, 3])]),
    ...samplesOf({ starts: [3, 0], steps: [-2, 2], shape: [2, 2] }, [ramp([4, 3])]),
    ...samplesOf({ starts: [4], steps: [-1], shape: [5] }, [ramp([5])]),
  ],
});

/** Adds `before` and `after` elements of a constant around each axis. */
export const pad = definePrimitive<{ readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number }>({
  name: "pad",
  infer: ([x], { before, after }) => {
    const { shape, dtype } = x as Aval;
    if ([...before, ...after].some((count) => count < 0) || before.length !== shape.length) throw new RangeError(`pad: expected counts >= 0 for the ${shape.length} axes of ${showShape(shape)}, got before [${before.join()}] and after [${after.join()}]`);
    return [{ shape: shape.map((extent, i) => extent + (before[i] as number) + (after[i] as number)), dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient }) => {
    const { shape } = inputs[0] as Tensor;
    return [ops.slice(gradient, shape.map((extent, i) => [attributes.before[i] as number, (attributes.before[i] as number) + extent]))];
  },
  lower: ({ emitter, node, inputs, outputs, attributes: { before, after, value } }) =>
    emitter.emit("Pad", [inputs[0] as string, emitter.ints([...before, ...after]), emitter.scalar(value, (node.outputs[0] as Tensor).dtype)], outputs),
  flops: noFlops,
  samples: () => samplesOf({ before: [1, 0], after: [0, 2], value: 0.5 }, [ramp([2, 3])]),
});

/** A literal array, kept in the graph. */
export const constant = definePrimitive<{ readonly array: HostArray }>({
  name: "constant",
  infer: (_, { array }) => [{ shape: array.shape, dtype: array.dtype }],
  vjp: "leaf",
  lower: ({ emitter, outputs, attributes }) => emitter.emit("Identity", [emitter.constant(attributes.array)], outputs),
  flops: noFlops,
  samples: () => samplesOf({ array: ramp([2, 2]) }, []),
});

/** One value everywhere, without storing the array. */
export const full = definePrimitive<{ readonly shape: Shape; readonly value: number; readonly dtype: DType }>({
  name: "full",
  infer: (_, { shape, value, dtype }) => {
    requireExtents("full", shape);
    if (!holds(dtype, value)) throw new TypeError(`full: ${value} is not a value of type ${dtype}`);
    return [{ shape, dtype }];
  },
  vjp: "leaf",
  lower: ({ emitter, outputs, attributes: { shape, value, dtype } }) => {
    const data = dtype === "int64" ? BigInt64Array.of(BigInt(value)) : DTYPES[dtype].Array.from([value] as unknown as ArrayLike<never>);
    emitter.emit("Expand", [emitter.constant(hostArray(data, [], dtype), "fill"), emitter.ints(shape)], outputs);
  },
  flops: noFlops,
  samples: () => samplesOf({ shape: [2, 3], value: 1.5, dtype: "float32" as const }, []),
});

export const LAYOUT = [reshape, transpose, expand, concat, slice, pad, constant, full] as const;
