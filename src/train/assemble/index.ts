/** Assemble on demand: a configuration of five slots into a model. */
export { checkConfig, masksOf, sentence, sightsOf } from "./check.ts";
export { AssembleError, configKeys, MASKS, parseConfig } from "./config.ts";
export type { AssembleConfig, MaskName, StreamConfig } from "./config.ts";
export { explain, fieldNames, listParts } from "./explain.ts";
export type { Explanation, ListedPart, SlotRow } from "./explain.ts";
export { assemble, Assembled, Stream, viewsOf } from "./model.ts";
export type { View } from "./model.ts";
export { SLOTS } from "./part.ts";
export type { DecoderPart, EmbeddingPart, EncoderPart, Fields, ObjectivePart, Problem, Slot, SubencoderPart } from "./part.ts";
