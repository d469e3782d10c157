/** Export: a traced function as an ONNX model with its parameters inside. */
import { closeGraph } from "./graph.ts";
import { lowerGraph } from "./onnx/lower.ts";
import type { Lowering } from "./onnx/emitter.ts";
import { optimize } from "./passes/index.ts";
import type { Parameter } from "./parameter.ts";
import { input } from "./primitives/structure.ts";
import { applyOne } from "./tensor.ts";
import type { Aval, Tensor } from "./tensor.ts";
import { trace } from "./trace.ts";

export interface ToOnnxOptions {
  /** Default "portable": the ONNX standard only. */
  readonly lowering?: Lowering;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Bytes of an ONNX model computing `fn`. Inputs and outputs carry the names of `inputs` and of the returned record.
 * Throws when the function assigns parameters: an exported model has no state.
 */
export function toOnnx(fn: (inputs: Record<string, Tensor>) => Record<string, Tensor>, inputs: Readonly<Record<string, Aval>>, { lowering = "portable", metadata }: ToOnnxOptions = {}): Uint8Array<ArrayBuffer> {
  const names = Object.keys(inputs);
  const tensors = Object.fromEntries(names.map((name) => [name, applyOne(input, [], { name, aval: inputs[name] as Aval })]));
  const { result, assignments } = trace(() => fn(tensors));
  if (assignments.size > 0) throw new Error(`toOnnx: the function assigns ${[...assignments.keys()].map((p) => p.label).join(", ")}; an exported model keeps no state`);
  const outputNames = Object.keys(result);
  const graph = optimize(closeGraph(names.map((name) => tensors[name] as Tensor), outputNames.map((name) => result[name] as Tensor)));
  const weights = (i: number): ReturnType<Parameter["value"]> => (graph.parameters[i] as Parameter).value();
  return lowerGraph(graph, { lowering, inputNames: names, outputNames, weights, ...(metadata === undefined ? {} : { metadata }) }).bytes;
}
