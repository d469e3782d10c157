/** BERT (arXiv 1810.04805). */
import { normal } from "../../init.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import type { TaskNames } from "../architecture.ts";
import { encoderHead, EncoderModel, pairHead, poolerOf, segmentsOf } from "../encoder-model.ts";
import type { NameTable } from "../name-table.ts";
import { activationField, count, distance, flag, layers, rate, real } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";

/** Layers as BERT and its heirs name them. */
export const BERT_LAYERS: NameTable = [
  ["text.encoder.blocks.#.attention.query.*", "encoder.layer.#.attention.self.query.*"],
  ["text.encoder.blocks.#.attention.key.*", "encoder.layer.#.attention.self.key.*"],
  ["text.encoder.blocks.#.attention.value.*", "encoder.layer.#.attention.self.value.*"],
  ["text.encoder.blocks.#.attention.output.*", "encoder.layer.#.attention.output.dense.*"],
  ["text.encoder.blocks.#.attentionNorm.*", "encoder.layer.#.attention.output.LayerNorm.*"],
  ["text.encoder.blocks.#.feedForward.up.*", "encoder.layer.#.intermediate.dense.*"],
  ["text.encoder.blocks.#.feedForward.down.*", "encoder.layer.#.output.dense.*"],
  ["text.encoder.blocks.#.feedForwardNorm.*", "encoder.layer.#.output.LayerNorm.*"],
];

export const BERT_EMBEDDINGS: NameTable = [
  ["text.embedding.word.*", "embeddings.word_embeddings.*"],
  ["text.embedding.position.*", "embeddings.position_embeddings.*"],
  ["text.embedding.tables.segment.*", "embeddings.token_type_embeddings.*"],
  ["text.embedding.norm.*", "embeddings.LayerNorm.*"],
];

/** Settings that BERT and its heirs share. */
export const BERT_FIELDS = {
  vocabulary: count("vocab_size", 30522),
  width: count("hidden_size", 768),
  depth: layers("num_hidden_layers", 12),
  heads: count("num_attention_heads", 12),
  hidden: count("intermediate_size", 3072),
  activation: activationField("hidden_act", "gelu"),
  dropout: rate("hidden_dropout_prob", 0.1),
  attentionDropout: rate("attention_probs_dropout_prob", 0.1),
  positions: distance("max_position_embeddings", 512),
  segments: count("type_vocab_size", 2),
  eps: real("layer_norm_eps", 1e-12),
  tied: flag("tie_word_embeddings", true),
};

/** Variants that are not built. */
export const BERT_FIXED = {
  position_embedding_type: ["absolute"],
  is_decoder: [false],
  add_cross_attention: [false],
  pruned_heads: [{}],
};

export const POSITION_IDS = [/(^|\.)embeddings\.(position_ids|token_type_ids)$/];

const POOLER: NameTable = [["pooler.*", "pooler.dense.*"]];

/** The head of masked words. */
const WORDS: Omit<TaskNames, "className"> = {
  names: [["head.dense.*", "cls.predictions.transform.dense.*"], ["head.norm.*", "cls.predictions.transform.LayerNorm.*"], ["head.weight", "cls.predictions.decoder.weight"], ["head.bias", "cls.predictions.bias"]],
  copies: [["cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"], ["cls.predictions.decoder.bias", "cls.predictions.bias"]],
};

export const BERT = defineArchitecture({
  modelType: "bert",
  source: "BERT, arXiv 1810.04805",
  config: {
    fields: BERT_FIELDS,
    fixed: BERT_FIXED,
    checks: [wholeHeads()],
    ignored: ["classifier_dropout", "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type"],
  },
  prefix: "bert.",
  names: () => [...BERT_EMBEDDINGS, ...BERT_LAYERS],
  pooler: POOLER,
  tasks: {
    features: { className: "BertModel", names: [], prefixed: false },
    "masked-lm": { className: "BertForMaskedLM", ...WORDS },
    "sequence-classification": { className: "BertForSequenceClassification", names: [["head.dense.*", "bert.pooler.dense.*"], ["head.score.*", "classifier.*"]] },
    "token-classification": { className: "BertForTokenClassification", names: [["head.score.*", "classifier.*"]] },
    "pre-training": { className: "BertForPreTraining", ...WORDS, names: [...WORDS.names, ["pairs.dense.*", "bert.pooler.dense.*"], ["pairs.score.*", "cls.seq_relationship.*"]] },
  },
  ignored: POSITION_IDS,
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  segments: ({ segments }) => segments > 1,
  build: (settings, { random, task, labels, pooler }) => {
    const { vocabulary, width, depth, heads, hidden, activation, dropout, attentionDropout, positions, segments, eps, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps, dropout, attentionDropout,
      feedForward: { hidden, activation },
      // Only for models that are not loaded: small ones learn to match words from this start, and hardly from another.
      mimetic: true,
      embedding: { positions, tables: { segment: segments }, norm: "layer", eps, dropout, placeInit: (stream) => normal(stream, 0.01) },
    });
    return new EncoderModel({
      text,
      inputs: (batch) => ({ ids: { segment: segmentsOf(batch) } }),
      pooler: pooler && task === "features" ? poolerOf(random, width) : undefined,
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation, eps }, tied, classification: { dense: { activation: "tanh" }, dropout } }),
      pairs: pairHead({ random, task, width }),
    });
  },
});
