/** Metrics: pure functions on arrays. */
export { accuracy, classScores, confusionMatrix, macroF1 } from "./classification.ts";
export type { ClassScores, Ids } from "./classification.ts";
export { meanRanks, pearson, spearman } from "./correlation.ts";
export { absoluteRelativeError, meanIoU } from "./dense.ts";
export { cosineMatrix, nearestNeighbours } from "./neighbours.ts";
export type { Vectors } from "./neighbours.ts";
export { diagonalTask, retrieval, reversed } from "./retrieval.ts";
export type { RetrievalScores, RetrievalTask } from "./retrieval.ts";
