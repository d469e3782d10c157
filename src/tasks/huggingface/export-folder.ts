/** A text model as the folder that Hugging Face's libraries open: Python's transformers and sentence-transformers, transformers.js. */
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/index.ts";
import { exportPretrained } from "../../nn/pretrained/index.ts";
import type { TextTask } from "../../nn/pretrained/index.ts";
import { encodeSafetensors } from "../../train/index.ts";
import { RequestError } from "../request-error.ts";
import type { ExportDtype, ExportFormat } from "./export-choices.ts";
import { exportTextOnnx, ONNX_FILES } from "./export-text.ts";
import type { PretrainedText } from "./pretrained-text.ts";
import { writeSentenceModel } from "./sentence-transformers.ts";
import { textModelCard } from "./text-model-card.ts";

export interface ExportFolderOptions {
  /**
   * "onnx": config, tokenizer and graphs; "huggingface": also the weights; "sentence-transformers": also the stages that
   * make one vector of a text.
   */
  readonly format: ExportFormat;
  /** Graphs to write; default fp32. */
  readonly dtypes?: readonly ExportDtype[];
  /** A sentence for the model's card. */
  readonly note?: string;
}

/** Special tokens that `tokenizer_config.json` may name. */
const SPECIAL = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];

/** Tasks whose graphs transformers.js runs without more files. */
const WITH_GRAPH: readonly TextTask[] = ["features", "masked-lm", "sequence-classification", "token-classification", "replaced-token-detection", "causal-lm"];

/** Writes the files, `config.json` last; returns their paths in the folder. */
export async function exportFolder(model: PretrainedText, directory: string, { format, dtypes = ["fp32"], note }: ExportFolderOptions): Promise<string[]> {
  const { task, prepared } = model.pretrained;
  const sentence = format === "sentence-transformers";
  if (model.sides !== undefined) throw new RequestError("export: the model reads queries and documents differently, for which these formats have no place; other libraries open its folder as the encoder without its sides, and exportTextOnnx gives the graph of a role");
  if (sentence && task !== "features") throw new RequestError(`export: a model for ${task} does not make vectors of texts; export it with --format huggingface`);
  const exported = exportPretrained(model.pretrained);
  const files = new Map<string, Uint8Array>();
  if (format === "onnx" || WITH_GRAPH.includes(task)) for (const dtype of dtypes) files.set(ONNX_FILES[dtype].file, exportTextOnnx(model, { dtype, sentence }));
  if (format !== "onnx") files.set("model.safetensors", encodeSafetensors(exported.tensors, { metadata: { format: "pt" } }));
  const { tokenizer, longest, tellsTexts } = model.tokenizer;
  // Said in any case: what the general class of tokenizers gives a model differs between versions of the library.
  const settings: Readonly<Record<string, unknown>> = { model_input_names: prepared.segments && tellsTexts ? ["input_ids", "token_type_ids", "attention_mask"] : ["input_ids", "attention_mask"], ...tokenizer.toConfigJson() };
  files.set("tokenizer.json", json(tokenizer.toJson()));
  files.set("tokenizer_config.json", json({ model_max_length: longest, ...settings }));
  files.set("special_tokens_map.json", json(Object.fromEntries(SPECIAL.flatMap((name) => (settings[name] === undefined || settings[name] === null ? [] : [[name, settings[name]]])))));
  if (sentence) {
    const parts = writeSentenceModel({ stages: model.stages, longest, use: model.use }, prepared.width);
    for (const [name, value] of parts.json) files.set(name, json(value));
    for (const [name, tensors] of parts.tensors) files.set(name, encodeSafetensors(tensors, { metadata: { format: "pt" } }));
  }
  files.set("README.md", new TextEncoder().encode(textModelCard(model, { sentence, dtypes, note })));
  files.set("config.json", configJson(exported.config));
  for (const [name, bytes] of files) await writeFileAtomic(join(directory, name), bytes);
  return [...files.keys()];
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const json = (value: unknown): Uint8Array => new TextEncoder().encode(jsonText(value));

/** Keys whose numbers Python's library takes with a point only; whole ones are written without here. */
const FLOATS = ["initializer_range", "initializer_factor", "initializer_cutoff_factor", "init_std", "layer_norm_eps", "layer_norm_epsilon", "rms_norm_eps", "norm_eps", "encoder_layerdrop", "decoder_layerdrop"];
const WHOLE_FLOAT = new RegExp(`^( {2}"(?:${FLOATS.join("|")})": \\d+)(,?)$`, "gm");
const configJson = (config: unknown): Uint8Array => new TextEncoder().encode(jsonText(config).replace(WHOLE_FLOAT, "$1.0$2"));
