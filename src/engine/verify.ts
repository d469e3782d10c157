/** Checks that a graph is well formed. Run after every pass in tests; cheap enough to run always in debug mode. */
import type { Graph } from "./graph.ts";
import { sameShape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Throws an internal error naming the first node that reads an undefined value or whose stored types differ from its shape rule. */
export function verify(graph: Graph): void {
  const defined = new Set<Tensor>([...graph.inputs, ...graph.parameters]);
  for (const node of graph.nodes) {
    for (const tensor of node.inputs) {
      if (!defined.has(tensor)) throw new Error(`internal: ${node.primitive.name} reads ${tensor.toString()} before it is computed`);
    }
    const body = node.primitive.body?.(node.attributes);
    if (body !== undefined) verify(body.graph);
    const avals = node.primitive.infer(node.inputs, node.attributes);
    node.outputs.forEach((output, i) => {
      const aval = avals[i];
      if (aval === undefined || aval.dtype !== output.dtype || !sameShape(aval.shape, output.shape)) {
        throw new Error(`internal: output ${i} of ${node.primitive.name} is recorded as ${output.dtype}${showShape(output.shape)}, its shape rule says ${aval === undefined ? "nothing" : aval.dtype + showShape(aval.shape)}`);
      }
      defined.add(output);
    });
  }
  const undefinedOutput = graph.outputs.find((tensor) => !defined.has(tensor));
  if (undefinedOutput !== undefined) throw new Error(`internal: the graph returns ${undefinedOutput.toString()}, which it does not compute`);
}
