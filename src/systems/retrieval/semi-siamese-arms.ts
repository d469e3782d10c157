/** The arms of the semi-siamese experiment: one ranker, tuned in several ways on few queries, reranking what BM25 finds. */
import type { HostArray, RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { TextEncoder } from "../../nn/index.ts";
import { analyze, Bm25 } from "../../data/search/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { pairSoftmax } from "../../objectives/index.ts";
import { AdamW, freeze, schedules } from "../../train/index.ts";
import type { Frozen } from "../../train/index.ts";
import { extract, joinStages, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { againstArm, batchOfRows, bertEn, bertOf, bm25Negatives, bm25Runs, describeDifference, fieldsOf, hardNegativeBatches, keepItems, loadDescSearch, markIds, rankingTable, rankRuns, sideOf, smallerTask, textRows } from "../../lab/text/index.ts";
import type { RankingRun, RowSet, SearchTask } from "../../lab/text/index.ts";
import { ColbertHead, PairRanker, punctuation, SidedEncoder, TwinHead } from "./semi-siamese-model.ts";
import type { PairHead, Tuning } from "./semi-siamese-model.ts";

export const settings = {
  steps: 120,
  /** Pairs of a relevant and an irrelevant document in a step. */
  batch: 16,
  /** Of the encoder itself, and of what is trained beside it: one to five, as in the paper. */
  learningRate: { full: 3e-4, light: 1.5e-3 },
  lora: { rank: 16, alpha: 32 },
  prefix: { seeds: 10, hidden: 64 },
  /** Width of ColBERT's vectors. */
  vector: 32,
  lengths: { query: 20, document: 64 },
  /** Words of a query, drawn for each. */
  keywords: { least: 2, most: 4 },
  trainingQueries: 400,
  /** Irrelevant documents of a training query, found by words. */
  negatives: 8,
  depth: 20,
  queries: 200,
  index: 8000,
};
export type Settings = typeof settings;

/** The words of a text that fewest documents have, in the order of the text. */
export function keywordsOf(text: string, count: number, weightOf: (word: string) => number): string {
  const words = [...new Set(analyze(text, { kind: "words" }))];
  const chosen = new Set([...words].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, count));
  return words.filter((word) => chosen.has(word)).join(" ");
}

const MARKS = { query: "[unused3]", document: "[unused4]" } as const;

const marksOf = (tokenizer: Pick<Tokenizer, "idOf">): Readonly<Record<keyof typeof MARKS, number>> => markIds(tokenizer, MARKS, "semi-siamese");

/** [CLS] [D] text [SEP] */
export const documentRows = (tokenizer: Tokenizer, texts: readonly string[], maximum: number): RowSet => ({
  rows: texts.map((text) => tokenizer.assemble(Int32Array.of(marksOf(tokenizer).document, ...tokenizer.encode(text)), undefined, maximum)),
  pad: textRows(tokenizer, [], maximum).pad,
});

/** [CLS] [Q] text [SEP], filled up to `length` with [MASK], which ask for words the query might have had (ColBERT). */
export function queryRows(tokenizer: Tokenizer, texts: readonly string[], length: number, expanded: boolean): RowSet {
  const { mask } = tokenizer.special;
  if (mask === undefined) throw new RangeError("semi-siamese: the tokenizer has no token for masked words");
  const rows = texts.map((text) => {
    const row = tokenizer.assemble(Int32Array.of(marksOf(tokenizer).query, ...tokenizer.encode(text)), undefined, length);
    if (!expanded) return row;
    const filled = new Int32Array(length).fill(mask);
    filled.set(row.ids);
    return { ids: filled, segments: new Int32Array(length), special: new Uint8Array(length) };
  });
  return { rows, pad: textRows(tokenizer, [], length).pad };
}

type HeadName = "twin" | "colbert";

export interface Shared {
  /** Rows of queries for each head. */
  readonly queries: Readonly<Record<HeadName, RowSet>>;
  readonly documents: RowSet;
  /** Query with its document, once for each irrelevant one. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly negatives: readonly (readonly number[])[];
  readonly test: { readonly task: SearchTask; readonly queries: Readonly<Record<HeadName, RowSet>>; readonly documents: RowSet; readonly candidates: RankingRun };
}

export async function prepare({ settings: { keywords, trainingQueries, negatives, depth, queries, index, lengths }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, test } = await loadDescSearch(context);
  const words = new Bm25();
  train.documents.forEach((text, i) => words.add(i, text));
  const shorten = (texts: readonly string[], stream: RandomStream): string[] => texts.map((text, i) => keywordsOf(text, keywords.least + stream.child(i).integer(keywords.most - keywords.least + 1), (word) => words.inverseDocumentFrequency(word)));
  const both = (texts: readonly string[]): Record<HeadName, RowSet> => ({ twin: queryRows(tokenizer, texts, lengths.query, false), colbert: queryRows(tokenizer, texts, lengths.query, true) });

  const asked = shorten(train.queries.slice(0, trainingQueries), random.child("train keywords"));
  const own = asked.map((_, i) => [i, i] as const);
  const hard = bm25Negatives({ queries: asked, documents: train.documents }, own, negatives, random.child("negatives"));
  const smaller = smallerTask(test, { queries, index });
  const task: SearchTask = { ...smaller, queries: shorten(smaller.queries, random.child("test keywords")) };
  const found = bm25Runs(task.documents, task.queries, depth);
  return {
    queries: both(asked),
    documents: documentRows(tokenizer, train.documents, lengths.document),
    pairs: own.flatMap((pair) => Array.from({ length: negatives }, () => pair)),
    negatives: hard.flatMap((list) => list.map((one) => [one])),
    test: { task, queries: both(task.queries), documents: documentRows(tokenizer, task.documents, lengths.document), candidates: { name: "BM25", found } },
  };
}

/** One way of tuning. A hybrid trains its prefix first, then its low-rank changes with the prefix frozen. */
export interface Variant {
  readonly head: HeadName;
  readonly tuning?: Tuning;
  readonly hybrid?: boolean;
  /** An encoder for each side. */
  readonly two?: boolean;
  /** Earlier arm that the report compares this one with, query by query. */
  readonly against?: string;
}

/** Settings of a tuning by the names of its parts. */
export const tunings = ({ lora, prefix }: Pick<Settings, "lora" | "prefix">) => ({
  lora: { lora: { ...lora, own: "none" } },
  ssLora: { lora: { ...lora, own: "values" } },
  hqLora: { lora: { ...lora, own: "queries" } },
  separateLora: { lora: { ...lora, own: "both" } },
  prefix: { prefix: { ...prefix, sharing: "shared" } },
  ssPrefix: { prefix: { ...prefix, sharing: "added" } },
  hybrid: { lora: { ...lora, own: "values" }, prefix: { ...prefix, sharing: "added" } },
}) as const satisfies Record<string, Tuning>;

/** The encoder's own weights: everything but what was put into it. */
export const BACKBONE = /^encoder\.(encoder|documents)\.(?!.*\.change\.)/;

export async function tune(context: ArmContext<Settings>, shared: Shared, { head, tuning, hybrid = false, two = false, against }: Variant): Promise<ArmResult> {
  const { settings: { vector, steps, batch, learningRate, lengths }, seed, random } = context;
  const bert = bertOf(context.foundation(bertEn));
  const weights = random.child("weights");
  const documents: TextEncoder | undefined = two ? bertOf(context.foundation(bertEn)).model.encoder : undefined;
  const encoder = new SidedEncoder({ random: weights.child("tuning"), encoder: bert.model.encoder, width: bert.sizes.width, tuning, documents });
  const heads: Readonly<Record<HeadName, () => PairHead>> = { twin: () => new TwinHead(bert.sizes.width, weights.child("head")), colbert: () => new ColbertHead(bert.sizes.width, vector, punctuation(bert.tokenizer), weights.child("head")) };
  const model = new PairRanker(encoder, heads[head]());
  const stage = async (name: string, count: number, frozen: Frozen | null, progress: readonly [number, number]): Promise<TrainedArm> => {
    const optimizer = new AdamW(model, { learningRate: tuning === undefined ? learningRate.full : learningRate.light, weightDecay: 0.01, groups: frozen?.groups ?? [], schedule: schedules.linear({ warmup: Math.ceil(count / 10), steps: count }) });
    const data = hardNegativeBatches({ queries: shared.queries[head], documents: shared.documents, pairs: shared.pairs, negatives: shared.negatives, lengths, batch, seed });
    const trained = await trainArm(context, {
      model, data, optimizer, steps: count, clip: 1, stage: name, progress, unused: "zero",
      loss: (fields, mode) => {
        const query = sideOf(fields, "query");
        const score = (side: "document" | "negative") => model.forward({ query, document: sideOf(fields, side) }, mode);
        const [relevant, irrelevant] = [score("document"), score("negative")];
        return { ...pairSoftmax(relevant, irrelevant, { bounded: true }), accuracy: relevant.greater(irrelevant).cast("float32").mean() };
      },
    });
    await frozen?.verify();
    frozen?.thaw();
    return { ...trained, parameters: optimizer.targets.reduce((total, { size }) => total + size, 0) };
  };
  const half = Math.round(steps / 2);
  const trained = tuning === undefined
    ? await stage("train", steps, null, [0, 0.8])
    : hybrid
      ? joinStages({ prefix: await stage("prefix", half, freeze(model, [BACKBONE, /\.change\./]), [0, 0.4]), lora: await stage("lora", steps - half, freeze(model, [BACKBONE, /^encoder\.prefix\./]), [0.4, 0.8]) })
      : await stage("train", steps, freeze(model, [BACKBONE]), [0, 0.8]);

  const [reference, ranked] = rankRuns(shared.test.task.relevant, [shared.test.candidates, { name: context.arm, found: await rerank(context, model, shared, head) }]);
  const byQuery = ranked?.byQuery ?? [];
  await keepItems(context, "nDCG@10", byQuery);
  const compared = against === undefined ? undefined : await againstArm(context, against, "nDCG@10", byQuery);
  return {
    ...trained,
    metrics: { ndcg10: ranked?.ndcg10 ?? NaN, trainedShare: trained.parameters / bert.model.encoder.parameterCount() },
    tables: [rankingTable("Test queries", [reference, ranked].flatMap((run) => run ?? []))],
    notes: compared === undefined ? [] : [`against "${against}", query by query: ${describeDifference(compared)} nDCG@10; the interval ${compared.significant ? "leaves out" : "includes"} 0`],
  };
}

/** Candidates of each test query in the order of their scores. */
async function rerank({ device, signal, settings: { lengths, batch } }: ArmContext<Settings>, model: PairRanker, { test: { queries, documents, candidates } }: Shared, head: HeadName): Promise<number[][]> {
  const pairs = candidates.found.flatMap((items, query) => items.map((item) => [query, item] as const));
  const collate = (indices: Int32Array): Record<string, HostArray> => {
    const chosen = Array.from(indices, (i) => pairs[i] as readonly [number, number]);
    return { ...fieldsOf("query", batchOfRows(queries[head], chosen.map(([query]) => query), lengths.query)), ...fieldsOf("document", batchOfRows(documents, chosen.map(([, item]) => item), lengths.document)) };
  };
  const { data } = await extract(collate, (fields) => model.forward({ query: sideOf(fields, "query"), document: sideOf(fields, "document") }, EVALUATE), Int32Array.from(pairs.keys()), { batchSize: 2 * batch, device, signal });
  const scores = new Map(pairs.map(([query, item], i) => [`${query} ${item}`, data[i] as number]));
  return candidates.found.map((items, query) => [...items].sort((a, b) => (scores.get(`${query} ${b}`) as number) - (scores.get(`${query} ${a}`) as number)));
}
