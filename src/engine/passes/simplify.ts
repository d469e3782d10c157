/** Algebraic simplification: neutral elements, double negation, chains of reshapes, transposes and expansions. */
import { rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { mul, neg } from "../primitives/elementwise.ts";
import * as layout from "../primitives/layout.ts";
import { tryBroadcast, sameShape } from "../shape.ts";
import { applyOne, isNodeOf } from "../tensor.ts";
import type { Node, Tensor } from "../tensor.ts";
import { full } from "../ops/lift.ts";
import { uniformValue } from "./fold-constants.ts";

type Simplification = (node: Node, inputs: readonly Tensor[]) => Tensor | null;

const keepsShape = (node: Node, x: Tensor): boolean => sameShape((node.outputs[0] as Tensor).shape, x.shape);

/** The operand for which the other is the neutral number, if its shape is already the result's. */
function dropNeutral(neutral: number, bothSides: boolean): Simplification {
  return (node, [a, b]) => {
    if (uniformValue(b as Tensor) === neutral && keepsShape(node, a as Tensor)) return a as Tensor;
    if (bothSides && uniformValue(a as Tensor) === neutral && keepsShape(node, b as Tensor)) return b as Tensor;
    return null;
  };
}

/** A uniform operand is cheaper as a rank-0 number, as long as the other operand already has the result's shape. */
const shrinkUniform: Simplification = (node, inputs) => {
  const output = node.outputs[0] as Tensor;
  const shrunk = inputs.map((x) => {
    const value = x.rank > 0 ? uniformValue(x) : null;
    return value === null ? x : full([], value, x.dtype);
  });
  const changed = shrunk.some((x, i) => x !== inputs[i]);
  const joined = shrunk.reduce<number[] | null>((shape, x) => (shape === null ? null : tryBroadcast(shape, x.shape)), []);
  return changed && joined !== null && sameShape(joined, output.shape) ? applyOne(node.primitive, shrunk, node.attributes) : null;
};

/** An operand that was expanded need not be: the operator broadcasts by itself. */
const skipExpand: Simplification = (node, inputs) => {
  const output = node.outputs[0] as Tensor;
  const bare = inputs.map((x) => (isNodeOf(x.node, layout.expand) ? (x.node.inputs[0] as Tensor) : x));
  if (bare.every((x, i) => x === inputs[i])) return null;
  const joined = bare.reduce<number[] | null>((shape, x) => (shape === null ? null : tryBroadcast(shape, x.shape)), []);
  if (joined !== null && sameShape(joined, output.shape)) return applyOne(node.primitive, bare, node.attributes);
  return null;
};

const BROADCASTING = new Set(["add", "sub", "mul", "div", "pow", "maximum", "minimum", "equal", "greater", "greaterEqual", "less", "lessEqual", "where"]);

const RULES: Readonly<Record<string, readonly Simplification[]>> = {
  add: [dropNeutral(0, true)],
  sub: [dropNeutral(0, false)],
  mul: [
    dropNeutral(1, true),
    // (x * c) * d = x * (c d); integers wrap around, which the product of two numbers here would not
    (node, [a, b]) => {
      const d = uniformValue(b as Tensor);
      if (d === null || (a as Tensor).dtype !== "float32" || !isNodeOf((a as Tensor).node, mul)) return null;
      const [x, inner] = (a as Tensor).node.inputs as readonly [Tensor, Tensor];
      const c = uniformValue(inner);
      return c === null || !keepsShape(node, x) ? null : applyOne(mul, [x, full([], c * d, x.dtype)], {});
    },
  ],
  div: [dropNeutral(1, false)],
  neg: [(_, [x]) => (isNodeOf((x as Tensor).node, neg) ? ((x as Tensor).node.inputs[0] as Tensor) : null)],
  reshape: [
    (node, [x]) => (keepsShape(node, x as Tensor) ? (x as Tensor) : null),
    (node, [x]) => (isNodeOf((x as Tensor).node, layout.reshape) ? applyOne(layout.reshape, [(x as Tensor).node.inputs[0] as Tensor], { shape: (node.outputs[0] as Tensor).shape }) : null),
  ],
  transpose: [
    (node, [x]) => {
      const { permutation } = node.attributes as { readonly permutation: readonly number[] };
      if (permutation.every((axis, i) => axis === i)) return x as Tensor;
      if (!isNodeOf((x as Tensor).node, layout.transpose)) return null;
      const inner = (x as Tensor).node.attributes as { readonly permutation: readonly number[] };
      const joined = permutation.map((axis) => inner.permutation[axis] as number);
      const source = (x as Tensor).node.inputs[0] as Tensor;
      return joined.every((axis, i) => axis === i) ? source : applyOne(layout.transpose, [source], { permutation: joined });
    },
  ],
  expand: [(node, [x]) => (keepsShape(node, x as Tensor) ? (x as Tensor) : null)],
  stopGradient: [(_, [x]) => x as Tensor],
  withGradient: [(_, [x]) => x as Tensor],
};

export function simplify(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    const rules = [...(RULES[node.primitive.name] ?? []), ...(BROADCASTING.has(node.primitive.name) ? [shrinkUniform, skipExpand] : [])];
    for (const rule of rules) {
      const result = rule(node, inputs);
      if (result !== null) return [result];
    }
    return null;
  });
}
