/**
 * What an architecture of Hugging Face's library is in slots. A counterpart says which configurations it can be, and how
 * settings and weights of these are those of the module that `nn/pretrained` builds; names and layouts of files are known
 * there alone.
 */
import type { HostArray } from "../../../engine/index.ts";
import type { Config, NameTable, TextTask } from "../../../nn/pretrained/index.ts";
import type { AssembleConfig, MaskName, StreamConfig } from "../config.ts";
import type { Problem } from "../part.ts";
import { headWidthOf } from "../transformer-options.ts";

/** Keys of an assembled model as they stand in a file. */
export type GivenKeys = Readonly<Record<string, unknown>>;

/** What a translation depends on beside the architecture. */
export interface Layout {
  readonly config: AssembleConfig;
  readonly stream: StreamConfig;
  /** Rows of their table of token types. */
  readonly segments: number;
  /** Id of padding. */
  readonly padId: number;
}

/** One key of their config. */
export interface Setting {
  readonly theirs: string;
  write(layout: Layout): unknown;
  /** Keys of ours that a value of theirs gives. Throws what was expected of a value without a counterpart. */
  read(value: unknown, theirs: Config): GivenKeys;
  /** Values that are read need not be those that are written. */
  readonly loose?: boolean;
}

export interface Counterpart {
  /** For people. */
  readonly name: string;
  /** `model_type` of its configs. */
  readonly modelType: string;
  readonly embedding: readonly string[];
  /** An embedding that may be missing here; their table is zeros then. */
  readonly spare?: "seg";
  /** Embeddings of a decoder; absent where there is none. */
  readonly targetEmbedding?: readonly string[];
  /** Who sees whom in the encoder. */
  readonly mask: MaskName;
  /** Objectives that their library has a class for. */
  readonly tasks: readonly { readonly target: readonly string[]; readonly task: TextTask }[];
  /** Keys that must have one of these values; a file of theirs is read with the first. */
  readonly requires: Readonly<Record<string, readonly unknown[]>>;
  /** Whether heads may be wider or narrower than hidden_size / heads_num. */
  readonly ownHeadWidth?: boolean;
  /** Whether heads may share keys and values. */
  readonly sharedKeys?: boolean;
  /** Further clashes. */
  readonly check?: (stream: StreamConfig) => readonly Problem[];
  readonly settings: readonly Setting[];
  /** Ours and the module's. */
  readonly names: (layout: Layout) => NameTable;
  /** Weights of the module that may have none here: written as zeros, and nothing else is read. */
  readonly zeros?: readonly string[];
  /** Completes the module's weights. */
  readonly outward?: (state: ReadonlyMap<string, HostArray>) => ReadonlyMap<string, HostArray>;
  /** The module's weights as slots have them, with keys that only the weights tell. */
  readonly inward?: (state: ReadonlyMap<string, HostArray>, theirs: Config) => { readonly state: ReadonlyMap<string, HostArray>; readonly keys: GivenKeys };
}

/** A key of the first stream or of the whole model. */
export const valueOf = (config: AssembleConfig, key: string): unknown => ({ ...config, ...config.streams[0] } as GivenKeys)[key];

/** The same value under both names; ours may be several keys that are one number there. */
export const same = (theirs: string, ...ours: readonly [string, ...string[]]): Setting => ({
  theirs,
  write: ({ config }) => valueOf(config, ours[0]),
  read: (value) => Object.fromEntries(ours.map((key) => [key, value])),
});

/** Chances of dropout: the first is read. Nothing but training depends on them. */
export const dropouts = (first: string, ...others: readonly string[]): readonly Setting[] =>
  [first, ...others].map((theirs, i): Setting => ({ theirs, write: ({ stream }) => stream.dropout, read: (value) => (i === 0 ? { dropout: value } : {}), loose: true }));

/** A value that is written and makes no difference here, or is told by the weights. */
export const written = (theirs: string, write: Setting["write"]): Setting => ({ theirs, write, read: () => ({}), loose: true });

/** A value that no key here can change. */
export const only = (theirs: string, value: unknown): Setting => ({
  theirs,
  write: () => value,
  read: (given) => {
    if (given !== value) throw new TypeError(`only ${JSON.stringify(value)} has a counterpart in slots, got ${JSON.stringify(given)}`);
    return {};
  },
});

/** What our one key says twice there. */
export const equalTo = (theirs: string, ours: string): Setting => ({
  theirs,
  write: ({ config }) => valueOf(config, ours),
  read: () => ({}), // of another value the config that is written again differs
});

const ACTIVATIONS: Readonly<Record<string, string>> = { gelu: "gelu", gelu_fast: "gelu_new", relu: "relu", silu: "silu" };

export const ACTS = Object.keys(ACTIVATIONS);

export const activation = (theirs: string): Setting => ({
  theirs,
  write: ({ stream }) => ACTIVATIONS[stream.hidden_act],
  read: (value) => {
    const found = ACTS.find((name) => ACTIVATIONS[name] === value);
    if (found === undefined) throw new TypeError(`expected one of ${Object.values(ACTIVATIONS).join(", ")}, got ${JSON.stringify(value)}`);
    return { hidden_act: found };
  },
});

/** Switches of the transformer as most models have them. */
export const USUAL = {
  encoder: ["transformer"], subencoder: [undefined], layernorm: ["normal"], hidden_act: ACTS, feed_forward: ["dense"], remove_transformer_bias: [false], remove_attention_scale: [false], relative_position_embedding: [false],
  rotary_position_embedding: [false], alibi_position_embedding: [false], factorized_embedding_parameterization: [false], parameter_sharing: [false], has_residual_attention: [false], has_lmtarget_bias: [false],
} as const satisfies Counterpart["requires"];

const WHY: Readonly<Record<string, string>> = {
  "layernorm uer": "it divides by the unbiased deviation with eps outside the root, which no norm there does",
  subencoder: "characters of words are not read there",
};

const quoted = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));

/** What keeps a configuration from being this architecture; empty when nothing does. */
export function differences({ name, embedding, spare, targetEmbedding, mask, tasks, requires, ownHeadWidth = false, sharedKeys = false, check }: Counterpart, config: AssembleConfig, views: readonly { readonly objective: string; readonly mask: MaskName }[]): Problem[] {
  const stream = config.streams[0] as StreamConfig;
  const given = stream.embedding.filter((part) => part !== spare);
  const together = (parts: readonly string[]): string => [...parts].sort().join(" + ");
  const problems: Problem[] = [];
  if (together(given) !== together(embedding)) problems.push({ fields: ["embedding"], message: `${name} has ${embedding.join(" + ")}${spare === undefined ? "" : `, with or without ${spare}`}, this model ${stream.embedding.join(" + ")}`, fix: `set embedding to ${JSON.stringify([...embedding, ...(spare === undefined ? [] : [spare])])}` });
  for (const [key, values] of Object.entries(requires)) {
    const value = valueOf(config, key);
    if (values.includes(value)) continue;
    const why = WHY[`${key} ${String(value)}`] ?? WHY[key];
    problems.push({ fields: [key], message: `${name} has ${values.map(quoted).join(" or ")}, this model ${quoted(value)}${why === undefined ? "" : `: ${why}`}`, fix: values[0] === undefined ? `leave ${key} out` : `set ${key} to ${quoted(values[0])}` });
  }
  if (requires["factorized_embedding_parameterization"]?.includes(false) === true && !stream.factorized_embedding_parameterization && stream.emb_size !== stream.hidden_size) problems.push({ fields: ["emb_size", "hidden_size"], message: `${name} has one width`, fix: "make them equal" });
  problems.push(...(check?.(stream) ?? []));
  if (!ownHeadWidth && headWidthOf(stream) * stream.heads_num !== stream.hidden_size) problems.push({ fields: ["attention_head_size"], message: `heads of ${name} share hidden_size`, fix: "leave attention_head_size out" });
  if (!sharedKeys && (stream.local_kv_heads_num ?? stream.heads_num) !== stream.heads_num) problems.push({ fields: ["local_kv_heads_num"], message: `each head of ${name} has keys and values of its own`, fix: "leave local_kv_heads_num out" });
  if (targetEmbedding === undefined && config.decoder !== null) problems.push({ fields: ["decoder"], message: `${name} has none`, fix: "leave decoder and tgt_embedding out" });
  if (targetEmbedding !== undefined && config.decoder === null) problems.push({ fields: ["decoder"], message: `${name} has one`, fix: `set decoder to "transformer" and tgt_embedding to ${JSON.stringify(targetEmbedding)}` });
  if (targetEmbedding !== undefined && config.tgt_embedding !== null && together(config.tgt_embedding) !== together(targetEmbedding)) problems.push({ fields: ["tgt_embedding"], message: `${name} has ${targetEmbedding.join(" + ")}, this model ${config.tgt_embedding.join(" + ")}`, fix: `set tgt_embedding to ${JSON.stringify(targetEmbedding)}` });
  if (!tasks.some(({ target }) => together(target) === together(config.target))) problems.push({ fields: ["target"], message: `there are classes of ${name} for ${targetsOf(tasks)}; this model has ${config.target.join(" + ")}`, fix: "carry the model on with --from under one of those" });
  else if (config.target.includes("cls") && stream.pooling !== "first") problems.push({ fields: ["pooling"], message: `${name} tells classes from the first token, this model from ${stream.pooling === "last" ? "the last" : `the ${stream.pooling} of all`}`, fix: 'set pooling to "first" and carry the model on with --from' });
  for (const view of views) if (view.mask !== mask) problems.push({ fields: ["mask"], message: `${name} reads under ${mask}, ${view.objective} of this model under ${view.mask}`, fix: `set mask to "${mask}"` });
  return problems;
}

const targetsOf = (tasks: Counterpart["tasks"]): string => tasks.flatMap(({ target }) => (target.length === 0 ? [] : [target.join(" + ")])).join(", ");

/** The slots of an architecture in a line. */
export function described({ name, embedding, spare, targetEmbedding, tasks, requires }: Counterpart): string {
  const place = requires["layernorm_positioning"]?.map(String).join(" or ") ?? "";
  return `${name} (${embedding.join(" + ")}${spare === undefined ? "" : ` [+ ${spare}]`} / transformer, ${place}${targetEmbedding === undefined ? "" : ` / ${targetEmbedding.join(" + ")} / transformer`} / ${targetsOf(tasks)})`;
}
