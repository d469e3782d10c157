/** The laboratory of LLM-Blender: what six writers make of each description, and how rankers are trained and judged on it. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { glove, shuffledBatches } from "../../data/index.ts";
import type { BatchStream, Tokenizer } from "../../data/index.ts";
import { decodeSafetensors, encodeSafetensors, metrics } from "../../train/index.ts";
import { extract } from "../../lab/index.ts";
import type { ArmResult, ExtractOptions, PrepareContext } from "../../lab/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import { readJson, subStore, writeJson } from "../../lab/store.ts";
import type { BlobStore } from "../../lab/store.ts";
import { batchOfRows, endedRows, fieldsOf, fineTuneWriter, loadSummaries, t5En, t5EnOf, textRows, textToTextBatches, writeTexts } from "../../lab/text/index.ts";
import type { QueryDocumentBatch, SummarisedText, T5 } from "../../lab/text/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { markedBatch, overall } from "./llm-blender-ranker.ts";
import type { CandidateSet, MarkedBatch, MarkedRow, MarkedRowMaker, PairRanker } from "./llm-blender-ranker.ts";
import { orderedPairs } from "./llm-blender-tournament.ts";
import { centralSentence, leadSentence, meaningSimilarity, PoolWriters, qualityOf } from "./llm-blender-writers.ts";

export const WRITERS = ["lead", "neighbour", "central", "keywords", "greedy", "sampled"] as const;

export interface WriterSettings {
  /** Summarised descriptions that the writers learn from and look up; apart from those that are ranked. */
  readonly pool: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly temperature: number;
  readonly lengths: { readonly source: number; readonly target: number };
}

export interface BlenderData {
  readonly train: readonly CandidateSet[];
  readonly test: readonly CandidateSet[];
  /** True summaries of the training descriptions. */
  readonly summaries: readonly string[];
  /** The true summary of each tested description, and the measures of any text against it. */
  readonly judge: (test: number, written: string) => number[];
  /** The trained writer, for the fuser to start from: fresh each time. */
  writer(): T5;
}

const WEIGHTS = "writer.safetensors";
const TEXTS = "texts.json";

/** What the two neural writers wrote, cached with the writer: they are trained once for all runs. */
async function neuralTexts(store: BlobStore, context: Pick<PrepareContext<object>, "device" | "signal" | "report" | "message">, model: T5, tokenizer: Tokenizer, pool: readonly SummarisedText[], sources: readonly string[], { steps, batch, learningRate, temperature, lengths }: WriterSettings): Promise<{ readonly greedy: readonly string[]; readonly sampled: readonly string[] }> {
  const kept = (await readJson(store, TEXTS)) as { greedy: string[]; sampled: string[] } | undefined;
  const weights = await store.read(WEIGHTS);
  if (kept !== undefined && weights !== undefined) {
    model.loadStateDict(decodeSafetensors(new Uint8Array(weights)).tensors);
    return kept;
  }
  context.message("training the writer, once for all runs");
  const data = textToTextBatches({ sources: endedRows(tokenizer, pool.map(({ description }) => description), lengths.source), targets: endedRows(tokenizer, pool.map(({ summary }) => summary), lengths.target), lengths, batch, seed: 1 });
  await fineTuneWriter({ ...context, arm: "writer", artifacts: subStore(store, "building") }, model, data, { steps, learningRate, start: tokenizer.special.pad ?? 0 });
  await store.write(WEIGHTS, encodeSafetensors(model.stateDict()));
  const options = { ...lengths, device: context.device, signal: context.signal };
  const texts = { greedy: await writeTexts(model, tokenizer, sources, options), sampled: await writeTexts(model, tokenizer, sources, { ...options, temperature, seed: 1 }) };
  await writeJson(store, TEXTS, texts);
  return texts;
}

/** Descriptions with what each writer makes of them, and how good that is. */
export async function loadBlenderData({ cache, foundation, ...context }: PrepareContext<object>, { train, test, writer }: { readonly train: number; readonly test: number; readonly writer: WriterSettings }): Promise<BlenderData> {
  const built = foundation(t5En);
  const { model, tokenizer } = t5EnOf(built);
  const summaries = await loadSummaries(context);
  const ranked = [...summaries.train.slice(0, train), ...summaries.test.slice(0, test)];
  const pool = summaries.train.slice(train, train + writer.pool);
  const sources = ranked.map(({ description }) => description);
  const store = subStore(cache, `lab/llm-blender-${(await sha256(stableJson({ version: 1, t5: built.key, train, test, writer }))).slice(0, 16)}`);
  const neural = await neuralTexts(store, context, model, tokenizer, pool, sources, writer);
  const lookUp = new PoolWriters(pool);
  const meaning = meaningSimilarity(await glove.load({ signal: context.signal }));
  const sets = ranked.map(({ description, summary }, i): CandidateSet => {
    const candidates = [leadSentence(description), lookUp.neighbour(description), centralSentence(description), lookUp.keywords(description), neural.greedy[i] as string, neural.sampled[i] as string];
    return { source: description, candidates, quality: candidates.map((candidate) => qualityOf(candidate, summary, meaning)) };
  });
  const weights = encodeSafetensors(model.stateDict());
  return {
    train: sets.slice(0, train),
    test: sets.slice(train),
    summaries: ranked.slice(0, train).map(({ summary }) => summary),
    judge: (place, written) => qualityOf(written, ranked[train + place]?.summary as string, meaning),
    writer() {
      const fresh = t5EnOf(built).model;
      fresh.loadStateDict(decodeSafetensors(new Uint8Array(weights)).tensors);
      return fresh;
    },
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Metrics of texts by their measures, [texts][measures]. */
export const metricsOf = (qualities: readonly (readonly number[])[]): { readonly chrF: number; readonly rougeL: number; readonly meaning: number; readonly quality: number } => {
  const [chrF, rougeL, meaning] = [0, 1, 2].map((measure) => mean(qualities.map((quality) => quality[measure] as number))) as [number, number, number];
  return { chrF, rougeL, meaning, quality: mean(qualities.map(overall)) };
};

/** Mean rank correlation of scores with the quality of the candidates, 0 where all score alike; sets whose candidates are equally good are left out. */
export function agreement(sets: readonly CandidateSet[], scores: readonly (readonly number[])[]): number {
  const differ = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);
  const correlations = sets.flatMap(({ quality }, i) => {
    const [own, right] = [scores[i] as readonly number[], quality.map(overall)];
    return differ(right) ? [differ(own) ? metrics.spearman(own, right) : 0] : [];
  });
  return correlations.length === 0 ? 0 : mean(correlations);
}

/** The best candidate of each set by scores: its measures, and the metrics of all. */
export function judgeSelection(sets: readonly CandidateSet[], selected: readonly number[]): { readonly metrics: ReturnType<typeof metricsOf>; readonly byItem: readonly number[]; readonly table: NonNullable<ArmResult["tables"]>[number] } {
  const qualities = sets.map(({ quality }, i) => quality[selected[i] as number] as readonly number[]);
  return {
    metrics: metricsOf(qualities),
    byItem: qualities.map(([chrF]) => chrF as number),
    table: { caption: "whose text was chosen", columns: ["writer", "share"], rows: WRITERS.map((writer, i) => [writer, `${((100 * selected.filter((place) => place === i).length) / sets.length).toFixed(1)}%`]) },
  };
}

/** All ordered comparisons of each set, [sets][pairs] in the order of `orderedPairs`. */
export async function comparisonsOf(model: PairRanker, maker: MarkedRowMaker, sets: readonly CandidateSet[], options: Pick<ExtractOptions, "device" | "signal">): Promise<number[][]> {
  const pairs = orderedPairs(sets[0]?.candidates.length ?? 0);
  const rows = sets.flatMap(({ source, candidates }) => pairs.map(([left, right]) => maker.row(source, candidates[left] as string, candidates[right] as string)));
  const { data } = await extract((indices: Int32Array) => markedBatch(Array.from(indices, (i) => rows[i] as MarkedRow), maker.longest(2), maker.pad), (batch) => model.compare(batch, EVALUATE), Int32Array.from(rows.keys()), { device: options.device, signal: options.signal, batchSize: 48 });
  return sets.map((_, i) => Array.from(data.subarray(i * pairs.length, (i + 1) * pairs.length) as Float32Array));
}

/** Comparisons of n candidates as a function of the two. */
export function comparisonOf(values: readonly number[], n: number): (left: number, right: number) => number {
  const places = new Map(orderedPairs(n).map(([i, j], place) => [i * n + j, place]));
  return (i, j) => values[places.get(i * n + j) as number] as number;
}

/** One candidate of each set with its standardised quality, float32 [B, T]. */
export type PointwiseBatch = MarkedBatch & { readonly quality: HostArray };

export function pointwiseBatches(maker: MarkedRowMaker, sets: readonly CandidateSet[], { batch, seed }: { readonly batch: number; readonly seed: number }): BatchStream<PointwiseBatch> {
  const all = sets.flatMap(({ quality }) => quality);
  const tasks = all[0]?.length ?? 0;
  const scales = Array.from({ length: tasks }, (_, task) => {
    const values = all.map((quality) => quality[task] as number);
    const centre = mean(values);
    return { centre, deviation: Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) || 1 };
  });
  return shuffledBatches({ indices: Int32Array.from(sets.keys()), batchSize: batch, seed }, ({ indices, epoch }) => {
    const chosen = Array.from(indices, (i) => {
      const set = sets[i] as CandidateSet;
      return { set, place: RandomStream.of(seed, "candidate", epoch, i).integer(set.candidates.length) };
    });
    return {
      ...markedBatch(chosen.map(({ set, place }) => maker.row(set.source, set.candidates[place] as string)), maker.longest(1), maker.pad),
      quality: hostArray(Float32Array.from(chosen.flatMap(({ set, place }) => scales.map(({ centre, deviation }, task) => ((set.quality[place]?.[task] as number) - centre) / deviation))), [batch, tasks]),
    };
  });
}

/** Sources [B, L] and all their candidates [B * N, L] with their overall quality, float32 [B, N]. */
export type DualBatch = QueryDocumentBatch & { readonly quality: HostArray };

export function dualBatches(tokenizer: Tokenizer, sets: readonly CandidateSet[], { batch, seed, lengths }: { readonly batch: number; readonly seed: number; readonly lengths: { readonly source: number; readonly candidate: number } }): BatchStream<DualBatch> {
  const sources = textRows(tokenizer, sets.map(({ source }) => source), lengths.source);
  const candidates = textRows(tokenizer, sets.flatMap(({ candidates: own }) => own), lengths.candidate);
  const each = sets[0]?.candidates.length ?? 0;
  return shuffledBatches({ indices: Int32Array.from(sets.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...fieldsOf("query", batchOfRows(sources, indices, lengths.source)),
    ...fieldsOf("document", batchOfRows(candidates, Array.from(indices).flatMap((set) => Array.from({ length: each }, (_, j) => set * each + j)), lengths.candidate)),
    quality: hostArray(Float32Array.from(Array.from(indices).flatMap((set) => (sets[set] as CandidateSet).quality.map(overall))), [batch, each]),
  }));
}
