/** T5, BART and mBART: an encoder, and a decoder that writes with its words. */
import { hostArray } from "../../../engine/index.ts";
import type { HostArray } from "../../../engine/index.ts";
import type { NameEntry, NameTable, TextTask } from "../../../nn/pretrained/index.ts";
import type { StreamConfig } from "../config.ts";
import { textNames, wordNames } from "../module-names.ts";
import { headWidthOf } from "../transformer-options.ts";
import { activation, dropouts, equalTo, only, same, USUAL, written } from "./counterpart.ts";
import type { Counterpart, Setting } from "./counterpart.ts";

const TASKS: readonly { readonly target: readonly string[]; readonly task: TextTask }[] = [{ target: ["lm"], task: "seq2seq-lm" }];
const NAMES: NameTable = [...textNames({ embedding: "model.embedding", encoder: "model.encoder" }), ["decoder.decoder.*", "model.decoder.*"], ["objectives.lm.head.*", "model.head.*"]];

const decoderLayers: Setting["write"] = ({ config, stream }) => config.decoder_layers_num ?? stream.layers_num;

/** Relative positions beyond this fall into the last bucket. */
const FARTHEST = 128;

/** `feed_forward_proj` by the shape and the activation of the feed-forward network. */
const PROJECTIONS: Readonly<Record<string, { readonly feed_forward: string; readonly hidden_act: string }>> = {
  relu: { feed_forward: "dense", hidden_act: "relu" },
  gelu: { feed_forward: "dense", hidden_act: "gelu" },
  "gated-gelu": { feed_forward: "gated", hidden_act: "gelu_fast" },
  "gated-silu": { feed_forward: "gated", hidden_act: "silu" },
};

const projectionOf = ({ feed_forward: shape, hidden_act: act }: StreamConfig): string | undefined => Object.keys(PROJECTIONS).find((name) => PROJECTIONS[name]?.feed_forward === shape && PROJECTIONS[name]?.hidden_act === act);

const WORDS = "model.embedding.word.weight";
const HEAD = "model.head.weight";
const LAST_NORM = "model.decoder.norm.weight";

const equal = (a: HostArray, b: HostArray | undefined): boolean => b !== undefined && a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);

/**
 * T5 and T5 v1.1. There, scores of a tied table are scaled by width^-0.5, and here they are not. So a tied table is written
 * twice, as an untied model has it, and read as one where both are equal; the scale of a model tied there goes into its
 * last norm.
 */
export const T5: Counterpart = {
  name: "T5",
  modelType: "t5",
  embedding: ["word"],
  targetEmbedding: ["word"],
  mask: "fully_visible",
  tasks: TASKS,
  requires: {
    ...USUAL, layernorm_positioning: ["pre"], remove_embedding_layernorm: [true], layernorm: ["t5", "rms"], feed_forward: ["dense", "gated"], remove_transformer_bias: [true], remove_attention_scale: [true], relative_position_embedding: [true],
    share_embedding: [true],
  },
  ownHeadWidth: true,
  check: (stream) => (projectionOf(stream) === undefined ? [{ fields: ["feed_forward", "hidden_act"], message: `T5 has ${Object.values(PROJECTIONS).map(({ feed_forward: shape, hidden_act: act }) => `${shape} with ${act}`).join(", ")}, this model ${stream.feed_forward} with ${stream.hidden_act}`, fix: "choose one of those" }] : []),
  settings: [
    same("vocab_size", "vocab_size"), same("d_model", "hidden_size", "emb_size"), same("d_ff", "feedforward_size"), same("num_layers", "layers_num"), same("num_heads", "heads_num"),
    { theirs: "num_decoder_layers", write: decoderLayers, read: (value, { num_layers: layers }) => ({ decoder_layers_num: value ?? layers }), loose: true },
    { theirs: "d_kv", write: ({ stream }) => headWidthOf(stream), read: (value) => ({ attention_head_size: value }) },
    same("relative_attention_num_buckets", "relative_attention_buckets_num"),
    only("relative_attention_max_distance", FARTHEST),
    { theirs: "feed_forward_proj", write: ({ stream }) => projectionOf(stream), read: (value) => PROJECTIONS[String(value)] ?? {} },
    same("layer_norm_epsilon", "layernorm_eps"), ...dropouts("dropout_rate"), written("tie_word_embeddings", () => false),
  ],
  names: () => [...NAMES, ["streams.0.encoder.relative.*", "encoderBias.*"], ["decoder.relative.*", "decoderBias.*"]],
  outward: (state) => (state.has(HEAD) ? state : new Map([...state, [HEAD, state.get(WORDS) as HostArray]])),
  inward: (state, { tie_word_embeddings: tied, d_model: width }) => {
    const { [HEAD]: head, ...rest } = Object.fromEntries(state);
    if (tied !== true) return equal(rest[WORDS] as HostArray, head) ? { state: new Map(Object.entries(rest)), keys: { tie_weights: true } } : { state, keys: { tie_weights: false } };
    const norm = rest[LAST_NORM] as HostArray;
    const scaled = hostArray(Float32Array.from(norm.data as Float32Array, (value) => value * Number(width) ** -0.5), norm.shape);
    return { state: new Map([...state, [LAST_NORM, scaled]]), keys: { tie_weights: true } };
  },
};

/** Read as T5 v1.1, whose layers it has. */
export const MT5: Counterpart = { ...T5, name: "mT5", modelType: "mt5" };

/** The table of positions there begins with two rows that no token uses. */
const OFFSET = 2;
const positions = (ours: string, theirs: string, length: number): NameEntry => ({ ours: `${ours}.parts.pos.table.weight`, theirs: `${theirs}.position.weight`, rows: { from: Array.from({ length }, (_, i) => i + OFFSET), of: length + OFFSET } });

/** Norms there have this eps, whatever a config says. */
const EPS = 1e-5;
const HEAD_BIAS = "model.head.bias";

const bartLike = (name: string, modelType: string, place: "pre" | "post"): Counterpart => ({
  name,
  modelType,
  embedding: ["word", "pos"],
  targetEmbedding: ["word", "pos"],
  mask: "fully_visible",
  tasks: TASKS,
  requires: { ...USUAL, layernorm_positioning: [place], remove_embedding_layernorm: [false], layernorm_eps: [EPS], share_embedding: [true], has_lmtarget_bias: [true, false] },
  settings: [
    same("vocab_size", "vocab_size"), same("d_model", "hidden_size", "emb_size"), same("encoder_layers", "layers_num"), same("encoder_attention_heads", "heads_num"), same("encoder_ffn_dim", "feedforward_size"),
    { theirs: "decoder_layers", write: decoderLayers, read: (value) => ({ decoder_layers_num: value }) },
    equalTo("decoder_attention_heads", "heads_num"), equalTo("decoder_ffn_dim", "feedforward_size"),
    activation("activation_function"), same("max_position_embeddings", "max_seq_length"), ...dropouts("dropout", "attention_dropout"), only("scale_embedding", false), same("tie_word_embeddings", "tie_weights"),
  ],
  names: ({ stream: { max_seq_length: length } }) => [
    positions("streams.0.embedding", "model.embedding", length),
    positions("targetEmbedding", "model.targetEmbedding", length),
    ...wordNames("targetEmbedding", "model.targetEmbedding"),
    ...NAMES,
  ],
  zeros: [HEAD_BIAS],
});

export const BART = bartLike("BART", "bart", "post");
/** BART with its norms before the branches. */
export const MBART = bartLike("mBART", "mbart", "pre");
