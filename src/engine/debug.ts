/** Finds the first operation that produced NaN or infinity, by running a graph again with every value returned, those inside loops too. */
import { closeGraph, rewrite } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { lowerGraph } from "./onnx/lower.ts";
import type { Backend, RuntimeTensor } from "./runtime/backend.ts";
import { showShape, sizeOf } from "./shape.ts";
import { makeNode } from "./tensor.ts";
import type { Node, Tensor } from "./tensor.ts";

/** A float32 value of a node: of every application of the loops around it, the first loop's being the slowest axis. */
interface Value {
  readonly size: number;
  data: Float32Array;
}

/** What is looked at of a node; `body` comes before the node's own values. */
interface Entry {
  readonly node: Node;
  readonly values: readonly Value[];
  readonly body?: { readonly entries: readonly Entry[]; readonly times: number; readonly reverse: boolean };
}

/** A graph that returns what is looked at behind its own outputs: a tensor for each value. */
interface Exposed {
  readonly graph: Graph;
  readonly entries: readonly Entry[];
  readonly values: readonly Value[];
}

function expose(graph: Graph): Exposed {
  const inner = new Map<Node, Exposed & NonNullable<ReturnType<NonNullable<Node["primitive"]["body"]>>>>();
  const opened = rewrite(graph, (node, inputs) => {
    const { primitive, attributes, scope, source } = node;
    const body = primitive.body?.(attributes);
    if (body === undefined || primitive.withBody === undefined) return null;
    const exposed = expose(body.graph);
    const changed = primitive.withBody(attributes, exposed.graph);
    const replacement = makeNode(primitive, inputs, changed, primitive.infer(inputs, changed), scope, source);
    inner.set(replacement, { ...body, ...exposed });
    return replacement.outputs;
  });
  const tensors: Tensor[] = [];
  const values: Value[] = [];
  const look = (tensor: Tensor, value: Value): Value => {
    tensors.push(tensor);
    values.push(value);
    return value;
  };
  const entries = opened.nodes.map((node): Entry => {
    const within = inner.get(node);
    const own = node.outputs.slice(0, node.outputs.length - (within?.values.length ?? 0));
    within?.values.forEach((value, i) => look(node.outputs[own.length + i] as Tensor, value));
    const seen = own.filter(({ dtype }) => dtype === "float32").map((tensor) => look(tensor, { size: sizeOf(tensor.shape), data: new Float32Array(0) }));
    return { node, values: seen, ...(within === undefined ? {} : { body: within }) };
  });
  return { graph: closeGraph(graph.inputs, [...opened.outputs, ...tensors]), entries, values };
}

/** A number that is not finite, and the innermost operation that made it. */
interface Culprit {
  readonly node: Node;
  readonly number: number;
  /** Application of each loop around it, the outermost first, counted from 0 as slices are. */
  readonly steps: readonly { readonly step: number; readonly times: number }[];
}

/** The first culprit in the order of execution. `at` numbers the applications of the loops around. */
function search(entries: readonly Entry[], at = 0): Culprit | null {
  for (const { node, values, body } of entries) {
    for (let i = 0; body !== undefined && i < body.times; i++) {
      const step = body.reverse ? body.times - 1 - i : i;
      const found = search(body.entries, at * body.times + step);
      if (found !== null) return { ...found, steps: [{ step, times: body.times }, ...found.steps] };
    }
    for (const { size, data } of values) {
      const number = firstBad(data.subarray(at * size, (at + 1) * size));
      if (number !== null) return { node, number, steps: [] };
    }
  }
  return null;
}

/** One sentence naming the operation, module path and source line, for an error. */
export async function describeNonFinite(graph: Graph, backend: Backend, feeds: Readonly<Record<string, RuntimeTensor>>): Promise<string> {
  const exposed = expose(graph);
  const lowered = lowerGraph({ ...exposed.graph, outputs: exposed.graph.outputs.slice(graph.outputs.length), parameters: graph.parameters }, { lowering: backend.lowering });
  const session = await backend.createSession(lowered.bytes, {});
  try {
    // Inputs and parameters are named as in the running program: both are bound before any node.
    const outputs = await session.run({ feeds, fetches: Object.fromEntries(lowered.outputNames.map((name) => [name, null])) });
    const leaf = [...graph.inputs, ...graph.parameters].map((tensor, i) => [tensor, feeds[[...lowered.inputNames, ...lowered.parameterNames][i] as string]] as const).find(([, value]) => firstBad(value?.data) !== null);
    if (leaf !== undefined) return `the first non-finite value is in ${describeLeaf(leaf[0])}, before any operation: ${firstBad(leaf[1]?.data)}`;
    exposed.values.forEach((value, i) => (value.data = outputs[lowered.outputNames[i] as string]?.data as Float32Array));
    const culprit = search(exposed.entries);
    if (culprit === null) return "a result is not finite, but no operation repeats it; please report this program";
    const { node: { primitive, scope, source, inputs }, number, steps } = culprit;
    const loops = steps.map(({ step, times }) => `, at slice ${step} of the ${times} of a scan`).join("");
    return `the first non-finite value (${number}) is made by ${primitive.name} of ${inputs.map((input) => showShape(input.shape)).join(" and ")}${scope === "" ? "" : ` in ${scope}`}${loops}${source === undefined ? "" : `, written at ${source}`}`;
  } finally {
    await session.release();
  }
}

function firstBad(data: unknown): number | null {
  return data instanceof Float32Array ? (data.find((value) => !Number.isFinite(value)) ?? null) : null;
}

const describeLeaf = (tensor: Tensor): string => ("label" in tensor ? String(tensor.label) : String((tensor.node.attributes as { readonly name?: string }).name));
