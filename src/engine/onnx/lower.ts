/** From a graph to a serialised ONNX model: each primitive emits its own nodes. */
import type { Graph } from "../graph.ts";
import type { HostArray } from "../host-array.ts";
import type { Tensor } from "../tensor.ts";
import { Emitter } from "./emitter.ts";
import type { Lowering } from "./emitter.ts";
import { encodeModel } from "./proto.ts";
import type { GraphProto, ModelOptions, ValueInfo } from "./proto.ts";

/** Opset that every supported onnxruntime knows and that has Gelu, ReduceMean with axes as input and GridSample for 2-D and 3-D. */
export const OPSET = 20;

export interface LoweredModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Name of every input and parameter of the graph in the model. */
  readonly inputNames: readonly string[];
  readonly parameterNames: readonly string[];
  readonly outputNames: readonly string[];
  /** ONNX nodes emitted. */
  readonly nodeCount: number;
}

export interface LowerOptions {
  readonly lowering: Lowering;
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Values to bake in instead of making the parameter an input. */
  readonly weights?: (index: number) => HostArray;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Further values to return, by name: every node's outputs in debug mode. */
  readonly observe?: (tensor: Tensor, name: string) => void;
}

/** A graph in ONNX's terms before it is serialised: what passes over emitted graphs take. */
export interface LoweredGraph {
  readonly proto: GraphProto;
  /** Made the nodes; hands out further names and constants. */
  readonly emitter: Emitter;
  readonly inputNames: readonly string[];
  readonly parameterNames: readonly string[];
  readonly outputNames: readonly string[];
}

export function lowerGraph(graph: Graph, options: LowerOptions): LoweredModel {
  const { proto, emitter, ...names } = lowerToProto(graph, options);
  return { bytes: serialize(proto, emitter.usesContrib, options.metadata), ...names, nodeCount: emitter.nodes.length };
}

/** Bytes of a model. */
export function serialize(proto: GraphProto, contrib: boolean, metadata: ModelOptions["metadata"]): Uint8Array<ArrayBuffer> {
  return encodeModel(proto, { opset: OPSET, contrib, ...(metadata === undefined ? {} : { metadata }) });
}

export function lowerToProto(graph: Graph, options: Omit<LowerOptions, "metadata">): LoweredGraph {
  const emitter = new Emitter(options.lowering);
  const names = new Map<Tensor, string>();
  const bind = (tensor: Tensor, hint: string): string => {
    const name = emitter.fresh(hint);
    names.set(tensor, name);
    return name;
  };
  const inputNames = graph.inputs.map((tensor, i) => bind(tensor, options.inputNames?.[i] ?? `input${i}`));
  const baked = options.weights;
  const parameterNames = graph.parameters.map((parameter, i) => {
    const hint = parameter.name === "" ? `parameter${i}` : parameter.name;
    if (baked === undefined) return bind(parameter, hint);
    const name = emitter.constant(baked(i), hint);
    names.set(parameter, name);
    return name;
  });
  // A computed value is written straight into its output; copying all state once a step would cost a few percent.
  const copies: (readonly [Tensor, string])[] = [];
  const outputNames = graph.outputs.map((tensor, i) => {
    const name = emitter.fresh(options.outputNames?.[i] ?? `output${i}`);
    if (names.has(tensor)) copies.push([tensor, name]); // an input, a parameter, or a value returned twice
    else names.set(tensor, name);
    return name;
  });
  lowerNodes(graph, emitter, names, options.observe);
  for (const [tensor, name] of copies) emitter.emit("Identity", [nameOf(tensor, names)], [name]);
  const value = (tensor: Tensor, name: string): ValueInfo => ({ name, dtype: tensor.dtype, shape: tensor.shape });
  const proto: GraphProto = {
    name: "reprise",
    nodes: emitter.nodes,
    initializers: emitter.initializers,
    inputs: [...graph.inputs.map((t, i) => value(t, inputNames[i] as string)), ...(baked === undefined ? graph.parameters.map((t, i) => value(t, parameterNames[i] as string)) : [])],
    outputs: graph.outputs.map((t, i) => value(t, outputNames[i] as string)),
  };
  return { proto, emitter, inputNames, parameterNames, outputNames };
}

/** Emits the nodes of a graph whose leaves are already named; also used for the bodies of scans. */
export function lowerNodes(graph: Graph, emitter: Emitter, names: Map<Tensor, string>, observe?: (tensor: Tensor, name: string) => void): void {
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((tensor) => nameOf(tensor, names));
    const hint = node.scope === "" ? node.primitive.name : `${node.scope}/${node.primitive.name}`;
    const outputs = node.outputs.map((tensor) => {
      const name = names.get(tensor) ?? emitter.fresh(hint);
      names.set(tensor, name);
      return name;
    });
    node.primitive.lower({ emitter, node, inputs, outputs, attributes: node.attributes });
    if (observe !== undefined) node.outputs.forEach((tensor, i) => observe(tensor, outputs[i] as string));
  }
}

export function nameOf(tensor: Tensor, names: ReadonlyMap<Tensor, string>): string {
  const name = names.get(tensor);
  if (name === undefined) throw new Error(`internal: ${tensor.toString()} was not lowered before it is read`);
  return name;
}
