/** How good a text model is on records that it was not trained on. */
import { setImmediate } from "node:timers/promises";
import { Bm25 } from "../../data/search/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { SIDES } from "../../lab/index.ts";
import { metrics } from "../../train/index.ts";
import { AssembledText } from "../assemble/assembled-text.ts";
import type { EncodeOptions, PretrainedText } from "../huggingface/pretrained-text.ts";
import type { TextInput } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";
import { FewShotText } from "./few-shot.ts";
import { indexOfLargest, inputOf } from "./score-texts.ts";
import { readTextData } from "./read-text-data.ts";
import type { ReadTextOptions, TextData, TrainingKind } from "./read-text-data.ts";
import { TextRanker } from "./text-ranker.ts";
import { timedProgress } from "./timed-progress.ts";

/** Metrics by name; the best model is the one with the highest `chosenMetric`. */
export type TextMetrics = Readonly<Record<string, number>>;

/** Candidates of a query that brings no negatives: the answers that BM25 ranks highest, filled up with others where fewer share a word with it. */
const CANDIDATES = 20;

/** Queries that are compared before signals are looked at. */
const PAUSE = 32;

/** What each kind of records is judged by. */
const CHOSEN: Readonly<Record<TrainingKind, string>> = { pairs: "ndcg@10", scored: "spearman", labelled: "f1" };
export const chosenMetric = (kind: TrainingKind): string => CHOSEN[kind];

/** Kinds of records that a model can be tested on. */
export function kindsFor(model: PretrainedText): readonly TrainingKind[] {
  const { task } = model.pretrained;
  if (task === "features") return ["pairs", "scored"];
  if (task === "sequence-classification") return model.labels.length === 1 ? ["pairs", "scored"] : ["labelled"];
  throw new RequestError(`a model for ${task} cannot be tested; expected one for features or sequence-classification`);
}

/**
 * Metrics of a model on a file, a folder or records in memory: nDCG, MRR and recall of pairs (found among all answers, or
 * reranked by a cross-encoder or a system's ranker), correlations of scored pairs, accuracy and F1 of labels.
 *
 * ```ts
 * const { metrics } = await evaluateText(await fromPretrained("my-model"), "test.jsonl");
 * ```
 */
export async function evaluateText(model: PretrainedText | AssembledText | FewShotText | TextRanker, data: string | TextData, options: ReadTextOptions = {}): Promise<{ readonly kind: TrainingKind; readonly count: number; readonly metrics: TextMetrics }> {
  if (model instanceof FewShotText || model instanceof AssembledText) {
    const { kind, records } = await readTextData(data, ["labelled"], options);
    return { kind, count: records.length, metrics: await labelled(model, records) };
  }
  if (model instanceof TextRanker) {
    const { kind, records } = await readTextData(data, ["pairs"], options);
    return { kind, count: records.length, metrics: await reranked(scoresOfRanker(model), records) };
  }
  const read = await readTextData(data, kindsFor(model), options);
  const { signal, progress } = options;
  return { kind: read.kind, count: read.records.length, metrics: await measure(model, read, (label) => ({ signal, onProgress: progress && timedProgress(progress, label) })) };
}

/** How a list of texts is read while that is shown. */
type Hooks = (label: string) => EncodeOptions;

async function measure(model: PretrainedText, data: TextData, hooks: Hooks): Promise<TextMetrics> {
  const vectors = model.pretrained.task === "features";
  switch (data.kind) {
    case "pairs":
      return vectors ? await retrieved(model, data.records, hooks) : await reranked((lists) => firstScores(model, lists.flatMap(({ query, texts }) => texts.map((text) => [query, text] as const)), hooks("reading candidates")), data.records);
    case "scored": {
      const found = vectors ? await cosines(model, data.records, hooks) : await firstScores(model, data.records.map(({ a, b }) => [a, b] as const), hooks("reading pairs"));
      const wanted = data.records.map(({ score }) => score);
      return { spearman: correlation(metrics.spearman, found, wanted), pearson: correlation(metrics.pearson, found, wanted) };
    }
    case "labelled":
      return await labelled(model, data.records, hooks("reading texts"));
  }
}

/** What gives scores of labels. */
type LabelModel = Pick<PretrainedText, "labels" | "config"> & { scores(texts: readonly TextInput[], options?: EncodeOptions): Promise<Pick<HostArray, "data">> };

type Records<K extends TrainingKind> = Extract<TextData, { readonly kind: K }>["records"];

/** A constant list correlates with nothing. */
const correlation = (of: typeof metrics.pearson, found: readonly number[], wanted: readonly number[]): number => (new Set(found).size < 2 || new Set(wanted).size < 2 ? 0 : of(found, wanted));

interface Queries {
  readonly queries: readonly string[];
  readonly gallery: readonly string[];
  /** Places in the gallery, for each query. */
  readonly relevant: readonly ReadonlyMap<number, number>[];
  readonly candidates: readonly (readonly number[])[];
}

function queriesOf(records: Records<"pairs">): Queries {
  const gallery = [...new Set(records.flatMap(({ positive, negatives }) => [positive, ...negatives]))];
  const place = new Map(gallery.map((text, i) => [text, i]));
  const at = (text: string): number => place.get(text) as number;
  const byQuery = new Map<string, { readonly relevant: Map<number, number>; readonly others: number[] }>();
  for (const { query, positive, negatives } of records) {
    const known = byQuery.get(query) ?? { relevant: new Map<number, number>(), others: [] };
    known.relevant.set(at(positive), 1);
    known.others.push(...negatives.map(at));
    byQuery.set(query, known);
  }
  const entries = [...byQuery.values()];
  return { queries: [...byQuery.keys()], gallery, relevant: entries.map(({ relevant }) => relevant), candidates: entries.map(({ relevant, others }) => [...new Set([...relevant.keys(), ...others])]) };
}

/** All answers ranked by cosine. */
async function retrieved(model: PretrainedText, records: Records<"pairs">, hooks: Hooks): Promise<TextMetrics> {
  const { queries, gallery, relevant } = queriesOf(records);
  const answers = unitRows(await model.embed(gallery, { role: "document", ...hooks("reading answers") }));
  const asked = unitRows(await model.embed(queries, { role: "query", ...hooks("reading queries") }));
  const { signal, onProgress } = hooks("comparing");
  const sums = { "ndcg@10": 0, mrr: 0, "recall@1": 0, "recall@10": 0, "recall@100": 0 };
  // A query at a time: scores of all with all would fill the memory long before the vectors do.
  const scores = new Float32Array(gallery.length);
  for (const [i, query] of asked.entries()) {
    answers.forEach((answer, j) => (scores[j] = dot(query, answer)));
    const [found] = metrics.retrievalByQuery({ scores, gallery: gallery.length, relevant: [relevant[i] as ReadonlyMap<number, number>] }, [1, 10, 100]) as [metrics.QueryScores];
    sums["ndcg@10"] += found.ndcgAt[10] as number;
    sums.mrr += 1 / found.rank;
    for (const k of [1, 10, 100] as const) sums[`recall@${k}`] += found.foundAt[k] as number;
    if (i % PAUSE !== PAUSE - 1) continue;
    await setImmediate(); // lets Ctrl-C through
    signal?.throwIfAborted();
    onProgress?.((i + 1) / queries.length);
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / queries.length]));
}

/** Queries with their candidates, and a score for each candidate of one after the other. */
type ScoreLists = (lists: readonly { readonly query: string; readonly texts: readonly string[] }[]) => Promise<readonly number[]>;

const scoresOfRanker = (ranker: TextRanker): ScoreLists => async (lists) => {
  const scores: number[] = [];
  for (const { query, texts } of lists) scores.push(...(await ranker.rank(query, texts)).sort((a, b) => a.index - b.index).map(({ score }) => score));
  return scores;
};

/** The candidates of each query ranked by score. Only right answers that are candidates can be found. */
async function reranked(scoresOf: ScoreLists, records: Records<"pairs">): Promise<TextMetrics> {
  const { queries, gallery, relevant, candidates } = queriesOf(records);
  const index = new Bm25({ analysis: { kind: "words-and-pairs" } });
  gallery.forEach((text, i) => index.add(i, text));
  const lists = queries.map((query, i) => {
    const own = candidates[i] as readonly number[];
    if (own.length > (relevant[i]?.size ?? 0)) return own;
    const found = new Set([...own, ...index.search(query, CANDIDATES).map(({ id }) => id as number)]);
    for (let step = 1; step < gallery.length && found.size < CANDIDATES; step++) found.add(((own[0] as number) + step) % gallery.length);
    return [...found];
  });
  const scores = await scoresOf(lists.map((list, i) => ({ query: queries[i] as string, texts: list.map((j) => gallery[j] as string) })));
  let at = 0;
  const rankings = lists.map((list, i) => {
    const own = list.map((id) => ({ id, score: scores[at++] as number }));
    // Equal scores: wrong ones first, so that a model that scores everything alike gets nothing for it.
    own.sort((a, b) => b.score - a.score || Number(relevant[i]?.has(a.id)) - Number(relevant[i]?.has(b.id)));
    return { found: own.map(({ id }) => id), relevant: relevant[i] as ReadonlyMap<number, number> };
  });
  const found = metrics.rankings(rankings, [1, 10]);
  return { "ndcg@10": found.ndcgAt[10] as number, "mrr@10": found.mrrAt[10] as number, "recall@1": found.recallAt[1] as number, map: found.averagePrecision };
}

async function cosines(model: PretrainedText, records: Records<"scored">, hooks: Hooks): Promise<number[]> {
  // Neither of two texts that are alike asks for the other: no prompts.
  const roles = model.sides === undefined ? [] : SIDES;
  const first = unitRows(await model.embed(records.map(({ a }) => a), { role: roles[0], ...hooks("reading first texts") }));
  const second = unitRows(await model.embed(records.map(({ b }) => b), { role: roles[1], ...hooks("reading second texts") }));
  return first.map((vector, i) => dot(vector, second[i] as Float32Array));
}

async function firstScores(model: PretrainedText, inputs: readonly (readonly [string, string])[], options: EncodeOptions): Promise<number[]> {
  const { data, shape } = await model.scores(inputs, options);
  return inputs.map((_, i) => data[i * (shape[1] as number)] as number);
}

/** Throws a `RequestError` when records have a label that a model does not, or not one each where it gives one. */
export function requireFittingLabels({ labels, several }: { readonly labels: readonly string[]; readonly several: boolean }, data: TextData): void {
  if (data.kind !== "labelled") return;
  const odd = several ? undefined : data.records.find(({ labels: own }) => own.length !== 1);
  if (odd !== undefined) throw new RequestError(`eval: the model gives each text one label; ${JSON.stringify(odd.text.slice(0, 60))} has ${odd.labels.length}`);
  const unknown = data.records.flatMap(({ labels: own }) => own).find((label) => !labels.includes(label));
  if (unknown !== undefined) throw new RequestError(`eval: the model has no label "${unknown}"; it has ${labels.join(", ")}`);
}

async function labelled(model: LabelModel, records: Records<"labelled">, options?: EncodeOptions): Promise<TextMetrics> {
  const { labels } = model;
  const several = model.config["problem_type"] === "multi_label_classification";
  requireFittingLabels({ labels, several }, { kind: "labelled", records });
  const { data } = await model.scores(records.map(inputOf), options);
  const row = (i: number): number[] => Array.from(data.subarray(i * labels.length, (i + 1) * labels.length), Number);
  if (several) {
    const [right, found, wanted] = records.reduce(
      ([hits, said, true_], { labels: own }, i) => {
        const chosen = row(i).flatMap((score, k) => (score > 0 ? [labels[k] as string] : []));
        return [hits + chosen.filter((label) => own.includes(label)).length, said + chosen.length, true_ + own.length] as const;
      },
      [0, 0, 0] as readonly [number, number, number],
    );
    const exact = records.filter(({ labels: own }, i) => row(i).every((score, k) => score > 0 === own.includes(labels[k] as string))).length;
    return { f1: found + wanted === 0 ? 1 : (2 * right) / (found + wanted), accuracy: exact / records.length };
  }
  const predicted = records.map((_, i) => indexOfLargest(row(i)));
  const wanted = records.map(({ labels: own }) => labels.indexOf(own[0] as string));
  return { f1: metrics.macroF1(predicted, wanted, labels.length), accuracy: metrics.accuracy(predicted, wanted) };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Rows of unit length. */
function unitRows({ data, shape }: { readonly data: unknown; readonly shape: readonly number[] }): Float32Array[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => {
    const row = (data as Float32Array).slice(i * width, (i + 1) * width);
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
}
