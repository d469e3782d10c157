/** Imports a checkpoint of Hugging Face's libraries into modules, and exports modules as one. */
import { RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { under } from "./architecture.ts";
import type { Architecture, Prepared, TaskNames } from "./architecture.ts";
import { ALBERT } from "./architectures/albert.ts";
import { BART, MBART } from "./architectures/bart.ts";
import { BERT } from "./architectures/bert.ts";
import { BLOOM } from "./architectures/bloom.ts";
import { DEBERTA_V2 } from "./architectures/deberta-v2.ts";
import { DISTILBERT } from "./architectures/distilbert.ts";
import { ELECTRA } from "./architectures/electra.ts";
import { GPT2 } from "./architectures/gpt2.ts";
import { EUROBERT, LLAMA, MISTRAL, QWEN2, QWEN3 } from "./architectures/llama.ts";
import { MODERNBERT } from "./architectures/modernbert.ts";
import { MPNET } from "./architectures/mpnet.ts";
import { NEOBERT } from "./architectures/neobert.ts";
import { CAMEMBERT, ROBERTA, XLM_ROBERTA } from "./architectures/roberta.ts";
import { MT5, T5 } from "./architectures/t5.ts";
import { importState, knows, toTheirs } from "./name-table.ts";
import type { NameTable, TensorSource } from "./name-table.ts";
import type { Config } from "./settings.ts";
import { TEXT_TASKS } from "./text-model.ts";
import type { TextModel, TextTask } from "./text-model.ts";

export const ARCHITECTURES: readonly Architecture[] = [BERT, ROBERTA, XLM_ROBERTA, CAMEMBERT, MPNET, DISTILBERT, ELECTRA, ALBERT, DEBERTA_V2, MODERNBERT, NEOBERT, EUROBERT, T5, MT5, BART, MBART, GPT2, BLOOM, LLAMA, MISTRAL, QWEN2, QWEN3];

/** A model with what is needed to write it again. */
export interface Pretrained {
  readonly architecture: Architecture;
  readonly task: TextTask;
  readonly prepared: Prepared;
  readonly module: TextModel;
  /** The config it was built from; keys that say nothing about what is computed are written again. */
  readonly config: Config;
  /** Names of a classifier's labels, in the order of its scores; empty without a classifier. */
  readonly labels: readonly string[];
  /** Tensors of the file that belong to parts not built, such as the head of another task. */
  readonly unused: readonly string[];
}

export interface ImportModelOptions {
  /** Where messages say the config and the weights are. */
  readonly label: string;
  /** Default what the config's `architectures` say, else plain features. */
  readonly task?: TextTask;
}

/** The architecture of a config. Throws with all choices for an unknown `model_type`. */
export function architectureOf(config: Config, label: string): Architecture {
  const found = ARCHITECTURES.find(({ modelType }) => modelType === config["model_type"]);
  if (found !== undefined) return found;
  throw new Error(`${label}: model_type: expected one of ${ARCHITECTURES.map(({ modelType }) => modelType).join(", ")}, got ${JSON.stringify(config["model_type"])}`);
}

/** The task that `architectures` names; plain features when it names none. */
function taskOf({ tasks }: Architecture, config: Config, label: string): TextTask {
  const classes = config["architectures"];
  const [className] = Array.isArray(classes) ? (classes as unknown[]) : [];
  if (className === undefined) return "features";
  const known = TEXT_TASKS.flatMap((task) => [tasks[task]?.className, ...(tasks[task]?.aliases ?? [])].flatMap((name) => (name === undefined ? [] : [[task, name] as const])));
  const found = known.find(([, name]) => name === className);
  if (found !== undefined) return found[0];
  throw new Error(`${label}: architectures: expected one of ${known.map(([, name]) => name).join(", ")}, got ${JSON.stringify(className)}; pass task "features" to load the encoder without its head`);
}

function namesOfTask(architecture: Architecture, task: TextTask, label: string): TaskNames {
  const names = architecture.tasks[task];
  if (names !== undefined) return names;
  throw new Error(`${label}: ${architecture.modelType} models have no task "${task}"; they have ${Object.keys(architecture.tasks).join(", ")}`);
}

const MOST_LABELS = 1_000_000;

/** Labels in the order of `id2label`, else LABEL_0, LABEL_1, as Hugging Face calls them. */
export function labelsOf(config: Config, label: string): readonly string[] {
  const names = config["id2label"];
  if (names === undefined || names === null) {
    const count = config["num_labels"] ?? 2;
    if (!Number.isSafeInteger(count) || (count as number) < 1 || (count as number) > MOST_LABELS) throw new Error(`${label}: num_labels: expected a whole number of at least 1 and at most ${MOST_LABELS}, got ${JSON.stringify(count)}`);
    return Array.from({ length: count as number }, (_, i) => `LABEL_${i}`);
  }
  const entries = typeof names === "object" ? Object.entries(names as Record<string, unknown>).sort(([a], [b]) => Number(a) - Number(b)) : [];
  if (entries.length === 0 || !entries.every(([key, name], i) => key === String(i) && typeof name === "string")) throw new Error(`${label}: id2label: expected names for 0, 1, .., got ${JSON.stringify(names)}`);
  return entries.map(([, name]) => name as string);
}

/** Builds the module of a config and sets its weights. See `importState` for what is checked. */
export async function importPretrained(config: Config, source: TensorSource, { label, task: wanted }: ImportModelOptions): Promise<Pretrained> {
  const architecture = architectureOf(config, label);
  const task = wanted ?? taskOf(architecture, config, label);
  const names = namesOfTask(architecture, task, label);
  const labels = task === "sequence-classification" || task === "token-classification" ? labelsOf(config, label) : [];
  const files = modernNames(source);
  const prepared = architecture.read(architecture.withWeights?.(config, (tensor) => files.shapes.has(tensor)) ?? config, label);
  const untied = prepared.config["tie_word_embeddings"] === false;
  const prefix = [...files.shapes.keys()].some((name) => architecture.prefix !== "" && name.startsWith(architecture.prefix)) ? architecture.prefix : "";
  const poolerNames = under(prefix, architecture.pooler ?? []);
  const pooler = task === "features" && [...files.shapes.keys()].some((name) => knows(poolerNames, name));
  requireVocabulary(architecture, prepared, prefix, files, label);
  const module = prepared.build({ random: RandomStream.of(0, "pretrained"), task, labels: labels.length, pooler });
  // What other tasks keep in their files may be there; it is told, not refused.
  const others = Object.entries(architecture.tasks).filter(([name]) => name !== task).map(([, other]) => other);
  const elsewhere = [...poolerNames, ...others.flatMap((other) => [...other.names])];
  const copied = new Set(others.flatMap(({ copies = [] }) => copies.map(([copy]) => copy)));
  const { unused } = await importState([...under(prefix, prepared.names), ...(pooler ? poolerNames : []), ...names.names], module.namedParameters(), untied ? withAddedBiases(files, names) : files, {
    label,
    ignored: architecture.ignored ?? [],
    copies: names.copies ?? [],
    optional: (name) => knows(elsewhere, name) || copied.has(name),
  });
  return { architecture, task, prepared, module, config, labels, unused };
}

/** The table of words says most plainly that a config is not that of its weights. */
function requireVocabulary({ keys }: Architecture, { names, vocabulary }: Prepared, prefix: string, { shapes }: TensorSource, label: string): void {
  const tables = under(prefix, names).flatMap((entry) => ("ours" in entry ? [] : entry[0].endsWith("embedding.word.*") ? [entry[1].replace("*", "weight")] : []));
  for (const table of tables) {
    const rows = shapes.get(table)?.[0];
    if (rows !== undefined && rows !== vocabulary) throw new Error(`${label}: ${keys["vocabulary"]}: expected ${rows}, the rows of ${table}, got ${vocabulary}; take the config that was saved with the weights`);
  }
}

/** Of the two biases of an untied head the library adds the one named as a copy; the other may be stale, or not there. */
function withAddedBiases({ shapes, read }: TensorSource, { copies = [] }: TaskNames): TensorSource {
  const added = new Map(copies.flatMap(([copy, original]) => (copy.endsWith(".bias") && shapes.has(copy) ? [[original, copy] as const] : [])));
  const kept = [...shapes].filter(([name]) => ![...added.values()].includes(name));
  return { shapes: new Map([...kept, ...[...added].map(([original, copy]) => [original, shapes.get(copy) as readonly number[]] as const)]), read: (name) => read(added.get(name) ?? name) };
}

/** Checkpoints of TensorFlow's days call scale and shift of a norm gamma and beta. */
function modernNames(source: TensorSource): TensorSource {
  const modern = (name: string): string => name.replace(/\.gamma$/, ".weight").replace(/\.beta$/, ".bias");
  const original = new Map([...source.shapes.keys()].map((name) => [modern(name), name]));
  return { shapes: new Map([...source.shapes].map(([name, shape]) => [modern(name), shape])), read: (name) => source.read(original.get(name) ?? name) };
}

export interface ExportedModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, HostArray>;
}

/** Config and weights under the names of Hugging Face: the other direction of `importPretrained`. */
export function exportPretrained({ architecture, task, prepared, module, config, labels }: Omit<Pretrained, "unused">): ExportedModel {
  const names = namesOfTask(architecture, task, architecture.modelType);
  const prefix = (names.prefixed ?? true) ? architecture.prefix : "";
  const table: NameTable = [...under(prefix, prepared.names), ...under(prefix, architecture.pooler ?? []), ...names.names];
  const labelled = labels.length === 0 ? {} : { id2label: Object.fromEntries(labels.map((name, i) => [i, name])), label2id: Object.fromEntries(labels.map((name, i) => [name, i])) };
  const { id2label: _id2label, label2id: _label2id, num_labels: _count, dtype: _dtype, ...kept } = config;
  const tensors = toTheirs(table, module.stateDict());
  // An untied head has its bias under both names there, and later versions of the library read the second.
  const untied = prepared.config["tie_word_embeddings"] === false;
  for (const [copy, original] of untied ? (names.copies ?? []) : []) {
    const bias = copy.endsWith(".bias") ? tensors.get(original) : undefined;
    if (bias !== undefined) tensors.set(copy, bias);
  }
  return { config: { ...kept, architectures: [names.className], ...prepared.config, ...labelled, torch_dtype: "float32" }, tensors };
}
