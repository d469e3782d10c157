/** Metrics: pure functions on arrays. */
export { calibration, setScores } from "./calibration.ts";
export type { Calibration, CalibrationBin, SetScores } from "./calibration.ts";
export { accuracy, classScores, confusionMatrix, macroF1, matthewsCorrelation, microF1 } from "./classification.ts";
export type { ClassScores, Ids } from "./classification.ts";
export { kendall, meanRanks, pearson, spearman } from "./correlation.ts";
export { absoluteRelativeError, meanIoU } from "./dense.ts";
export { areaUnderRoc, averagePrecision, equalErrorRate } from "./detection-scores.ts";
export { chrF, rougeL } from "./generation.ts";
export { cosineMatrix, nearestNeighbours } from "./neighbours.ts";
export type { Vectors } from "./neighbours.ts";
export { rankings, rankingsByQuery } from "./ranking.ts";
export type { RankedQuery, RankingScores } from "./ranking.ts";
export { diagonalTask, retrieval, retrievalByQuery, reversed } from "./retrieval.ts";
export type { QueryScores, RetrievalScores, RetrievalTask } from "./retrieval.ts";
export { spanF1, spansOfTags } from "./tagging.ts";
export type { TagSpan } from "./tagging.ts";
