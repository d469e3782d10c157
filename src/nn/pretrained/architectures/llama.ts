/** Decoders in the manner of LLaMA (arXiv 2302.13971), and EuroBERT (arXiv 2503.05500), the same layers without a causal mask. */
import { arange } from "../../../engine/index.ts";
import { and, band, validKeys } from "../../attention/mask.ts";
import type { Activation } from "../../activation.ts";
import { rotaryAt } from "../../positions/rotary.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import type { Architecture, TaskNames } from "../architecture.ts";
import { encoderHead, EncoderModel } from "../encoder-model.ts";
import type { NameTable } from "../name-table.ts";
import { rotaryBaseOf } from "../rotary-record.ts";
import { absentOr, activationField, count, flag, layers, optional, rate, real } from "../settings.ts";
import type { Config } from "../settings.ts";
import { evenHeads, wholeGroups } from "../size-checks.ts";
import type { TextTask } from "../text-model.ts";

const NAMES: NameTable = [
  ["text.embedding.word.*", "embed_tokens.*"],
  ["text.encoder.blocks.#.attention.query.*", "layers.#.self_attn.q_proj.*"],
  ["text.encoder.blocks.#.attention.key.*", "layers.#.self_attn.k_proj.*"],
  ["text.encoder.blocks.#.attention.value.*", "layers.#.self_attn.v_proj.*"],
  ["text.encoder.blocks.#.attention.output.*", "layers.#.self_attn.o_proj.*"],
  ["text.encoder.blocks.#.attention.queryNorm.*", "layers.#.self_attn.q_norm.*"],
  ["text.encoder.blocks.#.attention.keyNorm.*", "layers.#.self_attn.k_norm.*"],
  ["text.encoder.blocks.#.attentionNorm.*", "layers.#.input_layernorm.*"],
  ["text.encoder.blocks.#.feedForwardNorm.*", "layers.#.post_attention_layernorm.*"],
  ["text.encoder.blocks.#.feedForward.gate.*", "layers.#.mlp.gate_proj.*"],
  ["text.encoder.blocks.#.feedForward.up.*", "layers.#.mlp.up_proj.*"],
  ["text.encoder.blocks.#.feedForward.down.*", "layers.#.mlp.down_proj.*"],
  ["text.encoder.norm.*", "norm.*"],
];

interface LlamaVariant {
  readonly modelType: string;
  readonly classes: string;
  readonly source: string;
  readonly causal: boolean;
  /** Biases where the config does not say. */
  readonly projectionBias: boolean;
  readonly outputBias: "as projections" | "never";
  readonly headNorm: boolean;
  readonly base: number;
  readonly tied: boolean;
  /** Variants of attention that are not built. */
  readonly fixed: Readonly<Record<string, readonly unknown[]>>;
  /** What the library takes for absent keys, where that is not what a LLaMA has. */
  readonly absent?: Config;
  readonly ignored?: readonly string[];
}

/**
 * Later versions of the library keep the base of rotary positions in a record, and name the attention of each layer. A
 * window as wide as the longest text hides nothing.
 */
function modernise(config: Config, absent: Config): Config {
  const { rope_parameters: rope, layer_types: types, ...rest } = config;
  const base = rotaryBaseOf(rope);
  const allSee = Array.isArray(types) && types.length === config["num_hidden_layers"] && types.every((type) => type === "full_attention");
  const { sliding_window: window, max_position_embeddings: positions } = { ...absent, ...config };
  const hidesNothing = Object.hasOwn(absent, "sliding_window") && typeof window === "number" && typeof positions === "number" && window >= positions;
  return {
    ...rest,
    ...(hidesNothing ? { sliding_window: null } : {}),
    ...(base !== undefined ? { rope_theta: base } : rope === undefined ? {} : { rope_parameters: rope }),
    ...(allSee || types === undefined ? {} : { layer_types: types }),
  };
}

function llamaLike(variant: LlamaVariant): Architecture {
  const { modelType, classes, source, causal, absent = {} } = variant;
  const scores: TaskNames = { className: `${classes}${causal ? "ForCausalLM" : "ForMaskedLM"}`, names: [["head.weight", "lm_head.weight"], ["head.bias", "lm_head.bias"]], copies: [["lm_head.weight", "model.embed_tokens.weight"]] };
  const tasks: Partial<Record<TextTask, TaskNames>> = { features: { className: `${classes}Model`, names: [], prefixed: false }, [causal ? "causal-lm" : "masked-lm"]: scores };
  return defineArchitecture({
    modelType,
    source,
    config: {
      fields: {
        vocabulary: count("vocab_size"), width: count("hidden_size"), hidden: count("intermediate_size"), depth: layers("num_hidden_layers"), heads: count("num_attention_heads"), kvHeads: optional(count("num_key_value_heads")), headWidth: absentOr(count("head_dim")),
        activation: activationField("hidden_act", "silu" as Activation), positions: count("max_position_embeddings", 2048), eps: real("rms_norm_eps", 1e-6), base: real("rope_theta", variant.base), attentionDropout: rate("attention_dropout"),
        ...(variant.outputBias === "never" ? {} : { attentionBias: flag("attention_bias", variant.projectionBias), feedForwardBias: flag("mlp_bias", false) }),
        tied: flag("tie_word_embeddings", variant.tied),
      },
      checks: [evenHeads, wholeGroups],
      fixed: { rope_scaling: [null], pretraining_tp: [1], ...variant.fixed },
      absent,
      ignored: variant.ignored ?? [],
    },
    modernise: (config) => modernise(config, absent),
    prefix: "model.",
    names: () => NAMES,
    tasks,
    ignored: [/rotary_emb\.inv_freq$/],
    longest: ({ positions }) => positions,
    width: ({ width }) => width,
    vocabulary: ({ vocabulary }) => vocabulary,
    build: (settings, { random, task, labels }) => {
      const { vocabulary, width, hidden, depth, heads, activation, eps, base, attentionDropout, tied } = settings;
      const { attentionBias = variant.projectionBias, feedForwardBias = false } = settings as { readonly attentionBias?: boolean; readonly feedForwardBias?: boolean };
      const headWidth = settings.headWidth ?? width / heads;
      const text = new TextEncoder({
        random: random.child("text"), vocabulary, width, depth, heads, kvHeads: settings.kvHeads ?? heads, headWidth, normPlace: "pre", norm: "rms", eps, attentionDropout,
        bias: { query: attentionBias, key: attentionBias, value: attentionBias, output: attentionBias && variant.outputBias !== "never" },
        headNorm: variant.headNorm ? "rms" : undefined,
        feedForward: { hidden, activation, gated: true, bias: feedForwardBias },
      });
      return new EncoderModel({
        text,
        inputs: ({ ids, valid }) => ({
          ...(causal ? { valid: undefined, mask: and(band(Infinity, 0), validKeys(valid)) } : {}),
          rotary: rotaryAt(headWidth, arange(ids.dim(1)).unsqueeze(0), { base }),
        }),
        head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, bias: feedForwardBias, tied, classification: { dense: null } }),
      });
    },
  });
}

const NO_WINDOW = { use_sliding_window: [false], layer_types: [null] };

export const LLAMA = llamaLike({ modelType: "llama", classes: "Llama", source: "LLaMA, arXiv 2302.13971", causal: true, projectionBias: false, outputBias: "as projections", headNorm: false, base: 10000, tied: false, fixed: {} });
export const MISTRAL = llamaLike({ modelType: "mistral", classes: "Mistral", source: "Mistral 7B, arXiv 2310.06825", causal: true, projectionBias: false, outputBias: "never", headNorm: false, base: 10000, tied: false, fixed: { sliding_window: [null] }, absent: { num_key_value_heads: 8, max_position_embeddings: 131072, sliding_window: 4096 } });
export const QWEN2 = llamaLike({ modelType: "qwen2", classes: "Qwen2", source: "Qwen2, arXiv 2407.10671", causal: true, projectionBias: true, outputBias: "never", headNorm: false, base: 10000, tied: false, fixed: NO_WINDOW, absent: { num_key_value_heads: 32, max_position_embeddings: 32768 }, ignored: ["sliding_window", "max_window_layers", "use_mrope"] });
export const QWEN3 = llamaLike({ modelType: "qwen3", classes: "Qwen3", source: "Qwen3, arXiv 2505.09388", causal: true, projectionBias: false, outputBias: "as projections", headNorm: true, base: 10000, tied: false, fixed: NO_WINDOW, absent: { num_key_value_heads: 32, head_dim: 128, max_position_embeddings: 32768 }, ignored: ["sliding_window", "max_window_layers"] });
export const EUROBERT = llamaLike({ modelType: "eurobert", classes: "EuroBert", source: "EuroBERT, arXiv 2503.05500", causal: false, projectionBias: false, outputBias: "as projections", headNorm: false, base: 250000, tied: false, fixed: {}, absent: { max_position_embeddings: 8192, rms_norm_eps: 1e-5 }, ignored: ["bos_token", "clf_pooling", "classifier_pooling", "eos_token", "hidden_dropout", "mask_token", "pad_token"] });
