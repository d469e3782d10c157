/** Elementwise arithmetic, comparison and selection with NumPy broadcasting. */
import type { DType } from "../dtype.ts";
import * as elementwise from "../primitives/elementwise.ts";
import * as logic from "../primitives/logic.ts";
import { NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes, Primitive } from "../primitive.ts";
import { applyOne, Tensor } from "../tensor.ts";
import { full, pair } from "./lift.ts";
import type { Operand } from "./lift.ts";

const unary = (primitive: Primitive<NoAttributes>) => (x: Tensor): Tensor => applyOne(primitive, [x], NO_ATTRIBUTES);
const binary = (primitive: Primitive<NoAttributes>) => (a: Operand, b: Operand): Tensor => applyOne(primitive, pair(primitive.name, a, b), NO_ATTRIBUTES);

export const neg: (x: Tensor) => Tensor = unary(elementwise.neg);
export const exp: (x: Tensor) => Tensor = unary(elementwise.exp);
export const log: (x: Tensor) => Tensor = unary(elementwise.log);
export const sqrt: (x: Tensor) => Tensor = unary(elementwise.sqrt);
export const reciprocal: (x: Tensor) => Tensor = unary(elementwise.reciprocal);
export const erf: (x: Tensor) => Tensor = unary(elementwise.erf);
export const tanh: (x: Tensor) => Tensor = unary(elementwise.tanh);
export const sigmoid: (x: Tensor) => Tensor = unary(elementwise.sigmoid);
export const softplus: (x: Tensor) => Tensor = unary(elementwise.softplus);
export const sin: (x: Tensor) => Tensor = unary(elementwise.sin);
export const cos: (x: Tensor) => Tensor = unary(elementwise.cos);
export const abs: (x: Tensor) => Tensor = unary(elementwise.abs);
export const relu: (x: Tensor) => Tensor = unary(elementwise.relu);
export const sign: (x: Tensor) => Tensor = unary(elementwise.sign);
export const floor: (x: Tensor) => Tensor = unary(elementwise.floor);
export const ceil: (x: Tensor) => Tensor = unary(elementwise.ceil);
/** Halves go to the even neighbour. */
export const round: (x: Tensor) => Tensor = unary(elementwise.round);
/** Towards zero. */
export const trunc = (x: Tensor): Tensor => mul(sign(x), floor(abs(x)));
export const square = (x: Tensor): Tensor => mul(x, x);
/** 1 / sqrt(x) */
export const rsqrt = (x: Tensor): Tensor => reciprocal(sqrt(x));

export const add: (a: Operand, b: Operand) => Tensor = binary(elementwise.add);
export const sub: (a: Operand, b: Operand) => Tensor = binary(elementwise.sub);
export const mul: (a: Operand, b: Operand) => Tensor = binary(elementwise.mul);
export const div: (a: Operand, b: Operand) => Tensor = binary(elementwise.div);
export const pow: (a: Operand, b: Operand) => Tensor = binary(elementwise.pow);
export const maximum: (a: Operand, b: Operand) => Tensor = binary(elementwise.maximum);
export const minimum: (a: Operand, b: Operand) => Tensor = binary(elementwise.minimum);
/** Remainder with the sign of the dividend, as C's fmod. */
export const mod: (a: Operand, b: Operand) => Tensor = binary(elementwise.mod);

export const equal: (a: Operand, b: Operand) => Tensor = binary(logic.equal);
export const greater: (a: Operand, b: Operand) => Tensor = binary(logic.greater);
export const greaterEqual: (a: Operand, b: Operand) => Tensor = binary(logic.greaterEqual);
export const less: (a: Operand, b: Operand) => Tensor = binary(logic.less);
export const lessEqual: (a: Operand, b: Operand) => Tensor = binary(logic.lessEqual);
export const logicalAnd: (a: Operand, b: Operand) => Tensor = binary(logic.logicalAnd);
export const logicalOr: (a: Operand, b: Operand) => Tensor = binary(logic.logicalOr);
export const logicalNot: (x: Tensor) => Tensor = unary(logic.logicalNot);
export const bitwiseXor: (a: Operand, b: Operand) => Tensor = binary(logic.bitwiseXor);
export const shiftRight: (a: Operand, b: Operand) => Tensor = binary(logic.shiftRight);

/** `a` where the condition (bool) holds, `b` elsewhere; numbers take the other branch's type. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const branches: [Tensor, Tensor] = a instanceof Tensor || b instanceof Tensor ? pair("where", a, b) : [full([], a), full([], b)];
  return applyOne(logic.where, [condition, ...branches], NO_ATTRIBUTES);
}

/** Converts the element type; a no-op when it is already right. */
export const cast = (x: Tensor, to: DType): Tensor => (x.dtype === to ? x : applyOne(logic.cast, [x], { to }));

/** Limits values to [low, high]; the gradient passes where they were inside. */
export const clip = (x: Tensor, low: number, high: number): Tensor => minimum(maximum(x, low), high);
