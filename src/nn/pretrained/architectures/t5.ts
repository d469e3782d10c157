/** T5 (arXiv 1910.10683), mT5 (arXiv 2010.11934) and ByT5 (arXiv 2105.13626): relative positions in buckets, no scaling of scores. */
import { RelativeBias } from "../../positions/relative-bias.ts";
import { Seq2Seq } from "../../transformer/seq2seq.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import type { Activation } from "../../activation.ts";
import { defineArchitecture } from "../architecture.ts";
import type { Architecture } from "../architecture.ts";
import { EncoderModel } from "../encoder-model.ts";
import type { NameTable } from "../name-table.ts";
import { Seq2SeqModel } from "../seq2seq-model.ts";
import { choice, count, distance, flag, layers, optional, rate, real } from "../settings.ts";
import type { Config, Field } from "../settings.ts";

interface FeedForwardKind {
  readonly activation: Activation;
  readonly gated: boolean;
}

const KINDS: Readonly<Record<string, FeedForwardKind>> = {
  relu: { activation: "relu", gated: false },
  "gated-gelu": { activation: "gelu-tanh", gated: true },
  "gated-silu": { activation: "silu", gated: true },
  gelu: { activation: "gelu", gated: false },
};

const attention = (ours: string, theirs: string): NameTable => [[`${ours}.query.*`, `${theirs}.q.*`], [`${ours}.key.*`, `${theirs}.k.*`], [`${ours}.value.*`, `${theirs}.v.*`], [`${ours}.output.*`, `${theirs}.o.*`]];

/** One stack; the feed-forward network is sub-layer `last` of its blocks. */
const stack = (ours: string, theirs: string, last: number, gated: boolean): NameTable => [
  ...attention(`${ours}.blocks.#.attention`, `${theirs}.block.#.layer.0.SelfAttention`),
  [`${ours}.blocks.#.attentionNorm.*`, `${theirs}.block.#.layer.0.layer_norm.*`],
  ...attention(`${ours}.blocks.#.crossAttention`, `${theirs}.block.#.layer.1.EncDecAttention`),
  [`${ours}.blocks.#.crossAttentionNorm.*`, `${theirs}.block.#.layer.1.layer_norm.*`],
  [`${ours}.blocks.#.feedForward.gate.*`, `${theirs}.block.#.layer.${last}.DenseReluDense.wi_0.*`],
  [`${ours}.blocks.#.feedForward.up.*`, `${theirs}.block.#.layer.${last}.DenseReluDense.${gated ? "wi_1" : "wi"}.*`],
  [`${ours}.blocks.#.feedForward.down.*`, `${theirs}.block.#.layer.${last}.DenseReluDense.wo.*`],
  [`${ours}.blocks.#.feedForwardNorm.*`, `${theirs}.block.#.layer.${last}.layer_norm.*`],
  [`${ours}.norm.*`, `${theirs}.final_layer_norm.*`],
];

const biasOf = (theirs: string): string => `${theirs}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;

/**
 * Earlier versions of the library scale the scores of a tied table, and no others. Later ones say with a key of its own
 * whether scores are scaled, and call every table tied: it is where the weights hold no other.
 */
function modernise(config: Config): Config {
  const { scale_decoder_outputs: scaled, ...rest } = config;
  if (typeof scaled !== "boolean") return config;
  if (scaled) return { ...rest, tie_word_embeddings: true };
  return rest["tie_word_embeddings"] === false ? rest : config;
}

/** An mT5 that version 5 has written says nothing of scores, calls its table tied, and scales nothing; version 4 scales the scores of such a table. */
const isUnscaled = ({ model_type: type, scale_decoder_outputs: scaled, transformers_version: version }: Config): boolean => scaled === false || (type === "mt5" && scaled === undefined && typeof version === "string" && Number.parseInt(version, 10) >= 5);

const withWeights = (config: Config, has: (tensor: string) => boolean): Config => (isUnscaled(config) ? { ...config, scale_decoder_outputs: false, tie_word_embeddings: !has("lm_head.weight") } : config);

/** Whether scores are scaled, where that is not as usual; not written where it is. */
const scaling: Field<boolean | null> = { key: "scale_decoder_outputs", read: (value) => flag("", true).read(value), write: (value) => value ?? undefined, fallback: null };

function t5Like(modelType: string, classes: string, source: string, defaults: { readonly kind: FeedForwardKind; readonly tied: boolean }): Architecture {
  return defineArchitecture({
    modelType,
    source,
    config: {
      fields: {
        vocabulary: count("vocab_size", 32128), width: count("d_model", 512), headWidth: count("d_kv", 64), hidden: count("d_ff", 2048), depth: layers("num_layers", 6), decoderDepth: optional(layers("num_decoder_layers")), heads: count("num_heads", 8),
        buckets: count("relative_attention_num_buckets", 32, 4), maxDistance: distance("relative_attention_max_distance", 128), dropout: rate("dropout_rate", 0.1), eps: real("layer_norm_epsilon", 1e-6),
        kind: choice("feed_forward_proj", KINDS, defaults.kind), tied: flag("tie_word_embeddings", defaults.tied), scaling,
      },
      // The decoder sees to one side: half of its buckets are exact, and the rest reach farther.
      checks: [({ size, key }) => (size("maxDistance") > Math.floor(size("buckets") / 2) ? undefined : `${key("maxDistance")}: expected more than half of ${key("buckets")}, which is ${size("buckets")}, got ${size("maxDistance")}`)],
      ignored: ["is_gated_act", "dense_act_fn", "n_positions", "classifier_dropout"],
    },
    modernise,
    withWeights,
    prefix: "",
    names: ({ kind: { gated } }) => [
      ["text.embedding.word.*", "shared.*"],
      ["relative.weight", biasOf("encoder")],
      ...stack("text.encoder", "encoder", 1, gated),
      ["model.embedding.word.*", "shared.*"],
      ["encoderBias.weight", biasOf("encoder")],
      ["decoderBias.weight", biasOf("decoder")],
      ...stack("model.encoder", "encoder", 1, gated),
      ...stack("model.decoder", "decoder", 2, gated),
      ["model.head.weight", "lm_head.weight"],
    ],
    tasks: {
      features: { className: `${classes}EncoderModel`, aliases: [`${classes}Model`], names: [], copies: [["encoder.embed_tokens.weight", "shared.weight"]] },
      "seq2seq-lm": {
        className: `${classes}ForConditionalGeneration`,
        names: [["model.decoder.*", "decoder.*"], ["model.head.*", "lm_head.*"]],
        copies: [["encoder.embed_tokens.weight", "shared.weight"], ["decoder.embed_tokens.weight", "shared.weight"], ["lm_head.weight", "shared.weight"]],
      },
    },
    // In early files; the memory has no relative positions.
    ignored: [/^decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight$/],
    longest: () => null,
    width: ({ width }) => width,
    vocabulary: ({ vocabulary }) => vocabulary,
    build: (settings, { random, task }) => {
      const { vocabulary, width, headWidth, hidden, depth, decoderDepth, heads, buckets, maxDistance, dropout, eps, kind, tied, scaling } = settings;
      const shared = { random: random.child("text"), vocabulary, width, heads, headWidth, bias: false, normPlace: "pre", norm: "rms", eps, dropout, attentionDropout: dropout, feedForward: { hidden, ...kind, bias: false }, embedding: { dropout } } as const;
      const relative = (name: string, bidirectional: boolean): RelativeBias => new RelativeBias({ random: random.child(name), heads, buckets, maxDistance, bidirectional });
      const encoderBias = relative("encoderBias", true);
      if (task === "features") return new EncoderModel({ text: new TextEncoder({ ...shared, depth }), relative: encoderBias, inputs: ({ ids }) => ({ scale: 1, bias: encoderBias.forward(ids.dim(1)) }) });
      const model = new Seq2Seq({ ...shared, encoderDepth: depth, decoderDepth: decoderDepth ?? depth, tied, head: { scale: scaling ?? tied ? width ** -0.5 : 1 } });
      return new Seq2SeqModel({ model, encoderBias, decoderBias: relative("decoderBias", false), scale: 1 });
    },
  });
}

export const T5 = t5Like("t5", "T5", "T5, arXiv 1910.10683", { kind: KINDS["relu"] as FeedForwardKind, tied: true });
export const MT5 = t5Like("mt5", "MT5", "mT5, arXiv 2010.11934", { kind: KINDS["gated-gelu"] as FeedForwardKind, tied: false });
