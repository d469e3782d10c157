/** Comparisons, boolean algebra, selection, conversion and bit operations. */
import { DTYPES } from "../dtype.ts";
import type { DType } from "../dtype.ts";
import { broadcastShapes, sizeOf } from "../shape.ts";
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes, Primitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype, requireSame } from "./elementwise.ts";
import { flags, ids, ramp, samplesOf } from "./samples.ts";

const NUMBERS: readonly DType[] = ["float32", "int32", "int64", "uint32"];

function comparison(name: string, onnx: string, evaluate: (a: number, b: number) => boolean): Primitive<NoAttributes> {
  return definePrimitive<NoAttributes>({
    name,
    infer: ([a, b]) => {
      requireDtype(name, a as Aval, name === "equal" ? [...NUMBERS, "bool"] : NUMBERS);
      requireSame(name, a as Aval, b as Aval);
      return [{ shape: broadcastShapes(name, (a as Aval).shape, (b as Aval).shape), dtype: "bool" }];
    },
    vjp: "integer output",
    lower: ({ emitter, inputs, outputs }) => emitter.emit(onnx, inputs, outputs),
    flops: (_, [y]) => sizeOf((y as Aval).shape),
    evaluate: (a, b) => Number(evaluate(a as number, b as number)),
    samples: () => [...samplesOf(NO_ATTRIBUTES, [ramp([3], [1, 2, 3]), ramp([3], [2, 2, 2])]), ...samplesOf(NO_ATTRIBUTES, [ids([2, 1], [1, 4]), ids([3], [1, 2, 4])])],
  });
}

export const equal = comparison("equal", "Equal", (a, b) => a === b);
export const greater = comparison("greater", "Greater", (a, b) => a > b);
export const greaterEqual = comparison("greaterEqual", "GreaterOrEqual", (a, b) => a >= b);
export const less = comparison("less", "Less", (a, b) => a < b);
export const lessEqual = comparison("lessEqual", "LessOrEqual", (a, b) => a <= b);

function logical(name: string, onnx: string, operands: 1 | 2, evaluate: (a: number, b: number) => boolean): Primitive<NoAttributes> {
  const cases = [flags([4], [0, 0, 1, 1]), flags([4], [0, 1, 0, 1])].slice(0, operands);
  return definePrimitive<NoAttributes>({
    name,
    infer: (inputs) => {
      for (const input of inputs) requireDtype(name, input, ["bool"]);
      return [{ shape: broadcastShapes(name, ...inputs.map((input) => input.shape)), dtype: "bool" }];
    },
    vjp: "integer output",
    lower: ({ emitter, inputs, outputs }) => emitter.emit(onnx, inputs, outputs),
    flops: (_, [y]) => sizeOf((y as Aval).shape),
    evaluate: (a, b) => Number(evaluate(a as number, b as number)),
    samples: () => samplesOf(NO_ATTRIBUTES, cases),
  });
}

export const logicalAnd = logical("logicalAnd", "And", 2, (a, b) => a !== 0 && b !== 0);
export const logicalOr = logical("logicalOr", "Or", 2, (a, b) => a !== 0 || b !== 0);
export const logicalNot = logical("logicalNot", "Not", 1, (a) => a === 0);

/** `where(condition, a, b)`: a where the condition holds, b elsewhere. */
export const where = definePrimitive<NoAttributes>({
  name: "where",
  infer: ([condition, a, b]) => {
    requireDtype("where: condition", condition as Aval, ["bool"]);
    requireSame("where", a as Aval, b as Aval);
    return [{ shape: broadcastShapes("where", (condition as Aval).shape, (a as Aval).shape, (b as Aval).shape), dtype: (a as Aval).dtype }];
  },
  vjp: ({ ops, inputs, gradient, needs }) => {
    const [condition, a, b] = inputs as readonly [Tensor, Tensor, Tensor];
    return [null, needs[1] ? ops.sumTo(ops.where(condition, gradient, 0), a.shape) : null, needs[2] ? ops.sumTo(ops.where(condition, 0, gradient), b.shape) : null];
  },
  // The operator knows neither booleans nor uint32.
  lower: ({ emitter, node, inputs, outputs }) => {
    const { dtype } = node.outputs[0] as Tensor;
    const [condition, a, b] = inputs as readonly [string, string, string];
    if (dtype === "bool") emitter.emit("Or", [emitter.value("And", [condition, a]), emitter.value("And", [emitter.value("Not", [condition]), b])], outputs);
    else if (dtype === "uint32") emitter.emit("Cast", [emitter.value("Where", [condition, emitter.cast(a, "int64"), emitter.cast(b, "int64")])], outputs, { to: DTYPES.uint32.onnx });
    else emitter.emit("Where", inputs, outputs);
  },
  flops: () => 0,
  evaluate: (condition, a, b) => (condition !== 0 ? (a as number) : (b as number)),
  samples: () => [
    ...samplesOf(NO_ATTRIBUTES, [flags([2, 2], [1, 0, 0, 1]), ramp([2, 2]), ramp([2, 2], [5, 6, 7, 8])]),
    ...samplesOf(NO_ATTRIBUTES, [flags([2, 1], [1, 0]), ramp([3]), ramp([], [9])]),
    ...samplesOf(NO_ATTRIBUTES, [flags([2, 1], [1, 0]), flags([3], [1, 0, 1]), flags([], [1])]),
  ],
});

/** Conversion of element type; to bool means "not zero", float to integer truncates. */
export const cast = definePrimitive<{ readonly to: DType }>({
  name: "cast",
  infer: ([x], { to }) => [{ shape: (x as Aval).shape, dtype: to }],
  vjp: ({ ops, inputs, attributes, gradient }) => [attributes.to === "float32" && (inputs[0] as Tensor).dtype === "float32" ? gradient : ops.zerosLike(inputs[0] as Tensor)],
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Cast", inputs, outputs, { to: DTYPES[attributes.to].onnx }),
  flops: () => 0,
  samples: () => [
    ...samplesOf({ to: "int32" as const }, [ramp([4], [-1.7, 0.2, 2.9, 3])], []),
    ...samplesOf({ to: "float32" as const }, [ids([3], [1, -2, 3])]),
    ...samplesOf({ to: "bool" as const }, [ids([3], [0, -2, 3])]),
  ],
});

function bitwise(name: string, evaluate: (a: number, b: number) => number, lower: Primitive<NoAttributes>["lower"]): Primitive<NoAttributes> {
  const words = (values: readonly number[]): { data: Uint32Array; shape: number[]; dtype: "uint32" } => ({ data: Uint32Array.from(values), shape: [values.length], dtype: "uint32" });
  return definePrimitive<NoAttributes>({
    name,
    infer: ([a, b]) => {
      requireDtype(name, a as Aval, ["uint32"]);
      requireSame(name, a as Aval, b as Aval);
      return [{ shape: broadcastShapes(name, (a as Aval).shape, (b as Aval).shape), dtype: "uint32" }];
    },
    vjp: "integer output",
    lower,
    flops: () => 0,
    evaluate: (a, b) => evaluate(a as number, b as number) >>> 0,
    samples: () => samplesOf(NO_ATTRIBUTES, [words([0, 5, 0xffffffff, 0x80000001]), words([3, 1, 16, 31])]),
  });
}

export const bitwiseXor = bitwise("bitwiseXor", (a, b) => a ^ b, ({ emitter, inputs, outputs }) => emitter.emit("BitwiseXor", inputs, outputs));
export const shiftRight = bitwise("shiftRight", (a, b) => a >>> b, ({ emitter, inputs, outputs }) => emitter.emit("BitShift", inputs, outputs, { direction: "RIGHT" }));

export const LOGIC = [equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr, logicalNot, where, cast, bitwiseXor, shiftRight] as const;
