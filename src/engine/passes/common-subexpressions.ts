/** Common subexpressions: two nodes with the same primitive, attributes and inputs are computed once. */
import { rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { dtypeOf } from "../dtype.ts";
import type { HostArray } from "../host-array.ts";
import { exactly, printGraph } from "../print.ts";
import { makeNode } from "../tensor.ts";
import type { Node, Tensor } from "../tensor.ts";

/** Constants above this size are compared by identity only. */
const LARGEST_COMPARED = 4096;

export function mergeCommonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, readonly Tensor[]>();
  const arrays = new Map<object, number>();
  return rewrite(graph, (node, inputs) => {
    const key = keyOf(node, inputs, arrays);
    let outputs = known.get(key);
    if (outputs === undefined) {
      const unchanged = inputs.every((tensor, i) => tensor === node.inputs[i]);
      outputs = unchanged ? node.outputs : makeNode(node.primitive, inputs, node.attributes, node.outputs, node.scope, node.source).outputs;
      known.set(key, outputs);
    }
    return outputs;
  });
}

function keyOf(node: Node, inputs: readonly Tensor[], arrays: Map<object, number>): string {
  const identity = (value: object): string => {
    const id = arrays.get(value) ?? arrays.size;
    arrays.set(value, id);
    return `#${id}`;
  };
  const body = node.primitive.body?.(node.attributes).graph;
  const attributes = JSON.stringify(node.attributes, (_, value: unknown) => {
    if (body !== undefined && value === body) return printGraph(body);
    if (typeof value === "function") return identity(value);
    if (typeof value === "bigint") return value.toString();
    if (isArray(value)) return value.data.length <= LARGEST_COMPARED ? `${value.dtype}${dtypeOf(value.data)}[${value.shape.join()}]${Array.from(value.data as ArrayLike<unknown>, exactly).join()}` : identity(value);
    return exactly(value);
  });
  return `${node.primitive.name}|${attributes}|${inputs.map((tensor) => `${tensor.node.id}.${tensor.index}`).join()}`;
}

function isArray(value: unknown): value is HostArray {
  return typeof value === "object" && value !== null && "data" in value && ArrayBuffer.isView((value as HostArray).data);
}
