/** The arms of the study: first stages alone, cross-encoders of three sizes, and a language model that was never trained to rank. */
import { compile } from "../../engine/index.ts";
import type { Hosted } from "../../engine/index.ts";
import { slidingRerank } from "../../data/search/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { ArmContext, ArmResult, PrepareContext } from "../../lab/index.ts";
import {
  batchOfRows, bertEn, bertOf, bm25Runs, byScore, candidateBatches, crossEncoderOf, fineTuneOnCandidates, gridTable, likelihoodRows, lmEn, lmEnOf, loadDescSearch, mapRows, pairRows, queryLikelihood, rankRuns, rerankGrid, scoreRows, smallerTask, sparseRuns, sparseTexts, spladeEn, spladeOf,
} from "../../lab/text/index.ts";
import type { Foundation, PairIndex, RankingRun, Reranker, RowSet, SearchTask, TokenRows } from "../../lab/text/index.ts";

export const settings = {
  /** Tokens of a query and of a document. */
  lengths: { query: 16, document: 64 },
  /** Candidates reranked. */
  depths: [10, 30],
  /** Of desc/search: inside and outside the sections that models are tuned on. */
  domains: ["IN", "OOD-1"],
  queries: 100,
  index: 4000,
  train: {
    steps: 200,
    /** Questions of a step, each with its document and so many others. */
    questions: 4,
    negatives: 7,
    learningRate: 3e-4,
    /** Others come from SPLADE's first so many. */
    minedFrom: 50,
    /** Documents that are searched for them. */
    documents: 4000,
  },
  /** Listwise reranking. */
  window: 20,
  step: 10,
};
export type Settings = typeof settings;

interface JudgedDomain {
  readonly task: SearchTask;
  /** BM25 and SPLADE. */
  readonly stages: readonly RankingRun[];
}

export interface Shared {
  readonly domains: readonly JudgedDomain[];
  readonly candidates: { readonly pairs: RowSet; readonly questions: number };
  /** What arms measured in which nothing depends on the seed. */
  readonly untrained: Map<string, ArmResult>;
}

/** Rows of a query and a document, of which only the document is cut to fit. */
const rowsOf = (tokenizer: Parameters<typeof pairRows>[0], pairs: readonly (readonly [string, string])[], { query, document }: Settings["lengths"]): RowSet => pairRows(tokenizer, pairs, query + document + 3, { first: query, second: document });

export async function prepare({ settings: { lengths, domains, queries, index, depths, train: training }, random, foundation, device, signal, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const splade = spladeOf(foundation(spladeEn), bertOf(foundation(bertEn)));
  const { train, test, outside } = await loadDescSearch({ signal, ...context });
  const sparse = async (documents: readonly string[], asked: readonly string[], depth: number): Promise<number[][]> =>
    sparseRuns(await sparseTexts(splade, documents, lengths.document, { device, signal }), await sparseTexts(splade, asked, lengths.query, { device, signal }), depth);

  const judged: JudgedDomain[] = [];
  for (const task of [test, ...outside].filter(({ name }) => domains.includes(name))) {
    const smaller = smallerTask(task, { queries, index });
    const depth = Math.max(...depths);
    judged.push({ task: smaller, stages: [{ name: "BM25", found: bm25Runs(smaller.documents, smaller.queries, depth) }, { name: "SPLADE", found: await sparse(smaller.documents, smaller.queries, depth) }] });
  }

  const questions = Math.min(training.steps * training.questions, training.documents);
  const texts = train.documents.slice(0, training.documents);
  const found = await sparse(texts, train.queries.slice(0, questions), training.minedFrom);
  const pairs = found.flatMap((items, own) => {
    const stream = random.child("negatives", own);
    const others = stream.shuffle(items.filter((item) => item !== own)).slice(0, training.negatives);
    while (others.length < training.negatives) others.push((own + 1 + stream.integer(texts.length - 1)) % texts.length);
    return [own, ...others].map((document) => [train.queries[own] as string, texts[document] as string] as const);
  });
  return { domains: judged, candidates: { pairs: rowsOf(splade.tokenizer, pairs, lengths), questions }, untrained: new Map() };
}

/** Name of a metric: nDCG@10 in a domain, behind a first stage, with so many candidates reranked. */
export const cell = (domain: string, stage: string, depth: number): string => `${domain}, ${stage}, ${depth}`;

const UNTRAINED = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0 };

/** The grid of one reranker in every domain. */
async function gridOf({ settings: { depths } }: ArmContext<Settings>, { domains }: Shared, make: (domain: JudgedDomain) => Reranker): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const metrics: Record<string, number> = {};
  const tables = [];
  for (const domain of domains) {
    const grid = await rerankGrid({ relevant: domain.task.relevant, firstStages: domain.stages, rerankers: [make(domain)], depths });
    for (const { firstStage, depth, run, cost } of grid.cells) {
      metrics[cell(domain.task.name, firstStage, depth)] = run.ndcg10;
      if (firstStage === "SPLADE" && cost.flops !== null) metrics[`MFLOPs a query, ${depth}`] = cost.flops / 1e6;
    }
    tables.push(gridTable(domain.task.name, grid));
  }
  return { metrics, tables };
}

/** First stages alone, under the names that rerankers have for what they make of them. */
export function firstStages({ settings: { depths } }: ArmContext<Settings>, { domains }: Shared): Promise<ArmResult> {
  const scored = domains.flatMap(({ task, stages }) => rankRuns(task.relevant, stages).flatMap(({ name, ndcg10 }) => depths.map((depth) => [cell(task.name, name, depth), ndcg10] as const)));
  return Promise.resolve({ ...UNTRAINED, metrics: Object.fromEntries(scored) });
}

const textsOf = ({ task }: JudgedDomain, pairs: readonly PairIndex[]): (readonly [string, string])[] => pairs.map(([query, document]) => [task.queries[query] as string, task.documents[document] as string] as const);

/** FLOPs of scoring one full row, counted from the graph. */
async function flopsOfRow(model: (rows: TokenRows) => ReturnType<typeof scoreRows>, set: RowSet, length: number): Promise<number> {
  const run = compile(model, { name: "cost of a row" });
  const { ids, segments, valid } = batchOfRows(set, [0], length);
  const { flops } = run.explain({ ids, segments, valid } as Hosted<TokenRows>);
  await run.release();
  return flops.products;
}

/** A cross-encoder of some size, tuned to pick the document of a summary among what SPLADE finds for it. */
export async function crossEncoder(context: ArmContext<Settings>, shared: Shared, encoder: Foundation): Promise<ArmResult> {
  const { settings: { lengths, train: { steps, questions, learningRate } }, seed, random, device, signal } = context;
  const bert = bertOf(context.foundation(encoder));
  const model = crossEncoderOf(bert, { random: random.child("weights") });
  const length = lengths.query + lengths.document + 3;
  const { pairs, questions: count } = shared.candidates;
  const trained = await fineTuneOnCandidates(context, model, candidateBatches({ pairs, answers: new Int32Array(count), length, batch: questions, seed }), { steps, learningRate, progress: [0, 0.6] });
  const forward = (rows: TokenRows) => scoreRows(model, rows, EVALUATE);
  const flops = await flopsOfRow(forward, pairs, length);
  const score = (domain: JudgedDomain) => async (asked: readonly PairIndex[]) => (await mapRows(forward, rowsOf(bert.tokenizer, textsOf(domain, asked), lengths), { device, signal })).data as Float32Array;
  return { ...trained, ...(await gridOf(context, shared, (domain) => ({ name: context.arm, flops, score: score(domain) }))) };
}

/** Scores by the likelihood of the query after the document; listwise, windows are put into the order of these scores. Overlapping windows read a document once. */
export async function likelihood(context: ArmContext<Settings>, shared: Shared, { listwise = false }: { readonly listwise?: boolean } = {}): Promise<ArmResult> {
  const { settings: { lengths, window, step }, device, signal } = context;
  // Nothing is trained, so that every seed has the numbers of the first.
  const known = shared.untrained.get(context.arm);
  if (known !== undefined) return known;
  const { model, tokenizer } = lmEnOf(context.foundation(lmEn));
  const forward = (rows: TokenRows) => queryLikelihood(model, rows, EVALUATE);
  const rows = (pairs: readonly (readonly [string, string])[]): RowSet => likelihoodRows(tokenizer, pairs, lengths);
  const [first] = shared.domains as [JudgedDomain];
  const flops = await flopsOfRow(forward, rows(textsOf(first, [[0, 0]])), lengths.query + lengths.document + 2);
  const score = (domain: JudgedDomain) => async (asked: readonly PairIndex[]) => (await mapRows(forward, rows(textsOf(domain, asked)), { tokens: 2048, device, signal })).data as Float32Array;
  const arrange = (documents: readonly number[], scoreOf: (document: number) => number): Promise<number[]> =>
    slidingRerank(documents, (items) => byScore([...items.keys()], (place) => scoreOf(items[place] as number)), { window, step });
  const result = { ...UNTRAINED, ...(await gridOf(context, shared, (domain) => ({ name: context.arm, flops, score: score(domain), ...(listwise ? { arrange } : {}) }))) };
  shared.untrained.set(context.arm, result);
  return result;
}
