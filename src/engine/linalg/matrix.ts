/** Matrices on the host in float64, and the way between them and the arrays of compiled functions. */
import { Matrix } from "ml-matrix";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { showShape } from "../shape.ts";

/** A dense row-major matrix. */
export interface HostMatrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** What linear algebra accepts: its own matrices, arrays of rank 2, or rows of numbers. */
export type MatrixLike = HostMatrix | HostArray | readonly (readonly number[])[];

/** The matrix in the library's form. Throws on other ranks, ragged rows, and values that are not finite: iterations would not end on them. */
export function toLibrary(where: string, value: MatrixLike): Matrix {
  const matrix = isRows(value) ? fromRows(where, value) : fromArray(where, value);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++) {
      if (!Number.isFinite(matrix.get(i, j))) throw new RangeError(`${where}: expected finite values, got ${matrix.get(i, j)} in row ${i}, column ${j}`);
    }
  }
  return matrix;
}

const isRows = (value: MatrixLike): value is readonly (readonly number[])[] => Array.isArray(value);

function fromRows(where: string, rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (columns === 0 || ragged >= 0) throw new RangeError(`${where}: expected rows of equal, positive length, got ${columns === 0 ? "none" : `${columns} numbers in row 0 and ${(rows[ragged] as readonly number[]).length} in row ${ragged}`}`);
  return new Matrix(rows.map((row) => [...row]));
}

function fromArray(where: string, { data, shape }: HostMatrix | HostArray): Matrix {
  if (shape.length !== 2 || data.length === 0) throw new RangeError(`${where}: expected a matrix with rows and columns, got shape ${showShape(shape)}`);
  return Matrix.from1DArray(shape[0] as number, shape[1] as number, Array.from(data as ArrayLike<number | bigint>, Number));
}

/** The library's matrix as a plain one. */
export function fromLibrary(matrix: Matrix): HostMatrix {
  return { data: Float64Array.from(matrix.to1DArray()), shape: [matrix.rows, matrix.columns] };
}

/** float32 array for a compiled function. */
export const toHostArray = ({ data, shape }: HostMatrix): HostArray => hostArray(Float32Array.from(data), shape);

/** A B */
export function product(a: MatrixLike, b: MatrixLike): HostMatrix {
  const [left, right] = [toLibrary("product", a), toLibrary("product", b)];
  if (left.columns !== right.rows) throw new RangeError(`product [${left.rows}, ${left.columns}] x [${right.rows}, ${right.columns}]: inner dimensions ${left.columns} and ${right.rows} differ`);
  return fromLibrary(left.mmul(right));
}

/** A^T */
export const transposed = (a: MatrixLike): HostMatrix => fromLibrary(toLibrary("transposed", a).transpose());
