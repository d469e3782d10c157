/** Export: a traced function as an ONNX model with its parameters inside. */
import type { DType } from "./dtype.ts";
import { closeGraph } from "./graph.ts";
import type { HostArray } from "./host-array.ts";
import { lowerToProto, serialize } from "./onnx/lower.ts";
import type { LoweredGraph } from "./onnx/lower.ts";
import type { Lowering } from "./onnx/emitter.ts";
import type { GraphProto } from "./onnx/proto.ts";
import { quantizeDynamic } from "./onnx/quantize-dynamic.ts";
import { storeHalf } from "./onnx/store-half.ts";
import { joinProbes, probeSizes } from "./onnx/symbolic.ts";
import type { Sizes } from "./onnx/symbolic.ts";
import { optimize } from "./passes/index.ts";
import type { Parameter } from "./parameter.ts";
import { input } from "./primitives/structure.ts";
import { applyOne } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";
import { trace } from "./trace.ts";

/** How weights are stored. "int8" also multiplies as integers, at some loss of accuracy; see `quantize-dynamic.ts`. */
export type WeightStorage = "float32" | "float16" | "int8";

/** Type of an input; an axis of any extent is given by a name, and equal names have equal extents. */
export interface InputType {
  readonly shape: readonly (number | string)[];
  readonly dtype: DType;
}

export interface ToOnnxOptions {
  /** Default "portable": the ONNX standard only. */
  readonly lowering?: Lowering;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default "float32". */
  readonly storage?: WeightStorage;
  /** Largest extent of open axes that have one, such as a sequence limited by a table of positions. */
  readonly largest?: Sizes;
}

const STORAGE: Readonly<Record<WeightStorage, (graph: GraphProto, emitter: LoweredGraph["emitter"]) => GraphProto>> = {
  float32: (graph) => graph,
  float16: storeHalf,
  int8: quantizeDynamic,
};

/**
 * Bytes of an ONNX model computing `fn`. Inputs and outputs carry the names of `inputs` and of the returned record.
 * Axes given by name are open: the model takes any extent there. Throws when the function assigns parameters (an
 * exported model has no state), and when what it computes depends on the extent of an open axis other than by shapes.
 *
 * ```ts
 * toOnnx(({ x }) => ({ y: softmax(x) }), { x: { shape: ["batch", 8], dtype: "float32" } });
 * ```
 */
export function toOnnx(fn: (inputs: Record<string, Tensor>) => Record<string, Tensor>, inputs: Readonly<Record<string, InputType>>, { lowering = "portable", metadata, storage = "float32", largest = {} }: ToOnnxOptions = {}): Uint8Array<ArrayBuffer> {
  const values = new Map<Parameter, HostArray>();
  const weights = (parameter: Parameter): HostArray => {
    const value = values.get(parameter) ?? parameter.value();
    values.set(parameter, value);
    return value;
  };
  const axes = Object.values(inputs).map(({ shape }) => shape);
  const open = [...new Set(axes.flat().filter((extent) => typeof extent === "string"))];
  const lowered = (sizes: Sizes): LoweredGraph => lowerFor(fn, inputs, sizes, lowering, weights);
  const [first, ...others] = (open.length === 0 ? [{}] : probeSizes(open, largest)).map((sizes) => ({ sizes, lowered: lowered(sizes) }));
  if (first === undefined) throw new Error("internal: toOnnx traced nothing");
  const { proto, emitter } = first.lowered;
  const joined = others.length === 0 ? proto : joinProbes([first, ...others], axes);
  return serialize(STORAGE[storage](joined, emitter), emitter.usesContrib, metadata);
}

/** The graph for one size of each open axis. */
function lowerFor(fn: (inputs: Record<string, Tensor>) => Record<string, Tensor>, inputs: Readonly<Record<string, InputType>>, sizes: Sizes, lowering: Lowering, weights: (parameter: Parameter) => HostArray): LoweredGraph {
  const names = Object.keys(inputs);
  const shapeOf = (name: string): number[] => (inputs[name] as InputType).shape.map((extent) => (typeof extent === "number" ? extent : (sizes[extent] as number)));
  const tensors = Object.fromEntries(names.map((name) => [name, applyOne(input, [], { name, aval: { shape: shapeOf(name), dtype: (inputs[name] as InputType).dtype } })]));
  const { result, assignments } = trace(() => fn(tensors));
  if (assignments.size > 0) throw new Error(`toOnnx: the function assigns ${[...assignments.keys()].map((p) => p.label).join(", ")}; an exported model keeps no state`);
  const outputNames = Object.keys(result);
  const graph = optimize(closeGraph(names.map((name) => tensors[name] as Tensor), outputNames.map((name) => result[name] as Tensor)));
  return lowerToProto(graph, { lowering, inputNames: names, outputNames, weights: (i) => weights(graph.parameters[i] as Parameter) });
}
