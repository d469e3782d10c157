/** A text model as ONNX under the names that transformers.js expects, with open batch and sequence. */
import { toOnnx } from "../../engine/index.ts";
import type { Side } from "../../lab/index.ts";
import type { InputType, Tensor, WeightStorage } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { RequestError } from "../request-error.ts";
import type { ExportDtype } from "./export-choices.ts";
import type { PretrainedText } from "./pretrained-text.ts";

/** How each type is stored, and the file that transformers.js opens for it (`dtype` "fp32", "fp16" and "q8"). */
export const ONNX_FILES: Readonly<Record<ExportDtype, { readonly storage: WeightStorage; readonly file: string }>> = {
  fp32: { storage: "float32", file: "onnx/model.onnx" },
  fp16: { storage: "float16", file: "onnx/model_fp16.onnx" },
  int8: { storage: "int8", file: "onnx/model_quantized.onnx" },
};

export interface ExportTextOptions {
  /** Default "fp32". */
  readonly dtype?: ExportDtype;
  /** Whether the vector of a text is an output too, `sentence_embedding`, or the only one, whatever the model is for; default false. */
  readonly sentence?: boolean | "only";
  /** What the graph's texts are, for models that read queries and documents differently; default documents. */
  readonly role?: Side;
}

/**
 * Bytes of an ONNX model in standard operators: `input_ids`, `attention_mask` and, for models that tell texts of a pair
 * apart, `token_type_ids`, int64 [batch_size, sequence_length] -> `last_hidden_state`, or `logits` of a model with a head.
 */
export function exportTextOnnx(model: PretrainedText, { dtype = "fp32", sentence = false, role }: ExportTextOptions = {}): Uint8Array<ArrayBuffer> {
  const { task, prepared, architecture } = model.pretrained;
  if (task === "seq2seq-lm") throw new RequestError(`export: ONNX of two-stack models (${architecture.modelType}) is not built; export its weights with --format huggingface`);
  const type: InputType = { shape: ["batch_size", "sequence_length"], dtype: "int64" };
  const inputs = { input_ids: type, attention_mask: type, ...(prepared.segments ? { token_type_ids: type } : {}) };
  const longest = Math.min(model.tokenizer.longest, prepared.longest ?? Infinity);
  return toOnnx(
    ({ input_ids, attention_mask, token_type_ids }): Record<string, Tensor> => {
      const valid = (attention_mask as Tensor).cast("bool");
      const { lastHiddenState, logits } = model.forward({ ids: input_ids as Tensor, valid, segments: token_type_ids }, EVALUATE, role);
      if (sentence === "only") return { sentence_embedding: model.stages.forward(lastHiddenState, valid) };
      if (logits !== undefined) return { logits };
      return sentence ? { last_hidden_state: lastHiddenState, sentence_embedding: model.stages.forward(lastHiddenState, valid) } : { last_hidden_state: lastHiddenState };
    },
    inputs,
    { storage: ONNX_FILES[dtype].storage, largest: { sequence_length: longest }, metadata: { "reprise.architecture": architecture.modelType, "reprise.task": task } },
  );
}
