/**
 * Both search models from their data: vocabulary, bi-encoder, hard candidates found with it, cross-encoder, exported files.
 * Every part depends on the seed alone; a run that was stopped continues from its checkpoints when started again.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostArray, RandomStream } from "../../../../engine/index.ts";
import { makeDirectory, writeFileAtomic } from "../../../../data/node/index.ts";
import { decodePack, encodePack } from "../../../../data/pack.ts";
import { glove } from "../../../../data/sources/glove.ts";
import type { LoadOptions } from "../../../../data/index.ts";
import type { TrainEvent, TrainResult } from "../../../../train/index.ts";
import { CheckpointDirectory } from "../../../../train/node/index.ts";
import { SearchEncoder } from "../encoder-module.ts";
import { MODEL_FOLDERS } from "../load.ts";
import { SearchReranker } from "../reranker-module.ts";
import { hardCandidates } from "./candidates.ts";
import { bodyOf, retrievalTask } from "./development.ts";
import { encoderProgram } from "./encode-batches.ts";
import { exportEncoder, exportReranker } from "./export.ts";
import type { ModelFolder } from "./export.ts";
import type { CandidateSet } from "./list-batches.ts";
import { packagePassages, trainingSources } from "./passages.ts";
import type { PassageSource } from "./passages.ts";
import { ENCODER, ENCODER_STEPS, trainEncoder, vectorsOf } from "./train-encoder.ts";
import { LONGEST_QUERY, RERANKER, RERANKER_STEPS, trainReranker } from "./train-reranker.ts";
import { buildVocabulary, countWords } from "./vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type SearchTrainingEvent =
  | { readonly type: "part"; readonly part: "data" | "encoder" | "candidates" | "reranker" | "export" }
  | { readonly type: "training"; readonly part: "encoder" | "reranker"; readonly event: TrainEvent };

export interface SearchTrainingOptions extends Pick<LoadOptions, "cacheDirectory" | "onProgress"> {
  /** Gets the two folders; checkpoints are kept in its `training`. */
  readonly directory: string;
  readonly seed: number;
  /** Updates of each model; default the steps of the shipped ones. */
  readonly steps?: Partial<typeof PLANNED>;
  /** Stops between steps, leaving checkpoints. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SearchTrainingEvent) => void;
}

/** Passages of each source that the reranker learns from. */
const LISTED = { packages: 12_000, docstrings: 5000 } as const;
/** Hard documents kept for each title. */
const CANDIDATES = 20;
const PLANNED: Readonly<Record<"encoder" | "reranker", number>> = { encoder: ENCODER_STEPS, reranker: RERANKER_STEPS };
const DEVELOPMENT = { queries: 300, documents: 5000 } as const;

/** True when both models are finished and written, false when the signal came first. */
export async function trainSearchModels({ directory, seed, steps = {}, signal, onEvent, ...load }: SearchTrainingOptions): Promise<boolean> {
  const checkpoints = async (part: string): Promise<CheckpointDirectory> => {
    const path = join(directory, "training", part);
    makeDirectory(path);
    return new CheckpointDirectory(path);
  };
  const told = (part: "encoder" | "reranker") => ({ onEvent: (event: TrainEvent) => onEvent?.({ type: "training", part, event }), signal, seed });
  const planned = { ...PLANNED, ...steps };

  onEvent?.({ type: "part", part: "data" });
  const sources = await trainingSources({ ...load, signal });
  const vocabulary = buildVocabulary(countWords(textsOf(sources)), await glove.load({ ...load, signal }), RandomStream.of(seed, "vocabulary"));
  const { tokenizer } = vocabulary;
  const packages = sourceOf(sources, "packages");
  const development = retrievalTask(await packagePassages("dev", { ...load, signal }), packages.passages, DEVELOPMENT, RandomStream.of(seed, "development"));

  onEvent?.({ type: "part", part: "encoder" });
  const encoder = new SearchEncoder({ ...ENCODER, vocabulary: tokenizer.vocabularySize }, vocabulary.table, RandomStream.of(seed, "words"));
  if (!finished(await trainEncoder(encoder, tokenizer, sources, development, { ...told("encoder"), steps: planned.encoder, store: await checkpoints("encoder") }))) return false;

  if (signal?.aborted === true) return false;
  onEvent?.({ type: "part", part: "candidates" });
  const sets = await candidateSets(join(directory, "training", "candidates"), sources, encoder, vocabulary, seed);

  onEvent?.({ type: "part", part: "reranker" });
  const reranker = new SearchReranker({ ...RERANKER, vocabulary: tokenizer.vocabularySize }, { vectors: encoder.words.value().data as Float32Array, importance: encoder.importance.value().data as Float32Array }, RandomStream.of(seed, "reranker"));
  if (!finished(await trainReranker(reranker, tokenizer, sets, { ...told("reranker"), steps: planned.reranker, store: await checkpoints("reranker") }))) return false;

  onEvent?.({ type: "part", part: "export" });
  const training = { seed, steps: planned, passages: Object.fromEntries(sources.map(({ id, passages }) => [id, passages.length])) };
  await writeFolder(join(directory, MODEL_FOLDERS.encoder), await exportEncoder(encoder, tokenizer, { training }));
  await writeFolder(join(directory, MODEL_FOLDERS.reranker), await exportReranker(reranker, tokenizer, LONGEST_QUERY, { training }));
  return true;
}

/** Throws when a training went wrong; false when it was stopped. */
function finished({ reason, message }: TrainResult): boolean {
  if (reason !== "finished" && reason !== "aborted") throw new Error(`search models: training ended early: ${message ?? reason}`);
  return reason === "finished";
}

function* textsOf(sources: readonly PassageSource[]): Generator<string> {
  for (const { passages } of sources) for (const { name, title, body } of passages) yield [name, title, ...body].join(" ");
}

function sourceOf(sources: readonly PassageSource[], id: string): PassageSource {
  const found = sources.find((source) => source.id === id);
  if (found === undefined) throw new Error(`internal: no training source "${id}"`);
  return found;
}

/** Random passages with titles, and what the first stage confuses them with; kept in files, for the search takes minutes. */
async function candidateSets(path: string, sources: readonly PassageSource[], encoder: SearchEncoder, { tokenizer }: Vocabulary, seed: number): Promise<CandidateSet[]> {
  const program = encoderProgram(encoder);
  try {
    const sets: CandidateSet[] = [];
    for (const [id, count] of Object.entries(LISTED)) {
      const { passages, share } = sourceOf(sources, id);
      const titled = passages.filter(({ title }) => title !== "");
      const random = RandomStream.of(seed, "candidates", id);
      const chosen = random.shuffle([...titled]).slice(0, count);
      const file = `${path}-${id}.pack`;
      const candidates = (await keptCandidates(file, chosen.length)) ?? (await findCandidates(chosen.map(({ title }) => title), chosen.map(bodyOf), random));
      await writeFileAtomic(file, (await encodePack({ arrays: { candidates: hostArray(candidates, [chosen.length, CANDIDATES]) }, meta: {} })).bytes);
      sets.push({ share, passages: chosen, candidates });
    }
    return sets;
  } finally {
    await program.release();
  }

  async function findCandidates(queries: readonly string[], documents: readonly string[], random: RandomStream): Promise<Int32Array> {
    const vectors = { queries: await vectorsOf(program, tokenizer, queries, "query"), documents: await vectorsOf(program, tokenizer, documents, "document") };
    return hardCandidates(queries, documents, vectors, CANDIDATES, () => random.integer(documents.length - 1));
  }
}

async function keptCandidates(file: string, count: number): Promise<Int32Array | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  const { pack } = await decodePack(new Uint8Array(bytes));
  const kept = pack.arrays["candidates"];
  return kept !== undefined && kept.shape[0] === count && kept.shape[1] === CANDIDATES ? (kept.data as Int32Array) : null;
}

async function writeFolder(directory: string, files: ModelFolder): Promise<void> {
  // The configuration comes last: a folder without one is not taken for a model.
  const order = [...files].sort(([a], [b]) => Number(a === "config.json") - Number(b === "config.json"));
  for (const [name, bytes] of order) await writeFileAtomic(join(directory, name), bytes);
}
