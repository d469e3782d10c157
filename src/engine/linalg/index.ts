/** Linear algebra on the host, for what is computed once and fed in: whitening, alignment, low-rank factors. No gradients. */
export { cholesky, eigh, svd } from "./decompositions.ts";
export type { Eigenvalues, SingularValues } from "./decompositions.ts";
export { product, toHostArray, transposed } from "./matrix.ts";
export type { HostMatrix, MatrixLike } from "./matrix.ts";
export { lstsq, pinv, procrustes, sqrtm } from "./solve.ts";
export type { Alignment, RankOptions } from "./solve.ts";
