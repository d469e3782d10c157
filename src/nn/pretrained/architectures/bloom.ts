/** BLOOM (arXiv 2211.05100): a decoder with linear biases instead of positions (arXiv 2108.12409), and a norm after its word table. */
import { arange } from "../../../engine/index.ts";
import { and, band, validKeys } from "../../attention/mask.ts";
import { alibiAt } from "../../positions/alibi.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import type { NameEntry } from "../name-table.ts";
import { count, flag, layers, rate, real } from "../settings.ts";
import type { Config } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";

/** Published configs call some keys otherwise. */
const ALIASES: Readonly<Record<string, string>> = { n_embed: "hidden_size", num_attention_heads: "n_head", num_hidden_layers: "n_layer" };
const modernise = (config: Config): Config => Object.fromEntries(Object.entries(config).map(([key, value]) => [ALIASES[key] !== undefined && config[ALIASES[key]] === undefined ? ALIASES[key] : key, value]));

export const BLOOM = defineArchitecture({
  modelType: "bloom",
  source: "BLOOM, arXiv 2211.05100",
  config: {
    fields: {
      vocabulary: count("vocab_size", 250880), width: count("hidden_size", 64), depth: layers("n_layer", 2), heads: count("n_head", 8), eps: real("layer_norm_epsilon", 1e-5),
      dropout: rate("hidden_dropout"), attentionDropout: rate("attention_dropout"), tied: flag("tie_word_embeddings", true),
    },
    checks: [wholeHeads()],
    fixed: { apply_residual_connection_post_layernorm: [false], n_inner: [null] },
    // Of how it was trained, and of half precision.
    ignored: ["attention_softmax_in_fp32", "bias_dropout_fusion", "masked_softmax_fusion", "offset_alibi", "pretraining_tp", "seq_length", "skip_bias_add", "skip_bias_add_qkv", "slow_but_exact"],
  },
  modernise,
  prefix: "transformer.",
  names: ({ heads }) => [
    ["text.embedding.word.*", "word_embeddings.*"],
    ["text.embedding.norm.*", "word_embeddings_layernorm.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "h.#.input_layernorm.*"],
    ...["query", "key", "value"].map((name, index): NameEntry => ({ ours: `text.encoder.blocks.#.attention.${name}.*`, theirs: "h.#.self_attention.query_key_value.*", part: { index, of: 3, groups: heads } })),
    ["text.encoder.blocks.#.attention.output.*", "h.#.self_attention.dense.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "h.#.post_attention_layernorm.*"],
    ["text.encoder.blocks.#.feedForward.up.*", "h.#.mlp.dense_h_to_4h.*"],
    ["text.encoder.blocks.#.feedForward.down.*", "h.#.mlp.dense_4h_to_h.*"],
    ["text.encoder.norm.*", "ln_f.*"],
  ],
  tasks: {
    features: { className: "BloomModel", names: [], prefixed: false },
    "causal-lm": { className: "BloomForCausalLM", names: [["head.weight", "lm_head.weight"]], copies: [["lm_head.weight", "transformer.word_embeddings.weight"], ["lm_head.weight", "word_embeddings.weight"]] },
  },
  longest: () => null,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, depth, heads, eps, dropout, attentionDropout, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "pre", eps, dropout, attentionDropout,
      feedForward: { hidden: 4 * width, activation: "gelu-tanh" },
      embedding: { norm: "layer", eps },
    });
    return new EncoderModel({
      text,
      inputs: ({ ids, valid }) => ({ valid: undefined, mask: and(band(Infinity, 0), validKeys(valid)), bias: alibiAt(heads, arange(ids.dim(1)).unsqueeze(0)) }),
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, tied, classification: { dense: null } }),
    });
  },
});
