/** Scans without what nobody reads: stacked outputs, states that only feed themselves, inputs the step ignores. */
import { closeGraph, countUses, nodesBehind, rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { scan } from "../primitives/scan.ts";
import type { ScanAttributes } from "../primitives/scan.ts";
import { isNodeOf, makeNode } from "../tensor.ts";
import type { Node, Tensor } from "../tensor.ts";

/** Pruning one scan may leave an output of an earlier one unread, so it is repeated until nothing changes. */
export function pruneScans(graph: Graph): Graph {
  let current = graph;
  for (;;) {
    let changed = false;
    const uses = countUses(current);
    current = rewrite(current, (node, inputs) => {
      const outputs = isNodeOf(node, scan) ? prune(node, inputs, (output) => uses.has(output)) : null;
      changed ||= outputs !== null;
      return outputs;
    });
    if (!changed) return current;
  }
}

function prune(node: Node<ScanAttributes>, inputs: readonly Tensor[], isRead: (output: Tensor) => boolean): readonly (Tensor | undefined)[] | null {
  const { attributes } = node;
  const { body, captures, states } = attributes;
  const { outputs, leaves } = live(attributes, node.outputs.map(isRead));
  // A scan walks along at least one input.
  if (!body.inputs.slice(captures + states).some((leaf) => leaves.has(leaf))) leaves.add(body.inputs[captures + states] as Tensor);
  if (outputs.every(Boolean) && leaves.size === body.inputs.length) return null;

  const keptLeaves = body.inputs.filter((leaf) => leaves.has(leaf));
  const pruned: ScanAttributes = {
    ...attributes,
    body: closeGraph(keptLeaves, body.outputs.filter((_, i) => outputs[i])),
    captures: body.inputs.slice(0, captures).filter((leaf) => leaves.has(leaf)).length,
    states: outputs.slice(0, states).filter(Boolean).length,
    saved: false,
  };
  const made = makeNode(scan, inputs.filter((_, i) => leaves.has(body.inputs[i] as Tensor)), pruned, node.outputs.filter((_, i) => outputs[i]), node.scope, node.source);
  let k = 0;
  return outputs.map((kept) => (kept ? made.outputs[k++] : undefined));
}

/** Outputs of the step that matter for the outputs that are read, and the leaves they read. */
function live({ body, captures, states }: ScanAttributes, read: readonly boolean[]): { readonly outputs: readonly boolean[]; readonly leaves: Set<Tensor> } {
  const outputs = [...read];
  const stateLeaves = body.inputs.slice(captures, captures + states);
  for (;;) {
    const wanted = body.outputs.filter((_, i) => outputs[i]);
    const behind = new Set(nodesBehind(wanted));
    const missing = stateLeaves.flatMap((leaf, i) => (behind.has(leaf.node) && !outputs[i] ? [i] : []));
    if (missing.length === 0) return { outputs, leaves: new Set(body.inputs.filter((leaf, i) => behind.has(leaf.node) || (outputs[i - captures] && i >= captures && i < captures + states))) };
    for (const i of missing) outputs[i] = true;
  }
}
