/** Reductions over axes. All keep or drop the reduced axes; `axes` is sorted and complete. */
import { showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { OpSet, Primitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";

export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export function reducedShape(shape: Shape, { axes, keepDims }: ReduceAttributes): number[] {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [extent]));
}

interface Reduction {
  readonly name: string;
  readonly onnx: string;
  /** Gradient of the input; g and y have their reduced axes restored as 1. */
  readonly derivative: (ops: OpSet, g: Tensor, x: Tensor, y: Tensor, count: number) => Tensor;
  readonly integers?: boolean;
  /** Whether it has no value without elements. */
  readonly needsElements?: boolean;
}

function reduction({ name, onnx, derivative, integers = false, needsElements = false }: Reduction): Primitive<ReduceAttributes> {
  return definePrimitive<ReduceAttributes>({
    name,
    infer: ([x], attributes) => {
      const { shape, dtype } = requireDtype(name, x as Aval, integers ? ["float32", "int32", "int64"] : ["float32"]);
      if (needsElements && attributes.axes.some((axis) => shape[axis] === 0)) throw new RangeError(`${name}: axes [${attributes.axes.join(", ")}] of ${showShape(shape)} hold no elements`);
      return [{ shape: reducedShape(shape, attributes), dtype }];
    },
    vjp: ({ ops, inputs, outputs, attributes, gradient }) => {
      const x = inputs[0] as Tensor;
      const kept = reducedShape(x.shape, { axes: attributes.axes, keepDims: true });
      const count = attributes.axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
      return [derivative(ops, ops.reshape(gradient, kept), x, ops.reshape(outputs[0] as Tensor, kept), count)];
    },
    lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit(onnx, [inputs[0] as string, emitter.ints(attributes.axes)], outputs, { keepdims: attributes.keepDims ? 1 : 0 }),
    flops: ([x]) => sizeOf((x as Aval).shape),
    samples: () => [
      ...samplesOf({ axes: [1], keepDims: false }, [ramp([2, 3, 2])]),
      ...samplesOf({ axes: [0, 2], keepDims: true }, [ramp([2, 3, 2])]),
      ...samplesOf({ axes: [0], keepDims: false }, [ramp([4])]),
    ],
  });
}

export const sum = reduction({ name: "sum", onnx: "ReduceSum", derivative: (ops, g, x) => ops.expand(g, x.shape), integers: true });
export const mean = reduction({ name: "mean", onnx: "ReduceMean", derivative: (ops, g, x, _, count) => ops.expand(ops.mul(g, 1 / count), x.shape), needsElements: true });
// An extremum reached at several places shares its gradient among them.
const extremum = (ops: OpSet, g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor => {
  const reached = ops.cast(ops.equal(x, ops.expand(y, x.shape)), "float32");
  return ops.mul(reached, ops.div(g, ops.sum(reached, axes, { keepDims: true })));
};
const axesOfOnes = (x: Tensor, y: Tensor): number[] => x.shape.flatMap((extent, axis) => (y.shape[axis] === 1 && extent !== 1 ? [axis] : []));
export const max = reduction({ name: "max", onnx: "ReduceMax", derivative: (ops, g, x, y) => extremum(ops, g, x, y, axesOfOnes(x, y)), integers: true });
export const min = reduction({ name: "min", onnx: "ReduceMin", derivative: (ops, g, x, y) => extremum(ops, g, x, y, axesOfOnes(x, y)), integers: true });
// d prod / dx_i is the product of the others. Where no factor is zero that is y / x_i; where exactly one is zero only
// that factor has a gradient, the product of the rest; where two are zero none has.
export const prod = reduction({
  name: "prod",
  onnx: "ReduceProd",
  derivative: (ops, g, x, y) => {
    const axes = axesOfOnes(x, y);
    const isZero = ops.equal(x, 0);
    const zeros = ops.sum(ops.cast(isZero, "float32"), axes, { keepDims: true });
    const nonZero = ops.where(isZero, 1, x);
    const others = ops.div(ops.prod(nonZero, axes, { keepDims: true }), nonZero);
    const open = ops.lessEqual(ops.sub(zeros, ops.cast(isZero, "float32")), 0);
    return ops.mul(g, ops.where(open, others, 0));
  },
});
export const logSumExp = reduction({ name: "logSumExp", onnx: "ReduceLogSumExp", derivative: (ops, g, x, y) => ops.mul(g, ops.exp(ops.sub(x, y))) });

export interface ArgAttributes {
  readonly axis: number;
}

function arg(name: string, onnx: string): Primitive<ArgAttributes> {
  return definePrimitive<ArgAttributes>({
    name,
    infer: ([x], { axis }) => {
      const { shape } = requireDtype(name, x as Aval, ["float32", "int32"]);
      if (shape[axis] === 0) throw new RangeError(`${name}: axis ${axis} of ${showShape(shape)} holds no elements`);
      return [{ shape: reducedShape(shape, { axes: [axis], keepDims: false }), dtype: "int32" }];
    },
    vjp: "integer output",
    lower: ({ emitter, inputs, outputs, attributes }) => {
      const index = emitter.value(onnx, inputs, { axis: attributes.axis, keepdims: 0 });
      emitter.emit("Cast", [index], outputs, { to: 6 });
    },
    flops: ([x]) => sizeOf((x as Aval).shape),
    samples: () => [...samplesOf({ axis: 1 }, [ramp([3, 4])]), ...samplesOf({ axis: 0 }, [ramp([3, 4])])],
  });
}

/** Position of the largest element along an axis, the first of equals. */
export const argMax = arg("argMax", "ArgMax");
export const argMin = arg("argMin", "ArgMin");

export const REDUCE = [sum, mean, max, min, prod, logSumExp, argMax, argMin] as const;
