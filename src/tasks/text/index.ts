/** What people do with texts: train, test, embed, classify, rerank and search. */
export { curIndex, CurSearch } from "../../data/search/index.ts";
export type { CurSearchOptions, FoundItem, ItemScorer } from "../../data/search/index.ts";
export { embedTexts } from "./embed-texts.ts";
export type { EmbeddedText, EmbedTextsOptions } from "./embed-texts.ts";
export { evaluateText } from "./evaluate-text.ts";
export type { TextMetrics } from "./evaluate-text.ts";
export { findTextRecipe, TEXT_METHODS } from "./methods/index.ts";
export type { TextData, TrainingKind } from "./read-text-data.ts";
export { TEXT_PRETRAINING_SETTINGS, TEXT_TRAINING_SETTINGS } from "./text-settings.ts";
export type { TextPretrainingSettings, TextTrainingSettings } from "./text-settings.ts";
export { trainText } from "./train-text.ts";
export type { TrainedText, TrainTextOptions } from "./train-text.ts";
export { indexTexts } from "./index-texts.ts";
export type { IndexedTexts, IndexManifest, IndexTextsOptions } from "./index-texts.ts";
export { classifyTexts, cosinesToFirst, firstScores, labelScores, ranked, requireRanker, rerank } from "./score-texts.ts";
export type { LabelScore, RankedText } from "./score-texts.ts";
export { SEARCH_MODES, SearchIndex } from "./search-index.ts";
export type { SearchMode, TextHit, TextSearchOptions } from "./search-index.ts";
