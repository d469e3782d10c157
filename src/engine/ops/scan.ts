/** Recurrences: a step applied along the first axis of its inputs, differentiable through time. */
import { recordDraws } from "../random/draws.ts";
import { bodyLeaf, closeOver, scan as scanPrimitive } from "../primitives/scan.ts";
import { sameShape, showShape } from "../shape.ts";
import { apply, Tensor } from "../tensor.ts";
import type { Aval } from "../tensor.ts";
import { trace } from "../trace.ts";
import { mapTree } from "../tree.ts";
import { where } from "./arithmetic.ts";
import { reshape, select, stack } from "./layout.ts";
import { zeros, zerosLike } from "./lift.ts";

/** Trees below are tensors, or arrays and plain objects of tensors. */
export interface Step<S, Y> {
  readonly state: S;
  /** Stacked along a new first axis. */
  readonly output: Y;
}

export interface ScanOptions {
  /** From the last slice to the first; outputs keep the positions of their slices. Default false. */
  readonly reverse?: boolean;
  /**
   * bool [length, ...leading axes of every state and output], such as [length, batch]: where false the state stays as
   * it was and the output is zero.
   */
  readonly mask?: Tensor;
  /** Number of steps, needed only where `xs` has no tensor. */
  readonly length?: number;
  /** Whether to write the steps out one after another instead of emitting a loop. Default: below 16 steps. */
  readonly unroll?: boolean;
}

const UNROLLED_BELOW = 16;

const mapTensors = <T>(tree: T, map: (tensor: Tensor, path: string) => Tensor): T => mapTree(tree, "", (leaf, path) => (leaf instanceof Tensor ? map(leaf, path) : leaf)) as T;

/** Tensors of a tree by their paths, in order. */
function byPath(tree: unknown): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapTensors(tree, (tensor, path) => {
    found.set(path, tensor);
    return tensor;
  });
  return found;
}

const tensorsOf = (tree: unknown): Tensor[] => [...byPath(tree).values()];
const sliceOf = ({ shape, dtype }: Aval): Aval => ({ shape: shape.slice(1), dtype });

function lengthOf(xs: unknown, { length }: ScanOptions): number {
  const lengths = [...byPath(xs)].map(([path, x]) => [path || "xs", x.shape[0]] as const);
  const expected = length ?? lengths[0]?.[1];
  if (expected === undefined || !Number.isInteger(expected) || expected < 1) throw new RangeError(`scan: expected tensors with a first axis of one or more to walk along, or {length}; got ${lengths.length === 0 ? "no tensor" : (lengths[0] as readonly [string, unknown])[0]} and length ${String(length)}`);
  const other = lengths.find(([, extent]) => extent !== expected);
  if (other !== undefined) throw new RangeError(`scan: ${other[0]} has ${String(other[1])} along its first axis, expected ${expected}`);
  return expected;
}

/** The new state in the structure of the old one; throws when a tensor is missing, added, or of another type. */
function sameTypes<S>(before: S, after: S): S {
  const old = byPath(before);
  const found = byPath(after);
  const extra = [...found.keys()].find((path) => !old.has(path));
  if (extra !== undefined) throw new TypeError(`scan: the step returns ${extra || "a tensor"} in its state, which the initial state [${[...old.keys()].join(", ")}] does not have`);
  return mapTensors(before, (tensor, path) => {
    const next = found.get(path);
    const where = path === "" ? "the state" : `state ${path.replace(/^\./, "")}`;
    if (next === undefined) throw new TypeError(`scan: the step does not return ${where}`);
    if (next.dtype !== tensor.dtype || !sameShape(next.shape, tensor.shape)) throw new RangeError(`scan: ${where} is ${tensor.dtype}${showShape(tensor.shape)} before the step and ${next.dtype}${showShape(next.shape)} after it; a step must keep the type of its state`);
    return next;
  });
}

/** `a` where the mask holds, `b` elsewhere; the mask covers the leading axes. */
function keepWhere(mask: Tensor, a: Tensor, b: Tensor): Tensor {
  if (!sameShape(a.shape.slice(0, mask.rank), mask.shape)) throw new RangeError(`scan: the mask of one step ${showShape(mask.shape)} must equal the leading axes of every state and output, got ${showShape(a.shape)}`);
  return where(reshape(mask, [...mask.shape, ...a.shape.slice(mask.rank).map(() => 1)]), a, b);
}

function keepState<S>(mask: Tensor, after: S, before: S): S {
  const old = byPath(before);
  return mapTensors(after, (tensor, path) => keepWhere(mask, tensor, old.get(path) as Tensor));
}

/**
 * `state = step(state, xs[t])` for each t along the first axis of the tensors in `xs`; returns the last state and all
 * outputs stacked. The step may use any tensor around it; gradients reach those, the initial state and `xs`. States
 * before each step are kept for the derivative, everything else is computed again.
 *
 * The step is traced once when it becomes a loop and once a step when it is unrolled: it must be a pure function, with
 * random numbers drawn before and passed in `xs`. Throws when it assigns parameters, draws random numbers, or changes
 * the type of its state.
 */
export function scan<S, X, Y>(step: (state: S, x: X) => Step<S, Y>, initial: S, xs: X, options: ScanOptions = {}): { readonly state: S; readonly outputs: Y } {
  const length = lengthOf(xs, options);
  const pure = (state: S, x: X): Step<S, Y> => {
    const { result: { result, assignments }, starts } = recordDraws(() => trace(() => step(state, x)));
    if (starts.size > 0) throw new Error("scan: the step draws random numbers, which a loop would repeat at every step; draw them for all steps before the scan and pass them in xs");
    if (assignments.size > 0) throw new Error(`scan: the step assigns ${[...assignments.keys()].map((p) => p.label).join(", ")}; return the value as state and assign after the scan`);
    return { state: sameTypes(state, result.state), output: result.output };
  };
  const { mask } = options;
  if (mask === undefined) return run(pure, initial, xs, length, options);
  if (mask.dtype !== "bool" || mask.rank < 1 || mask.dim(0) !== length) throw new RangeError(`scan: the mask must be bool with ${length} along its first axis, got ${mask.dtype}${showShape(mask.shape)}`);
  const masked = (state: S, { x, visible }: { readonly x: X; readonly visible: Tensor }): Step<S, Y> => {
    const next = pure(state, x);
    return { state: keepState(visible, next.state, state), output: mapTensors(next.output, (output) => keepWhere(visible, output, zerosLike(output))) };
  };
  return run(masked, initial, { x: xs, visible: mask }, length, options);
}

function run<S, X, Y>(step: (state: S, x: X) => Step<S, Y>, initial: S, xs: X, length: number, { reverse = false, unroll = length < UNROLLED_BELOW }: ScanOptions): { readonly state: S; readonly outputs: Y } {
  return unroll ? unrolled(step, initial, xs, length, reverse) : looped(step, initial, xs, length, reverse);
}

function unrolled<S, X, Y>(step: (state: S, x: X) => Step<S, Y>, initial: S, xs: X, length: number, reverse: boolean): { readonly state: S; readonly outputs: Y } {
  let state = initial;
  const columns: Tensor[][] = [];
  let outputs: Y | undefined;
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const next = step(state, mapTensors(xs, (x) => select(x, 0, t)));
    state = next.state;
    outputs = next.output;
    tensorsOf(next.output).forEach((output, k) => (columns[k] ??= []).push(output));
  }
  let k = 0;
  return {
    state,
    outputs: mapTensors(outputs as Y, () => {
      const column = columns[k++] as Tensor[];
      return stack(reverse ? column.reverse() : column);
    }),
  };
}

function looped<S, X, Y>(step: (state: S, x: X) => Step<S, Y>, initial: S, xs: X, length: number, reverse: boolean): { readonly state: S; readonly outputs: Y } {
  const leaves: Tensor[] = [];
  const leaf = (aval: Aval, name: string): Tensor => {
    leaves.push(bodyLeaf(name, aval));
    return leaves.at(-1) as Tensor;
  };
  const state = mapTensors(initial, (tensor, path) => leaf(tensor, `state${path}`));
  const states = [...leaves];
  const slices = mapTensors(xs, (tensor, path) => leaf(sliceOf(tensor), `slice${path}`));
  // A loop needs something to walk along.
  const walked = tensorsOf(xs);
  if (walked.length === 0) {
    walked.push(zeros([length]));
    leaf(sliceOf(walked[0] as Tensor), "counter");
  }
  const next = step(state, slices);
  const outputs = tensorsOf(next.output);
  const { body, captures } = closeOver(leaves, [...tensorsOf(next.state), ...outputs, ...states]);
  const results = apply(scanPrimitive, [...captures, ...tensorsOf(initial), ...walked], { body, captures: captures.length, states: states.length, length, reverse, saved: true });
  let k = 0;
  const take = (): Tensor => results[k++] as Tensor;
  return { state: mapTensors(next.state, take), outputs: mapTensors(next.output, take) };
}
