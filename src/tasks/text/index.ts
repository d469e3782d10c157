/** What people do with texts: train, test, embed, classify, rerank and search. */
export { evaluateText } from "./evaluate-text.ts";
export type { TextMetrics } from "./evaluate-text.ts";
export { findTextRecipe, TEXT_METHODS } from "./methods/index.ts";
export type { TextData, TrainingKind } from "./read-text-data.ts";
export { TEXT_TRAINING_SETTINGS, trainText } from "./train-text.ts";
export type { TextTrainingSettings, TrainedText, TrainTextOptions } from "./train-text.ts";
