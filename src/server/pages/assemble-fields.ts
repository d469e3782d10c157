/** Fields of the page that assembles a model: what a reader may choose, and how it stands in a configuration. */
import { configKeys, listParts, MASKS } from "../../train/assemble/index.ts";
import type { RawConfig } from "./assemble-page.ts";
import type { Slot } from "../../train/assemble/index.ts";
import DECODERS from "../../train/assemble/registry/decoder.ts";
import EMBEDDINGS from "../../train/assemble/registry/embedding.ts";

export interface Choice {
  /** As the form sends it; empty for what the configuration leaves to others. */
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

interface Common {
  readonly key: string;
  readonly label: string;
  /** Keys of the configuration that it writes. */
  readonly keys: readonly string[];
  /** Of the stream, or of the model as a whole. */
  readonly of: "stream" | "model";
  readonly group: "slots" | "sizes" | "switches";
}

export interface ChoiceField extends Common {
  /** `one` of few, `many` at once, or one of a `menu`. */
  readonly kind: "one" | "many" | "menu";
  readonly choices: readonly Choice[];
  /** What the configuration says. */
  read(config: RawConfig): readonly string[];
  write(config: RawConfig, values: readonly string[]): RawConfig;
}

export interface NumberField extends Common {
  readonly kind: "number";
  readonly most: number;
  read(config: RawConfig): unknown;
  write(config: RawConfig, value: number | undefined): RawConfig;
}

export interface FlagField extends Common {
  readonly kind: "flag";
}

export type Field = ChoiceField | NumberField | FlagField;

const DESCRIPTIONS = new Map(configKeys().map(({ key, description }) => [key, description]));
export const describe = (key: string): string => DESCRIPTIONS.get(key) ?? "";

/** Without the keys whose value is undefined. */
export const changed = (config: RawConfig, changes: RawConfig): RawConfig => Object.fromEntries(Object.entries({ ...config, ...changes }).filter(([, value]) => value !== undefined));

export const listOf = (value: unknown): string[] => (typeof value === "string" ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);

const parts = (slot: Slot, isWanted: (name: string) => boolean = () => true): Choice[] => listParts().filter((part) => part.slot === slot && isWanted(part.name)).map(({ name, description }) => ({ value: name, label: name, description }));
const plain = (values: readonly string[], none?: string): Choice[] => [...(none === undefined ? [] : [{ value: "", label: none, description: "" }]), ...values.map((value) => ({ value, label: value, description: "" }))];

const makesTokens = (name: string): boolean => (EMBEDDINGS[name]?.tokens ?? null) !== null;

/** A key that holds one name, or none. */
const named = (key: string, label: string, kind: "one" | "menu", choices: readonly Choice[], where: Pick<Common, "of" | "group">, usual = ""): ChoiceField => ({
  key, label, kind, choices, keys: [key], ...where,
  read: (config) => [typeof config[key] === "string" ? config[key] : usual],
  write: (config, [value = ""]) => changed(config, { [key]: value === "" ? undefined : value }),
});
const number = (key: string, label: string, most: number, of: Common["of"] = "stream"): NumberField => ({
  key, label, keys: [key], kind: "number", most, of, group: "sizes",
  read: (config) => config[key],
  write: (config, value) => changed(config, { [key]: value }),
});
const flag = (key: string, label: string, of: Common["of"] = "stream"): FlagField => ({ key, label, keys: [key], kind: "flag", of, group: "switches" });

const POSITIONS = { relative: "relative_position_embedding", rotary: "rotary_position_embedding", alibi: "alibi_position_embedding" } as const;

const STREAM: readonly Field[] = [
  {
    key: "tokens", label: "Tokens", kind: "one", choices: parts("embedding", makesTokens), keys: ["embedding"], of: "stream", group: "slots",
    read: ({ embedding }) => listOf(embedding ?? "word").filter(makesTokens).slice(0, 1),
    write: (config, [value = "word"]) => changed(config, { embedding: [value, ...listOf(config["embedding"]).filter((name) => !makesTokens(name))] }),
  },
  {
    key: "added", label: "Added to them", kind: "many", choices: parts("embedding", (name) => !makesTokens(name)), keys: ["embedding"], of: "stream", group: "slots",
    read: ({ embedding }) => listOf(embedding).filter((name) => !makesTokens(name)),
    write: (config, values) => changed(config, { embedding: [...listOf(config["embedding"] ?? "word").filter(makesTokens), ...values] }),
  },
  named("subencoder", "Characters of words", "menu", [...plain([], "not read"), ...parts("subencoder")], { of: "stream", group: "slots" }),
  named("encoder", "Encoder", "one", parts("encoder"), { of: "stream", group: "slots" }, "transformer"),
  named("mask", "Mask", "menu", plain(MASKS, "each target chooses"), { of: "stream", group: "slots" }),
  named("pooling", "Vector of a row", "menu", plain(["first", "last", "mean", "max"]), { of: "stream", group: "slots" }, "first"),
  number("vocab_size", "Words", 1_000_000),
  number("emb_size", "Embedding width", 16_384),
  number("hidden_size", "Hidden width", 16_384),
  number("feedforward_size", "Feed-forward width", 65_536),
  number("heads_num", "Heads", 512),
  number("layers_num", "Layers", 128),
  number("max_seq_length", "Positions", 8192),
  number("image_height", "Picture height", 1024),
  number("image_width", "Picture width", 1024),
  number("patch_size", "Patch side", 1024),
  {
    key: "position", label: "Positions in attention", kind: "menu", choices: plain(Object.keys(POSITIONS), "none"), keys: Object.values(POSITIONS), of: "stream", group: "switches",
    read: (config) => [Object.entries(POSITIONS).find(([, key]) => config[key] === true)?.[0] ?? ""],
    write: (config, [value]) => changed(config, Object.fromEntries(Object.entries(POSITIONS).map(([name, key]) => [key, name === value ? true : undefined]))),
  },
  named("layernorm_positioning", "Norms", "menu", plain(["post", "pre"]), { of: "stream", group: "switches" }, "post"),
  named("layernorm", "Kind of norm", "menu", plain(["normal", "t5", "rms", "uer"]), { of: "stream", group: "switches" }, "normal"),
  named("feed_forward", "Feed-forward", "menu", plain(["dense", "gated"]), { of: "stream", group: "switches" }, "dense"),
  named("hidden_act", "Activation", "menu", plain(["gelu", "gelu_fast", "relu", "silu", "linear"]), { of: "stream", group: "switches" }, "gelu"),
  flag("bidirectional", "Both ways (rnn, lstm, gru)"),
  flag("factorized_embedding_parameterization", "Factorised embeddings"),
  flag("parameter_sharing", "All layers share their weights"),
  flag("remove_embedding_layernorm", "No norm after the embeddings"),
  flag("remove_transformer_bias", "No biases"),
  flag("remove_attention_scale", "Scores without a scale"),
];

const TARGETS = [["word"], ["word", "pos"], ["word", "sinusoidalpos"]];

const MODEL: readonly Field[] = [
  named("decoder", "Decoder", "one", [{ value: "", label: "none", description: "the encoder alone" }, ...parts("decoder")], { of: "model", group: "slots" }),
  {
    key: "tgt_embedding", label: "Target embedding", kind: "menu", choices: [{ value: "", label: "none", description: "" }, ...TARGETS.map((names) => ({ value: names.join(" "), label: names.join(" + "), description: "" }))], keys: ["tgt_embedding"], of: "model", group: "slots",
    read: ({ tgt_embedding: names }) => [listOf(names).join(" ")],
    write: (config, [value = ""]) => changed(config, { tgt_embedding: value === "" ? undefined : value.split(" ") }),
  },
  {
    key: "target", label: "Targets", kind: "many", choices: parts("objective"), keys: ["target"], of: "model", group: "slots",
    read: ({ target }) => listOf(target ?? "mlm"),
    write: (config, values) => changed(config, { target: [...values] }),
  },
  named("data_processor", "Data", "menu", [...plain([], "as the targets suggest"), ...parts("processor")], { of: "model", group: "slots" }),
  number("decoder_layers_num", "Decoder layers", 128, "model"),
  number("labels_num", "Classes", 1_000_000, "model"),
  {
    ...number("image_vocab_size", "Picture codes", 1_000_000, "model"),
    keys: ["image_tokenizer"],
    read: ({ image_tokenizer: codes }) => (codes as RawConfig | undefined)?.["image_vocab_size"],
    write: (config: RawConfig, value: number | undefined) => changed(config, { image_tokenizer: value === undefined ? undefined : { ...(config["image_tokenizer"] as RawConfig | undefined), image_vocab_size: value } }),
  },
  flag("tie_weights", "Output map is the word table", "model"),
  flag("share_embedding", "Source and target share words", "model"),
  flag("has_lmtarget_bias", "Bias in the output map of lm", "model"),
  flag("projection", "clr maps both streams to one width", "model"),
];

export const FIELDS: readonly Field[] = [...STREAM, ...MODEL];

/** Words of a vocabulary that pretraining would make. */
const VOCABULARY = 4096;
const CLASSES = 2;
const CODES = 8192;

/** What a choice brings along: sizes that a slot cannot be without, and a decoder's embedding. */
export function completed(config: RawConfig): RawConfig {
  const { decoder, tgt_embedding: target } = config;
  const streams = [config, config["stream_0"], config["stream_1"]].map((stream) => stream as RawConfig | undefined);
  const first = streams.flatMap((stream) => listOf(stream?.["embedding"]).slice(0, 1));
  const words = first.length === 0 || first.some((name) => EMBEDDINGS[name]?.tokens?.includes("words"));
  const hasDecoder = typeof decoder === "string" && decoder in DECODERS;
  const targets = listOf(config["target"] ?? "mlm");
  return changed(config, {
    ...((words || hasDecoder) && streams.every((stream) => stream?.["vocab_size"] === undefined) ? { vocab_size: VOCABULARY } : {}),
    ...((targets.includes("cls") || targets.includes("ner")) && config["labels_num"] === undefined ? { labels_num: CLASSES } : {}),
    ...(targets.includes("tasks") && config["task_labels_num"] === undefined ? { task_labels_num: [CLASSES] } : {}),
    ...(first.includes("masked_patch") && targets.includes("mlm") && config["image_tokenizer"] === undefined ? { image_tokenizer: { image_vocab_size: CODES } } : {}),
    ...(hasDecoder && target === undefined ? { tgt_embedding: ["word"] } : {}),
    ...(hasDecoder ? {} : { tgt_embedding: undefined, share_embedding: undefined, decoder_layers_num: undefined }),
  });
}
