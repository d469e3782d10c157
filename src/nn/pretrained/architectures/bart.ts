/** BART (arXiv 1910.13461) and mBART (arXiv 2001.08210), which has its norms before the branches. */
import { Seq2Seq } from "../../transformer/seq2seq.ts";
import { defineArchitecture } from "../architecture.ts";
import type { Architecture } from "../architecture.ts";
import type { NameTable } from "../name-table.ts";
import { Seq2SeqModel } from "../seq2seq-model.ts";
import { activationField, count, distance, flag, layers, rate } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";

const attention = (ours: string, theirs: string): NameTable => [[`${ours}.query.*`, `${theirs}.q_proj.*`], [`${ours}.key.*`, `${theirs}.k_proj.*`], [`${ours}.value.*`, `${theirs}.v_proj.*`], [`${ours}.output.*`, `${theirs}.out_proj.*`]];

const stack = (ours: string, embedding: string, theirs: string): NameTable => [
  [`${embedding}.position.*`, `${theirs}.embed_positions.*`],
  [`${embedding}.norm.*`, `${theirs}.layernorm_embedding.*`],
  ...attention(`${ours}.blocks.#.attention`, `${theirs}.layers.#.self_attn`),
  [`${ours}.blocks.#.attentionNorm.*`, `${theirs}.layers.#.self_attn_layer_norm.*`],
  ...attention(`${ours}.blocks.#.crossAttention`, `${theirs}.layers.#.encoder_attn`),
  [`${ours}.blocks.#.crossAttentionNorm.*`, `${theirs}.layers.#.encoder_attn_layer_norm.*`],
  [`${ours}.blocks.#.feedForward.up.*`, `${theirs}.layers.#.fc1.*`],
  [`${ours}.blocks.#.feedForward.down.*`, `${theirs}.layers.#.fc2.*`],
  [`${ours}.blocks.#.feedForwardNorm.*`, `${theirs}.layers.#.final_layer_norm.*`],
  [`${ours}.norm.*`, `${theirs}.layer_norm.*`],
];

/** The table of positions begins with two rows that no token uses. */
const OFFSET = 2;

function bartLike(modelType: string, classes: string, source: string, normPlace: "pre" | "post"): Architecture {
  return defineArchitecture({
    modelType,
    source,
    config: {
      fields: {
        vocabulary: count("vocab_size", 50265), width: count("d_model", 1024), depth: layers("encoder_layers", 12), decoderDepth: layers("decoder_layers", 12), heads: count("encoder_attention_heads", 16), decoderHeads: count("decoder_attention_heads", 16),
        hidden: count("encoder_ffn_dim", 4096), decoderHidden: count("decoder_ffn_dim", 4096), activation: activationField("activation_function", "gelu"), positions: distance("max_position_embeddings", 1024), scaled: flag("scale_embedding", false),
        dropout: rate("dropout", 0.1), attentionDropout: rate("attention_dropout"), tied: flag("tie_word_embeddings", true),
      },
      checks: [wholeHeads(), wholeHeads("decoderHeads")],
      fixed: { normalize_before: [normPlace === "pre"], normalize_embedding: [true], add_final_layer_norm: [normPlace === "pre"], add_bias_logits: [false], static_position_embeddings: [false] },
      ignored: ["activation_dropout", "classif_dropout", "classifier_dropout", "decoder_layerdrop", "encoder_layerdrop", "extra_pos_embeddings", "force_bos_token_to_be_generated", "init_std", "num_hidden_layers"],
    },
    prefix: "model.",
    names: () => [["model.embedding.word.*", "shared.*"], ...stack("model.encoder", "model.embedding", "encoder"), ...stack("model.decoder", "model.targetEmbedding", "decoder")],
    tasks: {
      "seq2seq-lm": {
        className: `${classes}ForConditionalGeneration`,
        names: [["model.head.weight", "lm_head.weight"], { ours: "model.head.bias", theirs: "final_logits_bias", leading: true }],
        copies: [["model.encoder.embed_tokens.weight", "model.shared.weight"], ["model.decoder.embed_tokens.weight", "model.shared.weight"], ["lm_head.weight", "model.shared.weight"]],
      },
    },
    longest: ({ positions }) => positions,
    width: ({ width }) => width,
    vocabulary: ({ vocabulary }) => vocabulary,
    build: (settings, { random }) => {
      const { vocabulary, width, depth, decoderDepth, heads, decoderHeads, hidden, decoderHidden, activation, positions, scaled, dropout, attentionDropout, tied } = settings;
      const model = new Seq2Seq({
        random: random.child("model"), vocabulary, width, encoderDepth: depth, decoderDepth, heads, normPlace, dropout, attentionDropout,
        feedForward: { hidden, activation },
        embedding: { positions, positionOffset: OFFSET, norm: "layer", scale: scaled ? Math.sqrt(width) : 1, dropout },
        sharedEmbedding: "words",
        decoder: { heads: decoderHeads, feedForward: { hidden: decoderHidden, activation } },
        tied,
        head: { bias: true },
      });
      return new Seq2SeqModel({ model });
    },
  });
}

export const BART = bartLike("bart", "Bart", "BART, arXiv 1910.13461", "post");
export const MBART = bartLike("mbart", "MBart", "mBART, arXiv 2001.08210", "pre");
