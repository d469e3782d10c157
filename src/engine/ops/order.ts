/** Ranking and sorting along an axis, and reversal of padded sequences. */
import * as order from "../primitives/order.ts";
import { normalizeAxis } from "../shape.ts";
import { apply, applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Elements of an axis in order: their values and, int32, where they stood. */
export interface Ranked {
  readonly values: Tensor;
  readonly indices: Tensor;
}

export interface SortOptions {
  /** From the largest down; default false. */
  readonly descending?: boolean;
}

/**
 * The k largest elements along an axis, largest first, equal ones by lower position; with `largest: false` the k
 * smallest, smallest first. Gradients flow through the values only.
 */
export function topK(x: Tensor, k: number, axis = -1, { largest = true }: { readonly largest?: boolean } = {}): Ranked {
  const [values, indices] = apply(order.topK, [x], { k, axis: normalizeAxis("topK", axis, x.rank), largest }) as readonly [Tensor, Tensor];
  return { values, indices };
}

const ranked = (x: Tensor, axis: number, { descending = false }: SortOptions = {}): Ranked => topK(x, x.dim(axis), axis, { largest: descending });

/** Values in order along an axis, smallest first by default. */
export const sort = (x: Tensor, axis = -1, options?: SortOptions): Tensor => ranked(x, axis, options).values;

/** Positions, int32, that put an axis in order; equal elements keep their order in both directions. */
export const argSort = (x: Tensor, axis = -1, options?: SortOptions): Tensor => ranked(x, axis, options).indices;

/** Reverses the first lengths[b] (1 or more, int32) steps of each sequence of x [batch, time, ...]; padding stays last. */
export const reverseSequence = (x: Tensor, lengths: Tensor): Tensor => applyOne(order.reverseSequence, [x, lengths], {});
