/** Models of Hugging Face: in from a folder or the hub, out as folders that its libraries open. */
export { EXPORT_FORMATS, exportFolder } from "./export-folder.ts";
export type { ExportFolderOptions, ExportFormat } from "./export-folder.ts";
export { EXPORT_DTYPES, exportTextOnnx } from "./export-text.ts";
export type { ExportDtype, ExportTextOptions } from "./export-text.ts";
export { exportedFoundation, foundationText } from "./foundation-text.ts";
export { fromPretrained, isPretrainedFolder } from "./from-pretrained.ts";
export type { FromPretrainedOptions } from "./from-pretrained.ts";
export { HubRefusal, HubUnreachable } from "./hub-download.ts";
export type { HubOptions, HubProgress } from "./hub.ts";
export { PretrainedText } from "./pretrained-text.ts";
export type { EncodeOptions, PretrainedTextOptions, RowVerb } from "./pretrained-text.ts";
export { planBatches } from "./batch-plan.ts";
export type { BatchLimits } from "./batch-plan.ts";
export type { SentenceUse } from "./sentence-transformers.ts";
export { TextSession } from "./text-session.ts";
export type { TextSessionOptions } from "./text-session.ts";
export { readTokenizer, TextTokenizer } from "./tokenizer.ts";
export type { EncodedBatch, EncodedText, TextInput } from "./tokenizer.ts";
