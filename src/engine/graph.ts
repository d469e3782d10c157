/** A closed program: inputs, parameters, nodes in topological order, outputs. What passes rewrite and lowering emits. */
import type { Parameter } from "./parameter.ts";
import { input, parameter } from "./primitives/structure.ts";
import { withOrigin } from "./scope.ts";
import { isNodeOf, makeNode } from "./tensor.ts";
import type { Node, Tensor } from "./tensor.ts";

export interface Graph {
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Parameter[];
  /** Everything to compute, leaves excluded, each node after its inputs. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly Tensor[];
}

/** All nodes a list of tensors depends on, leaves included, in topological order. */
export function nodesBehind(tensors: readonly Tensor[]): Node[] {
  const seen = new Set<Node>(tensors.map((tensor) => tensor.node));
  const pending = [...seen];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const { node: before } of node.inputs) {
      if (!seen.has(before)) {
        seen.add(before);
        pending.push(before);
      }
    }
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** The program that computes `outputs`. Throws when it depends on an input that is not among `inputs`. */
export function closeGraph(inputs: readonly Tensor[], outputs: readonly Tensor[]): Graph {
  const nodes = nodesBehind(outputs);
  const known = new Set(inputs.map((tensor) => tensor.node));
  for (const node of nodes) {
    if (isNodeOf(node, input) && !known.has(node)) {
      throw new Error(`compile: the result uses "${node.attributes.name}", an argument of another compiled function or of the step of a scan; pass it as an argument, or return it from the step`);
    }
  }
  const parameters = nodes.flatMap((node) => (isNodeOf(node, parameter) ? [node.attributes.parameter] : []));
  return { inputs, parameters, nodes: nodes.filter((node) => !isNodeOf(node, input) && !isNodeOf(node, parameter)), outputs };
}

/** What a rewriting rule may say of a node: its replacement outputs, undefined where nothing reads one, or null to keep it. */
export type Rule = (node: Node, inputs: readonly Tensor[]) => readonly (Tensor | undefined)[] | null;

/**
 * Rebuilds a graph bottom-up, offering each node with its rewritten inputs to a rule. Nodes that a rule makes are taken
 * as they are; they have the module path and source line of the node they replace. Dead nodes disappear.
 */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const replaced = new Map<Tensor, Tensor>();
  const resolve = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(resolve);
    const unchanged = inputs.every((tensor, i) => tensor === node.inputs[i]);
    const outputs = withOrigin(node, () => rule(node, inputs)) ?? (unchanged ? node.outputs : makeNode(node.primitive, inputs, node.attributes, node.outputs, node.scope, node.source).outputs);
    node.outputs.forEach((output, i) => {
      const next = outputs[i];
      if (next !== undefined && next !== output) replaced.set(output, next);
    });
  }
  return closeGraph(graph.inputs, graph.outputs.map(resolve));
}

/** How often each tensor is read, outputs of the graph counted. */
export function countUses(graph: Graph): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const read = (tensor: Tensor): void => void uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(read);
  graph.outputs.forEach(read);
  return uses;
}
