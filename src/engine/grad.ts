/** Reverse-mode differentiation on the trace. Gradients are tensors again, so gradients of gradients work. */
import * as ops from "./ops/index.ts";
import { nodesBehind } from "./graph.ts";
import { barrier, stopGradient as stopGradientPrimitive, withGradient } from "./primitives/structure.ts";
import { Parameter } from "./parameter.ts";
import { recordDraws, replayDraws } from "./random/draws.ts";
import { NO_ATTRIBUTES } from "./primitive.ts";
import { withScope } from "./scope.ts";
import { sameShape, showShape } from "./shape.ts";
import { applyOne } from "./tensor.ts";
import { recompute } from "./trace.ts";
import type { Node, Tensor } from "./tensor.ts";

export interface GradOptions {
  /** What to do for a target the loss does not depend on: refuse, naming it, or return zeros. Default "error". */
  readonly unused?: "error" | "zero";
}

/**
 * Gradients of a scalar with respect to tensors, in their order.
 * Throws when the loss is not a float32 scalar, and, unless `unused` is "zero", when a target does not influence it.
 */
export function grad(loss: Tensor, targets: readonly Tensor[], { unused = "error" }: GradOptions = {}): Tensor[] {
  if (loss.size !== 1 || loss.dtype !== "float32") throw new RangeError(`grad: the loss must be a float32 scalar, got ${loss.dtype}${showShape(loss.shape)}; reduce it with mean() or sum()`);
  const gradients = backward(loss, ops.ones(loss.shape), targets);
  const missing = targets.filter((target) => !gradients.has(target));
  if (missing.length > 0 && unused === "error") {
    const names = missing.map((target) => (target instanceof Parameter ? target.label : String(target)));
    throw new Error(`grad: the loss does not depend on ${missing.length} of ${targets.length} targets: ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", ..." : ""}; leave them out, or pass {unused: "zero"}`);
  }
  return targets.map((target) => gradients.get(target) ?? ops.zerosLike(target));
}

/** Vector-Jacobian product: gradients of the targets for a given gradient of y. Targets y does not depend on are absent. */
export const backward = (y: Tensor, seed: Tensor, targets: readonly Tensor[]): Map<Tensor, Tensor> => backwardFrom([[y, seed]], targets);

/** The same for several tensors, each with its gradient. With `partial`, no gradient flows on through a target to another one. */
function backwardFrom(seeds: readonly (readonly [Tensor, Tensor])[], targets: readonly Tensor[], { partial = false }: { readonly partial?: boolean } = {}): Map<Tensor, Tensor> {
  const wanted = new Set(targets);
  const reached = nodesReached(seeds.map(([y]) => y), wanted, partial);
  const gradients = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, gradient: Tensor): void => {
    const sofar = gradients.get(tensor);
    gradients.set(tensor, sofar === undefined ? gradient : ops.add(sofar, gradient));
  };
  for (const [y, seed] of seeds) accumulate(y, seed);
  for (const node of [...reached].reverse()) {
    const upstream = node.outputs.map((output) => gradients.get(output) ?? null);
    if (upstream.every((gradient) => gradient === null)) continue;
    for (const [input, gradient] of inputGradients(node, upstream, (input) => wanted.has(input) || reached.has(input.node))) accumulate(input, gradient);
  }
  return new Map(targets.flatMap((target) => (gradients.has(target) ? [[target, gradients.get(target) as Tensor]] : [])));
}

/** Nodes on a path from a target to one of ys, in topological order. Iterative: graphs are deep. */
function nodesReached(ys: readonly Tensor[], wanted: ReadonlySet<Tensor>, partial: boolean): Set<Node> {
  const reached = new Set<Node>();
  for (const node of nodesBehind(ys)) {
    const open = typeof node.primitive.vjp === "function" && !(partial && node.outputs.some((output) => wanted.has(output)));
    if (open && node.inputs.some((input) => wanted.has(input) || reached.has(input.node))) reached.add(node);
  }
  return reached;
}

function inputGradients(node: Node, upstream: readonly (Tensor | null)[], isNeeded: (input: Tensor) => boolean): [Tensor, Tensor][] {
  const { vjp, name } = node.primitive;
  if (typeof vjp !== "function") return [];
  const needs = node.inputs.map(isNeeded);
  const first = node.outputs[0] as Tensor;
  const results = withScope(node.scope, () =>
    vjp({ ops, backward: (seeds, targets) => backwardFrom(seeds, targets), inputs: node.inputs, outputs: node.outputs, attributes: node.attributes, gradients: upstream, gradient: upstream[0] ?? ops.zerosLike(first), needs }),
  );
  return node.inputs.flatMap((input, i): [Tensor, Tensor][] => {
    const gradient = results[i];
    if (gradient === null || gradient === undefined || !needs[i] || input.dtype !== "float32") return [];
    if (!sameShape(gradient.shape, input.shape)) throw new Error(`internal: derivative of ${name} returned ${showShape(gradient.shape)} for an input of shape ${showShape(input.shape)}`);
    return [[input, gradient]];
  });
}

/** The value, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor => applyOne(stopGradientPrimitive, [x], NO_ATTRIBUTES);

/** Forward value of `hard`, gradient of `soft` (straight-through estimator, arXiv 1308.3432). */
export const straightThrough = (hard: Tensor, soft: Tensor): Tensor => customGradient(stopGradient(hard), [soft], (gradient) => [gradient]);

/** `y` with its gradient replaced: `rule` maps the gradient of y to gradients of `inputs` (null for none). */
export const customGradient = (y: Tensor, inputs: readonly Tensor[], rule: (gradient: Tensor) => readonly (Tensor | null)[]): Tensor => applyOne(withGradient, [y, ...inputs], { rule });

/**
 * Runs `fn` now and again in the backward pass instead of keeping its intermediate values: memory for arithmetic.
 * Random draws inside are the same both times, and parameters are assigned once.
 * `parameters` lists the tensors used inside, beside the inputs, that need gradients.
 */
export function checkpoint(fn: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], parameters: readonly Tensor[] = []): Tensor {
  const { result, starts } = recordDraws(() => fn(...inputs));
  return customGradient(stopGradient(result), [...inputs, ...parameters], (gradient) => {
    const token = ops.reshape(ops.sliceAxis(ops.reshape(gradient, [gradient.size]), 0, 0, 1), []);
    const again = inputs.map((input) => (input.dtype === "float32" ? applyOne(barrier, [input, token], NO_ATTRIBUTES) : input));
    const targets = [...again, ...parameters];
    // The caller carries gradients on from here: a target made from another one must not do it a second time.
    const gradients = backwardFrom([[recompute(() => replayDraws(starts, () => fn(...again))), gradient]], targets, { partial: true });
    return targets.map((target) => gradients.get(target) ?? null);
  });
}
