/**
 * Settings of an architecture here and in the `config.json` of Hugging Face, one table for both directions. Keys that
 * no table knows, and values that are not handled, are refused by name: a model must not load into something else.
 */
import type { Activation } from "../activation.ts";
import type { SizeCheck } from "./size-checks.ts";

export type Config = Readonly<Record<string, unknown>>;

/** One setting: its key there, how it is read and written, and its value where the key is absent. */
export interface Field<T> {
  readonly key: string;
  /** Throws what was expected. */
  read(value: unknown): T;
  /** Undefined for no key. */
  // A method type, so that a Field<T> can stand in a table of Field<unknown>.
  write(value: T): unknown;
  readonly fallback?: T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type SettingsOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

const refuse = (expected: string, value: unknown): never => {
  throw new TypeError(`expected ${expected}, got ${JSON.stringify(value)}`);
};
const same = <T>(value: T): T => value;

/** A number of things, from `least` to `most`. */
export function count(key: string, fallback?: number, least = 1, most = 2 ** 31 - 1): Field<number> {
  const expected = `a whole number of at least ${least}${most < 2 ** 31 - 1 ? ` and at most ${most}` : ""}`;
  const read = (value: unknown): number => (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most ? (value as number) : refuse(expected, value));
  return { key, read, write: same, ...(fallback === undefined ? {} : { fallback }) };
}

/** Modules are made for each layer before any weight is looked for, so a config may not ask for any number of them. */
export const layers = (key: string, fallback?: number): Field<number> => count(key, fallback, 1, 1000);

/** A distance between tokens, for which tables are made. */
export const distance = (key: string, fallback?: number, least = 1): Field<number> => count(key, fallback, least, 1_000_000);

/** A small constant or a base: at zero and below it would make NaN of texts. */
export function real(key: string, fallback?: number): Field<number> {
  const read = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) && value > 0 ? value : refuse("a number above 0", value));
  return { key, read, write: same, ...(fallback === undefined ? {} : { fallback }) };
}

/** A share that may be left out as null. */
export const rate = (key: string, fallback = 0): Field<number> => ({ key, read: (value) => (value === null ? fallback : typeof value === "number" && value >= 0 && value < 1 ? value : refuse("a number in [0, 1)", value)), write: same, fallback });

export const flag = (key: string, fallback: boolean): Field<boolean> => ({ key, read: (value) => (typeof value === "boolean" ? value : refuse("true or false", value)), write: same, fallback });

/** What another field reads, or null for "as usual". */
export function optional(field: Field<number>): Field<number | null> {
  return { key: field.key, read: (value) => (value === null ? null : field.read(value)), write: same, fallback: null };
}

/** The same, whose key is left out for null: some classes of the library take a written null for the value. */
export const absentOr = (field: Field<number>): Field<number | null> => ({ ...optional(field), write: (value) => value ?? undefined });

/** One of their names for one of our values; the first name of a value is the one written. */
export function choice<T>(key: string, values: Readonly<Record<string, T>>, fallback?: T): Field<T> {
  const names = Object.keys(values);
  return {
    key,
    read: (value) => (typeof value === "string" && Object.hasOwn(values, value) ? (values[value] as T) : refuse(`one of ${names.join(", ")}`, value)),
    write: (value) => names.find((name) => values[name] === value),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = { gelu: "gelu", gelu_new: "gelu-tanh", gelu_pytorch_tanh: "gelu-tanh", gelu_fast: "gelu-tanh", quick_gelu: "quick-gelu", relu: "relu", silu: "silu", swish: "silu", tanh: "tanh" };
export const activationField = (key: string, fallback?: Activation): Field<Activation> => choice(key, ACTIVATIONS, fallback);

/** Keys of every config that say nothing about what a model computes. */
const COMMON = [
  "_name_or_path", "_attn_implementation", "_attn_implementation_autoset", "architectures", "model_type", "transformers_version", "transformers.js_config", "torch_dtype", "dtype", "auto_map", "name_or_path",
  "id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params", "use_cache", "output_attentions", "output_hidden_states", "output_past", "return_dict", "torchscript",
  "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "mask_token_id", "unk_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",
  "initializer_range", "initializer_factor", "gradient_checkpointing", "chunk_size_feed_forward", "use_bfloat16", "prefix", "tokenizer_class", "language", "name", "is_encoder_decoder",
  "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty",
  "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores", "return_dict_in_generate", "remove_invalid_values", "exponential_decay_length_penalty",
  "suppress_tokens", "begin_suppress_tokens", "tie_encoder_decoder", "_num_labels", "xla_device", "tf_legacy_loss",
  // What sentence-transformers makes of a cross-encoder's scores; here they are given as they are.
  "sentence_transformers", "sbert_ce_default_activation_function",
];

/** Keys of every config for variants of which none is built; written out in full by some versions of the library. */
const COMMON_FIXED: Readonly<Record<string, readonly unknown[]>> = { is_decoder: [false], add_cross_attention: [false], cross_attention_hidden_size: [null], pruned_heads: [{}] };

export interface ConfigRules<F extends Fields> {
  readonly fields: F;
  /** Keys whose value must be one of these (an absent key is one of them): variants that are not built. */
  readonly fixed?: Readonly<Record<string, readonly unknown[]>>;
  /** What the library takes for keys that are absent, where that differs from a field's own value or is not built. */
  readonly absent?: Config;
  /** Further keys that say nothing about what is computed. */
  readonly ignored?: readonly string[];
  /** What sizes must go together. */
  readonly checks?: readonly SizeCheck[];
}

/** Settings of a config. Throws one error that lists every key that is unknown, missing or not handled. */
export function readSettings<F extends Fields>({ fields, fixed = {}, absent = {}, ignored = [], checks = [] }: ConfigRules<F>, config: Config, label: string): SettingsOf<F> {
  const given = { ...absent, ...config };
  const problems: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = given[field.key];
    if (value === undefined) {
      if (!("fallback" in field)) problems.push(`${field.key} is missing`);
      settings[name] = field.fallback;
      continue;
    }
    try {
      settings[name] = field.read(value);
    } catch (error) {
      problems.push(`${field.key}: ${(error as Error).message}`);
    }
  }
  const limited = { ...COMMON_FIXED, ...fixed };
  for (const [key, accepted] of Object.entries(limited)) {
    const value = given[key];
    if (value !== undefined && !accepted.some((item) => JSON.stringify(item) === JSON.stringify(value))) problems.push(`${key}: only ${accepted.map((item) => JSON.stringify(item)).join(" and ")} can be loaded, got ${JSON.stringify(value)}${Object.hasOwn(config, key) ? "" : ", which is what the absent key stands for"}`);
  }
  const known = new Set([...Object.values(fields).map(({ key }) => key), ...Object.keys(limited), ...ignored, ...COMMON]);
  for (const key of Object.keys(config)) if (!known.has(key)) problems.push(`${key}: unknown, so what it asks for (${JSON.stringify(config[key])}) would be left out`);
  if (problems.length > 0) throw new Error(`${label}: ${problems.join("; ")}`);
  const read = { size: (name: string) => settings[name] as number, optional: (name: string) => (settings[name] ?? null) as number | null, key: (name: string) => (fields[name] as Field<unknown>).key };
  const unfit = checks.map((check) => check(read)).filter((problem) => problem !== undefined);
  if (unfit.length > 0) throw new Error(`${label}: ${unfit.join("; ")}; take the config that was saved with the weights`);
  return settings as SettingsOf<F>;
}

/** The config of settings: the other direction. */
export function writeSettings<F extends Fields>({ fields, fixed = {} }: ConfigRules<F>, settings: SettingsOf<F>): Record<string, unknown> {
  const written = Object.entries(fields).map(([name, field]) => [field.key, field.write((settings as Readonly<Record<string, unknown>>)[name])] as const);
  return { ...Object.fromEntries(Object.entries(fixed).map(([key, [value]]) => [key, value])), ...Object.fromEntries(written.filter(([, value]) => value !== undefined)) };
}
