/** Tasks: what users do with a system on their own data. Runs on Node. */
export { embed } from "./embed.ts";
export type { EmbedOptions, Embedding } from "./embed.ts";
export { exportOnnx } from "./export-onnx.ts";
export type { ExportOptions } from "./export-onnx.ts";
export { findSystem } from "./find-system.ts";
export type { SystemRegistry, UsableSystem } from "./find-system.ts";
export type { ModelConfig } from "./model-config.ts";
export { jigsaw } from "./jigsaw.ts";
export type { JigsawOptions, SolvedJigsaw } from "./jigsaw.ts";
export { loadModel } from "./model-directory.ts";
export type { LoadModelOptions } from "./model-directory.ts";
export { pretrain } from "./pretrain.ts";
export type { PretrainOptions } from "./pretrain.ts";
export { reconstruct } from "./reconstruct.ts";
export type { PatchMask, ReconstructedPicture, RgbPicture } from "./reconstruct.ts";
export { RequestError } from "./request-error.ts";
export { TrainedModel } from "./trained-model.ts";
export type { Cost } from "./trained-model.ts";
