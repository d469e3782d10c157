/** The one stack of a model of Hugging Face, for methods that put parts of their own around it. */
import type { TextEncoder } from "../../nn/index.ts";
import { EncoderModel } from "../../nn/pretrained/index.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";

/** Of a BERT. Throws for models of other types. */
export function bertEncoderOf(method: string, { module, pretrained }: PretrainedText): TextEncoder {
  if (!(module instanceof EncoderModel) || pretrained.architecture.modelType !== "bert") throw new RequestError(`${method} is built on models of type bert, got one of type ${pretrained.architecture.modelType}`);
  return module.text;
}

/** Architectures of one stack that reads from left to right. */
const CAUSAL = ["gpt2", "bloom", "llama", "mistral", "qwen2", "qwen3"];

/** Of a causal language model, for methods that tune biases. Throws for models of other types, and for those without any. */
export function causalEncoderOf(method: string, { module, pretrained: { architecture: { modelType } } }: PretrainedText): TextEncoder {
  if (!(module instanceof EncoderModel) || !CAUSAL.includes(modelType)) throw new RequestError(`${method} is built on causal language models (${CAUSAL.join(", ")}), got a model of type ${modelType}`);
  if (![...module.namedParameters().keys()].some((name) => name.endsWith(".bias"))) throw new RequestError(`${method} tunes biases, and this model of type ${modelType} has none`);
  return module.text;
}
