/** Moving data: reshape, transpose, slicing, joining, padding. */
import * as layout from "../primitives/layout.ts";
import { normalizeAxis, sameShape, showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { arange, zeros } from "./lift.ts";

/** New shape over the same elements in order; one extent may be -1 and is worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  let target = [...shape];
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, i) => i !== open));
    if (shape.indexOf(-1, open + 1) >= 0 || rest === 0 || x.size % rest !== 0) throw new RangeError(`reshape: ${showShape(x.shape)} does not fit ${showShape(shape)}`);
    target = shape.map((extent, i) => (i === open ? x.size / rest : extent));
  }
  return sameShape(target, x.shape) ? x : applyOne(layout.reshape, [x], { shape: target });
}

/** Permutes axes; without a permutation the last two are swapped. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation?.map((axis) => normalizeAxis("transpose", axis, x.rank)) ?? [...Array.from({ length: x.rank - 2 }, (_, i) => i), x.rank - 1, x.rank - 2];
  return order.every((axis, i) => axis === i) ? x : applyOne(layout.transpose, [x], { permutation: order });
}

export const expand = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : applyOne(layout.expand, [x], { shape: [...shape] }));

/** Inserts an axis of extent 1. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis("unsqueeze", axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Drops one axis of extent 1, or all of them. */
export function squeeze(x: Tensor, axis?: number): Tensor {
  if (axis === undefined) return reshape(x, x.shape.filter((extent) => extent !== 1));
  const at = normalizeAxis("squeeze", axis, x.rank);
  if (x.shape[at] !== 1) throw new RangeError(`squeeze: axis ${axis} of ${showShape(x.shape)} is not 1`);
  return reshape(x, x.shape.filter((_, i) => i !== at));
}

/** Joins axes `from` to `to` into one. */
export function flatten(x: Tensor, from = 0, to = -1): Tensor {
  const first = normalizeAxis("flatten", from, x.rank);
  const last = normalizeAxis("flatten", to, x.rank);
  return reshape(x, [...x.shape.slice(0, first), sizeOf(x.shape.slice(first, last + 1)), ...x.shape.slice(last + 1)]);
}

/** Range along one axis: [start, stop] or [start, stop, step]; open ends are undefined; null or undefined takes all. */
export type Range = readonly [start?: number | undefined, stop?: number | undefined, step?: number] | null | undefined;

/** Python-like slicing of the leading axes: `slice(x, [[1, -1], null, [undefined, undefined, -1]])`. */
export function slice(x: Tensor, ranges: readonly Range[]): Tensor {
  if (ranges.length > x.rank) throw new RangeError(`slice: ${ranges.length} ranges for a tensor of rank ${x.rank}`);
  const parts = x.shape.map((extent, axis) => resolveRange(ranges[axis], extent, axis));
  const shape = parts.map((part) => part.count);
  if (parts.every((part, axis) => part.start === 0 && part.step === 1 && part.count === x.shape[axis])) return x;
  return applyOne(layout.slice, [x], { starts: parts.map((part) => part.start), steps: parts.map((part) => part.step), shape });
}

function resolveRange(range: Range, extent: number, axis: number): { start: number; step: number; count: number } {
  const [from, to, step = 1] = range ?? [];
  if ([from ?? 0, to ?? 0].some((end) => !Number.isInteger(end))) throw new RangeError(`slice: ends of axis ${axis} must be whole numbers, got ${from} and ${to}`);
  if (!Number.isInteger(step) || step === 0) throw new RangeError(`slice: step of axis ${axis} must be a non-zero integer, got ${step}`);
  const place = (value: number): number => (value < 0 ? value + extent : value);
  const limit = (value: number): number => (step > 0 ? Math.min(Math.max(value, 0), extent) : Math.min(Math.max(value, -1), extent - 1));
  const start = limit(from === undefined ? (step > 0 ? 0 : extent - 1) : place(from));
  const stop = to === undefined ? (step > 0 ? extent : -1) : limit(place(to));
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** Range of one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, stop: number): Tensor {
  const at = normalizeAxis("sliceAxis", axis, x.rank);
  return slice(x, x.shape.map((_, i) => (i === at ? [start, stop] : null)));
}

/** One position of one axis, which disappears. */
export function select(x: Tensor, axis: number, position: number): Tensor {
  const at = normalizeAxis("select", axis, x.rank);
  const place = normalizeAxis(`select: position on axis ${axis}`, position, x.dim(at));
  return reshape(sliceAxis(x, at, place, place + 1), x.shape.filter((_, i) => i !== at));
}

/** Adjoint of a strided slice: the values at their places, zeros elsewhere. */
export function unslice(x: Tensor, shape: Shape, starts: readonly number[], steps: readonly number[]): Tensor {
  let result = x;
  shape.forEach((extent, axis) => {
    const count = x.shape[axis] as number;
    const step = steps[axis] as number;
    const start = starts[axis] as number;
    if (count === extent && step === 1) return;
    if (step < 0) result = flip(result, axis);
    const first = step < 0 ? start + (count - 1) * step : start;
    result = spread(result, axis, Math.abs(step));
    result = padConstant(result, shape.map((_, i) => (i === axis ? [first, extent - first - result.dim(axis)] : [0, 0])));
  });
  return result;
}

/** Puts `step - 1` zeros between neighbours along an axis. */
function spread(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1 || x.dim(axis) <= 1) return x;
  const count = x.dim(axis);
  const columns = reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const wide = padConstant(columns, columns.shape.map((_, i) => (i === axis + 1 ? [0, step - 1] : [0, 0])));
  const flat = reshape(wide, [...x.shape.slice(0, axis), count * step, ...x.shape.slice(axis + 1)]);
  return sliceAxis(flat, axis, 0, (count - 1) * step + 1);
}

/** Reverses an axis. */
export function flip(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis("flip", axis, x.rank);
  return slice(x, x.shape.map((_, i) => (i === at ? [undefined, undefined, -1] : null)));
}

/** Joins along an existing axis. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new RangeError("concat: expected at least one tensor");
  return tensors.length === 1 ? first : applyOne(layout.concat, tensors, { axis: normalizeAxis("concat", axis, first.rank) });
}

/** Joins along a new axis. */
export const stack = (tensors: readonly Tensor[], axis = 0): Tensor => concat(tensors.map((x) => unsqueeze(x, axis)), axis);

/** Cuts an axis into pieces of the given sizes, which must add up to its extent. */
export function split(x: Tensor, sizes: readonly number[], axis = -1): Tensor[] {
  const at = normalizeAxis("split", axis, x.rank);
  if (sizes.some((size) => !Number.isInteger(size) || size < 0)) throw new RangeError(`split: sizes must be whole numbers from 0, got [${sizes.join(", ")}]`);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== x.dim(at)) throw new RangeError(`split: sizes [${sizes.join(", ")}] add up to ${total}, axis ${axis} of ${showShape(x.shape)} has ${x.dim(at)}`);
  let start = 0;
  return sizes.map((size) => sliceAxis(x, at, start, (start += size)));
}

/** Cuts an axis into equal pieces. */
export function chunk(x: Tensor, pieces: number, axis = -1): Tensor[] {
  const extent = x.dim(axis);
  if (extent % pieces !== 0) throw new RangeError(`chunk: axis ${axis} of ${showShape(x.shape)} does not divide into ${pieces} equal pieces`);
  return split(x, new Array<number>(pieces).fill(extent / pieces), axis);
}

/** Surrounds the tensor with a constant; `amounts` gives [before, after] of every axis. */
export function padConstant(x: Tensor, amounts: readonly (readonly [number, number])[], value = 0): Tensor {
  if (amounts.every(([before, after]) => before === 0 && after === 0)) return x;
  return applyOne(layout.pad, [x], { before: amounts.map(([before]) => before), after: amounts.map(([, after]) => after), value });
}

/** Rotates an axis: element i moves to i + shift, wrapping around. */
export function roll(x: Tensor, shift: number, axis: number): Tensor {
  const extent = x.dim(axis);
  const by = ((shift % extent) + extent) % extent;
  return by === 0 ? x : concat([sliceAxis(x, axis, extent - by, extent), sliceAxis(x, axis, 0, extent - by)], axis);
}

/** Moves an axis by `amount` places, filling with zeros instead of wrapping. */
export function shift(x: Tensor, amount: number, axis: number): Tensor {
  const at = normalizeAxis("shift", axis, x.rank);
  const extent = x.dim(at);
  const kept = Math.max(0, extent - Math.abs(amount));
  const hole = zeros(x.shape.map((size, i) => (i === at ? extent - kept : size)), x.dtype);
  return amount >= 0 ? concat([hole, sliceAxis(x, at, 0, kept)], at) : concat([sliceAxis(x, at, extent - kept, extent), hole], at);
}

/** Repeats the whole tensor along each axis. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.rank) throw new RangeError(`tile: ${repeats.length} repeats for a tensor of rank ${x.rank}`);
  const apart = x.shape.flatMap((extent) => [1, extent]);
  const stretched = x.shape.flatMap((extent, i) => [repeats[i] as number, extent]);
  return reshape(expand(reshape(x, apart), stretched), x.shape.map((extent, i) => extent * (repeats[i] as number)));
}

/** Lower (or upper) triangle of ones as a boolean matrix [rows, columns]; `offset` moves the diagonal to the right. */
export const triangle = (rows: number, columns: number, offset = 0): Tensor => unsqueeze(arange(rows), 1).add(offset).greaterEqual(unsqueeze(arange(columns), 0));
