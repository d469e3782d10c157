/** DistilBERT (arXiv 1910.01108): BERT without token types and pooler. */
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import { activationField, count, distance, flag, layers, rate } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";
import { POSITION_IDS } from "./bert.ts";

const EPS = 1e-12;

export const DISTILBERT = defineArchitecture({
  modelType: "distilbert",
  source: "DistilBERT, arXiv 1910.01108",
  config: {
    fields: {
      vocabulary: count("vocab_size", 30522), width: count("dim", 768), depth: layers("n_layers", 6), heads: count("n_heads", 12), hidden: count("hidden_dim", 3072),
      activation: activationField("activation", "gelu"), dropout: rate("dropout", 0.1), attentionDropout: rate("attention_dropout", 0.1),
      positions: distance("max_position_embeddings", 512), tied: flag("tie_word_embeddings", true),
    },
    checks: [wholeHeads()],
    fixed: { pruned_heads: [{}] },
    // Sinusoids are only what the table of positions starts from.
    ignored: ["sinusoidal_pos_embds", "qa_dropout", "seq_classif_dropout", "tie_weights_"],
  },
  prefix: "distilbert.",
  names: () => [
    ["text.embedding.word.*", "embeddings.word_embeddings.*"],
    ["text.embedding.position.*", "embeddings.position_embeddings.*"],
    ["text.embedding.norm.*", "embeddings.LayerNorm.*"],
    ["text.encoder.blocks.#.attention.query.*", "transformer.layer.#.attention.q_lin.*"],
    ["text.encoder.blocks.#.attention.key.*", "transformer.layer.#.attention.k_lin.*"],
    ["text.encoder.blocks.#.attention.value.*", "transformer.layer.#.attention.v_lin.*"],
    ["text.encoder.blocks.#.attention.output.*", "transformer.layer.#.attention.out_lin.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "transformer.layer.#.sa_layer_norm.*"],
    ["text.encoder.blocks.#.feedForward.up.*", "transformer.layer.#.ffn.lin1.*"],
    ["text.encoder.blocks.#.feedForward.down.*", "transformer.layer.#.ffn.lin2.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "transformer.layer.#.output_layer_norm.*"],
  ],
  tasks: {
    features: { className: "DistilBertModel", names: [], prefixed: false },
    "masked-lm": {
      className: "DistilBertForMaskedLM",
      names: [["head.dense.*", "vocab_transform.*"], ["head.norm.*", "vocab_layer_norm.*"], ["head.weight", "vocab_projector.weight"], ["head.bias", "vocab_projector.bias"]],
      copies: [["vocab_projector.weight", "distilbert.embeddings.word_embeddings.weight"]],
    },
    "sequence-classification": { className: "DistilBertForSequenceClassification", names: [["head.dense.*", "pre_classifier.*"], ["head.score.*", "classifier.*"]] },
    "token-classification": { className: "DistilBertForTokenClassification", names: [["head.score.*", "classifier.*"]] },
  },
  ignored: POSITION_IDS,
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, depth, heads, hidden, activation, dropout, attentionDropout, positions, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps: EPS, dropout, attentionDropout,
      feedForward: { hidden, activation },
      embedding: { positions, norm: "layer", eps: EPS, dropout },
    });
    return new EncoderModel({ text, head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation, eps: EPS }, tied, classification: { dense: { activation: "relu" }, dropout } }) });
  },
});
