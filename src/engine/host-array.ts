/** A dense array on the host: what goes into a compiled function and what comes out. Row-major. */
import { DTYPES, dtypeOf } from "./dtype.ts";
import type { DType, TypedArray } from "./dtype.ts";

export interface HostArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Wraps a typed array. Throws if the shape does not hold exactly its elements. */
export function hostArray(data: TypedArray, shape: readonly number[], dtype: DType = dtypeOf(data)): HostArray {
  const expected = shape.reduce((product, extent) => product * extent, 1);
  if (expected !== data.length) throw new RangeError(`hostArray: shape [${shape.join(", ")}] holds ${expected} elements, the data has ${data.length}`);
  if (!(data instanceof DTYPES[dtype].Array)) throw new TypeError(`hostArray: dtype ${dtype} expects a ${DTYPES[dtype].Array.name}, got ${data.constructor.name}`);
  return { data, shape, dtype };
}
