/** The pipeline of graph passes, in order. Each is a function from graph to graph in a file of its own. */
import type { Graph } from "../graph.ts";
import { mergeCommonSubexpressions } from "./common-subexpressions.ts";
import { foldConstants } from "./fold-constants.ts";
import { fuseProducts } from "./fuse-products.ts";
import { simplify } from "./simplify.ts";

export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

export const PASSES: readonly Pass[] = [
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
