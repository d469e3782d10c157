/** Objectives: functions from predictions and targets to `{ loss, ...parts }`. */
export { assign } from "./detection/assign.ts";
export { crossEntropy } from "./cross-entropy.ts";
export type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";
export { distill, distillSimilarities } from "./distill.ts";
export type { DistillKind, DistillOptions } from "./distill.ts";
export { infoNce, infoNceOfSimilarities, logitScale, pairSimilarity } from "./info-nce.ts";
export type { InfoNce, InfoNceOptions } from "./info-nce.ts";
export { denormalizePatches, normalizePatches, patchReconstruction, patchStatistics } from "./patch-reconstruction.ts";
export type { PatchNormalization, PatchReconstructionOptions } from "./patch-reconstruction.ts";
export { ratio, reduceLoss } from "./reduction.ts";
export type { Reduction, ReductionOptions } from "./reduction.ts";
export { regression, regressionErrors } from "./regression.ts";
export type { RegressionKind, RegressionOptions } from "./regression.ts";
export { sumLosses } from "./sum.ts";
export type { LossTerm } from "./sum.ts";
