/** ModernBERT (arXiv 2412.13663): pre-norm, rotary positions, gated feed-forward, most layers see a window only. */
import { arange } from "../../../engine/index.ts";
import { and, band, validKeys } from "../../attention/mask.ts";
import { rotaryAt } from "../../positions/rotary.ts";
import { EncoderBlock } from "../../transformer/encoder-block.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { ClassificationHead } from "../classification-head.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import type { NameTable } from "../name-table.ts";
import { rotaryBaseOf } from "../rotary-record.ts";
import { activationField, choice, count, distance, flag, layers, rate, real } from "../settings.ts";
import type { Config } from "../settings.ts";
import { evenHeads } from "../size-checks.ts";

/** Later versions of the library name the attention of each layer, and keep the bases of rotary positions in a record. */
function modernise(config: Config): Config {
  const { layer_types: types, rope_parameters: rope, ...rest } = config;
  const { full_attention: far, sliding_attention: near, ...further } = (typeof rope === "object" && rope !== null ? rope : {}) as Config;
  const [farBase, nearBase] = [rotaryBaseOf(far), rotaryBaseOf(near)];
  const plain = farBase !== undefined && nearBase !== undefined && Object.keys(further).length === 0;
  const every = globalEveryOf(types, config["num_hidden_layers"]);
  return {
    ...rest,
    ...(plain ? { global_rope_theta: farBase, local_rope_theta: nearBase } : rope === undefined ? {} : { rope_parameters: rope }),
    ...(every !== undefined ? { global_attn_every_n_layers: every } : types === undefined ? {} : { layer_types: types }),
  };
}

/** The n of "every n-th layer sees all"; undefined for lists that say something else. */
function globalEveryOf(types: unknown, depth: unknown): number | undefined {
  if (!Array.isArray(types) || types.length !== depth || types[0] !== "full_attention") return undefined;
  const second = types.indexOf("full_attention", 1);
  const every = second < 0 ? types.length : second;
  return types.every((type, i) => type === (i % every === 0 ? "full_attention" : "sliding_attention")) ? every : undefined;
}

const HEAD: NameTable = [["head.dense.*", "head.dense.*"], ["head.norm.*", "head.norm.*"]];
const third = (index: number): { readonly index: number; readonly of: number } => ({ index, of: 3 });
const joint = (ours: string, index: number): NameTable => [{ ours: `text.encoder.blocks.#.attention.${ours}.*`, theirs: "layers.#.attn.Wqkv.*", part: third(index) }];

export const MODERNBERT = defineArchitecture({
  modelType: "modernbert",
  source: "ModernBERT, arXiv 2412.13663",
  config: {
    fields: {
      vocabulary: count("vocab_size", 50368), width: count("hidden_size", 768), hidden: count("intermediate_size", 1152), depth: layers("num_hidden_layers", 22), heads: count("num_attention_heads", 12),
      activation: activationField("hidden_activation", "gelu"), positions: distance("max_position_embeddings", 8192), eps: real("norm_eps", 1e-5), normBias: flag("norm_bias", false),
      attentionBias: flag("attention_bias", false), feedForwardBias: flag("mlp_bias", false), embeddingDropout: rate("embedding_dropout"), attentionDropout: rate("attention_dropout"), dropout: rate("mlp_dropout"),
      globalEvery: count("global_attn_every_n_layers", 3), window: count("local_attention", 128), globalBase: real("global_rope_theta", 160000), localBase: real("local_rope_theta", 10000),
      decoderBias: flag("decoder_bias", true), headBias: flag("classifier_bias", false), headActivation: activationField("classifier_activation", "gelu"), headDropout: rate("classifier_dropout"),
      pooling: choice<"first" | "mean">("classifier_pooling", { cls: "first", mean: "mean" }, "first"), tied: flag("tie_word_embeddings", true),
    },
    checks: [evenHeads],
    ignored: ["deterministic_flash_attn", "initializer_cutoff_factor", "layer_norm_eps", "position_embedding_type", "reference_compile", "repad_logits_with_grad", "sparse_pred_ignore_index", "sparse_prediction"],
  },
  modernise,
  prefix: "model.",
  names: () => [
    ["text.embedding.word.*", "embeddings.tok_embeddings.*"],
    ["text.embedding.norm.*", "embeddings.norm.*"],
    ...joint("query", 0), ...joint("key", 1), ...joint("value", 2),
    ["text.encoder.blocks.#.attention.output.*", "layers.#.attn.Wo.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "layers.#.attn_norm.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "layers.#.mlp_norm.*"],
    { ours: "text.encoder.blocks.#.feedForward.gate.*", theirs: "layers.#.mlp.Wi.*", part: { index: 0, of: 2 } },
    { ours: "text.encoder.blocks.#.feedForward.up.*", theirs: "layers.#.mlp.Wi.*", part: { index: 1, of: 2 } },
    ["text.encoder.blocks.#.feedForward.down.*", "layers.#.mlp.Wo.*"],
    ["text.encoder.norm.*", "final_norm.*"],
  ],
  tasks: {
    features: { className: "ModernBertModel", names: [], prefixed: false },
    "masked-lm": {
      className: "ModernBertForMaskedLM",
      names: [...HEAD, ["head.weight", "decoder.weight"], ["head.bias", "decoder.bias"]],
      copies: [["decoder.weight", "model.embeddings.tok_embeddings.weight"]],
    },
    "sequence-classification": { className: "ModernBertForSequenceClassification", names: [...HEAD, ["head.score.*", "classifier.*"]] },
    "token-classification": { className: "ModernBertForTokenClassification", names: [...HEAD, ["head.score.*", "classifier.*"]] },
  },
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, hidden, depth, heads, activation, eps, normBias, attentionBias, feedForwardBias, embeddingDropout, attentionDropout, dropout, globalEvery, window, globalBase, localBase, decoderBias, headBias, headActivation, headDropout, pooling, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, bias: attentionBias, normPlace: "pre", eps, normBias, attentionDropout,
      feedForward: { hidden, activation, gated: true, bias: feedForwardBias },
      embedding: { norm: "layer", normBias, eps, dropout: embeddingDropout },
      // The embedding has just been normalised.
      makeBlock: (block, i) => new EncoderBlock({ ...block, dropout, attentionNorm: i > 0 }),
    });
    const isGlobal = Array.from({ length: depth }, (_, i) => i % globalEvery === 0);
    const reach = Math.floor(window / 2);
    const dense = { activation: headActivation, bias: headBias, norm: { eps, bias: normBias } };
    const transform = { activation: headActivation, eps, bias: headBias, normBias };
    const headRandom = random.child("head");
    const head =
      task === "token-classification"
        ? new ClassificationHead({ random: headRandom, width, labels, pooling: "tokens", dense, dropout: headDropout })
        : encoderHead({ random: headRandom, task, labels, width, vocabulary, text, transform, bias: decoderBias, tied, classification: { dense, dropout: headDropout, pooling } });
    return new EncoderModel({
      text,
      inputs: ({ ids, valid }) => {
        const places = arange(ids.dim(1)).unsqueeze(0);
        const [far, near] = [globalBase, localBase].map((base) => rotaryAt(width / heads, places, { base }));
        const all = validKeys(valid);
        const local = and(band(reach, reach), all);
        return { valid: undefined, mask: isGlobal.map((sees) => (sees ? all : local)), rotary: isGlobal.map((sees) => (sees ? far : near)) };
      },
      head,
    });
  },
});
