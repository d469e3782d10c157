/**
 * The file a model is assembled from: flat JSON with the keys of UER (arXiv 1909.05658) and TencentPretrain (2212.06385),
 * so that their published files are read unchanged. Keys that are not known are refused with the nearest one; keys whose
 * mechanism does not exist here are refused by name. A file of ours carries `"version": 1`.
 */
import { z } from "zod";
import { AssembleError } from "./assemble-error.ts";
import { suggestion } from "../suggestion.ts";

export const MASKS = ["fully_visible", "causal", "causal_with_prefix"] as const;
export type MaskName = (typeof MASKS)[number];

const size = z.int().min(1).max(1_000_000);
const share = z.number().min(0).max(0.999);
const names = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => (typeof value === "string" ? [value] : value));
const flag = z.boolean();

/** What one stream is made of. */
const streamKeys = {
  vocab_size: size.describe("rows of the word table; published files leave it to the tokenizer"),
  emb_size: size.describe("width of the embeddings; default 768"),
  hidden_size: size.describe("width of the encoder; default emb_size"),
  feedforward_size: size.describe("hidden width of feed-forward networks; default 4 hidden_size"),
  hidden_act: z.enum(["gelu", "gelu_fast", "relu", "silu", "linear"]).describe("activation of feed-forward networks and of mlm's head; default gelu"),
  heads_num: size.describe("attention heads; default 12"),
  local_kv_heads_num: size.describe("heads of keys and values; default heads_num"),
  attention_head_size: size.describe("width of a head; default hidden_size / heads_num"),
  layers_num: size.describe("encoder layers; default 12"),
  max_seq_length: size.describe("rows of the position table; default 512"),
  dropout: share.describe("of embeddings, attention weights and branches; default 0.1"),
  embedding: names.describe("embeddings that are summed, the first makes the tokens; `dual` for two streams"),
  remove_embedding_layernorm: flag.describe("no norm after the sum of embeddings"),
  subencoder: z.string().describe("reads the characters of each word; its vector is added to the word's"),
  sub_vocab_size: size.describe("characters of the subencoder; default 256"),
  sub_layers_num: size.describe("layers of a recurrent subencoder; default 1"),
  encoder: z.string().describe("what turns embeddings into hidden states; `dual` for two streams"),
  bidirectional: flag.describe("rnn, lstm, gru: every layer reads both ways, hidden_size / 2 each"),
  mask: z.enum([...MASKS, "prefix"]).describe("who sees whom, for all objectives; default: each objective chooses"),
  layernorm_positioning: z.enum(["pre", "post"]).describe("norm before or after each branch; default post; pre adds a final norm"),
  layernorm: z.enum(["normal", "t5", "rms", "uer"]).describe("normal, t5 and rms (root mean square), uer (eps outside the root of the unbiased variance)"),
  layernorm_eps: z.number().positive().max(1).describe("default 1e-6"),
  feed_forward: z.enum(["dense", "gated"]).describe("default dense"),
  remove_transformer_bias: flag.describe("no biases in attention and feed-forward networks"),
  remove_attention_scale: flag.describe("scores are not divided by the root of the head width"),
  relative_position_embedding: flag.describe("T5's bias by relative position, one table for all layers"),
  relative_attention_buckets_num: size.describe("buckets of that table; default 32"),
  rotary_position_embedding: flag.describe("queries and keys are turned by their position"),
  alibi_position_embedding: flag.describe("scores fall linearly with distance"),
  factorized_embedding_parameterization: flag.describe("embeddings of emb_size are mapped to hidden_size"),
  parameter_sharing: flag.describe("one layer is run layers_num times"),
  has_residual_attention: flag.describe("scores of each encoder layer are added to those of the next, before the softmax"),
  layer_number_scale: flag.describe("scores are divided and multiplied by the number of the layer: the same in single precision, so nothing is done"),
  kernel_size: size.describe("width of the convolutions of cnn and gatedcnn; default 3"),
  block_size: size.describe("layers in a residual block of gatedcnn; default 2"),
  image_height: size.describe("default 224"),
  image_width: size.describe("default 224"),
  patch_size: size.describe("side of a patch; default 16"),
  channels_num: size.describe("default 3"),
  audio_feature_size: size.describe("bands of a frame of speech; default 80"),
  conv_channels: z.array(size).min(1).describe("channels of the speech convolutions before their gates; default [1024, 2 emb_size]"),
  conv_kernel_sizes: z.array(size).min(1).describe("default [5, 5]"),
  pooling: z.enum(["first", "last", "mean", "max"]).describe("one vector of a sequence; default first"),
} as const;

/** What there is once for the whole model. */
const modelKeys = {
  version: z.literal(1).describe("of this format"),
  name: z.string().describe("for people"),
  stream_0: z.strictObject(streamKeys).partial().describe("dual: keys of the first stream that differ from the outer ones"),
  stream_1: z.strictObject(streamKeys).partial().describe("dual: the same of the second"),
  tgt_embedding: names.describe("embeddings of what the decoder reads"),
  tgt_vocab_size: size.describe("rows of the target's word table; default vocab_size"),
  decoder: z.string().nullable().describe("reads the encoder and writes the target"),
  decoder_layers_num: size.describe("default layers_num"),
  target: z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === "string" ? [value] : value)).describe("objectives; their losses are summed"),
  tie_weights: flag.describe("the output map of mlm, or of lm, is a word table; dual: both streams are one"),
  share_embedding: flag.describe("target and source have one word table"),
  has_lmtarget_bias: flag.describe("bias of lm's output map"),
  prefix_lm_loss: flag.describe("lm counts segment 2 only"),
  label_smoothing: share.describe("of lm; default 0"),
  labels_num: size.describe("classes of cls, tags of ner"),
  task_labels_num: z.array(size).min(1).describe("classes of each task of tasks"),
  projection: flag.describe("clr: a linear map of each stream to feature_size"),
  feature_size: size.describe("default 512"),
  data_processor: z.string().describe("how a corpus becomes batches"),
  image_tokenizer: z.looseObject({ image_vocab_size: size, hidden_size: size, code_size: size, steps: size }).partial().describe("image_vocab_size: codes of a patch; of the tokenizer that pretrain makes, hidden_size (64) and code_size (16) are widths and steps its updates"),
} as const;

/** Keys of published files that say how a corpus is read or weights are updated, and nothing about the model. */
const elsewhereKeys = ["tokenizer", "image_preprocess", "audio_preprocess", "max_audio_frames", "sampling_rate", "specaugment", "optimizer", "scheduler", "ignore_index", "seq_length", "conv_layers_num"] as const;

const schema = z.strictObject({ ...streamKeys, ...modelKeys, ...Object.fromEntries(elsewhereKeys.map((key) => [key, z.unknown()])) }).partial();

type Given = z.output<ReturnType<typeof z.object<typeof streamKeys & typeof modelKeys>>>;
type Stream = { readonly [K in keyof typeof streamKeys]: z.output<(typeof streamKeys)[K]> };
type Optional = "vocab_size" | "local_kv_heads_num" | "attention_head_size" | "subencoder" | "mask";

/** One stream with all defaults filled in. */
export type StreamConfig = Omit<Stream, Optional | "embedding"> & Partial<Pick<Stream, Exclude<Optional, "mask">>> & { readonly embedding: readonly string[]; readonly mask?: MaskName };

/** A whole model with all defaults filled in. */
export interface AssembleConfig extends Omit<Given, keyof Stream | "version" | "name" | "stream_0" | "stream_1" | "tgt_embedding" | "tgt_vocab_size" | "decoder" | "labels_num" | "task_labels_num" | "data_processor" | "image_tokenizer" | "decoder_layers_num" | "target"> {
  readonly version: 1;
  readonly name?: string;
  /** One, or two for dual models. */
  readonly streams: readonly StreamConfig[];
  readonly target: readonly string[];
  readonly tgt_embedding: readonly string[] | null;
  readonly tgt_vocab_size?: number;
  readonly decoder: string | null;
  readonly decoder_layers_num?: number;
  readonly labels_num?: number;
  readonly task_labels_num?: readonly number[];
  readonly data_processor?: string;
  readonly image_tokenizer?: { readonly image_vocab_size?: number; readonly hidden_size?: number; readonly code_size?: number; readonly steps?: number };
  /** Keys of the file that this floor does not act on, such as the optimizer's. */
  readonly elsewhere: Readonly<Record<string, unknown>>;
}

const KEYS = [...Object.keys(streamKeys), ...Object.keys(modelKeys), ...elsewhereKeys];

/** Every key with what it means, for people. */
export const configKeys = (): { readonly key: string; readonly description: string }[] =>
  [...Object.entries(streamKeys), ...Object.entries(modelKeys)].flatMap(([key, value]) => (value.description === undefined ? [] : [{ key, description: value.description }]));

/** Spellings of UER's first release. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  embedding: { bert: ["word", "pos", "seg"], gpt: ["word", "pos"] },
  target: { bert: ["mlm", "sp"], nsp: ["sp"], albert: ["mlm", "sp"], s2s: ["lm"], t5: ["lm"], seq2seq: ["lm"] },
};

function respell(key: "embedding" | "target", given: readonly string[]): readonly string[] {
  if (given.length !== 1) return given.map((name) => (key === "target" && name === "nsp" ? "sp" : name));
  const [name] = given as readonly [string];
  const aliases = ALIASES[key] ?? {};
  const known = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (known !== undefined) return known;
  const pieces = name.split("_");
  return key === "embedding" && pieces.length > 1 && pieces.every((piece) => ["word", "pos", "seg", "sinusoidalpos"].includes(piece)) ? pieces : given;
}

/** UER's first release names two transformers by their masks. */
const ENCODERS: Readonly<Record<string, { readonly encoder: string; readonly mask?: MaskName }>> = { bert: { encoder: "transformer", mask: "fully_visible" }, gpt: { encoder: "transformer", mask: "causal" } };

function completeStream(given: Partial<Stream>): StreamConfig {
  const { mask, subencoder, ...rest } = given;
  const emb = given.emb_size ?? 768;
  const hidden = given.hidden_size ?? emb;
  const old = Object.hasOwn(ENCODERS, given.encoder ?? "") ? ENCODERS[given.encoder as string] : undefined;
  const chosen = mask === "prefix" ? "causal_with_prefix" : (mask ?? old?.mask);
  return {
    feedforward_size: 4 * hidden, hidden_act: "gelu", heads_num: 12, layers_num: 12, max_seq_length: 512, dropout: 0.1, remove_embedding_layernorm: false, sub_vocab_size: 256, sub_layers_num: 1,
    bidirectional: false, layernorm_positioning: "post", layernorm: "normal", layernorm_eps: 1e-6, feed_forward: "dense", remove_transformer_bias: false, remove_attention_scale: false,
    relative_position_embedding: false, relative_attention_buckets_num: 32, rotary_position_embedding: false, alibi_position_embedding: false, factorized_embedding_parameterization: false,
    parameter_sharing: false, has_residual_attention: false, layer_number_scale: false, kernel_size: 3, block_size: 2, image_height: 224, image_width: 224, patch_size: 16, channels_num: 3,
    audio_feature_size: 80, conv_channels: [1024, 2 * emb], conv_kernel_sizes: [5, 5], pooling: "first",
    ...rest,
    emb_size: emb,
    hidden_size: hidden,
    embedding: [...respell("embedding", given.embedding ?? ["word"])],
    encoder: old?.encoder ?? given.encoder ?? "transformer",
    ...(chosen === undefined ? {} : { mask: chosen }),
    ...(subencoder === undefined || subencoder === "none" ? {} : { subencoder }),
  };
}

/** Reads a configuration. Throws an AssembleError, beginning with `where`, that lists every problem. */
export function parseConfig(given: unknown, where = "assemble"): AssembleConfig {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new AssembleError(`${where}: ${parsed.error.issues.flatMap(problemsOf).join("; ")}`);
  const data = parsed.data as Partial<Given>;
  const { stream_0: first, stream_1: second } = data;
  const outer = Object.fromEntries(Object.entries(data).filter(([key]) => key in streamKeys)) as Partial<Stream>;
  const dual = data.encoder === "dual" || data.embedding?.includes("dual") === true;
  const half = dual !== (data.encoder === "dual" && data.embedding?.includes("dual") === true);
  if (half) throw new AssembleError(`${where}: embedding and encoder: a model of two streams says "dual" in both; got embedding ${JSON.stringify(data.embedding)} and encoder ${JSON.stringify(data.encoder)}`);
  if (dual && (first === undefined || second === undefined)) throw new AssembleError(`${where}: stream_0 and stream_1: a dual model needs both; give each at least {"embedding": [...], "encoder": "..."}`);
  if (!dual && (first ?? second) !== undefined) throw new AssembleError(`${where}: stream_0 and stream_1 belong to dual models; say "embedding": ["dual"] and "encoder": "dual", or leave them out`);
  const inner = (stream: Partial<Stream>): StreamConfig => {
    const { embedding: _, encoder: __, ...shared } = outer;
    return completeStream({ ...shared, ...stream });
  };
  const streams = dual ? [inner(first as Partial<Stream>), inner(second as Partial<Stream>)] : [completeStream(outer)];
  return {
    tie_weights: false, share_embedding: false, has_lmtarget_bias: false, prefix_lm_loss: false, label_smoothing: 0, projection: false, feature_size: 512,
    ...Object.fromEntries(Object.entries(data).filter(([key]) => key in modelKeys && !["stream_0", "stream_1"].includes(key))),
    version: 1,
    streams,
    target: [...respell("target", data.target ?? (dual ? [] : ["mlm"]))],
    tgt_embedding: data.tgt_embedding === undefined ? null : [...respell("embedding", data.tgt_embedding)],
    decoder: data.decoder ?? null,
    elsewhere: Object.fromEntries(Object.entries(data).filter(([key]) => (elsewhereKeys as readonly string[]).includes(key))),
  };
}

/** Keys of the decoder and what it reads. */
const DECODER_KEYS = ["tgt_embedding", "tgt_vocab_size", "decoder", "decoder_layers_num", "share_embedding"] as const;

/** Keys that belong to an objective although they stand in a stream. */
const OF_OBJECTIVES: readonly string[] = ["pooling", "mask"];

/** The keys of a file that say what its slots below the objectives are, with those of its decoder where that is wanted. */
export function slotKeys(given: Readonly<Record<string, unknown>>, { decoder }: { readonly decoder: boolean }): Readonly<Record<string, unknown>> {
  const kept = [...Object.keys(streamKeys).filter((key) => !OF_OBJECTIVES.includes(key)), "stream_0", "stream_1", ...(decoder ? DECODER_KEYS : [])];
  return Object.fromEntries(Object.entries(given).filter(([key]) => kept.includes(key)));
}

/** Objectives that a file names, in today's spelling; undefined where it names none. */
export function targetOf({ target }: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  return target === undefined ? undefined : respell("target", [target].flat().map(String));
}

export interface KeyDifference {
  /** With `stream_1.` before it in dual models. */
  readonly key: string;
  readonly own: unknown;
  readonly other: unknown;
}

/** Keys of slots in which two configurations differ. */
export function keyDifferences(own: AssembleConfig, other: AssembleConfig): KeyDifference[] {
  const pairs = (prefix: string, a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>, keys: readonly string[]): KeyDifference[] =>
    keys.flatMap((key) => (JSON.stringify(a[key]) === JSON.stringify(b[key]) || b[key] === undefined ? [] : [{ key: `${prefix}${key}`, own: a[key], other: b[key] }]));
  const shapes = (speech: boolean): string[] => Object.keys(streamKeys).filter((key) => ![...OF_OBJECTIVES, "dropout", ...(speech ? [] : ["conv_channels"])].includes(key));
  const streams = own.streams.flatMap((stream, i) => pairs(own.streams.length > 1 ? `stream_${i}.` : "", stream, other.streams[i] ?? {}, shapes(stream.embedding.includes("speech"))));
  return [...streams, ...(own.decoder === null ? [] : pairs("", own as unknown as Readonly<Record<string, unknown>>, other as unknown as Readonly<Record<string, unknown>>, DECODER_KEYS))];
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [at.length === 0 ? issue.message : `${at.join(".")}: ${issue.message}`];
  return issue.keys.map((key) => `unknown key "${[...at, key].join(".")}"${suggestion(key, KEYS)}`);
}
