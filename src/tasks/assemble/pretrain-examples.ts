/**
 * What `pretrain` does with a configuration whose examples are not texts alone, whatever they are: it reads them, trains a
 * tokenizer where there are words, fills in the sizes that only data can tell, trains, and leaves a directory with
 * `assemble.json`, `model.safetensors`, `tokenizer.json` where there are words and `labels.json` where there are classes.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SubwordTokenizer, trainBytePairs } from "../../data/index.ts";
import type { Batch, BatchStream } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { SILENT } from "../../lab/index.ts";
import { decodeSafetensors } from "../../train/index.ts";
import { assemble, parseConfig } from "../../train/assemble/index.ts";
import type { Assembled, AssembleConfig } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { FILES, jsonIfThere } from "./assembled-folder.ts";
import type { LabelSets } from "./assembled-folder.ts";
import type { PretrainConfigOptions } from "./pretrain-config.ts";
import { beginAssembled } from "./begin-assembled.ts";
import type { RunMatter } from "./begin-assembled.ts";
import { trainAssembled } from "./train-assembled.ts";

export type PretrainExamplesOptions = Omit<PretrainConfigOptions, "from" | "columns">;

/** What was read. */
export interface RawExamples {
  readonly count: number;
  /** Of each example; empty where there are none. */
  readonly texts: readonly string[];
  /** Classes in order of their names; empty where there are none. */
  readonly classes: readonly string[];
  /** Broken records or files, left out. */
  readonly broken: number;
  /** Hash of all that training reads. */
  readonly fingerprint: string;
}

/** A kind of examples. */
export interface ExampleSource<R extends RawExamples> {
  /** Keys that a configuration has unless it says otherwise. */
  readonly usual?: Readonly<Record<string, unknown>>;
  /** Reads them for a configuration whose sizes need not be filled in. Throws where its slots cannot be filled. */
  read(draft: AssembleConfig): Promise<R>;
  /** Words of a tokenizer that is trained; null where no words are read. */
  words(draft: AssembleConfig): number | null;
  /** The sizes that only data can tell. */
  sizes(draft: AssembleConfig, raw: R, tokenizer: SubwordTokenizer | null): Readonly<Record<string, unknown>>;
  /** Tokens of the texts of a row, where the caller names no number. */
  length(config: AssembleConfig, raw: R, tokenizer: SubwordTokenizer | null): number;
  /** The examples whose texts fit into a row of `length` tokens; the others are told and counted as broken. Default all: texts are cut. */
  fitting?(raw: R, tokenizer: SubwordTokenizer | null, length: number): R;
  /** Batches for the model. Work that comes before them, such as training a tokenizer of pictures, is done here. */
  open(context: BatchContext<R>): BatchStream<Batch> | Promise<BatchStream<Batch>>;
}

export interface BatchContext<R extends RawExamples> {
  readonly config: AssembleConfig;
  readonly raw: R;
  readonly tokenizer: SubwordTokenizer | null;
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
  readonly steps: number;
}

export interface ExampleFacts {
  readonly parameters: number;
  readonly steps: number;
  readonly loss: number;
  readonly count: number;
  readonly broken: number;
}

export interface ExampleModel {
  readonly model: Assembled;
  /** Null where there are no words. */
  readonly tokenizer: SubwordTokenizer | null;
  /** Empty where there are none. */
  readonly classes: readonly string[];
}

export const VOCABULARY = 4096;
const RESERVED = 8;

/**
 * Same examples, configuration and seed: same weights, also when the run was killed and continued with `resume`. Throws
 * `AssembleError`, `RequestError`, `RecordError` or `ResumeRefused` when it cannot be done as asked.
 */
export async function pretrainExamples<R extends RawExamples>(asked: Readonly<Record<string, unknown>>, source: ExampleSource<R>, options: PretrainExamplesOptions): Promise<ExampleModel & ExampleFacts> {
  const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
  const { begun, file, ready } = await beginAssembled(options);
  const given = { ...source.usual, ...begun?.config, ...asked };
  const draft = parseConfig(given, "config");
  const all = await source.read(draft);
  const tokenizer = await tokenizerFor(all, source.words(draft), file);
  const corpusOf = (config: AssembleConfig, length = source.length(config, all, tokenizer)): ReturnType<RunMatter<R>["corpusOf"]> => {
    const corpus = source.fitting?.(all, tokenizer, length) ?? all;
    return { corpus, fingerprint: corpus.fingerprint, count: corpus.count, length };
  };
  const { config, model, corpus: raw, identity, finished } = await ready<ExampleFacts, R>({ complete: { version: 1, ...given, ...source.sizes(draft, all, tokenizer) }, corpusOf }, {});
  if (finished !== undefined) {
    progress.message(`${out}: finished already`);
    return { ...finished, ...(await loadExampleModel(out)) };
  }
  const folder = { config: identity.config, model, tokenizer, labels: raw.classes.length > 0 ? { cls: raw.classes } : {} };
  const open = (): ReturnType<typeof source.open> => source.open({ config, raw, tokenizer, batch: identity.batch, length: identity.length, seed: identity.seed, steps: identity.steps });
  const facts = await trainAssembled({ folder, out, identity, open, device, signal, progress, checkpointEvery }, (trained): ExampleFacts => ({ parameters: model.parameterCount(), ...trained, count: raw.count, broken: raw.broken }));
  return { ...facts, model, tokenizer, classes: raw.classes };
}

/** A model that `pretrainExamples` left. */
export async function loadExampleModel(directory: string): Promise<ExampleModel> {
  const config = JSON.parse(await readFile(join(directory, FILES.config), "utf8")) as object;
  const model = assemble(config, { random: RandomStream.of(0), where: join(directory, FILES.config) });
  const weights = join(directory, FILES.weights);
  model.loadStateDict(decodeSafetensors(await readFile(weights), weights).tensors);
  const [tokenizer, labels] = await Promise.all([FILES.tokenizer, FILES.labels].map((name) => jsonIfThere(join(directory, name))));
  return { model, tokenizer: tokenizer === undefined ? null : new SubwordTokenizer(tokenizer), classes: (labels as LabelSets | undefined)?.cls ?? [] };
}

async function tokenizerFor({ texts }: RawExamples, words: number | null, file: string | undefined): Promise<SubwordTokenizer | null> {
  if (words === null) {
    if (file !== undefined) throw new RequestError("--tokenizer: the configuration reads no words");
    return null;
  }
  return file === undefined ? trainBytePairs(texts, { size: words, reserved: RESERVED, sentinels: 0 }) : new SubwordTokenizer(JSON.parse(await readFile(file, "utf8")));
}

/** A size of the configuration that holds what the data need: the one that is named, or just enough. Throws for one that is too small. */
export function roomyEnough(key: string, named: number | undefined, needed: number, what: string): number {
  if (named !== undefined && named < needed) throw new RequestError(`${key} ${named} is smaller than ${what}; leave ${key} out or raise it`);
  return named ?? needed;
}
