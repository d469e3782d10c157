/** Search: text indexes, vector indexes, and the fusion of rankings. The approximate index is in `approximate-index.node.ts`. */
export { analyze, countTerms } from "./analysis.ts";
export type { Analysis } from "./analysis.ts";
export { Bm25 } from "./bm25.ts";
export type { Bm25Options } from "./bm25.ts";
export { CurIndex } from "./cur-index.ts";
export type { CurHit, CurOptions } from "./cur-index.ts";
export { FlatIndex, VECTOR_METRICS } from "./flat-index.ts";
export type { FlatIndexOptions, VectorHit, VectorMetric, VectorSearchOptions } from "./flat-index.ts";
export { fuseScores } from "./fuse-scores.ts";
export type { FusedHit, Fusion } from "./fuse-scores.ts";
export type { ItemId, SearchHit } from "./hit.ts";
export type { SearchOptions } from "./inverted-index.ts";
export { SparseIndex, sparseVector } from "./sparse-index.ts";
export type { SparseVector } from "./sparse-index.ts";
export { TermIndex } from "./term-index.ts";
export type { Terms } from "./term-index.ts";
export { TfIdf } from "./tf-idf.ts";
