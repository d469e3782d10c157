/**
 * What the engine must know of a primitive operation, all in one record, so that a derivative can be read beside its
 * forward rule. Leaving out a field, the derivative for one, does not compile.
 */
import type { HostArray } from "./host-array.ts";
import type { Graph } from "./graph.ts";
import type { Emitter } from "./onnx/emitter.ts";
import type * as Ops from "./ops/index.ts";
import type { Aval, Node, Tensor } from "./tensor.ts";

/** The user-level operations, handed to derivatives so that primitives need not import what is built on them. */
export type OpSet = typeof Ops;

/**
 * Reverse-mode derivative: from the gradients of the outputs (null where nothing flows) to the gradients of the inputs
 * (null where none is needed or defined). Written with differentiable operations, so it can be differentiated again.
 */
export type Vjp<A> = {
  // A method type, so that a Primitive<A> can stand in a table of Primitive<unknown>.
  rule(context: VjpContext<A>): readonly (Tensor | null)[];
}["rule"];

export interface VjpContext<A> {
  readonly ops: OpSet;
  /** Gradients of targets for given gradients of other tensors: for primitives that contain a graph. */
  readonly backward: (seeds: readonly (readonly [Tensor, Tensor])[], targets: readonly Tensor[]) => ReadonlyMap<Tensor, Tensor>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
  /** Gradients of the outputs; at least one is not null. */
  readonly gradients: readonly (Tensor | null)[];
  /** Gradient of the first output, zeros if only others carry one. */
  readonly gradient: Tensor;
  /** Whether input i leads to a differentiation target: skip work for those that do not. */
  readonly needs: readonly boolean[];
}

export interface LowerContext<A> {
  readonly emitter: Emitter;
  readonly node: Node<A>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: A;
}

/** One test case of a primitive: concrete inputs and attributes. */
export interface Sample<A> {
  readonly inputs: readonly HostArray[];
  readonly attributes: A;
  /** Inputs whose gradient is checked by finite differences; default all float32 inputs. */
  readonly checkGradient?: readonly number[];
}

export interface Primitive<A> {
  readonly name: string;
  /** Shape rule: output types from input types; throws a readable error when they do not fit. */
  infer(inputs: readonly Aval[], attributes: A): readonly Aval[];
  /** Derivative, or the reason why there is none. */
  readonly vjp: Vjp<A> | "integer output" | "zero almost everywhere" | "leaf";
  /** Emits ONNX nodes computing `outputs` from `inputs`. `emitter.fast` allows operators of the com.microsoft domain. */
  lower(context: LowerContext<A>): void;
  /** Floating-point operations, a multiply-add being two; zero for data movement. */
  flops(inputs: readonly Aval[], outputs: readonly Aval[], attributes: A): number;
  /** Element function on numbers, for constant folding and as reference; only for elementwise primitives. */
  readonly evaluate?: (...values: number[]) => number;
  /** The graph inside, for primitives that have one, how often it runs, and whether from the last slice to the first: passes, costs and debug mode descend into it. */
  body?(attributes: A): { readonly graph: Graph; readonly times: number; readonly reverse: boolean };
  /** The attributes with another graph inside. Outputs it has beyond those of the old one become outputs of the node, stacked along a new first axis. */
  withBody?(attributes: A, graph: Graph): A;
  /** Cases for the shape, value, gradient and lowering tests. */
  samples(): readonly Sample<A>[];
}

/** Declares a primitive; exists so that attribute types are inferred and every field is required. */
export const definePrimitive = <A>(primitive: Primitive<A>): Primitive<A> => primitive;

/** Attributes of primitives that have none. */
export type NoAttributes = Readonly<Record<string, never>>;
export const NO_ATTRIBUTES: NoAttributes = Object.freeze({});
