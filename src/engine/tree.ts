/** Nested arguments and results: plain objects and arrays whose leaves are tensors or host values. */
import type { HostArray } from "./host-array.ts";
import { Tensor } from "./tensor.ts";

/** What a traced function takes in place of T when it is called with host values. */
export type Hosted<T> = T extends Tensor ? HostArray | number : T extends readonly unknown[] ? { [K in keyof T]: Hosted<T[K]> } : T extends object ? { [K in keyof T]: Hosted<T[K]> } : T;

/** What a compiled call resolves to where the traced function returned T. */
export type Computed<T> = T extends Tensor ? HostResult : T extends readonly unknown[] ? { [K in keyof T]: Computed<T[K]> } : T extends object ? { [K in keyof T]: Computed<T[K]> } : T;

/** A computed array; `item()` is its value as a number when it has one element. */
export interface HostResult extends HostArray {
  item(): number;
}

export function hostResult(array: HostArray): HostResult {
  return {
    ...array,
    item() {
      if (array.data.length !== 1) throw new RangeError(`item: expected one element, the array has shape [${array.shape.join(", ")}]`);
      return Number(array.data[0]);
    },
  };
}

export const isHostArray = (value: unknown): value is HostArray => typeof value === "object" && value !== null && "data" in value && "shape" in value && ArrayBuffer.isView((value as HostArray).data);

/** Rebuilds a tree with every leaf mapped; `path` is the way to the leaf, such as `batch.images`. */
export function mapTree(value: unknown, path: string, leaf: (value: unknown, path: string) => unknown): unknown {
  if (value instanceof Tensor || isHostArray(value) || typeof value !== "object" || value === null) return leaf(value, path);
  if (Array.isArray(value)) return value.map((item, i) => mapTree(item, `${path}.${i}`, leaf));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return leaf(value, path);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTree(item, path === "" ? key : `${path}.${key}`, leaf)]));
}
