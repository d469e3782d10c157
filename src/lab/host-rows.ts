/** Rows of arrays [n, width] that are on the host: one, several in any order, several side by side. */
import { hostArray } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";

/** Row `row` of float32 [n, width], not copied. */
export const rowAt = ({ data, shape }: HostArray, row: number): Float32Array => (data as Float32Array).subarray(row * (shape[1] as number), (row + 1) * (shape[1] as number));

/** The rows from `from` up to `to`, which is left out, of float32 [n, width]. */
export const rowsBetween = ({ data, shape }: HostArray, from: number, to: number): HostArray => {
  const width = shape[1] as number;
  return hostArray((data as Float32Array).slice(from * width, to * width), [to - from, width]);
};

/** Chosen rows of [n, width], float32 or int32, in the order of `rows`. */
export function takeRows({ data, shape }: HostArray, rows: ArrayLike<number>): HostArray {
  const width = shape[1] as number;
  const taken = data instanceof Int32Array ? new Int32Array(rows.length * width) : new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) taken.set(data.subarray((rows[i] as number) * width, ((rows[i] as number) + 1) * width) as Float32Array, i * width);
  return hostArray(taken, [rows.length, width]);
}
