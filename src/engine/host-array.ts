/** A dense array on the host: what goes into a compiled function and what comes out. Row-major. */
import { DTYPES, dtypeOf } from "./dtype.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { requireExtents, showShape, sizeOf } from "./shape.ts";

export interface HostArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Wraps a typed array. Throws if the shape does not hold exactly its elements. */
export function hostArray(data: TypedArray, shape: readonly number[], dtype: DType = dtypeOf(data)): HostArray {
  const array = { data, shape, dtype };
  requireConsistent("hostArray", array);
  return array;
}

/** Throws unless type, shape and data of an array belong together. `where` begins the message. */
export function requireConsistent(where: string, { data, shape, dtype }: HostArray): void {
  if (!Object.hasOwn(DTYPES, dtype)) throw new TypeError(`${where}: unknown element type ${String(dtype)}; element types are ${Object.keys(DTYPES).join(", ")}`);
  requireExtents(where, shape);
  if (sizeOf(shape) !== data.length) throw new RangeError(`${where}: shape ${showShape(shape)} holds ${sizeOf(shape)} elements, the data has ${data.length}`);
  if (!(data instanceof DTYPES[dtype].Array)) throw new TypeError(`${where}: dtype ${dtype} expects a ${DTYPES[dtype].Array.name}, got ${(data as TypedArray).constructor.name}`);
}
