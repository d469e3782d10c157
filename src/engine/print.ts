/** Prints a graph in the notation of the literature, for snapshots in tests and for bug reports. */
import type { Graph } from "./graph.ts";
import { constant } from "./primitives/layout.ts";
import { showShape } from "./shape.ts";
import { isNodeOf } from "./tensor.ts";
import type { Aval, Node, Tensor } from "./tensor.ts";

/** `{ lambda x:float32[2,3] ; w:float32[3] . let a:float32[2,3] = add x w in (a) }`, one node a line. */
export function printGraph(graph: Graph): string {
  const names = new Map<Tensor, string>();
  const letter = (i: number): string => (i < 26 ? "" : letter(Math.floor(i / 26) - 1)) + String.fromCharCode(97 + (i % 26));
  const bind = (tensor: Tensor): string => {
    const name = letter(names.size);
    names.set(tensor, name);
    return `${name}:${type(tensor)}`;
  };
  const inputs = graph.inputs.map(bind);
  const parameters = graph.parameters.map(bind);
  const lines = graph.nodes.map((node) => {
    const read = node.inputs.map((tensor) => names.get(tensor) ?? "?").join(" ");
    const attributes = showAttributes(node);
    const body = node.primitive.body?.(node.attributes).graph;
    const inside = body === undefined ? "" : `\n    ${printGraph(body).replaceAll("\n", "\n    ")}`;
    return `  ${node.outputs.map(bind).join(", ")} = ${node.primitive.name}${attributes}${read === "" ? "" : ` ${read}`}${inside}`;
  });
  return [`{ lambda ${inputs.join(" ")} ; ${parameters.join(" ")} . let`, ...lines, `in (${graph.outputs.map((tensor) => names.get(tensor) ?? "?").join(", ")}) }`].join("\n");
}

const type = ({ dtype, shape }: Aval): string => `${dtype}${showShape(shape).replaceAll(" ", "")}`;

/** Numbers that JSON makes null or loses the sign of, as text; everything else as it is. */
export const exactly = (value: unknown): unknown => (typeof value !== "number" ? value : Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value));

function showAttributes(node: Node): string {
  if (isNodeOf(node, constant)) return "";
  const shown = Object.entries(node.attributes as Record<string, unknown>).flatMap(([key, value]) => (typeof value === "function" || value === node.primitive.body?.(node.attributes).graph ? [] : [`${key}=${JSON.stringify(value, (_, inner: unknown) => exactly(inner))}`]));
  return shown.length === 0 ? "" : `[${shown.join(" ")}]`;
}
