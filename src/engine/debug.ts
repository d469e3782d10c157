/** Finds the first operation that produced NaN or infinity, by running a graph again with every value returned. */
import type { Graph } from "./graph.ts";
import { lowerGraph } from "./onnx/lower.ts";
import type { Backend, RuntimeTensor } from "./runtime/backend.ts";
import { showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** One sentence naming the operation, module path and source line, for an error. */
export async function describeNonFinite(graph: Graph, backend: Backend, feeds: Readonly<Record<string, RuntimeTensor>>): Promise<string> {
  const floats = graph.nodes.flatMap((node) => node.outputs.filter((output) => output.dtype === "float32"));
  const observed: Graph = { ...graph, outputs: floats };
  const lowered = lowerGraph(observed, { lowering: backend.lowering });
  const session = await backend.createSession(lowered.bytes, {});
  try {
    // Inputs and parameters are named as in the running program: both are bound before any node.
    const outputs = await session.run({ feeds, fetches: Object.fromEntries(lowered.outputNames.map((name) => [name, null])) });
    const leaf = [...graph.inputs, ...graph.parameters].map((tensor, i) => [tensor, feeds[[...lowered.inputNames, ...lowered.parameterNames][i] as string]] as const).find(([, value]) => firstBad(value?.data) !== null);
    if (leaf !== undefined) return `the first non-finite value is in ${describeLeaf(leaf[0])}, before any operation: ${firstBad(leaf[1]?.data)}`;
    const at = floats.findIndex((_, i) => firstBad(outputs[lowered.outputNames[i] as string]?.data) !== null);
    if (at < 0) return "a result is not finite, but no operation repeats it; please report this program";
    const tensor = floats[at] as Tensor;
    const { primitive, scope, source, inputs } = tensor.node;
    return `the first non-finite value (${firstBad(outputs[lowered.outputNames[at] as string]?.data)}) is made by ${primitive.name} of ${inputs.map((input) => showShape(input.shape)).join(" and ")}${scope === "" ? "" : ` in ${scope}`}${source === undefined ? "" : `, written at ${source}`}`;
  } finally {
    await session.release();
  }
}

function firstBad(data: unknown): number | null {
  return data instanceof Float32Array ? (data.find((value) => !Number.isFinite(value)) ?? null) : null;
}

const describeLeaf = (tensor: Tensor): string => ("label" in tensor ? String(tensor.label) : String((tensor.node.attributes as { readonly name?: string }).name));
