/** Elementwise primitives of one and two operands, with NumPy broadcasting. */
import type { DType } from "../dtype.ts";
import { broadcastShapes, sizeOf } from "../shape.ts";
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes, OpSet, Primitive } from "../primitive.ts";
import { isNodeOf } from "../tensor.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { full } from "./layout.ts";
import { ramp, samplesOf } from "./samples.ts";

interface Unary {
  readonly name: string;
  readonly onnx: string;
  readonly evaluate: (x: number) => number;
  /** Gradient of the input, from the gradient g of y = f(x). */
  readonly derivative: ((ops: OpSet, g: Tensor, x: Tensor, y: Tensor) => Tensor) | "zero almost everywhere";
  /** Values at which it is tested: inside the domain and away from kinks. */
  readonly at: readonly number[];
  /** Element types beside float32. */
  readonly also?: readonly DType[];
}

function unary({ name, onnx, evaluate, derivative, at, also = [] }: Unary): Primitive<NoAttributes> {
  return definePrimitive<NoAttributes>({
    name,
    infer: ([x]) => [requireDtype(name, x as Aval, ["float32", ...also])],
    vjp: derivative === "zero almost everywhere" ? derivative : ({ ops, inputs, outputs, gradient }) => [derivative(ops, gradient, inputs[0] as Tensor, outputs[0] as Tensor)],
    lower: ({ emitter, inputs, outputs }) => emitter.emit(onnx, inputs, outputs),
    flops: (_, [y]) => sizeOf((y as Aval).shape),
    evaluate,
    samples: () => samplesOf(NO_ATTRIBUTES, [ramp([at.length], at)]),
  });
}

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

export const neg = unary({ name: "neg", onnx: "Neg", evaluate: (x) => -x, derivative: (ops, g) => ops.neg(g), at: [-1.5, 0, 2], also: ["int32", "int64"] });
export const exp = unary({ name: "exp", onnx: "Exp", evaluate: Math.exp, derivative: (ops, g, _, y) => ops.mul(g, y), at: [-2, 0, 1.5] });
export const log = unary({ name: "log", onnx: "Log", evaluate: Math.log, derivative: (ops, g, x) => ops.div(g, x), at: [0.2, 1, 7] });
export const sqrt = unary({ name: "sqrt", onnx: "Sqrt", evaluate: Math.sqrt, derivative: (ops, g, _, y) => ops.div(ops.mul(g, 0.5), y), at: [0.25, 1, 9] });
export const reciprocal = unary({ name: "reciprocal", onnx: "Reciprocal", evaluate: (x) => 1 / x, derivative: (ops, g, _, y) => ops.neg(ops.mul(g, ops.mul(y, y))), at: [-2, 0.5, 4] });
// d erf / dx = 2 / sqrt(pi) exp(-x^2)
export const erf = unary({ name: "erf", onnx: "Erf", evaluate: erfSeries, derivative: (ops, g, x) => ops.mul(g, ops.mul(ops.exp(ops.neg(ops.mul(x, x))), SQRT_2_OVER_PI * Math.SQRT2)), at: [-1.2, 0, 0.7] });
export const tanh = unary({ name: "tanh", onnx: "Tanh", evaluate: Math.tanh, derivative: (ops, g, _, y) => ops.mul(g, ops.sub(1, ops.mul(y, y))), at: [-2, 0, 0.5] });
export const sigmoid = unary({ name: "sigmoid", onnx: "Sigmoid", evaluate: (x) => 1 / (1 + Math.exp(-x)), derivative: (ops, g, _, y) => ops.mul(g, ops.mul(y, ops.sub(1, y))), at: [-3, 0, 2] });
export const softplus = unary({ name: "softplus", onnx: "Softplus", evaluate: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0), derivative: (ops, g, x) => ops.mul(g, ops.sigmoid(x)), at: [-3, 0, 2] });
export const sin = unary({ name: "sin", onnx: "Sin", evaluate: Math.sin, derivative: (ops, g, x) => ops.mul(g, ops.cos(x)), at: [-2, 0, 1] });
export const cos = unary({ name: "cos", onnx: "Cos", evaluate: Math.cos, derivative: (ops, g, x) => ops.neg(ops.mul(g, ops.sin(x))), at: [-2, 0, 1] });
export const abs = unary({ name: "abs", onnx: "Abs", evaluate: Math.abs, derivative: (ops, g, x) => ops.mul(g, ops.sign(x)), at: [-2, 0.5, 3], also: ["int32", "int64"] });
// The subgradient at 0 is 0, as in PyTorch. Relu's own output tells where it is open, so its input need not be kept.
export const relu = unary({ name: "relu", onnx: "Relu", evaluate: (x) => Math.max(x, 0), derivative: (ops, g, _, y) => ops.mul(g, ops.sign(y)), at: [-2, 0.5, 3] });
export const sign = unary({ name: "sign", onnx: "Sign", evaluate: Math.sign, derivative: "zero almost everywhere", at: [-2, 0, 3] });
export const floor = unary({ name: "floor", onnx: "Floor", evaluate: Math.floor, derivative: "zero almost everywhere", at: [-1.5, 0.2, 3] });
export const ceil = unary({ name: "ceil", onnx: "Ceil", evaluate: Math.ceil, derivative: "zero almost everywhere", at: [-1.5, 0.2, 3] });
export const round = unary({ name: "round", onnx: "Round", evaluate: roundHalfEven, derivative: "zero almost everywhere", at: [-1.5, 0.2, 2.5] });

interface Binary {
  readonly name: string;
  readonly onnx: string;
  readonly evaluate: (a: number, b: number) => number;
  /** Gradients of both operands before they are summed over broadcast axes; undefined inputs are skipped by the caller. */
  readonly derivative: ((ops: OpSet, g: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [() => Tensor, () => Tensor]) | "zero almost everywhere";
  readonly also?: readonly DType[];
  readonly b?: readonly number[];
  readonly attributes?: Record<string, number>;
}

function binary({ name, onnx, evaluate, derivative, also = [], b = [0.5, -2, 3], attributes = {} }: Binary): Primitive<NoAttributes> {
  return definePrimitive<NoAttributes>({
    name,
    infer: ([x, y]) => {
      const { dtype } = requireDtype(name, x as Aval, ["float32", ...also]);
      requireSame(name, x as Aval, y as Aval);
      return [{ shape: broadcastShapes(name, (x as Aval).shape, (y as Aval).shape), dtype }];
    },
    vjp:
      derivative === "zero almost everywhere"
        ? derivative
        : ({ ops, inputs, outputs, gradient, needs }) => {
            const [x, y] = inputs as readonly [Tensor, Tensor];
            const rules = derivative(ops, gradient, x, y, outputs[0] as Tensor);
            return [needs[0] ? ops.sumTo(rules[0](), x.shape) : null, needs[1] ? ops.sumTo(rules[1](), y.shape) : null];
          },
    lower: ({ emitter, inputs, outputs }) => emitter.emit(onnx, inputs, outputs, attributes),
    flops: (_, [y]) => sizeOf((y as Aval).shape),
    evaluate,
    samples: () => [
      ...samplesOf(NO_ATTRIBUTES, [ramp([3], [1.25, 2, -0.75].map((v) => (name === "pow" ? Math.abs(v) : v))), ramp([3], b)]),
      ...samplesOf(NO_ATTRIBUTES, [ramp([2, 3], name === "pow" ? [1, 2, 0.5, 3, 1.5, 2.5] : undefined), ramp([1, 3], b)]),
      ...samplesOf(NO_ATTRIBUTES, [ramp([2, 1, 2], name === "pow" ? [1, 2, 0.5, 3] : undefined), ramp([3, 1], b)]),
      ...samplesOf(NO_ATTRIBUTES, [ramp([2, 2], name === "pow" ? [1, 2, 0.5, 3] : undefined), ramp([], [0.7])]),
    ],
  });
}

const INTEGERS: readonly DType[] = ["int32", "int64"];

export const add = binary({ name: "add", onnx: "Add", evaluate: (a, b) => a + b, derivative: (_, g) => [() => g, () => g], also: [...INTEGERS, "uint32"] });
export const sub = binary({ name: "sub", onnx: "Sub", evaluate: (a, b) => a - b, derivative: (ops, g) => [() => g, () => ops.neg(g)], also: [...INTEGERS, "uint32"] });
export const mul = binary({ name: "mul", onnx: "Mul", evaluate: (a, b) => a * b, derivative: (ops, g, a, b) => [() => ops.mul(g, b), () => ops.mul(g, a)], also: [...INTEGERS, "uint32"] });
export const div = binary({ name: "div", onnx: "Div", evaluate: (a, b) => a / b, derivative: (ops, g, _, b, y) => [() => ops.div(g, b), () => ops.neg(ops.div(ops.mul(g, y), b))], also: INTEGERS });
// d a^b = b a^(b-1) da + a^b log(a) db; the logarithm is taken of a positive number so that a constant exponent never meets log 0
export const pow = binary({
  name: "pow",
  onnx: "Pow",
  evaluate: Math.pow,
  derivative: (ops, g, a, b, y) => [() => ops.mul(g, ops.mul(b, ops.pow(a, lessOne(ops, b)))), () => ops.mul(g, ops.mul(y, ops.log(ops.where(ops.greater(a, 0), a, 1))))],
});
/** b - 1, for b = 0 something else: 0 a^(b-1) is 0 then, at a = 0 too. A known exponent that is not 0 needs no such care. */
function lessOne(ops: OpSet, b: Tensor): Tensor {
  const known = isNodeOf(b.node, full) ? b.node.attributes.value : 0;
  return ops.sub(known === 0 ? ops.where(ops.equal(b, 0), 1, b) : b, 1);
}

// Ties share the gradient equally, as in PyTorch and JAX.
export const maximum = binary({ name: "maximum", onnx: "Max", evaluate: Math.max, derivative: (ops, g, a, b, y) => selectionGradients(ops, g, a, b, y), also: INTEGERS });
export const minimum = binary({ name: "minimum", onnx: "Min", evaluate: Math.min, derivative: (ops, g, a, b, y) => selectionGradients(ops, g, a, b, y), also: INTEGERS });
export const mod = binary({ name: "mod", onnx: "Mod", evaluate: (a, b) => a % b, derivative: (ops, g, a, b) => [() => g, () => ops.neg(ops.mul(g, ops.trunc(ops.div(a, b))))], also: INTEGERS, b: [0.55, -1.7, 3.3], attributes: { fmod: 1 } });

function selectionGradients(ops: OpSet, g: Tensor, a: Tensor, b: Tensor, y: Tensor): readonly [() => Tensor, () => Tensor] {
  const share = (x: Tensor, other: Tensor): Tensor => ops.mul(g, ops.mul(ops.cast(ops.equal(x, y), "float32"), ops.sub(1, ops.mul(ops.cast(ops.equal(x, other), "float32"), 0.5))));
  return [() => share(a, b), () => share(b, a)];
}

export function requireDtype(where: string, value: Aval, allowed: readonly DType[]): Aval {
  if (!allowed.includes(value.dtype)) throw new TypeError(`${where}: expected ${allowed.join(" or ")}, got ${value.dtype}; convert with cast`);
  return { shape: value.shape, dtype: value.dtype };
}

export function requireSame(where: string, a: Aval, b: Aval): void {
  if (a.dtype !== b.dtype) throw new TypeError(`${where}: element types ${a.dtype} and ${b.dtype} differ; convert one with cast`);
}

/** Rounds halves to even, as ONNX and NumPy do. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** erf by its Maclaurin series, which converges everywhere and is exact enough on the tested range |x| < 3. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const ELEMENTWISE: readonly Primitive<NoAttributes>[] = [
  neg, exp, log, sqrt, reciprocal, erf, tanh, sigmoid, softplus, sin, cos, abs, relu, sign, floor, ceil, round,
  add, sub, mul, div, pow, maximum, minimum, mod,
];
