/**
 * `compile(fn)`: a function on tensors becomes a function on host arrays. It is traced once for each combination of
 * argument shapes and types, optimised, and run as ONE onnxruntime graph; assignments to parameters happen inside it.
 */
import type { CostReport } from "./cost.ts";
import { closeGraph } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { hostArray, requireConsistent } from "./host-array.ts";
import type { HostArray } from "./host-array.ts";
import { optimize } from "./passes/index.ts";
import { costOf } from "./cost.ts";
import { input as inputPrimitive } from "./primitives/structure.ts";
import { Program } from "./program.ts";
import type { ProgramOptions } from "./program.ts";
import type { Parameter } from "./parameter.ts";
import { serially } from "./runtime/queue.ts";
import { backendFor, resolveDevice } from "./runtime/devices.ts";
import { withSources } from "./scope.ts";
import { applyOne, Tensor } from "./tensor.ts";
import { trace } from "./trace.ts";
import { hostResult, isHostArray, mapTree } from "./tree.ts";
import type { Computed, Hosted } from "./tree.ts";

export interface CompileOptions extends ProgramOptions {
  /** Where to run; default REPRISE_DEVICE, else the CPU (WebAssembly in a browser). */
  readonly device?: string;
  /** Name for messages. */
  readonly name?: string;
}

export interface Compiled<A extends readonly unknown[], R> {
  (...args: { [K in keyof A]: Hosted<A[K]> }): Promise<Computed<R>>;
  /** Cost of the step for these arguments, without running it or allocating its parameters. */
  explain(...args: { [K in keyof A]: Hosted<A[K]> }): CostReport;
  /** The optimised graph for these arguments. */
  graph(...args: { [K in keyof A]: Hosted<A[K]> }): Graph;
  /** How many programs have been compiled: one for each signature seen. */
  readonly programs: number;
  /** Frees the sessions. The function can be called again and compiles anew. */
  release(): Promise<void>;
}

interface Traced {
  readonly graph: Graph;
  readonly updated: readonly Parameter[];
  /** The function's result with tensors replaced by positions among the outputs. */
  readonly result: unknown;
}

class OutputSlot {
  readonly position: number;
  constructor(position: number) {
    this.position = position;
  }
}

export function compile<A extends readonly unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  type Call = { [K in keyof A]: Hosted<A[K]> };
  const label = options.name ?? (fn.name || "compiled function");
  const programs = new Map<string, Promise<{ readonly program: Program; readonly result: unknown }>>();

  const load = async (args: readonly unknown[]): Promise<{ readonly program: Program; readonly result: unknown }> => {
    const { graph, updated, result } = traceCall(fn, args, label, options.debug ?? false);
    const backend = await backendFor(resolveDevice(options.device));
    return { program: await Program.load(graph, updated, backend, options), result };
  };

  const call = async (...args: Call): Promise<Computed<R>> => {
    const { signature, arrays } = flatten(args, label);
    let loading = programs.get(signature);
    if (loading === undefined) {
      loading = load(args);
      programs.set(signature, loading);
      loading.catch(() => programs.delete(signature));
    }
    const { program, result } = await loading;
    const outputs = await serially(() => program.run(arrays));
    return mapTree(result, "", (leaf) => (leaf instanceof OutputSlot ? hostResult(outputs[leaf.position] as HostArray) : leaf)) as Computed<R>;
  };

  const optimized = (args: readonly unknown[]): { graph: Graph; updated: readonly Parameter[] } => {
    const { graph, updated } = traceCall(fn, args, label, false);
    return { graph: optimize(graph), updated };
  };

  return Object.defineProperty(
    Object.assign(call, {
      explain: (...args: Call) => {
        const { graph, updated } = optimized(args);
        return costOf(graph, { assigned: new Set<Tensor>(updated) });
      },
      graph: (...args: Call) => optimized(args).graph,
      release: async () => {
        const loaded = await Promise.allSettled(programs.values());
        programs.clear();
        // Behind the calls that are already waiting for their turn.
        for (const entry of loaded) if (entry.status === "fulfilled") await serially(() => entry.value.program.release());
      },
    }),
    "programs",
    { get: () => programs.size },
  ) as Compiled<A, R>;
}

/** Host arrays of a call in order, and the key of its shapes, types and other values. */
function flatten(args: readonly unknown[], label: string): { readonly signature: string; readonly arrays: HostArray[] } {
  const arrays: HostArray[] = [];
  // The kind stands before each leaf: a string is not the null, boolean or array that is written like it.
  const described = mapTree([...args], "", (leaf, path) => {
    const array = asArray(leaf, `${label}: argument ${path.replace(/^\./, "")}`);
    if (array !== null) arrays.push(array);
    return array === null ? `${typeof leaf} ${String(leaf)}` : `array ${array.dtype}[${array.shape.join()}]`;
  });
  return { signature: JSON.stringify(described), arrays };
}

/** A leaf as an input of the graph; null for strings, booleans and the like, which are part of the signature. */
function asArray(leaf: unknown, where: string): HostArray | null {
  if (typeof leaf === "number") return hostArray(Float32Array.of(leaf), []);
  if (isHostArray(leaf)) {
    requireConsistent(where, leaf);
    return leaf;
  }
  if (leaf === null || leaf === undefined || typeof leaf === "string" || typeof leaf === "boolean") return null;
  if (leaf instanceof Tensor) throw new TypeError(`${where}: a compiled function is called with host arrays, got a tensor; compute it with evaluate(...) first`);
  throw new TypeError(`${where}: expected a host array { data, shape, dtype }, a number, a string or a boolean, got ${Object.prototype.toString.call(leaf)}`);
}

function traceCall<A extends readonly unknown[], R>(fn: (...args: A) => R, args: readonly unknown[], label: string, debug: boolean): Traced {
  const inputs: Tensor[] = [];
  const symbolic = mapTree([...args], "", (leaf, path) => {
    const array = asArray(leaf, label);
    if (array === null) return leaf;
    const name = path.replace(/^\.?\d+\.?/, "").replaceAll(".", "/") || `input${inputs.length}`;
    const tensor = applyOne(inputPrimitive, [], { name, aval: { shape: array.shape, dtype: array.dtype } });
    inputs.push(tensor);
    return tensor;
  }) as unknown as A;
  const run = (): R => fn(...symbolic);
  const { result, assignments } = trace(() => (debug ? withSources(run) : run()));
  if (result instanceof Promise) throw new TypeError(`${label}: a compiled function is traced at once and may not be async`);
  const outputs: Tensor[] = [];
  const slots = mapTree(result, "", (leaf) => {
    if (!(leaf instanceof Tensor)) return leaf;
    outputs.push(leaf);
    return new OutputSlot(outputs.length - 1);
  });
  const updated = [...assignments.keys()];
  return { graph: closeGraph(inputs, [...outputs, ...assignments.values()]), updated, result: slots };
}
