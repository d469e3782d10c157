/** Chainable methods of Tensor: each is the free function of the same name with the tensor as first argument. */
import * as ops from "./ops/index.ts";
import { Tensor } from "./tensor.ts";

type Method<F> = F extends (first: Tensor, ...rest: infer R) => infer T ? (...rest: R) => T : never;

const METHODS = [
  "neg", "exp", "log", "sqrt", "reciprocal", "erf", "tanh", "sigmoid", "softplus", "sin", "cos", "abs", "relu", "sign", "floor", "ceil", "round", "trunc", "square", "rsqrt",
  "logicalNot", "cast", "clip",
  "sum", "mean", "max", "min", "prod", "logSumExp", "argMax", "argMin", "variance", "norm", "l2Normalize",
  "reshape", "transpose", "expand", "unsqueeze", "squeeze", "flatten", "slice", "sliceAxis", "select", "flip", "split", "chunk", "pad", "roll", "tile",
  "gather", "takeAlongAxis", "scatterAdd", "scatterSet", "matmul", "softmax", "logSoftmax", "topK", "sort", "argSort", "cumSum", "cumProd", "gelu", "silu",
] as const;
const OPERATORS = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "mod", "equal", "greater", "greaterEqual", "less", "lessEqual", "logicalAnd", "logicalOr"] as const;

type MethodTable = { readonly [K in (typeof METHODS)[number]]: Method<(typeof ops)[K]> } & { readonly [K in (typeof OPERATORS)[number]]: (other: ops.Operand) => Tensor };

declare module "./tensor.ts" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merges the methods into the class
  interface Tensor extends MethodTable {}
}

for (const name of [...METHODS, ...OPERATORS]) {
  const fn = ops[name] as (first: Tensor, ...rest: unknown[]) => unknown;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]): unknown {
      return fn(this, ...rest);
    },
  });
}
