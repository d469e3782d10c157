/** Models of others by their config and weights: architectures, name tables, import and export. Runs in a browser. */
export { defineArchitecture } from "./architecture.ts";
export type { Architecture, ArchitectureDefinition, BuildOptions, Prepared, TaskNames } from "./architecture.ts";
export { ARCHITECTURES, architectureOf, exportPretrained, importPretrained } from "./pretrained.ts";
export type { ImportModelOptions, Pretrained } from "./pretrained.ts";
export { fromTheirs, locate, toTheirs } from "./name-table.ts";
export type { NameEntry, NameTable, TensorSource } from "./name-table.ts";
export type { Config } from "./settings.ts";
export { EncoderModel, segmentsOf } from "./encoder-model.ts";
export { TEXT_TASKS, TextModel } from "./text-model.ts";
export type { TextBatch, TextOutputs, TextTask } from "./text-model.ts";
export { SentenceStages } from "./sentence.ts";
export type { DenseStage, SentenceStage } from "./sentence.ts";
