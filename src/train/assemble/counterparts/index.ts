/** Assembled models as models of Hugging Face's library, and back: the same weights under other names, bit for bit. */
import { hostArray, RandomStream } from "../../../engine/index.ts";
import type { HostArray } from "../../../engine/index.ts";
import { architectureOf, fromTheirs, locate, toTheirs } from "../../../nn/pretrained/index.ts";
import type { Config, Pretrained } from "../../../nn/pretrained/index.ts";
import { sentence } from "../check.ts";
import { AssembleError } from "../assemble-error.ts";
import { parseConfig } from "../config.ts";
import type { AssembleConfig } from "../config.ts";
import { assemble, viewsOf } from "../model.ts";
import type { Assembled } from "../model.ts";
import type { Problem } from "../part.ts";
import { streamOf } from "../part.ts";
import { ALBERT } from "./albert.ts";
import { BERT, ROBERTA } from "./bert.ts";
import { described, differences } from "./counterpart.ts";
import type { Counterpart, GivenKeys, Layout } from "./counterpart.ts";
import { GPT2, LLAMA } from "./decoders.ts";
import { BART, MBART, MT5, T5 } from "./seq2seq.ts";

/** What is written. */
const WRITTEN: readonly Counterpart[] = [BERT, ALBERT, GPT2, LLAMA, T5, BART, MBART];
/** What is read. */
const READ: readonly Counterpart[] = [...WRITTEN, ROBERTA, MT5];

/** What configurations can be exported as, a line each. */
export const exportable = (): string[] => WRITTEN.map(described);

/** Slots that no architecture there has, whatever the other keys say. */
function strange({ streams }: AssembleConfig): Problem | undefined {
  if (streams.length > 1) return { fields: ["embedding", "encoder"], message: "models of two streams have none", fix: "export one of the slots below" };
  const { encoder, embedding, subencoder } = streamOf({ streams } as AssembleConfig);
  if (encoder !== "transformer") return { fields: ["encoder"], message: `${encoder} has none`, fix: 'models with "transformer" have one' };
  if (embedding[0] !== "word") return { fields: ["embedding"], message: `${embedding.join(" + ")} has none that is built here`, fix: 'models that begin with "word" have one' };
  if (subencoder !== undefined) return { fields: ["subencoder"], message: `${subencoder} has none`, fix: "leave subencoder out" };
  return undefined;
}

/** The architecture of a configuration. Throws an AssembleError that names the slots without one, and what can be exported. */
export function counterpartOf(config: AssembleConfig, where: string): Counterpart {
  const odd = strange(config);
  const views = viewsOf(config);
  const found = odd === undefined ? WRITTEN.map((counterpart) => ({ counterpart, problems: differences(counterpart, config, views) })).sort((a, b) => a.problems.length - b.problems.length) : [];
  const [nearest] = found;
  if (nearest?.problems.length === 0) return nearest.counterpart;
  const problems = odd === undefined ? (nearest?.problems ?? []) : [odd];
  throw new AssembleError(`${where}: these slots have no counterpart in Hugging Face's library${nearest === undefined ? "" : `; the nearest is ${nearest.counterpart.name}`}. ${problems.map(sentence).join(". ")}. What can be exported: ${exportable().join("; ")}`);
}

export interface CounterpartOptions {
  /** Where messages say the configuration is. */
  readonly where?: string;
  /** Names of the classes of cls or the tags of ner, in the order of their scores. */
  readonly labels?: readonly string[];
  /** Keys of the config that say nothing about what is computed, such as ids of special tokens. */
  readonly config?: Config;
}

/** The same model as Hugging Face's library has it, ready to be written. Throws an AssembleError where it has none. */
export function toCounterpart(model: Assembled, { where = "export", labels = [], config: further = {} }: CounterpartOptions = {}): Omit<Pretrained, "unused"> {
  const { config } = model;
  const counterpart = counterpartOf(config, where);
  const own = model.stateDict();
  const padding = own.get("streams.0.embedding.parts.seg.table.weight");
  const width = streamOf(config).emb_size;
  const segments = padding?.data.subarray(0, width).some((value) => value !== 0) === true ? 3 : 2;
  const layout: Layout = { config, stream: streamOf(config), segments, padId: 0 };
  const settings = { model_type: counterpart.modelType, ...further, ...Object.fromEntries(counterpart.settings.map((setting) => [setting.theirs, setting.write(layout)])) };
  const architecture = architectureOf(settings, where);
  const prepared = architecture.read(settings, where);
  const task = taskFor(counterpart, config);
  const module = prepared.build({ random: RandomStream.of(0, "counterpart"), task, labels: config.labels_num ?? 0, pooler: false });
  const given = toTheirs(counterpart.names(layout), own);
  const state = new Map(counterpart.outward?.(given) ?? given);
  const parameters = module.namedParameters();
  for (const name of counterpart.zeros ?? []) {
    const shape = state.has(name) ? undefined : parameters.get(name)?.shape;
    if (shape !== undefined) state.set(name, zeros(shape));
  }
  module.loadStateDict(state);
  const names = task !== "sequence-classification" && task !== "token-classification" ? [] : labels.length > 0 ? labels : Array.from({ length: config.labels_num ?? 0 }, (_, i) => `LABEL_${i}`);
  return { architecture, task, prepared, module, config: settings, labels: names };
}

function taskFor({ tasks }: Counterpart, { target }: AssembleConfig): Pretrained["task"] {
  const found = tasks.find((each) => each.target.length === target.length && each.target.every((name) => target.includes(name)));
  if (found === undefined) throw new Error(`internal: no task for ${target.join(" + ")}`);
  return found.task;
}

const zeros = (shape: readonly number[]): HostArray => hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

export interface AssembledState {
  /** Keys of a file that assembles the model. */
  readonly keys: GivenKeys;
  readonly state: ReadonlyMap<string, HostArray>;
  readonly labels: readonly string[];
}

/** Configuration and weights of a model of Hugging Face in slots. Throws an AssembleError for what slots cannot say. */
export function fromCounterpart({ architecture, task, prepared, module, labels }: Omit<Pretrained, "unused" | "config">, where: string): AssembledState {
  const { modelType } = architecture;
  const counterpart = READ.find((each) => each.modelType === modelType);
  if (counterpart === undefined) throw new AssembleError(`${where}: model_type ${modelType} has no counterpart in slots; those that have: ${READ.map((each) => each.modelType).join(", ")}`);
  const target = counterpart.tasks.find((each) => each.task === task)?.target;
  if (target === undefined) throw new AssembleError(`${where}: a ${modelType} for ${task} has no counterpart in slots; those that have: ${counterpart.tasks.map((each) => each.task).join(", ")}`);
  const theirs = prepared.config;
  const { state: inner, keys: told } = counterpart.inward?.(module.stateDict(), theirs) ?? { state: module.stateDict(), keys: {} };
  const keys = { ...slotsOf(counterpart, target), ...keysOf(counterpart, theirs, where), ...told, ...(labels.length === 0 ? {} : { labels_num: labels.length }), ...(target.length === 0 ? { mask: counterpart.mask } : {}) };
  const config = parseConfig(keys, where);
  const layout: Layout = { config, stream: streamOf(config), segments: Number(theirs["type_vocab_size"] ?? 1), padId: Number(theirs["pad_token_id"] ?? 0) };
  requireSame(counterpart, layout, theirs, where);
  const parameters = assemble(config, { random: RandomStream.of(0), where }).namedParameters();
  const located = locate(counterpart.names(layout), parameters.keys());
  const used = new Set([...located.values()].map(({ theirs: name }) => name));
  // A pooler belongs to no objective: classes and pairs have one in their heads.
  const lost = [...inner.keys()].filter((name) => !used.has(name) && !name.startsWith("pooler."));
  if (lost.length > 0) throw new AssembleError(`${where}: slots have no place for ${lost.join(", ")}`);
  const state = new Map([...located].map(([name, { theirs: source, rule }]) => [name, fromTheirs(inner.get(source) as HostArray, parameters.get(name)?.shape ?? [], rule)]));
  return { keys, state, labels };
}

/** The first choice of every key that an architecture requires. */
function slotsOf({ embedding, spare, targetEmbedding, requires }: Counterpart, target: readonly string[]): GivenKeys {
  const fixed = Object.entries(requires).flatMap(([key, [value]]) => (value === undefined ? [] : [[key, value] as const]));
  return { version: 1, ...Object.fromEntries(fixed), embedding: [...embedding, ...(spare === undefined ? [] : [spare])], ...(targetEmbedding === undefined ? {} : { tgt_embedding: targetEmbedding, decoder: "transformer" }), target };
}

function keysOf({ settings }: Counterpart, theirs: Config, where: string): GivenKeys {
  const read = settings.map((setting): GivenKeys => {
    try {
      return setting.read(theirs[setting.theirs], theirs);
    } catch (error) {
      throw new AssembleError(`${where}: ${setting.theirs}: ${(error as Error).message}`);
    }
  });
  return Object.assign({}, ...read) as GivenKeys;
}

/** A config that slots can say is the one that would be written for them. */
function requireSame({ modelType, settings }: Counterpart, layout: Layout, theirs: Config, where: string): void {
  const again = Object.fromEntries(settings.map((setting) => [setting.theirs, setting.write(layout)]));
  const loose = new Set(settings.flatMap(({ theirs: name, loose: free = false }) => (free ? [name] : [])));
  const prepared = architectureOf({ model_type: modelType }, where).read({ model_type: modelType, ...again }, where).config;
  const differing = Object.entries(theirs).filter(([key, value]) => !loose.has(key) && JSON.stringify(prepared[key]) !== JSON.stringify(value));
  if (differing.length > 0) throw new AssembleError(`${where}: slots cannot say ${differing.map(([key, value]) => `${key} ${JSON.stringify(value)} (only ${JSON.stringify(prepared[key])})`).join(", ")}`);
}
