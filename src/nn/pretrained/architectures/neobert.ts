/** NeoBERT (arXiv 2502.19587): pre-norm, rotary positions on neighbouring components, SwiGLU of two thirds the width. */
import { arange } from "../../../engine/index.ts";
import { rotaryAt } from "../../positions/rotary.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import type { NameEntry } from "../name-table.ts";
import { count, distance, layers, real } from "../settings.ts";
import { evenHeads } from "../size-checks.ts";

export const NEOBERT = defineArchitecture({
  modelType: "neobert",
  source: "NeoBERT, arXiv 2502.19587",
  config: {
    fields: {
      vocabulary: count("vocab_size", 30522), width: count("hidden_size", 768), hidden: count("intermediate_size", 3072), depth: layers("num_hidden_layers", 28), heads: count("num_attention_heads", 12),
      positions: distance("max_length", 1024), eps: real("norm_eps", 1e-6),
    },
    checks: [evenHeads],
    ignored: ["decoder_init_range", "embedding_init_range", "dim_head", "kwargs", "trust_remote_code"],
  },
  prefix: "model.",
  // Queries, keys and values alternate from head to head.
  names: ({ heads }) => [
    ["text.embedding.word.*", "encoder.*"],
    ...["query", "key", "value"].map((name, index): NameEntry => ({ ours: `text.encoder.blocks.#.attention.${name}.*`, theirs: "transformer_encoder.#.qkv.*", part: { index, of: 3, groups: heads } })),
    ["text.encoder.blocks.#.attention.output.*", "transformer_encoder.#.wo.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "transformer_encoder.#.attention_norm.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "transformer_encoder.#.ffn_norm.*"],
    { ours: "text.encoder.blocks.#.feedForward.gate.*", theirs: "transformer_encoder.#.ffn.w12.*", part: { index: 0, of: 2 } },
    { ours: "text.encoder.blocks.#.feedForward.up.*", theirs: "transformer_encoder.#.ffn.w12.*", part: { index: 1, of: 2 } },
    ["text.encoder.blocks.#.feedForward.down.*", "transformer_encoder.#.ffn.w3.*"],
    ["text.encoder.norm.*", "layer_norm.*"],
  ],
  tasks: {
    features: { className: "NeoBERT", names: [], prefixed: false },
    "masked-lm": { className: "NeoBERTLMHead", names: [["head.weight", "decoder.weight"], ["head.bias", "decoder.bias"]] },
  },
  ignored: [/(^|\.)freqs_cis$/],
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, hidden, depth, heads, eps } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, bias: false, normPlace: "pre", norm: "rms", eps,
      feedForward: { hidden: 8 * Math.ceil(Math.floor((2 * hidden) / 3) / 8), activation: "silu", gated: true, bias: false },
    });
    return new EncoderModel({
      text,
      inputs: ({ ids }) => ({ rotary: rotaryAt(width / heads, arange(ids.dim(1)).unsqueeze(0), { pairs: "interleaved" }) }),
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, tied: false, classification: { dense: null } }),
    });
  },
});
