/** Reading and writing by integer position. */
import { hostArray } from "../host-array.ts";
import * as select from "../primitives/index-select.ts";
import { normalizeAxis } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { applyOne, Tensor } from "../tensor.ts";
import { cast, equal } from "./arithmetic.ts";
import { transpose, unsqueeze } from "./layout.ts";
import { arange, tensor } from "./lift.ts";

/** Positions as a tensor of int32 or as a list known now. */
export type Positions = Tensor | readonly number[] | Int32Array;

const positions = (index: Positions): Tensor => (index instanceof Tensor ? index : tensor(hostArray(Int32Array.from(index), [index.length])));

/** Slices by position along one axis, which is replaced by the axes of the index. Positions out of range are an error at run time. */
export const gather = (x: Tensor, index: Positions, axis = 0): Tensor => applyOne(select.gather, [x, positions(index)], { axis: normalizeAxis("gather", axis, x.rank) });

/** Adjoint of gather: zeros of a shape with slices added at their positions. */
export function scatterRows(index: Positions, values: Tensor, shape: Shape, axis = 0): Tensor {
  const at = normalizeAxis("scatterRows", axis, shape.length);
  const rows = positions(index);
  if (at === 0) return applyOne(select.scatterRows, [rows, values], { shape });
  // Bring the indexed axes to the front, add, and put them back.
  const front = Array.from({ length: rows.rank }, (_, i) => at + i);
  const rest = Array.from({ length: values.rank }, (_, i) => i).filter((axisOfValues) => !front.includes(axisOfValues));
  const moved = [shape[at] as number, ...shape.filter((_, i) => i !== at)];
  const added = applyOne(select.scatterRows, [rows, transpose(values, [...front, ...rest])], { shape: moved });
  const back = shape.map((_, i) => (i === at ? 0 : i < at ? i + 1 : i));
  return transpose(added, back);
}

/** Element by element along one axis: `out[i][j] = x[i][index[i][j]]`. */
export const takeAlongAxis = (x: Tensor, index: Tensor, axis = -1): Tensor => applyOne(select.takeAlongAxis, [x, index], { axis: normalizeAxis("takeAlongAxis", axis, x.rank) });

/** `x` with values added at positions along one axis; repeated positions accumulate. */
export const scatterAdd = (x: Tensor, index: Tensor, values: Tensor, axis = -1): Tensor => applyOne(select.scatterAdd, [x, index, values], { axis: normalizeAxis("scatterAdd", axis, x.rank) });

/** `x` with values written at positions along one axis; positions must not repeat. */
export const scatterSet = (x: Tensor, index: Tensor, values: Tensor, axis = -1): Tensor => applyOne(select.scatterSet, [x, index, values], { axis: normalizeAxis("scatterSet", axis, x.rank) });

/** float32 indicator vectors of class ids, in a new last axis of the given extent. */
export const oneHot = (index: Tensor, classes: number): Tensor => cast(equal(unsqueeze(index, -1), cast(arange(classes), index.dtype)), "float32");
