/** Trained modules as the folders that are shipped: tokenizer, configuration, and an 8-bit graph with open batch and length. */
import { toOnnx } from "../../../../engine/index.ts";
import type { InputType, Tensor, WeightStorage } from "../../../../engine/index.ts";
import { EVALUATE } from "../../../../nn/index.ts";
import type { Tokenizer } from "../../../../data/tokenizers/tokenizer.ts";
import type { SearchEncoder } from "../encoder-module.ts";
import type { EncoderConfig, RerankerConfig } from "../model-config.ts";
import { ENCODER_OUTPUT, RERANKER_OUTPUT } from "../onnx-models.ts";
import type { SearchReranker } from "../reranker-module.ts";

/** Files of a folder by path. */
export type ModelFolder = ReadonlyMap<string, Uint8Array>;

const MODEL_FILE = "onnx/model_quantized.onnx";
const TOKENS: InputType = { shape: ["batch_size", "sequence_length"], dtype: "int64" };

export interface ExportDetails {
  /** What the weights came from, for the configuration. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Default "int8". */
  readonly storage?: WeightStorage;
}

const validOf = (mask: Tensor | undefined): Tensor => (mask as Tensor).cast("bool");

export async function exportEncoder(encoder: SearchEncoder, tokenizer: Tokenizer, { training, storage = "int8" }: ExportDetails): Promise<ModelFolder> {
  const { width, longest } = encoder.settings;
  const model = toOnnx(({ input_ids, attention_mask }) => ({ [ENCODER_OUTPUT]: encoder.forward({ ids: (input_ids as Tensor).cast("int32"), valid: validOf(attention_mask) }, EVALUATE) }), { input_ids: TOKENS, attention_mask: TOKENS }, { storage, largest: { sequence_length: longest } });
  const config: EncoderConfig = { model_type: "reprise-search-encoder", id: `search-encoder-${await digest(model)}`, dimension: width, longest, model: MODEL_FILE, training };
  return folder(model, tokenizer, config);
}

export async function exportReranker(reranker: SearchReranker, tokenizer: Tokenizer, longestQuery: number, { training, storage = "int8" }: ExportDetails): Promise<ModelFolder> {
  const { longest } = reranker.settings;
  const model = toOnnx(
    ({ input_ids, attention_mask, token_type_ids }) => ({ [RERANKER_OUTPUT]: reranker.forward({ ids: (input_ids as Tensor).cast("int32"), valid: validOf(attention_mask), types: (token_type_ids as Tensor).cast("int32") }, EVALUATE).unsqueeze(-1) }),
    { input_ids: TOKENS, attention_mask: TOKENS, token_type_ids: TOKENS },
    { storage, largest: { sequence_length: longest } },
  );
  const config: RerankerConfig = { model_type: "reprise-search-reranker", id: `search-reranker-${await digest(model)}`, longest, longestQuery, model: MODEL_FILE, training };
  return folder(model, tokenizer, config);
}

function folder(model: Uint8Array, tokenizer: Tokenizer, config: EncoderConfig | RerankerConfig): ModelFolder {
  const text = (value: unknown, indent?: number): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`);
  return new Map([
    ["config.json", text(config, 2)],
    ["tokenizer.json", text(tokenizer.toJson())],
    ["tokenizer_config.json", text({ ...tokenizer.toConfigJson(), model_max_length: config.longest }, 2)],
    [MODEL_FILE, model],
  ]);
}

const DIGEST_LENGTH = 12;

/** Beginning of the SHA-256 of bytes, in hexadecimal. */
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, DIGEST_LENGTH);
}
