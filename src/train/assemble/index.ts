/** Assemble on demand: a configuration of five slots into a model. */
export { checkConfig, masksOf, sentence, sightsOf } from "./check.ts";
export { AssembleError, configKeys, MASKS, parseConfig } from "./config.ts";
export type { AssembleConfig, MaskName, StreamConfig } from "./config.ts";
export { explain, fieldNames, listParts } from "./explain.ts";
export type { Explanation, ListedPart, SlotRow } from "./explain.ts";
export { assemble, Assembled, Stream, viewsOf } from "./model.ts";
export type { View } from "./model.ts";
export { SLOTS } from "./part.ts";
export type { DecoderPart, EmbeddingPart, EncoderPart, Fields, ObjectiveInputs, ObjectivePart, Problem, ProcessorPart, Slot, SubencoderPart, TextCorpus } from "./part.ts";
export { continueFrom } from "./continue-from.ts";
export type { Continued } from "./continue-from.ts";
export { combinations } from "./matrix.ts";
export type { Combination } from "./matrix.ts";
export { sampleBatch } from "./sample-batch.ts";
export type { SampleOptions } from "./sample-batch.ts";
export { processorOf, textBatches, textCollate } from "./text-batches.ts";
export type { TextBatchOptions } from "./text-batches.ts";
