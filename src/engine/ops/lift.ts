/** Numbers and host arrays as operands. */
import { DTYPES, holds } from "../dtype.ts";
import type { DType } from "../dtype.ts";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { constant, full as fullPrimitive } from "../primitives/layout.ts";
import { sameShape, showShape } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { applyOne, Tensor } from "../tensor.ts";

/** What arithmetic accepts: a tensor, or a number taken in the type of the other operand. */
export type Operand = Tensor | number;

/** A literal array in the graph. Numbers may be nested: `tensor([[1, 2], [3, 4]])` is float32 [2, 2]. */
export function tensor(value: HostArray | number | NestedNumbers, dtype: DType = "float32"): Tensor {
  if (isHostArray(value)) return applyOne(constant, [], { array: value });
  const shape = extentsOf(value);
  const given = (typeof value === "number" ? [value] : (value as readonly unknown[]).flat(Infinity)) as number[];
  const flat = dtype === "bool" ? given.map((number) => Number(number !== 0)) : given;
  const data = dtype === "int64" ? BigInt64Array.from(flat, BigInt) : DTYPES[dtype].Array.from(flat as unknown as ArrayLike<never>);
  return applyOne(constant, [], { array: hostArray(data, shape, dtype) });
}

export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** Extents of nested numbers. Throws when they do not form a box. */
function extentsOf(value: number | NestedNumbers): number[] {
  if (typeof value === "number") return [];
  if (value.every((item) => typeof item === "number")) return [value.length];
  const inner = (value as readonly (number | NestedNumbers)[]).map(extentsOf);
  const [first] = inner as [number[], ...number[][]];
  const other = inner.find((extents) => !sameShape(extents, first));
  if (other !== undefined) throw new RangeError(`tensor: rows differ in length: one is ${showShape(first)}, another one ${showShape(other)}`);
  return [value.length, ...first];
}

/** One value everywhere. */
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor => applyOne(fullPrimitive, [], { shape, value, dtype });
export const zeros = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 0, dtype);
export const ones = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 1, dtype);
export const zerosLike = (x: Tensor): Tensor => full(x.shape, 0, x.dtype);

/** Both operands as tensors; a number takes the other's type. Throws when both are numbers. */
export function pair(where: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (a instanceof Tensor) return [a, b instanceof Tensor ? b : lifted(where, b, a.dtype)];
  if (b instanceof Tensor) return [lifted(where, a, b.dtype), b];
  throw new TypeError(`${where}: at least one operand must be a tensor, got ${a} and ${b}`);
}

function lifted(where: string, value: unknown, dtype: DType): Tensor {
  if (typeof value !== "number") throw new TypeError(`${where}: expected a tensor or a number as operand, got ${value === null ? "null" : typeof value}`);
  if (!holds(dtype, value)) throw new TypeError(`${where}: ${value} is not a value of type ${dtype}; convert the other operand with cast`);
  return full([], value, dtype);
}

/** Whole numbers 0..n-1 as int32. */
export const arange = (n: number): Tensor => tensor(hostArray(Int32Array.from({ length: n }, (_, i) => i), [n]));

function isHostArray(value: HostArray | number | NestedNumbers): value is HostArray {
  return typeof value === "object" && "data" in value;
}
