/** Numbers and host arrays as operands. */
import { DTYPES } from "../dtype.ts";
import type { DType } from "../dtype.ts";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { constant, full as fullPrimitive } from "../primitives/layout.ts";
import type { Shape } from "../shape.ts";
import { applyOne, Tensor } from "../tensor.ts";

/** What arithmetic accepts: a tensor, or a number taken in the type of the other operand. */
export type Operand = Tensor | number;

/** A literal array in the graph. Numbers may be nested: `tensor([[1, 2], [3, 4]])` is float32 [2, 2]. */
export function tensor(value: HostArray | number | NestedNumbers, dtype: DType = "float32"): Tensor {
  if (isHostArray(value)) return applyOne(constant, [], { array: value });
  const shape: number[] = [];
  let level: number | NestedNumbers = value;
  while (typeof level !== "number") {
    shape.push(level.length);
    level = level[0] ?? 0;
  }
  const flat = (typeof value === "number" ? [value] : (value as readonly unknown[]).flat(Infinity)) as number[];
  const data = dtype === "int64" ? BigInt64Array.from(flat, BigInt) : DTYPES[dtype].Array.from(flat as unknown as ArrayLike<never>);
  return applyOne(constant, [], { array: hostArray(data, shape, dtype) });
}

export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** One value everywhere. */
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor => applyOne(fullPrimitive, [], { shape, value, dtype });
export const zeros = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 0, dtype);
export const ones = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 1, dtype);
export const zerosLike = (x: Tensor): Tensor => full(x.shape, 0, x.dtype);

/** Both operands as tensors; a number takes the other's type. Throws when both are numbers. */
export function pair(where: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (a instanceof Tensor) return [a, b instanceof Tensor ? b : full([], b, a.dtype)];
  if (b instanceof Tensor) return [full([], a, b.dtype), b];
  throw new TypeError(`${where}: at least one operand must be a tensor, got ${a} and ${b}`);
}

/** Whole numbers 0..n-1 as int32. */
export const arange = (n: number): Tensor => tensor(hostArray(Int32Array.from({ length: n }, (_, i) => i), [n]));

function isHostArray(value: HostArray | number | NestedNumbers): value is HostArray {
  return typeof value === "object" && "data" in value;
}
