/** Reading a value outside `compile`: the trace behind it is run, and programs of the same structure are reused. */
import { closeGraph, rewrite } from "./graph.ts";
import type { Graph } from "./graph.ts";
import type { HostArray } from "./host-array.ts";
import { printGraph } from "./print.ts";
import { constant } from "./primitives/layout.ts";
import { input } from "./primitives/structure.ts";
import { Program } from "./program.ts";
import { backendFor, resolveDevice } from "./runtime/devices.ts";
import { serially } from "./runtime/queue.ts";
import { applyOne, isNodeOf, Tensor } from "./tensor.ts";
import { hostResult } from "./tree.ts";
import type { HostResult } from "./tree.ts";

const LARGEST_CACHE = 64;
/** Programs by structure, the one used last at the end. */
const cache = new Map<string, Program>();

/** Values of tensors. For exploring and tests: training belongs into `compile`. */
export async function evaluate(tensors: readonly Tensor[], options: { readonly device?: string } = {}): Promise<HostResult[]> {
  const device = resolveDevice(options.device);
  const { graph, arrays } = liftConstants(closeGraph([], tensors));
  // Parameters are told apart by node: the same structure over other parameters is another program.
  const key = `${device}|${graph.parameters.map((parameter) => parameter.node.id).join()}|${printGraph(graph)}`;
  // In one turn of the queue, so that no other reading evicts the program between finding and running it.
  return serially(async () => {
    const program = cache.get(key) ?? (await Program.load(graph, [], await backendFor(device), {}));
    cache.delete(key);
    cache.set(key, program);
    await evictOldest();
    return (await program.run(arrays)).map(hostResult);
  });
}

/** Literal arrays become inputs, so that equal structures with other numbers share a program. */
function liftConstants(graph: Graph): { readonly graph: Graph; readonly arrays: HostArray[] } {
  const inputs: Tensor[] = [];
  const arrays: HostArray[] = [];
  const lifted = rewrite({ ...graph, inputs }, (node) => {
    if (!isNodeOf(node, constant)) return null;
    const { array } = node.attributes;
    const tensor = applyOne(input, [], { name: `constant${inputs.length}`, aval: { shape: array.shape, dtype: array.dtype } });
    inputs.push(tensor);
    arrays.push(array);
    return [tensor];
  });
  return { graph: lifted, arrays };
}

async function evictOldest(): Promise<void> {
  const [oldest] = cache;
  if (cache.size <= LARGEST_CACHE || oldest === undefined) return;
  cache.delete(oldest[0]);
  await oldest[1].release();
}

declare module "./tensor.ts" {
  interface Tensor {
    /** Computes the value now, outside `compile`. */
    array(): Promise<HostResult>;
  }
}

Object.defineProperty(Tensor.prototype, "array", {
  async value(this: Tensor): Promise<HostResult> {
    return (await evaluate([this]))[0] as HostResult;
  },
});
