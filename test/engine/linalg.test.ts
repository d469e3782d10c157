/** Decompositions against matrices worked out by hand, and against their defining equations on larger ones. */
import { describe, expect, test } from "vitest";
import { hostArray, linalg } from "../../src/engine/index.ts";

const { cholesky, eigh, lstsq, pinv, procrustes, product, sqrtm, svd, toHostArray, transposed } = linalg;

const noise = (rows: number, columns: number): linalg.HostMatrix => ({ data: Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i * 0.37 + 1)), shape: [rows, columns] });
const diagonal = (values: ArrayLike<number>): linalg.HostMatrix => {
  const n = values.length;
  return { data: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? (values[i / (n + 1)] as number) : 0)), shape: [n, n] };
};
const expectClose = (got: linalg.HostMatrix, wanted: linalg.MatrixLike, tolerance = 1e-9): void => {
  const flat = Array.isArray(wanted) ? wanted.flat() : Array.from((wanted as linalg.HostMatrix).data);
  expect(got.data.length).toBe(flat.length);
  got.data.forEach((value, i) => expect(Math.abs(value - (flat[i] as number)), `element ${i}`).toBeLessThan(tolerance));
};

describe("singular values", () => {
  test("of [[3, 0], [4, 5]] are sqrt 45 and sqrt 5", () => {
    // A^T A = [[25, 20], [20, 25]] has eigenvalues 45 and 5
    expect(Array.from(svd([[3, 0], [4, 5]]).s)).toEqual([expect.closeTo(Math.sqrt(45), 12), expect.closeTo(Math.sqrt(5), 12)]);
  });

  test.each([[7, 4], [4, 7], [30, 30]])("of a %d x %d matrix are ordered, and the factors give it back", (rows, columns) => {
    const a = noise(rows, columns);
    const { u, s, v } = svd(a);
    const rank = Math.min(rows, columns);
    expect([u.shape, v.shape]).toEqual([[rows, rank], [columns, rank]]);
    expect(Array.from(s)).toEqual(Array.from(s).sort((x, y) => y - x));
    expectClose(product(product(u, diagonal(s)), transposed(v)), a);
    expectClose(product(transposed(u), u), diagonal(new Float64Array(rank).fill(1)));
  });
});

test("eigenvalues of [[2, 1], [1, 2]] are 1 and 3, and A v = lambda v on a larger matrix", () => {
  expect(Array.from(eigh([[2, 1], [1, 2]]).values)).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
  const half = noise(12, 12);
  const a = product(half, transposed(half));
  const { values, vectors } = eigh(a);
  expect(Array.from(values)).toEqual(Array.from(values).sort((x, y) => x - y));
  expectClose(product(a, vectors), product(vectors, diagonal(values)), 1e-8);
});

test("Cholesky: [[4, 2], [2, 5]] = L L^T with L = [[2, 0], [1, 2]]", () => {
  expectClose(cholesky([[4, 2], [2, 5]]), [[2, 0], [1, 2]]);
  expect(() => cholesky([[1, 2], [2, 1]])).toThrow("cholesky: the matrix is not positive definite");
  expect(() => cholesky([[1, 2], [0, 1]])).toThrow("expected a symmetric matrix, got 0 in row 1, column 0 and 2 across the diagonal");
});

test("the pseudo-inverse of a matrix of rank one, and the four Penrose conditions", () => {
  expectClose(pinv([[1, 2], [2, 4]]), [[1 / 25, 2 / 25], [2 / 25, 4 / 25]]);
  const a = noise(6, 4);
  const p = pinv(a);
  expectClose(product(product(a, p), a), a);
  expectClose(product(product(p, a), p), p);
  expectClose(transposed(product(a, p)), product(a, p));
  expectClose(transposed(product(p, a)), product(p, a));
});

test("least squares: the line through (0, 1), (1, 3), (2, 4) is 7/6 + 3/2 x, and an open system takes the shortest solution", () => {
  expectClose(lstsq([[1, 0], [1, 1], [1, 2]], [[1], [3], [4]]), [[7 / 6], [3 / 2]]);
  expectClose(lstsq([[1, 1]], [[2]]), [[1], [1]]);
});

test("the square root of [[2, 1], [1, 2]] squares to it", () => {
  const root = sqrtm([[2, 1], [1, 2]]);
  expectClose(product(root, root), [[2, 1], [1, 2]]);
  expect(() => sqrtm([[1, 0], [0, -1]])).toThrow("sqrtm: expected a positive semi-definite matrix, got eigenvalue -1");
});

test("Procrustes finds a known rotation and scale exactly", () => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const turn = [[c, -s], [s, c]];
  const points = noise(20, 2);
  const image = product(product(points, turn), diagonal([2.5, 2.5]));
  const { rotation, scale } = procrustes(points, image);
  expectClose(rotation, turn);
  expect(scale).toBeCloseTo(2.5, 12);
});

test("arrays of compiled functions go in and out, and bad input is named", () => {
  const array = hostArray(Float32Array.of(1, 2, 3, 4), [2, 2]);
  expect(toHostArray(transposed(array))).toEqual({ data: Float32Array.of(1, 3, 2, 4), shape: [2, 2], dtype: "float32" });
  expect(() => svd([[1, NaN]])).toThrow("svd: expected finite values, got NaN in row 0, column 1");
  expect(() => svd([[1, 2], [3]])).toThrow("got 2 numbers in row 0 and 1 in row 1");
  expect(() => svd(hostArray(new Float32Array(8), [2, 2, 2]))).toThrow("expected a matrix with rows and columns, got shape [2, 2, 2]");
});
