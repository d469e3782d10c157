/** The model that training starts from: one of Hugging Face with the head that is needed, or a new small one. */
import { trainBytePairs, trainWordPiece, VocabularyTooSmall } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import type { PoolKind } from "../../nn/index.ts";
import { SentenceStages } from "../../nn/pretrained/index.ts";
import { architectureOf } from "../../nn/pretrained/index.ts";
import type { Pretrained, TextTask } from "../../nn/pretrained/index.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { FromPretrainedOptions } from "../huggingface/from-pretrained.ts";
import { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { TextTokenizer } from "../huggingface/tokenizer.ts";

/** Sizes of a new model. */
export interface TinySettings {
  readonly vocabulary: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Most tokens of a text. */
  readonly longest: number;
}

export interface BaseOptions extends Omit<FromPretrainedOptions, "task"> {
  readonly task: Extract<TextTask, "features" | "masked-lm" | "sequence-classification">;
  /** Names of the scores; empty for features. */
  readonly labels: readonly string[];
  /** What a new model is: an encoder as BERT is, or a causal language model as GPT-2 is. Default bert. */
  readonly kind?: "bert" | "causal";
  /** Labels that do not exclude each other. */
  readonly severalLabels?: boolean;
  readonly seed: number;
}

/** Least size of a vocabulary of byte pairs: all bytes and the special tokens. */
const BYTES = 272;

/** A BERT with random weights and a WordPiece vocabulary made from the texts, or a GPT-2 with byte pairs. */
export function tinyModel(texts: Iterable<string>, { vocabulary, width, depth, heads, longest }: TinySettings, options: BaseOptions): PretrainedText {
  if (width % heads !== 0) throw new RequestError(`a new model: a width of ${width} does not divide into ${heads} heads; choose another tiny.width or tiny.heads`);
  if (options.kind === "causal") {
    const tokenizer = trainBytePairs(texts, { size: Math.max(vocabulary, BYTES) });
    const end = tokenizer.special.sep ?? 0;
    const config = { model_type: "gpt2", vocab_size: tokenizer.vocabularySize, n_embd: width, n_layer: depth, n_head: heads, n_positions: longest, bos_token_id: end, eos_token_id: end };
    return withHead(config, new TextTokenizer(tokenizer, { longest, padId: tokenizer.special.pad ?? end }), undefined, options);
  }
  const tokenizer = wordPieces(texts, vocabulary);
  const config = {
    model_type: "bert", vocab_size: tokenizer.vocabularySize, hidden_size: width, num_hidden_layers: depth, num_attention_heads: heads, intermediate_size: 4 * width,
    max_position_embeddings: longest, pad_token_id: tokenizer.special.pad ?? 0,
  };
  return withHead(config, new TextTokenizer(tokenizer, { longest, padId: tokenizer.special.pad ?? 0 }), undefined, options);
}

function wordPieces(texts: Iterable<string>, size: number): ReturnType<typeof trainWordPiece> {
  try {
    return trainWordPiece(texts, { size });
  } catch (error) {
    if (!(error instanceof VocabularyTooSmall)) throw error;
    throw new RequestError(`a new model: tiny.vocabulary: the texts have ${error.characters} different characters, for which at least ${error.least} pieces are needed, got ${size}; raise it, or start from a model with --base`, { cause: error });
  }
}

/** A folder or a model of the hub. A head with other labels than those wanted is left behind and a new one is made. */
export async function pretrainedBase(place: string, options: BaseOptions): Promise<PretrainedText> {
  const { task, labels, seed: _seed, kind: _kind, severalLabels: _several, ...rest } = options;
  const own = await fromPretrained(place, rest);
  if (own.sides !== undefined) throw new RequestError(`${place} reads queries and documents differently; start from the model that it was trained beside`);
  if (own.pretrained.task === task && (task === "features" || own.labels.join("\n") === labels.join("\n"))) return own;
  const body = own.pretrained.task === "features" ? own : await fromPretrained(place, { ...rest, task: "features" });
  return withHead(body.config, body.tokenizer, body, options);
}

/** A model for a task with new weights, except those that `source` has under the same names. */
function withHead(config: Pretrained["config"], tokenizer: TextTokenizer, source: PretrainedText | undefined, { task, labels, severalLabels = false, seed, device }: BaseOptions): PretrainedText {
  const architecture = architectureOf(config, "base");
  const prepared = architecture.read(config, "base");
  const module = prepared.build({ random: RandomStream.of(seed, "weights"), task, labels: labels.length, pooler: false });
  const state = source?.module.stateDict() ?? new Map();
  const names = module.namedParameters();
  module.loadStateDict(new Map([...state].filter(([name, { shape }]) => names.get(name)?.shape.join() === shape.join())), { partial: true });
  const kept = { ...config, ...(labels.length > 1 ? { problem_type: severalLabels ? "multi_label_classification" : "single_label_classification" } : {}) };
  const pretrained: Pretrained = { architecture, task, prepared, module, config: kept, labels, unused: [] };
  const stages = task === "features" && source?.isSentenceModel !== false ? (source?.stages ?? new SentenceStages([{ kind: "pooling", pooling: "mean" }], RandomStream.of(seed, "stages"))) : undefined;
  return new PretrainedText({ pretrained, tokenizer, stages, use: task === "features" ? source?.use : undefined, device });
}

/** The body of a model with one vector for each text, pooled as said. */
export function vectorModel(model: PretrainedText, pooling: PoolKind): PretrainedText {
  const { pretrained } = withHead(model.config, model.tokenizer, model, { task: "features", labels: [], seed: 0, device: model.device });
  return new PretrainedText({ pretrained, tokenizer: model.tokenizer, stages: new SentenceStages([{ kind: "pooling", pooling }], RandomStream.of(0, "stages")), use: model.use, device: model.device });
}
