/**
 * A step applied along the first axis of its inputs, its state handed from one application to the next: ONNX Scan.
 *
 * The step is a closed graph of its own. It reads captured tensors (the same at every application), states and slices
 * of the scanned inputs, in this order, and returns the next states and slices of the stacked outputs.
 */
import { closeGraph, nodesBehind } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { lowerNodes, nameOf } from "../onnx/lower.ts";
import type { ValueInfo } from "../onnx/proto.ts";
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { LowerContext, Sample, VjpContext } from "../primitive.ts";
import { sameShape, showShape } from "../shape.ts";
import { apply, applyOne, isNodeOf, makeNode } from "../tensor.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { add, mul, tanh } from "./elementwise.ts";
import { full } from "./layout.ts";
import { ramp } from "./samples.ts";
import { input } from "./structure.ts";

export interface ScanAttributes {
  readonly body: Graph;
  /** How many of the inputs are captured; states follow, then scanned inputs. */
  readonly captures: number;
  readonly states: number;
  readonly length: number;
  /** From the last slice to the first. Stacked outputs keep the positions of their inputs. */
  readonly reverse: boolean;
  /** Whether the last stacked outputs are the states before each application: the derivative starts from them. */
  readonly saved: boolean;
}

/** Leaf of a body, standing for a value of the graph around it. */
export const bodyLeaf = (name: string, { shape, dtype }: Aval): Tensor => applyOne(input, [], { name, aval: { shape, dtype } });

/** Graph over given leaves, preceded by leaves for the outside tensors it needs, which are returned as `captures`. */
export function closeOver(leaves: readonly Tensor[], outputs: readonly Tensor[]): { readonly body: Graph; readonly captures: readonly Tensor[] } {
  const inside = new Map<Tensor, Tensor>(leaves.map((leaf) => [leaf, leaf]));
  const captured = new Map<Tensor, Tensor>();
  const resolve = (tensor: Tensor): Tensor => {
    // Uniform values cost nothing, and inside they let the passes simplify.
    const known = inside.get(tensor) ?? captured.get(tensor) ?? (isNodeOf(tensor.node, full) ? tensor : undefined);
    if (known !== undefined) return known;
    const leaf = bodyLeaf(`captured ${captured.size}`, tensor);
    captured.set(tensor, leaf);
    return leaf;
  };
  for (const node of nodesBehind(outputs)) {
    // What depends on no leaf is the same at every application: it is computed once, outside.
    if (!node.inputs.some((tensor) => inside.has(tensor))) continue;
    const copy = makeNode(node.primitive, node.inputs.map(resolve), node.attributes, node.outputs, node.scope, node.source);
    node.outputs.forEach((output, i) => inside.set(output, copy.outputs[i] as Tensor));
  }
  const results = outputs.map(resolve);
  return { body: closeGraph([...captured.values(), ...leaves], results), captures: [...captured.keys()] };
}

/** Inputs of a scan, or of its body, by their role. */
function roles<T>(values: readonly T[], { captures, states }: ScanAttributes): { readonly captures: readonly T[]; readonly states: readonly T[]; readonly xs: readonly T[] } {
  return { captures: values.slice(0, captures), states: values.slice(captures, captures + states), xs: values.slice(captures + states) };
}

function infer(inputs: readonly Aval[], attributes: ScanAttributes): readonly Aval[] {
  const { body, length, states } = attributes;
  const first = attributes.captures + states;
  if (inputs.length !== body.inputs.length) throw new RangeError(`scan: the step takes ${body.inputs.length} tensors, got ${inputs.length}`);
  body.inputs.forEach((leaf, i) => {
    const { shape, dtype } = inputs[i] as Aval;
    const expected = i < first ? leaf.shape : [length, ...leaf.shape];
    if (dtype !== leaf.dtype || !sameShape(shape, expected)) throw new RangeError(`scan: the step expects ${leaf.dtype}${showShape(expected)} as input ${i}, got ${dtype}${showShape(shape)}`);
  });
  return body.outputs.map(({ shape, dtype }, i) => {
    const before = body.inputs[attributes.captures + i] as Tensor;
    if (i < states && (dtype !== before.dtype || !sameShape(shape, before.shape))) throw new RangeError(`scan: state ${i} is ${before.dtype}${showShape(before.shape)} before the step and ${dtype}${showShape(shape)} after it; a step must keep the type of its state`);
    return i < states ? { shape, dtype } : { shape: [length, ...shape], dtype };
  });
}

/**
 * A second scan, in the other direction, whose states are the gradients of the states and the sums so far of the
 * gradients of captured tensors. Each application repeats the forward step from its saved state, so that nothing but
 * states is kept.
 */
function vjp({ ops, backward, inputs, outputs, attributes, gradients, needs }: VjpContext<ScanAttributes>): readonly (Tensor | null)[] {
  const { body, states, length, reverse, saved } = attributes;
  if (!saved) throw new Error("internal: a scan that does not keep its states has no derivative");
  const given = roles(inputs, attributes);
  const leaves = roles(body.inputs, attributes);
  const isFloat = (tensor: Tensor): boolean => tensor.dtype === "float32";
  const nextStates = body.outputs.slice(0, states);
  const stacked = body.outputs.slice(states);

  const sums = leaves.captures.flatMap((leaf, i) => (needs[i] && isFloat(leaf) ? [{ leaf, position: i, sum: bodyLeaf(`sum of gradients ${i}`, leaf) }] : []));
  const stateGradients = leaves.states.flatMap((leaf, i) => (isFloat(leaf) ? [{ leaf, position: i, gradient: bodyLeaf(`gradient of state ${i}`, leaf) }] : []));
  const outputGradients = stacked.flatMap((output, i) => {
    const whole = gradients[states + i];
    return whole === null || whole === undefined || !isFloat(output) ? [] : [{ output, whole, slice: bodyLeaf(`gradient of output ${i}`, output) }];
  });
  const scanned = leaves.xs.flatMap((leaf, i) => (needs[attributes.captures + states + i] && isFloat(leaf) ? [{ leaf, position: i }] : []));

  const seeds = [...stateGradients.map(({ position, gradient }) => [nextStates[position] as Tensor, gradient] as const), ...outputGradients.map(({ output, slice }) => [output, slice] as const)];
  const found = backward(seeds, [...sums, ...stateGradients, ...scanned].map(({ leaf }) => leaf));
  const gradientOf = (leaf: Tensor): Tensor => found.get(leaf) ?? ops.zerosLike(leaf);

  const carried = [...stateGradients.map(({ gradient }) => gradient), ...sums.map(({ sum }) => sum)];
  const closed = closeOver(
    [...leaves.captures, ...carried, ...leaves.states, ...leaves.xs, ...outputGradients.map(({ slice }) => slice)],
    [
      ...stateGradients.map(({ leaf }) => gradientOf(leaf)),
      ...sums.map(({ leaf, sum }) => (found.has(leaf) ? ops.add(sum, found.get(leaf) as Tensor) : sum)),
      ...scanned.map(({ leaf }) => gradientOf(leaf)),
      ...carried,
    ],
  );
  const results = apply(
    scan,
    [
      ...closed.captures,
      ...given.captures,
      ...stateGradients.map(({ leaf, position }) => gradients[position] ?? ops.zerosLike(leaf)),
      ...sums.map(({ leaf }) => ops.zerosLike(leaf)),
      ...outputs.slice(outputs.length - states),
      ...given.xs,
      ...outputGradients.map(({ whole }) => whole),
    ],
    { body: closed.body, captures: closed.captures.length + attributes.captures, states: carried.length, length, reverse: !reverse, saved: true },
  );

  const all = new Array<Tensor | null>(inputs.length).fill(null);
  stateGradients.forEach(({ position }, i) => (all[attributes.captures + position] = results[i] as Tensor));
  sums.forEach(({ position }, i) => (all[position] = results[stateGradients.length + i] as Tensor));
  scanned.forEach(({ position }, i) => (all[attributes.captures + states + position] = results[carried.length + i] as Tensor));
  return all;
}

function lower({ emitter, inputs, outputs, attributes }: LowerContext<ScanAttributes>): void {
  const { body, states, reverse } = attributes;
  const given = roles(inputs, attributes);
  const leaves = roles(body.inputs, attributes);
  const inner = emitter.subgraph();
  const names = new Map<Tensor, string>();
  // A body sees the names around it: captured tensors need not be handed in.
  leaves.captures.forEach((leaf, i) => names.set(leaf, given.captures[i] as string));
  const declare = (tensor: Tensor, name: string): ValueInfo => ({ name, dtype: tensor.dtype, shape: tensor.shape });
  const bodyInputs = [...leaves.states, ...leaves.xs].map((leaf, i) => {
    const name = emitter.fresh(i < states ? "scan/state" : "scan/slice");
    names.set(leaf, name);
    return declare(leaf, name);
  });
  // As in the graph around it, a computed value is written straight into its output.
  const copies: (readonly [Tensor, string])[] = [];
  const bodyOutputs = body.outputs.map((tensor, i) => {
    const name = emitter.fresh(i < states ? "scan/next" : "scan/output");
    if (names.has(tensor)) copies.push([tensor, name]);
    else names.set(tensor, name);
    return declare(tensor, name);
  });
  lowerNodes(body, inner, names);
  for (const [tensor, name] of copies) inner.emit("Identity", [nameOf(tensor, names)], [name]);
  const direction = Number(reverse);
  emitter.emit("Scan", [...given.states, ...given.xs], outputs, {
    body: { name: emitter.fresh("step"), nodes: inner.nodes, inputs: bodyInputs, outputs: bodyOutputs, initializers: [] },
    num_scan_inputs: given.xs.length,
    scan_input_directions: given.xs.map(() => direction),
    scan_output_directions: outputs.slice(states).map(() => direction),
  });
}

/** h' = tanh(w h + x), stacked h'; then without a nonlinearity, in the other direction. */
function samples(): readonly Sample<ScanAttributes>[] {
  return [false, true].map((reverse) => {
    const [w, h, x] = ["w", "h", "x"].map((name) => bodyLeaf(name, { shape: [2], dtype: "float32" })) as [Tensor, Tensor, Tensor];
    const sum = applyOne(add, [applyOne(mul, [w, h], NO_ATTRIBUTES), x], NO_ATTRIBUTES);
    const next = reverse ? sum : applyOne(tanh, [sum], NO_ATTRIBUTES);
    return { inputs: [ramp([2], [0.7, -0.4]), ramp([2], [0.2, 0.9]), ramp([3, 2])], attributes: { body: closeGraph([w, h, x], [next, next, h]), captures: 1, states: 1, length: 3, reverse, saved: true } };
  });
}

export const scan = definePrimitive<ScanAttributes>({
  name: "scan",
  infer,
  vjp,
  lower,
  flops: (_inputs, _outputs, { body, length }) => length * body.nodes.reduce((total, node) => total + node.primitive.flops(node.inputs, node.outputs, node.attributes), 0),
  body: ({ body, length, reverse }) => ({ graph: body, times: length, reverse }),
  withBody: (attributes, body) => ({ ...attributes, body }),
  samples,
});

export const SCAN = [scan] as const;
