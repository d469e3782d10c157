/** What a step costs, counted from its graph before anything runs: FLOPs, memory, operators, parameters. */
import type { Graph } from "./graph.ts";
import { DTYPES } from "./dtype.ts";
import { nodesBehind } from "./graph.ts";
import { conv1d2dNames } from "./primitives/names.ts";
import { showShape, sizeOf } from "./shape.ts";
import type { Aval, Node, Tensor } from "./tensor.ts";

export interface CostReport {
  /** Trainable parameters read by the step, in elements. */
  readonly parameters: number;
  /** Elements of all state: parameters, moments, counters. */
  readonly stateElements: number;
  readonly flops: {
    /** Matrix products and convolutions, exact, a multiply-add being two. */
    readonly products: number;
    /** Everything else, about one per element and arithmetic operation. */
    readonly elementwise: number;
    readonly total: number;
  };
  /** FLOPs of products by the first components of the module path. */
  readonly flopsByModule: Readonly<Record<string, number>>;
  readonly memory: {
    /** State in two buffers, plus inputs. */
    readonly state: number;
    /** Largest sum of live intermediate values, in bytes. */
    readonly peakActivations: number;
    readonly total: number;
    /** Largest parameters, one buffer each. */
    readonly largestState: readonly { readonly bytes: number; readonly shape: readonly number[]; readonly name: string }[];
    /** Largest intermediate values. */
    readonly largest: readonly { readonly bytes: number; readonly shape: readonly number[]; readonly operation: string; readonly module: string }[];
  };
  /** How often each primitive occurs in the graph and in the graphs inside its nodes. */
  readonly operators: Readonly<Record<string, number>>;
  readonly nodes: number;
  /** Trainable parameters that no gradient reaches; only known for steps that assign them. */
  readonly notUpdated: readonly string[];
}

/** How many of the largest tensors are told. */
const LISTED = 5;

const PRODUCTS = new Set(["matmul", "gemm", ...conv1d2dNames]);

export const bytesOf = ({ shape, dtype }: Aval): number => sizeOf(shape) * DTYPES[dtype].bytes;

/** FLOPs of the matrix products and convolutions of one node. */
export function productFlops(node: Node): number {
  const body = node.primitive.body?.(node.attributes);
  if (body !== undefined) return body.times * body.graph.nodes.reduce((total, inner) => total + productFlops(inner), 0);
  return PRODUCTS.has(node.primitive.name) ? node.primitive.flops(node.inputs, node.outputs, node.attributes) : 0;
}

export function costOf(graph: Graph, options: { readonly assigned?: ReadonlySet<Tensor>; readonly moduleDepth?: number } = {}): CostReport {
  const trainable = graph.parameters.filter((parameter) => parameter.trainable);
  let products = 0;
  let elementwise = 0;
  const flopsByModule: Record<string, number> = {};
  const operators: Record<string, number> = {};
  // A graph inside a node counts as often as it runs.
  const count = (nodes: readonly Node[], times: number): void => {
    for (const node of nodes) {
      operators[node.primitive.name] = (operators[node.primitive.name] ?? 0) + 1;
      const body = node.primitive.body?.(node.attributes);
      if (body !== undefined) {
        count(body.graph.nodes, times * body.times);
        continue;
      }
      const flops = times * node.primitive.flops(node.inputs, node.outputs, node.attributes);
      if (!PRODUCTS.has(node.primitive.name)) {
        elementwise += flops;
        continue;
      }
      products += flops;
      const module = node.scope.split(".").slice(0, options.moduleDepth ?? 1).join(".") || "(top)";
      flopsByModule[module] = (flopsByModule[module] ?? 0) + flops;
    }
  };
  count(graph.nodes, 1);
  const stateElements = graph.parameters.reduce((total, parameter) => total + parameter.size, 0);
  const state = 2 * graph.parameters.reduce((total, parameter) => total + bytesOf(parameter), 0) + graph.inputs.reduce((total, input) => total + bytesOf(input), 0);
  const { peak, largest } = liveMemory(graph);
  const { assigned } = options;
  return {
    parameters: trainable.reduce((total, parameter) => total + parameter.size, 0),
    stateElements,
    flops: { products, elementwise, total: products + elementwise },
    flopsByModule,
    memory: { state, peakActivations: peak, total: state + peak, largestState: graph.parameters.map((parameter) => ({ bytes: bytesOf(parameter), shape: parameter.shape, name: parameter.label })).sort((a, b) => b.bytes - a.bytes).slice(0, LISTED), largest },
    operators,
    nodes: graph.nodes.length,
    notUpdated: assigned === undefined || assigned.size === 0 ? [] : trainable.filter((parameter) => !assigned.has(parameter)).map((parameter) => parameter.label),
  };
}

/** Views: onnxruntime lets them share the buffer of their input. */
const VIEWS = new Set(["reshape", "stopGradient", "withGradient"]);

/** Peak of live values when nodes run in order and a value is freed after its last reader. */
function liveMemory(graph: Graph): { peak: number; largest: CostReport["memory"]["largest"] } {
  const owner = new Map<Tensor, Tensor>();
  const ownerOf = (tensor: Tensor): Tensor => owner.get(tensor) ?? tensor;
  const lastRead = new Map<Tensor, number>();
  graph.nodes.forEach((node, time) => {
    if (VIEWS.has(node.primitive.name)) owner.set(node.outputs[0] as Tensor, ownerOf(node.inputs[0] as Tensor));
    for (const input of node.inputs) lastRead.set(ownerOf(input), time);
  });
  for (const output of graph.outputs) lastRead.set(ownerOf(output), graph.nodes.length);
  const leaves = new Set<Tensor>([...graph.inputs, ...graph.parameters]);
  const freedAt = new Map<number, number>();
  let live = 0;
  let peak = 0;
  graph.nodes.forEach((node, time) => {
    for (const output of node.outputs) {
      if (owner.has(output) || leaves.has(output)) continue;
      const bytes = bytesOf(output);
      live += bytes;
      const end = lastRead.get(output) ?? time;
      freedAt.set(end, (freedAt.get(end) ?? 0) + bytes);
    }
    const body = node.primitive.body?.(node.attributes);
    peak = Math.max(peak, live + (body === undefined ? 0 : liveMemory(body.graph).peak));
    live -= freedAt.get(time) ?? 0;
  });
  const made = graph.nodes.flatMap((node) => node.outputs.filter((output) => !owner.has(output)).map((output) => ({ bytes: bytesOf(output), shape: output.shape, operation: node.primitive.name, module: node.scope })));
  return { peak, largest: made.sort((a, b) => b.bytes - a.bytes).slice(0, LISTED) };
}

/**
 * Bytes that are made on the way to `value` and read again by what is not: what a forward pass keeps for the backward pass
 * when `value` is the loss. Inputs, parameters and constants are there anyway and do not count.
 */
export function keptBytes(graph: Graph, value: Tensor): number {
  const forward = new Set(nodesBehind([value]));
  const owner = new Map<Tensor, Tensor>();
  for (const node of graph.nodes) if (VIEWS.has(node.primitive.name)) owner.set(node.outputs[0] as Tensor, owner.get(node.inputs[0] as Tensor) ?? (node.inputs[0] as Tensor));
  const read = graph.nodes.filter((node) => !forward.has(node)).flatMap(({ inputs }) => inputs.map((input) => owner.get(input) ?? input));
  return [...new Set(read)].filter(({ node }) => forward.has(node) && node.inputs.length > 0).reduce((total, tensor) => total + bytesOf(tensor), 0);
}

/** Bytes in the largest unit that leaves a number of one or more. */
function showBytes(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  return `${power === 0 ? bytes : (bytes / 2 ** (10 * power)).toFixed(2)} ${["bytes", "KiB", "MiB", "GiB"][power]}`;
}

/** Throws when a step cannot fit, naming its largest tensors. */
export function requireFits(report: CostReport, limit: number, device: string): void {
  if (report.memory.total <= limit) return;
  const state = report.memory.largestState.map(({ bytes, shape, name }) => ({ bytes, text: `${name} ${showShape(shape)}` }));
  const made = report.memory.largest.map(({ bytes, shape, operation, module }) => ({ bytes, text: `${module === "" ? "" : `${module}: `}${operation} ${showShape(shape)}` }));
  const largest = [...state, ...made].sort((a, b) => b.bytes - a.bytes).slice(0, LISTED).map(({ bytes, text }) => `${text} ${showBytes(bytes)}`).join("; ");
  throw new RangeError(`this step needs about ${showBytes(report.memory.total)} (${showBytes(report.memory.state)} state, ${showBytes(report.memory.peakActivations)} intermediate values), device "${device}" allows ${showBytes(limit)}. Largest: ${largest}. Use a smaller batch, checkpoint(...), or another device`);
}
