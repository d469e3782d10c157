/** ALBERT (arXiv 1909.11942): layers of a group are one layer run again and again, and the embedding is factorised. */
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import type { TaskNames } from "../architecture.ts";
import { encoderHead, EncoderModel, pairHead, poolerOf, segmentsOf } from "../encoder-model.ts";
import { activationField, count, layers, rate } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";
import { BERT_EMBEDDINGS, BERT_FIELDS, BERT_FIXED, POSITION_IDS } from "./bert.ts";

/** The head of masked words. */
const WORDS: Omit<TaskNames, "className"> = {
  names: [["head.dense.*", "predictions.dense.*"], ["head.norm.*", "predictions.LayerNorm.*"], ["head.weight", "predictions.decoder.weight"], ["head.bias", "predictions.bias"]],
  copies: [["predictions.decoder.weight", "albert.embeddings.word_embeddings.weight"], ["predictions.decoder.bias", "predictions.bias"]],
};

export const ALBERT = defineArchitecture({
  modelType: "albert",
  source: "ALBERT, arXiv 1909.11942",
  config: {
    fields: {
      ...BERT_FIELDS, vocabulary: count("vocab_size", 30000), factorWidth: count("embedding_size", 128), width: count("hidden_size", 4096), groups: layers("num_hidden_groups", 1), heads: count("num_attention_heads", 64),
      hidden: count("intermediate_size", 16384), activation: activationField("hidden_act", "gelu-tanh"), dropout: rate("hidden_dropout_prob"), attentionDropout: rate("attention_probs_dropout_prob"),
    },
    checks: [wholeHeads()],
    fixed: { ...BERT_FIXED, inner_group_num: [1] },
    ignored: ["classifier_dropout_prob", "down_scale_factor", "gap_size", "net_structure_type", "num_memory_blocks"],
  },
  prefix: "albert.",
  names: () => [
    ...BERT_EMBEDDINGS,
    ["text.embedding.projection.*", "encoder.embedding_hidden_mapping_in.*"],
    ["text.encoder.blocks.#.attention.query.*", "encoder.albert_layer_groups.#.albert_layers.0.attention.query.*"],
    ["text.encoder.blocks.#.attention.key.*", "encoder.albert_layer_groups.#.albert_layers.0.attention.key.*"],
    ["text.encoder.blocks.#.attention.value.*", "encoder.albert_layer_groups.#.albert_layers.0.attention.value.*"],
    ["text.encoder.blocks.#.attention.output.*", "encoder.albert_layer_groups.#.albert_layers.0.attention.dense.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "encoder.albert_layer_groups.#.albert_layers.0.attention.LayerNorm.*"],
    ["text.encoder.blocks.#.feedForward.up.*", "encoder.albert_layer_groups.#.albert_layers.0.ffn.*"],
    ["text.encoder.blocks.#.feedForward.down.*", "encoder.albert_layer_groups.#.albert_layers.0.ffn_output.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "encoder.albert_layer_groups.#.albert_layers.0.full_layer_layer_norm.*"],
  ],
  pooler: [["pooler.*", "pooler.*"]],
  tasks: {
    features: { className: "AlbertModel", names: [], prefixed: false },
    "masked-lm": { className: "AlbertForMaskedLM", ...WORDS },
    "sequence-classification": { className: "AlbertForSequenceClassification", names: [["head.dense.*", "albert.pooler.*"], ["head.score.*", "classifier.*"]] },
    "token-classification": { className: "AlbertForTokenClassification", names: [["head.score.*", "classifier.*"]] },
    "pre-training": { className: "AlbertForPreTraining", ...WORDS, names: [...WORDS.names, ["pairs.dense.*", "albert.pooler.*"], ["pairs.score.*", "sop_classifier.classifier.*"]] },
  },
  ignored: POSITION_IDS,
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  segments: ({ segments }) => segments > 1,
  build: (settings, { random, task, labels, pooler }) => {
    const { vocabulary, width, factorWidth, depth, groups, heads, hidden, activation, dropout, attentionDropout, positions, segments, eps, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth: groups, heads, normPlace: "post", eps, dropout, attentionDropout,
      order: Array.from({ length: depth }, (_, i) => Math.floor(i / (depth / groups))),
      feedForward: { hidden, activation },
      embedding: { factorWidth, factored: "sum", alwaysMapped: true, positions, tables: { segment: segments }, norm: "layer", eps, dropout },
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
