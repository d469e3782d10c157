/** The stages that sentence-transformers keeps beside a transformer: `modules.json` and the folders it names. */
import { RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { Side } from "../../lab/index.ts";
import { isRecord } from "../../lab/json.ts";
import type { Activation, PoolKind } from "../../nn/index.ts";
import { SentenceStages } from "../../nn/pretrained/index.ts";
import type { DenseStage, SentenceStage } from "../../nn/pretrained/index.ts";
import { readJson, readJsonValue, requireJson, requirePlainPath } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";
import { openWeights } from "./weights.ts";

/** What a model says of its use. */
export interface SentenceUse {
  /** Texts to put before others, by name. */
  readonly prompts: Readonly<Record<string, string>>;
  /** What vectors are compared by, in that library's words. */
  readonly similarity: string;
}

/** Of models that say nothing. */
export const USUAL_USE: SentenceUse = { prompts: {}, similarity: "cosine" };

/** Names that the prompt of a role goes by; the first that a model has counts. */
const PROMPT_NAMES: Readonly<Record<Side, readonly string[]>> = { query: ["query"], document: ["document", "passage", "corpus"] };

/** What a model has put before texts of a role; "" for nothing. */
export function promptFor({ prompts }: SentenceUse, role: Side): string {
  const name = PROMPT_NAMES[role].find((known) => Object.hasOwn(prompts, known));
  return name === undefined ? "" : (prompts[name] as string);
}

/** Whether a model has one put before queries or documents. */
export const hasPrompts = (use: SentenceUse): boolean => promptFor(use, "query") !== "" || promptFor(use, "document") !== "";

export interface SentenceModel {
  /** Folder of the transformer with a final slash, or "". */
  readonly transformer: string;
  /** Null for a cross-encoder, whose transformer gives scores. */
  readonly stages: SentenceStages | null;
  /** Most tokens of a text; null for the model's own limit. */
  readonly longest: number | null;
  readonly use: SentenceUse;
  /** Keys for `config.json`, where versions before the sixth keep what is made of a cross-encoder's scores. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Pooling modes by the name in today's files and the flag in earlier ones. */
const POOLING: Readonly<Record<string, { readonly flag: string; readonly kind: PoolKind }>> = {
  cls: { flag: "pooling_mode_cls_token", kind: "first" },
  mean: { flag: "pooling_mode_mean_tokens", kind: "mean" },
  max: { flag: "pooling_mode_max_tokens", kind: "max" },
  lasttoken: { flag: "pooling_mode_lasttoken", kind: "last" },
};
const REFUSED_POOLING = ["pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens"];

const DENSE_ACTIVATIONS: Readonly<Record<string, Activation | null>> = {
  "torch.nn.modules.linear.Identity": null,
  "torch.nn.modules.activation.Tanh": "tanh",
  "torch.nn.modules.activation.ReLU": "relu",
  "torch.nn.modules.activation.GELU": "gelu",
  "torch.nn.modules.activation.SiLU": "silu",
};

/** Keys of each file that are read, or say nothing about what is computed. */
const KNOWN = {
  pooling: ["word_embedding_dimension", "embedding_dimension", "pooling_mode", "include_prompt", ...Object.values(POOLING).map(({ flag }) => flag), ...REFUSED_POOLING],
  dense: ["in_features", "out_features", "bias", "activation_function", "module_input_name", "module_output_name", "use_residual"],
  transformer: ["max_seq_length", "do_lower_case", "transformer_task", "modality_config", "module_output_name", "unpad_inputs"],
  use: ["__version__", "model_type", "prompts", "default_prompt_name", "similarity_fn_name", "truncate_dim", "activation_fn"],
} as const;

function requireKnown(config: Readonly<Record<string, unknown>>, known: readonly string[], label: string): void {
  const unknown = Object.keys(config).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${label}: ${unknown.map((key) => `${key}: unknown, so what it asks for (${JSON.stringify(config[key])}) would be left out`).join("; ")}`);
}

/** Throws unless a key is absent or has the value that is built. */
function requireOnly(config: Readonly<Record<string, unknown>>, key: string, only: unknown, label: string, hint = ""): void {
  const value = config[key];
  if (value !== undefined && value !== only) throw new Error(`${label}: ${key}: only ${JSON.stringify(only)} can be loaded, got ${JSON.stringify(value)}${hint}`);
}

/** The stages of a model; undefined when it has no `modules.json`. Throws, naming the file, for stages that are not built. */
export async function readSentenceModel(files: ModelFiles): Promise<SentenceModel | undefined> {
  const list = await readJsonValue(files, "modules.json");
  if (list === undefined) return undefined;
  const label = `${files.label}/modules.json`;
  if (!Array.isArray(list)) throw new Error(`${label}: expected a list of modules`);
  const modules = list.map((entry: unknown, i) => {
    const { type, path } = (typeof entry === "object" && entry !== null ? entry : {}) as { readonly type?: unknown; readonly path?: unknown };
    if (typeof type !== "string" || typeof path !== "string") throw new Error(`${label}: module ${i}: expected a type and a path, got ${JSON.stringify(entry)}`);
    return { type: type.split(".").at(-1) as string, folder: path === "" ? "" : `${requirePlainPath(path, `${label}: module ${i}`)}/` };
  });
  const [first, ...rest] = modules;
  if (first?.type !== "Transformer") throw new Error(`${label}: expected a Transformer first, got ${first?.type ?? "nothing"}`);
  const { longest, task } = await readTransformer(files, first.folder);
  const use = await readUse(files);
  if (rest.length === 0 && task === "sequence-classification") {
    const { activation_fn: activation } = (await readJson(files, USE_FILE)) ?? {};
    return { transformer: first.folder, stages: null, longest, use, config: activation === undefined ? {} : { sentence_transformers: { activation_fn: activation } } };
  }
  if (task !== "feature-extraction") throw new Error(`${label}: a Transformer whose transformer_task is ${JSON.stringify(task)} is built ${task === "sequence-classification" ? "without further modules" : "for no modules"}, got ${modules.map(({ type }) => type).join(", ")}`);
  const stages: SentenceStage[] = [];
  const weights: ReadonlyMap<string, HostArray>[] = [];
  for (const { type, folder } of rest) {
    if (type === "Pooling") stages.push(await readPooling(files, `${folder}config.json`));
    else if (type === "Normalize") stages.push({ kind: "normalize" });
    else if (type === "Dense") {
      stages.push(await readDense(files, `${folder}config.json`));
      weights.push(await readAll(files, folder));
    } else throw new Error(`${label}: a module of type ${type} is not built; expected Transformer, Pooling, Dense or Normalize`);
  }
  if (stages[0]?.kind !== "pooling") throw new Error(`${label}: expected a Pooling after the Transformer, got ${rest[0]?.type ?? "nothing"}`);
  const built = new SentenceStages(stages, RandomStream.of(0, "sentence stages"));
  built.loadStateDict(new Map(weights.flatMap((tensors, i) => [...tensors].map(([name, value]) => [`dense.${i}.${name.replace(/^linear\./, "")}`, value] as const))));
  const [pooling] = rest;
  if (hasPrompts(use) && (await requireJson(files, `${(pooling as { readonly folder: string }).folder}config.json`))["include_prompt"] === false) throw new Error(`${files.label}/${(pooling as { readonly folder: string }).folder}config.json: include_prompt: only true can be loaded for a model with prompts for queries or documents; take its prompts out of ${USE_FILE} to use it without`);
  return { transformer: first.folder, stages: built, longest, use, config: {} };
}

/** Names of the transformer's settings in the order they are looked for; early versions had one for each kind of model. */
const SETTINGS_FILES = ["bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"].map((kind) => `sentence_${kind}_config.json`);

/** Most tokens of a text, and what the transformer is asked for. */
async function readTransformer(files: ModelFiles, folder: string): Promise<Pick<SentenceModel, "longest"> & { readonly task: unknown }> {
  const [name, settings] = await transformerSettings(files, folder);
  const label = `${files.label}/${name}`;
  requireKnown(settings, KNOWN.transformer, label);
  requireOnly(settings, "do_lower_case", false, label, "; let the normalizer of tokenizer.json lower the text");
  const { max_seq_length: limit, modality_config: modalities = {}, transformer_task: task = "feature-extraction" } = settings;
  const other = isRecord(modalities) ? Object.keys(modalities).find((modality) => modality !== "text") : undefined;
  if (other !== undefined) throw new Error(`${label}: modality_config: only "text" can be loaded, got ${JSON.stringify(other)}`);
  return { longest: Number.isSafeInteger(limit) && (limit as number) > 0 ? (limit as number) : null, task };
}

async function transformerSettings(files: ModelFiles, folder: string): Promise<readonly [name: string, Readonly<Record<string, unknown>>]> {
  for (const name of SETTINGS_FILES) {
    const settings = await readJson(files, `${folder}${name}`);
    if (settings !== undefined) return [`${folder}${name}`, settings];
  }
  return [`${folder}${SETTINGS_FILES[0] as string}`, {}];
}

const USE_FILE = "config_sentence_transformers.json";

/** Prompts belong to roles; one for every text would change the vectors of those who ask for none. */
async function readUse(files: ModelFiles): Promise<SentenceUse> {
  const stored = (await readJson(files, USE_FILE)) ?? {};
  const usual = stored["default_prompt_name"] ?? null;
  const prompts = stored["prompts"] ?? {};
  const similarity = stored["similarity_fn_name"] ?? USUAL_USE.similarity;
  const label = `${files.label}/${USE_FILE}`;
  requireKnown(stored, KNOWN.use, label);
  requireOnly(stored, "truncate_dim", null, label, "; set it to null, and cut the vectors yourself");
  if (!isRecord(prompts) || !Object.values(prompts).every((text) => typeof text === "string")) throw new Error(`${label}: prompts: expected a text for each name, got ${JSON.stringify(prompts)}`);
  if (typeof similarity !== "string") throw new Error(`${label}: similarity_fn_name: expected a name or null, got ${JSON.stringify(similarity)}`);
  const prompt = typeof usual === "string" ? prompts[usual] : undefined;
  if (usual !== null && prompt !== "") throw new Error(`${label}: default_prompt_name: only null can be loaded, got ${JSON.stringify(usual)}: put its prompt (${JSON.stringify(prompt)}) before the texts yourself and set it to null`);
  return { prompts: prompts as Readonly<Record<string, string>>, similarity };
}

async function readPooling(files: ModelFiles, name: string): Promise<SentenceStage> {
  const config = await requireJson(files, name);
  const label = `${files.label}/${name}`;
  requireKnown(config, KNOWN.pooling, label);
  const refused = REFUSED_POOLING.find((flag) => config[flag] === true);
  if (refused !== undefined) throw new Error(`${label}: ${refused} is not built; expected one of ${Object.keys(POOLING).join(", ")}`);
  const named = config["pooling_mode"];
  const chosen = named === undefined ? Object.keys(POOLING).filter((mode) => config[(POOLING[mode] as { readonly flag: string }).flag] === true) : [named].flat();
  const [mode] = chosen;
  const found = chosen.length === 1 && typeof mode === "string" && Object.hasOwn(POOLING, mode) ? POOLING[mode] : undefined;
  if (found === undefined) throw new Error(`${label}: expected one pooling mode of ${Object.keys(POOLING).join(", ")}, got ${chosen.length === 0 ? "none" : chosen.map(String).join(" and ")}`);
  return { kind: "pooling", pooling: found.kind };
}

async function readDense(files: ModelFiles, name: string): Promise<DenseStage> {
  const config = await requireJson(files, name);
  const { in_features: inputs, out_features: outputs, bias = true, activation_function: activation = "torch.nn.modules.activation.Tanh" } = config;
  const label = `${files.label}/${name}`;
  requireKnown(config, KNOWN.dense, label);
  requireOnly(config, "use_residual", false, label);
  if (!isCount(inputs) || !isCount(outputs) || typeof bias !== "boolean") throw new Error(`${label}: expected in_features, out_features and bias, got ${JSON.stringify(config)}`);
  for (const [key, value = "sentence_embedding"] of [["module_input_name", config["module_input_name"]], ["module_output_name", config["module_output_name"] ?? undefined]] as const) {
    if (value !== "sentence_embedding") throw new Error(`${label}: ${key}: only "sentence_embedding" can be loaded, got ${JSON.stringify(value)}`);
  }
  if (typeof activation !== "string" || !Object.hasOwn(DENSE_ACTIVATIONS, activation)) throw new Error(`${label}: activation_function: expected one of ${Object.keys(DENSE_ACTIVATIONS).join(", ")}, got ${JSON.stringify(activation)}`);
  return { kind: "dense", inputs, outputs, bias, activation: DENSE_ACTIVATIONS[activation] as Activation | null };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

async function readAll(files: ModelFiles, folder: string): Promise<Map<string, HostArray>> {
  const weights = await openWeights(files, folder);
  try {
    const tensors = new Map<string, HostArray>();
    for (const name of weights.shapes.keys()) tensors.set(name, await weights.read(name));
    return tensors;
  } finally {
    await weights.close();
  }
}

/** The files of the stages, by path: the other direction. Tensors are to be stored as safetensors. */
export function writeSentenceModel({ stages, longest, use: { prompts, similarity } }: Pick<SentenceModel, "longest" | "use"> & { readonly stages: SentenceStages }, width: number): { readonly json: ReadonlyMap<string, unknown>; readonly tensors: ReadonlyMap<string, ReadonlyMap<string, HostArray>> } {
  const json = new Map<string, unknown>();
  const tensors = new Map<string, ReadonlyMap<string, HostArray>>();
  const modules = [{ idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" }];
  let dense = 0;
  stages.stages.forEach((stage, i) => {
    const type = ({ pooling: "Pooling", dense: "Dense", normalize: "Normalize" } as const)[stage.kind];
    const path = `${i + 1}_${type}`;
    modules.push({ idx: i + 1, name: String(i + 1), path, type: `sentence_transformers.models.${type}` });
    if (stage.kind === "pooling") {
      const flags = Object.values(POOLING).map(({ flag, kind }) => [flag, kind === stage.pooling] as const);
      json.set(`${path}/config.json`, { word_embedding_dimension: width, ...Object.fromEntries(flags), ...Object.fromEntries(REFUSED_POOLING.map((flag) => [flag, false])), include_prompt: true });
    }
    if (stage.kind === "dense") {
      const activation = Object.keys(DENSE_ACTIVATIONS).find((name) => DENSE_ACTIVATIONS[name] === stage.activation);
      if (activation === undefined) throw new Error(`sentence-transformers has no name for the activation "${String(stage.activation)}"`);
      json.set(`${path}/config.json`, { in_features: stage.inputs, out_features: stage.outputs, bias: stage.bias, activation_function: activation });
      const map = (stages.dense[dense++] as (typeof stages.dense)[number]).stateDict();
      tensors.set(`${path}/model.safetensors`, new Map([...map].map(([name, value]) => [`linear.${name}`, value])));
    }
  });
  json.set("modules.json", modules);
  json.set("sentence_bert_config.json", { max_seq_length: longest, do_lower_case: false });
  json.set(USE_FILE, { prompts, default_prompt_name: null, similarity_fn_name: similarity });
  return { json, tensors };
}
