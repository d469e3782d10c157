/** GPT-2 (Radford et al. 2019): pre-norm decoder with learned positions. Its matrices are stored transposed. */
import { and, band, validKeys } from "../../attention/mask.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import type { NameEntry, NameTable } from "../name-table.ts";
import { activationField, count, distance, flag, layers, optional, rate, real } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";

const turned = (ours: string, theirs: string, part?: { readonly index: number; readonly of: number }): NameTable =>
  [{ ours: `${ours}.weight`, theirs: `${theirs}.weight`, transposed: true }, { ours: `${ours}.bias`, theirs: `${theirs}.bias` }].map((rule): NameEntry => (part === undefined ? rule : { ...rule, part }));

export const GPT2 = defineArchitecture({
  modelType: "gpt2",
  source: "GPT-2, Language models are unsupervised multitask learners, 2019",
  config: {
    fields: {
      vocabulary: count("vocab_size", 50257), width: count("n_embd", 768), depth: layers("n_layer", 12), heads: count("n_head", 12), hidden: optional(count("n_inner")), positions: distance("n_positions", 1024),
      activation: activationField("activation_function", "gelu-tanh"), eps: real("layer_norm_epsilon", 1e-5), dropout: rate("resid_pdrop", 0.1), embeddingDropout: rate("embd_pdrop", 0.1), attentionDropout: rate("attn_pdrop", 0.1), tied: flag("tie_word_embeddings", true),
    },
    checks: [wholeHeads()],
    fixed: { scale_attn_weights: [true], scale_attn_by_inverse_layer_idx: [false], add_cross_attention: [false] },
    ignored: ["n_ctx", "reorder_and_upcast_attn", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj"],
  },
  prefix: "transformer.",
  names: () => [
    ["text.embedding.word.*", "wte.*"],
    ["text.embedding.position.*", "wpe.*"],
    ...["query", "key", "value"].flatMap((name, index) => turned(`text.encoder.blocks.#.attention.${name}`, "h.#.attn.c_attn", { index, of: 3 })),
    ...turned("text.encoder.blocks.#.attention.output", "h.#.attn.c_proj"),
    ["text.encoder.blocks.#.attentionNorm.*", "h.#.ln_1.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "h.#.ln_2.*"],
    ...turned("text.encoder.blocks.#.feedForward.up", "h.#.mlp.c_fc"),
    ...turned("text.encoder.blocks.#.feedForward.down", "h.#.mlp.c_proj"),
    ["text.encoder.norm.*", "ln_f.*"],
  ],
  tasks: {
    features: { className: "GPT2Model", names: [], prefixed: false },
    "causal-lm": { className: "GPT2LMHeadModel", names: [["head.weight", "lm_head.weight"]], copies: [["lm_head.weight", "transformer.wte.weight"], ["lm_head.weight", "wte.weight"]] },
  },
  ignored: [/(^|\.)h\.\d+\.attn\.(masked_)?bias$/],
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, depth, heads, hidden, positions, activation, eps, dropout, embeddingDropout, attentionDropout, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "pre", eps, dropout, attentionDropout,
      feedForward: { hidden: hidden ?? 4 * width, activation },
      embedding: { positions, dropout: embeddingDropout },
    });
    return new EncoderModel({
      text,
      inputs: ({ valid }) => ({ valid: undefined, mask: and(band(Infinity, 0), validKeys(valid)) }),
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, tied, classification: { dense: null } }),
    });
  },
});
