/** Singular values, eigenvalues of symmetric matrices, Cholesky factors. On the host; a 1,000 x 1,000 matrix takes some tens of seconds. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { fromLibrary, toLibrary } from "./matrix.ts";
import type { HostMatrix, MatrixLike } from "./matrix.ts";

export interface SingularValues {
  /** Left singular vectors in columns, [m, min(m, n)]. */
  readonly u: HostMatrix;
  /** Singular values, largest first. */
  readonly s: Float64Array;
  /** Right singular vectors in columns, [n, min(m, n)]. */
  readonly v: HostMatrix;
}

/** A = U diag(s) V^T */
export function svd(a: MatrixLike): SingularValues {
  const result = new SingularValueDecomposition(toLibrary("svd", a), { autoTranspose: true });
  const order = result.diagonal.map((_, i) => i).sort((i, j) => (result.diagonal[j] as number) - (result.diagonal[i] as number));
  const columns = (matrix: Matrix): HostMatrix => fromLibrary(matrix.subMatrixColumn(order));
  return { u: columns(result.leftSingularVectors), s: Float64Array.from(order, (i) => result.diagonal[i] as number), v: columns(result.rightSingularVectors) };
}

export interface Eigenvalues {
  /** Eigenvalues, smallest first. */
  readonly values: Float64Array;
  /** Eigenvectors in columns, of unit length. */
  readonly vectors: HostMatrix;
}

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export function eigh(a: MatrixLike): Eigenvalues {
  const matrix = requireSymmetric("eigh", toLibrary("eigh", a));
  const result = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = result.realEigenvalues.map((_, i) => i).sort((i, j) => (result.realEigenvalues[i] as number) - (result.realEigenvalues[j] as number));
  return { values: Float64Array.from(order, (i) => result.realEigenvalues[i] as number), vectors: fromLibrary(result.eigenvectorMatrix.subMatrixColumn(order)) };
}

/** Lower triangular L with A = L L^T. Throws when A is not symmetric and positive definite. */
export function cholesky(a: MatrixLike): HostMatrix {
  const result = new CholeskyDecomposition(requireSymmetric("cholesky", toLibrary("cholesky", a)));
  if (!result.isPositiveDefinite()) throw new RangeError("cholesky: the matrix is not positive definite; add a small multiple of the identity if it should be");
  return fromLibrary(result.lowerTriangularMatrix);
}

function requireSymmetric(where: string, matrix: Matrix): Matrix {
  if (matrix.rows !== matrix.columns) throw new RangeError(`${where}: expected a square matrix, got [${matrix.rows}, ${matrix.columns}]`);
  const scale = Math.max(matrix.max(), -matrix.min());
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < i; j++) {
      // float32 products leave differences of this order.
      if (Math.abs(matrix.get(i, j) - matrix.get(j, i)) > 1e-5 * scale) throw new RangeError(`${where}: expected a symmetric matrix, got ${matrix.get(i, j)} in row ${i}, column ${j} and ${matrix.get(j, i)} across the diagonal`);
    }
  }
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}
