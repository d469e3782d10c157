/**
 * The traced program: tensors are outputs of nodes, nodes apply primitives to tensors. Nothing is computed here.
 *
 * A node is made after its inputs, so ordering nodes by id is a topological order.
 */
import type { DType } from "./dtype.ts";
import { showShape } from "./shape.ts";
import type { Shape } from "./shape.ts";
import type { Primitive } from "./primitive.ts";
import { currentScope, currentSource } from "./scope.ts";

/** Abstract value: what is known of a tensor before it is computed. */
export interface Aval {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One application of a primitive. */
export interface Node<A = unknown> {
  readonly id: number;
  readonly primitive: Primitive<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
  /** Module path in force when the node was traced, such as `encoder.blocks.3.attention`. */
  readonly scope: string;
  /** `file:line` that traced the node; only in debug mode. */
  readonly source: string | undefined;
}

let nextId = 0;

/** Symbolic, immutable array of static shape. Arithmetic methods are attached in `tensor-methods.ts`. */
export class Tensor {
  readonly node: Node;
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(node: Node, index: number, aval: Aval) {
    this.node = node;
    this.index = index;
    this.shape = aval.shape;
    this.dtype = aval.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, extent) => product * extent, 1);
  }

  /** Extent of one axis, which may be counted from the end. */
  dim(axis: number): number {
    const extent = this.shape.at(axis);
    if (extent === undefined) throw new RangeError(`dim: axis ${axis} is outside shape ${showShape(this.shape)}`);
    return extent;
  }

  toString(): string {
    return `Tensor(${this.dtype}${showShape(this.shape)} by ${this.node.primitive.name})`;
  }
}

/** Applies a primitive: checks the inputs by its shape rule and returns the output tensors. */
export function apply<A>(primitive: Primitive<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  return makeNode(primitive, inputs, attributes, primitive.infer(inputs, attributes), currentScope(), currentSource()).outputs;
}

/** Applies a primitive with one output. */
export function applyOne<A>(primitive: Primitive<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return apply(primitive, inputs, attributes)[0] as Tensor;
}

/** Builds a node without running its shape rule: for passes, which keep types. */
export function makeNode<A>(primitive: Primitive<A>, inputs: readonly Tensor[], attributes: A, avals: readonly Aval[], scope: string, source: string | undefined): Node<A> {
  const outputs: Tensor[] = [];
  const node: Node<A> = { id: nextId++, primitive, inputs, attributes, outputs, scope, source };
  avals.forEach((aval, index) => outputs.push(new Tensor(node as Node, index, aval)));
  return node;
}

/** Whether a node applies a given primitive; narrows its attributes. */
export const isNodeOf = <A>(node: Node, primitive: Primitive<A>): node is Node<A> => (node.primitive as unknown) === primitive;
