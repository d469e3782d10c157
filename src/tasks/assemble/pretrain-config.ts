/**
 * `pretrain` of a configuration: an assembled model is trained on the user's texts and left in a directory, as
 * `assemble.json` (the configuration with every size filled in), `model.safetensors` and `tokenizer.json`.
 */
import type { ColumnMapping, Tokenizer } from "../../data/index.ts";
import type { Device } from "../../engine/index.ts";
import { SILENT } from "../../lab/index.ts";
import type { Progress } from "../../lab/index.ts";
import { continueFrom, longestRow, parseConfig, processorOf, slotKeys, targetOf, textBatches } from "../../train/assemble/index.ts";
import type { Assembled, ProcessorPart, TextCorpus } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { loadAssembled, readAssembledFolder } from "./assembled-folder.ts";
import type { AssembledFolder, LabelSets } from "./assembled-folder.ts";
import { beginAssembled, usualLength } from "./begin-assembled.ts";
import type { RunNumbers } from "./begin-assembled.ts";
import { encodeCorpus, readCorpus, tokenizerFor } from "./read-corpus.ts";
import type { RawCorpus } from "./read-corpus.ts";
import { trainAssembled } from "./train-assembled.ts";

export interface PretrainConfigOptions extends RunNumbers {
  /** Directory of the model; the run's checkpoints and log lie in `training/` below it. */
  readonly out: string;
  /**
   * A directory that an earlier run made, or a folder of Hugging Face: its tokenizer is used, its sizes and slots where the
   * configuration names none, and its weights are carried on, whatever the objectives were.
   */
  readonly from?: string;
  /** Continue what was begun in `out`: what is not given is as it was then. */
  readonly resume?: boolean;
  readonly strict?: boolean;
  /** Names of fields in the user's files. */
  readonly columns?: ColumnMapping;
  readonly checkpointEvery?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

interface RunFacts {
  readonly parameters: number;
  readonly steps: number;
  readonly loss: number;
  readonly documents: number;
  readonly broken: number;
  /** Weights that came from `from`, and those that did not. */
  readonly kept: number;
  readonly fresh: number;
}

export interface PretrainedConfig extends RunFacts {
  readonly model: Assembled;
  readonly tokenizer: Tokenizer;
}

const SENTINELS = 100;
const VOCABULARY = 4096;

/**
 * Trains the model of a configuration on files or folders of texts.
 *
 * ```ts
 * await pretrainConfig(JSON.parse(await readFile("config.json", "utf8")), ["notes.txt"], { out: "my-model", steps: 200 });
 * ```
 *
 * Same data, configuration and seed: same weights, also when the run was killed and continued with `resume`. Throws
 * `AssembleError`, `RequestError`, `RecordError` or `ResumeRefused` when it cannot be done as asked.
 */
export async function pretrainConfig(asked: Readonly<Record<string, unknown>>, paths: readonly string[], options: PretrainConfigOptions): Promise<PretrainedConfig> {
  const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
  const { begun, file, ready } = await beginAssembled<{ readonly from: string | null }>(options);
  const { from = begun?.from ?? undefined } = options;
  if (file !== undefined && from !== undefined) throw new RequestError("a model that is carried on keeps its tokenizer; give tokenizer or from, not both");
  const start = from === undefined ? undefined : await readAssembledFolder(from);
  const given = { ...(begun?.config ?? takenOver(start, asked)), ...asked };
  const draft = parseConfig(given, "config");
  const processor = processorOf(parseConfig({ ...given, vocab_size: draft.streams[0]?.vocab_size ?? VOCABULARY, labels_num: draft.labels_num ?? 2, task_labels_num: draft.task_labels_num ?? [2] }, "config"));
  const raw = await readCorpus(processor.task, paths, options);
  const tokenizer = start?.tokenizer ?? (await tokenizerFor(raw, { file, size: draft.streams[0]?.vocab_size ?? VOCABULARY, sentinels: SENTINELS }));
  const complete = completed(given, draft, processor, raw, tokenizer);
  const { config, model, corpus, identity, finished } = await ready<RunFacts, TextCorpus>({
    complete,
    corpusOf: ({ streams }, length = usualLength(streams[0]?.max_seq_length)) => {
      const encoded = encodeCorpus(raw, tokenizer, { perFile: processor.gives.includes("task") });
      return { corpus: encoded, fingerprint: raw.fingerprint, count: encoded.documents.length, length };
    },
  }, { from: from ?? null });
  const continued = start === undefined ? { kept: [], fresh: [...model.namedParameters().keys()] } : continueFrom(model, start.state, parseConfig(start.keys, from));
  if (finished !== undefined) {
    progress.message(`${out}: finished already`);
    return { ...finished, ...(await loadAssembled(out)) };
  }
  const { batch, length, seed } = identity;
  const folder = { config: complete, model, tokenizer, longest: longestRow(config, { corpus, length }), labels: labelSets(processor, raw) };
  const facts = await trainAssembled({ folder, out, identity, open: () => textBatches(config, { corpus, tokenizer, batch, length, seed }), device, signal, progress, checkpointEvery }, (trained): RunFacts => ({ parameters: model.parameterCount(), ...trained, documents: corpus.documents.length, broken: raw.broken, kept: continued.kept.length, fresh: continued.fresh.length }));
  return { ...facts, model, tokenizer };
}

/** What a model that is carried on says where the configuration does not: everything, or its slots where the objectives are others. */
function takenOver(start: AssembledFolder | undefined, asked: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (start === undefined) return {};
  const [before, after] = [targetOf(start.keys), targetOf(asked)];
  const same = after === undefined || JSON.stringify(before) === JSON.stringify(after);
  return same ? start.keys : slotKeys(start.keys, { decoder: asked["decoder"] !== null && after.includes("lm") });
}

/** The configuration with the sizes that only data can tell. */
function completed(given: Readonly<Record<string, unknown>>, draft: ReturnType<typeof parseConfig>, processor: ProcessorPart, { classes, tasks }: RawCorpus, { vocabularySize }: Tokenizer): Record<string, unknown> {
  const vocabulary = draft.streams[0]?.vocab_size ?? vocabularySize;
  if (vocabulary < vocabularySize) throw new RequestError(`vocab_size ${vocabulary} is smaller than the tokenizer's ${vocabularySize}; leave vocab_size out or raise it`);
  const perFile = processor.gives.includes("task");
  if (!perFile && draft.labels_num !== undefined && draft.labels_num < classes.length) throw new RequestError(`labels_num ${draft.labels_num} is smaller than the ${classes.length} labels of the data; leave labels_num out or raise it`);
  return { version: 1, ...given, vocab_size: vocabulary, ...(classes.length === 0 ? {} : perFile ? { task_labels_num: tasks.map(({ labels }) => labels.length) } : { labels_num: draft.labels_num ?? classes.length }) };
}

/** Names of classes, as they are kept beside the model. */
function labelSets({ gives }: ProcessorPart, { classes, tasks }: RawCorpus): LabelSets {
  if (classes.length === 0) return {};
  return gives.includes("task") ? { tasks } : gives.includes("tags") ? { ner: classes } : { cls: classes };
}
