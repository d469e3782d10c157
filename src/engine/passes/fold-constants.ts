/** Arithmetic on uniform values (`full`) is done now: gradients start from ones and are scaled by numbers everywhere. */
import { rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { full as fullPrimitive } from "../primitives/layout.ts";
import { full } from "../ops/lift.ts";
import type { DType } from "../dtype.ts";
import { isNodeOf } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** The number a tensor holds everywhere, if it is known to. */
export function uniformValue(tensor: Tensor): number | null {
  return isNodeOf(tensor.node, fullPrimitive) ? tensor.node.attributes.value : null;
}

/** Primitives that only move values, and so keep a uniform tensor uniform. */
const MOVES = new Set(["reshape", "transpose", "expand", "slice", "stopGradient", "gather", "takeAlongAxis"]);

export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    const [output] = node.outputs;
    if (output === undefined || inputs.length === 0 || output.dtype === "uint32") return null;
    if (MOVES.has(node.primitive.name)) {
      const value = uniformValue(inputs[0] as Tensor);
      return value === null ? null : [full(output.shape, value, output.dtype)];
    }
    const { evaluate } = node.primitive;
    if (evaluate === undefined || node.outputs.length !== 1) return null;
    const values = inputs.map(uniformValue);
    if (values.some((value) => value === null)) return null;
    const result = evaluate(...(values as number[]));
    return isExact(output.dtype, result) ? [full(output.shape, result, output.dtype)] : null;
  });
}

/** Whether a number is a finite value of the type: what overflows or wraps around is left to the runtime. */
function isExact(dtype: DType, value: number): boolean {
  if (dtype === "float32") return Number.isFinite(Math.fround(value));
  return dtype === "int64" ? Number.isSafeInteger(value) : value === (value | 0);
}
