/** The pipeline of graph passes, in order. Each is a function from graph to graph in a file of its own. */
import { rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { makeNode } from "../tensor.ts";
import { mergeCommonSubexpressions } from "./common-subexpressions.ts";
import { foldConstants } from "./fold-constants.ts";
import { fuseProducts } from "./fuse-products.ts";
import { pruneScans } from "./prune-scans.ts";
import { simplify } from "./simplify.ts";

export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

export const PASSES: readonly Pass[] = [
  { name: "prune scans", run: pruneScans },
  { name: "optimize bodies", run: optimizeBodies },
  { name: "fold constants", run: foldConstants },
  { name: "simplify", run: simplify },
  { name: "merge common subexpressions", run: mergeCommonSubexpressions },
  { name: "fuse products", run: fuseProducts },
  { name: "fold constants again", run: foldConstants },
  { name: "simplify again", run: simplify },
  { name: "merge common subexpressions again", run: mergeCommonSubexpressions },
];

/** Runs all passes; `observe` sees the graph after each, for verification and printing. */
export function optimize(graph: Graph, observe: (graph: Graph, pass: Pass) => void = () => undefined): Graph {
  return PASSES.reduce((current, pass) => {
    const next = pass.run(current);
    observe(next, pass);
    return next;
  }, graph);
}

/** The same passes on the graphs inside nodes. */
function optimizeBodies(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    const { primitive, attributes } = node;
    if (primitive.body === undefined || primitive.withBody === undefined) return null;
    const changed = primitive.withBody(attributes, optimize(primitive.body(attributes).graph));
    return makeNode(primitive, inputs, changed, node.outputs, node.scope, node.source).outputs;
  });
}
