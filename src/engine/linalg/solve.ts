/** Pseudo-inverse, least squares, square root and Procrustes alignment, all from the decompositions. */
import { Matrix } from "ml-matrix";
import { eigh, svd } from "./decompositions.ts";
import { fromLibrary, toLibrary } from "./matrix.ts";
import type { HostMatrix, MatrixLike } from "./matrix.ts";

export interface RankOptions {
  /** Singular values below this share of the largest count as zero. Default: float64 precision times the larger extent. */
  readonly tolerance?: number;
}

/** Moore-Penrose inverse [n, m] of a matrix [m, n]. */
export function pinv(a: MatrixLike, options: RankOptions = {}): HostMatrix {
  return fromLibrary(pseudoInverse(a, options));
}

function pseudoInverse(a: MatrixLike, { tolerance }: RankOptions): Matrix {
  const { u, s, v } = svd(a);
  const limit = (tolerance ?? Number.EPSILON * Math.max(u.shape[0], v.shape[0])) * (s[0] as number);
  const inverse = Matrix.diag(Array.from(s, (value) => (value > limit ? 1 / value : 0)));
  return toLibrary("pinv", v).mmul(inverse).mmul(toLibrary("pinv", u).transpose());
}

/** The X of smallest norm among those that minimise |A X - B|: A [m, n], B [m, k] -> X [n, k]. */
export function lstsq(a: MatrixLike, b: MatrixLike, options: RankOptions = {}): HostMatrix {
  const right = toLibrary("lstsq", b);
  const inverse = pseudoInverse(a, options);
  if (inverse.columns !== right.rows) throw new RangeError(`lstsq: A has ${inverse.columns} rows and B has ${right.rows}`);
  return fromLibrary(inverse.mmul(right));
}

/** Symmetric square root of a symmetric positive semi-definite matrix; eigenvalues below zero by rounding count as zero. */
export function sqrtm(a: MatrixLike): HostMatrix {
  const { values, vectors } = eigh(a);
  const lowest = values[0] as number;
  const largest = values.at(-1) as number;
  if (lowest < -1e-6 * Math.max(largest, 1e-300)) throw new RangeError(`sqrtm: expected a positive semi-definite matrix, got eigenvalue ${lowest}`);
  const v = toLibrary("sqrtm", vectors);
  return fromLibrary(v.mmul(Matrix.diag(Array.from(values, (value) => Math.sqrt(Math.max(value, 0))))).mmul(v.transpose()));
}

export interface Alignment {
  /** Orthogonal matrix [d, d], a reflection where that fits better. */
  readonly rotation: HostMatrix;
  /** Factor that minimises |scale * A rotation - B|. */
  readonly scale: number;
}

/** Orthogonal Q that minimises |A Q - B| for paired rows A, B [n, d] (Schönemann 1966): Q = U V^T of A^T B = U S V^T. */
export function procrustes(a: MatrixLike, b: MatrixLike): Alignment {
  const [from, to] = [toLibrary("procrustes", a), toLibrary("procrustes", b)];
  if (from.rows !== to.rows || from.columns !== to.columns) throw new RangeError(`procrustes: expected paired rows of equal length, got [${from.rows}, ${from.columns}] and [${to.rows}, ${to.columns}]`);
  const { u, s, v } = svd(fromLibrary(from.transpose().mmul(to)));
  const energy = from.norm("frobenius") ** 2;
  return { rotation: fromLibrary(toLibrary("procrustes", u).mmul(toLibrary("procrustes", v).transpose())), scale: energy === 0 ? 1 : s.reduce((total, value) => total + value, 0) / energy };
}
