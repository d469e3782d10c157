/** The arms of the ANNCUR experiment: cross-encoders whose whole score matrices are searched, and retrievers held against them. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { svd } from "../../engine/linalg/index.ts";
import { TfIdf } from "../../data/search/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, encodeSafetensors, schedules, transplant } from "../../train/index.ts";
import { rowAt, rowsBetween, takeRows, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, Table, TrainedArm } from "../../lab/index.ts";
import { Bert, bertEn, bertOf, biEncoderOf, bm25Negatives, candidateBatches, encodeTexts, fineTuneBiEncoder, hardNegativeBatches, judgedTask, loadDescSearch, points, rankingTable, rankRuns, smallerTask, textRows, vectorRuns } from "../../lab/text/index.ts";
import type { JudgedTask, RankingRun, RowSet, TrainedBert } from "../../lab/text/index.ts";
import { chooseShares, curRecalls, exactRanking, relativeError, rerankedRecalls } from "./anncur-recall.ts";
import type { Scores } from "./anncur-recall.ts";
import { MarkedPairEncoder, markedRows, pairMarks, rowLength, scoreMatrix } from "./marked-pairs.ts";
import type { PairHead } from "./marked-pairs.ts";

/** What an index and a query cost: calls of the scorer, and multiply-adds of guessing all scores. */
export const curCost = ({ queries, items, anchors, rescored }: { readonly queries: number; readonly items: number; readonly anchors: number; readonly rescored: number }): { readonly indexCalls: number; readonly queryCalls: number; readonly multiplyAdds: number } => ({
  indexCalls: queries * items,
  queryCalls: anchors + rescored,
  multiplyAdds: anchors * items,
});

export const settings = {
  steps: 200,
  learningRate: 3e-4,
  /** Layers of bert-en that all models start from. */
  depth: 2,
  lengths: { query: 12, document: 22 },
  /** Questions of a step, and their wrong answers: by words and at random. */
  questions: 8,
  negatives: { words: 4, random: 3 },
  /** Pairs of a step of the bi-encoder: as many tokens. */
  batch: 32,
  /** Temperature and vector of the bi-encoder. */
  temperature: 0.05,
  items: 600,
  anchorQueries: 160,
  testQueries: 80,
  budgets: [20, 40, 80, 160],
  cutoffs: [1, 10, 50],
  /** Shares of a budget that may go to anchor items; anchor queries held out from the index choose. */
  shares: [0.25, 0.5, 0.75],
  heldOut: 40,
  /** Random choices of anchor items on one matrix. */
  draws: 5,
  /** Numbers of anchor items whose error is shown. */
  sweep: [20, 40, 80, 120, 160, 240, 400],
};
export type Settings = typeof settings;

/** The arm whose scores the retrievers are held against. */
export const EMB = "ANNCUR, EMB";

export interface Shared {
  readonly pairs: RowSet;
  readonly queries: RowSet;
  readonly documents: RowSet;
  /** A hard negative of each training pair, for the bi-encoder. */
  readonly negatives: readonly (readonly number[])[];
  readonly anchorQueries: readonly string[];
  readonly judged: JudgedTask;
}

export async function prepare({ settings: { steps, questions, negatives, lengths, anchorQueries, testQueries, items }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, test } = await loadDescSearch(context);
  const count = steps * questions;
  const asked = Array.from({ length: count }, (_, i) => [i, i] as const);
  const byWords = bm25Negatives(train, asked, negatives.words, random.child("negatives"));
  const strangers = random.child("strangers");
  const stranger = (own: number): number => (own + 1 + strangers.integer(train.documents.length - 1)) % train.documents.length;
  const candidates = byWords.map((hard, own) => [own, ...hard, ...Array.from({ length: negatives.random }, () => stranger(own))]);
  return {
    pairs: markedRows(tokenizer, candidates.flatMap((documents, query) => documents.map((document) => [train.queries[query] as string, train.documents[document] as string] as const)), lengths),
    queries: textRows(tokenizer, train.queries.slice(0, count), lengths.query + 2),
    documents: textRows(tokenizer, train.documents, lengths.document + 2),
    negatives: byWords.map((hard) => hard.slice(0, 1)),
    anchorQueries: train.queries.slice(count, count + anchorQueries),
    judged: judgedTask(smallerTask(test, { queries: testQueries, index: items })),
  };
}

/** The first layers of a trained BERT. */
export function firstLayers({ model, sizes, tokenizer }: TrainedBert, depth: number): TrainedBert {
  const shallow = { ...sizes, depth };
  const bert = new Bert({ ...shallow, random: RandomStream.of(0, "first layers"), vocabulary: tokenizer.vocabularySize });
  transplant(bert, model.stateDict());
  return { model: bert, sizes: shallow, tokenizer };
}

const freshBert = (context: ArmContext<Settings>): TrainedBert => firstLayers(bertOf(context.foundation(bertEn)), context.settings.depth);

const ARTIFACT = "kept.safetensors";
const keep = ({ artifacts }: ArmContext<Settings>, array: HostArray): Promise<void> => artifacts.write(ARTIFACT, encodeSafetensors(new Map([["kept", array]])));

async function keptBy(context: ArmContext<Settings>, arm: string): Promise<HostArray> {
  const bytes = await context.artifactsOf(arm).read(ARTIFACT);
  const array = bytes === undefined ? undefined : decodeSafetensors(bytes).tensors.get("kept");
  if (array === undefined) throw new Error(`arm "${context.arm}": arm "${arm}" kept nothing; it must run first`);
  return array;
}

/** Recall at each budget (rows) and cut-off. */
type RecallGrid = readonly (readonly number[])[];

const recallMetrics = ({ budgets, cutoffs }: Settings, grid: RecallGrid): Record<string, number> => Object.fromEntries(budgets.flatMap((budget, i) => cutoffs.map((k, j) => [`recall${k}at${budget}`, grid[i]?.[j] as number] as const)));

const recallTable = ({ budgets, cutoffs }: Settings, caption: string, grids: Readonly<Record<string, RecallGrid>>): Table => ({
  caption,
  columns: ["method", "calls per query", ...cutoffs.map((k) => `recall@${k}`)],
  rows: Object.entries(grids).flatMap(([name, grid]) => budgets.map((budget, i) => [name, budget, ...cutoffs.map((_, j) => points(grid[i]?.[j] as number))])),
});

/** ANNCUR on a matrix: recall over several draws of the anchor items, and the shares that were chosen. */
async function curGrid({ budgets, cutoffs, shares, heldOut, draws }: Settings, anchors: Scores, asked: Scores): Promise<{ readonly grid: RecallGrid; readonly chosen: readonly string[] }> {
  const [grid, chosen]: [number[][], string[]] = [[], []];
  for (const budget of budgets) {
    const sums = cutoffs.map(() => 0);
    const used = cutoffs.map(() => 0);
    for (let seed = 0; seed < draws; seed++) {
      const best = await chooseShares(anchors, cutoffs, budget, shares, heldOut, { seed });
      for (const share of new Set(best)) {
        const found = await curRecalls(anchors, asked, cutoffs, budget, { seed, share });
        best.forEach((own, i) => void (own === share && (sums[i] = (sums[i] as number) + (found[i] as number))));
      }
      best.forEach((share, i) => void (used[i] = (used[i] as number) + share));
    }
    grid.push(sums.map((sum) => sum / draws));
    chosen.push(`${budget} calls: ${cutoffs.map((k, i) => `${points((used[i] as number) / draws)}% for recall@${k}`).join(", ")}`);
  }
  return { grid, chosen };
}

/** Trains a cross-encoder, scores the whole matrix with it, and searches that. */
export async function anncur(context: ArmContext<Settings>, { pairs, anchorQueries, judged }: Shared, head: PairHead): Promise<ArmResult> {
  const { settings, seed, random, signal, device } = context;
  const { steps, questions, learningRate, lengths, sweep } = settings;
  const { model: { encoder }, sizes: { width }, tokenizer } = freshBert(context);
  const model = new MarkedPairEncoder({ random: random.child("weights"), encoder, width, marks: pairMarks(tokenizer), head });
  const data = candidateBatches({ pairs, answers: new Int32Array(steps * questions), length: rowLength(lengths), batch: questions, seed });
  const optimizer = new AdamW(model, { learningRate, weightDecay: 0.01, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) });
  const trained = await trainArm(context, { model, data, optimizer, steps, clip: 1, progress: [0, 0.3], loss: ({ ids, segments, valid, answers }, mode) => ({ ...crossEntropy(model.forward({ ids, segments, valid }, mode).reshape([answers.size, -1]), answers) }) });

  const { queries, documents, relevant } = judged.task;
  const matrix = await scoreMatrix(model, tokenizer, [...anchorQueries, ...queries], documents, lengths, { signal, device, onProgress: (done, total) => context.report(300 + Math.round((700 * done) / total), 1000) });
  await keep(context, matrix);
  const [anchors, asked] = [rowsBetween(matrix, 0, anchorQueries.length), rowsBetween(matrix, anchorQueries.length, anchorQueries.length + queries.length)];
  const { grid, chosen } = await curGrid(settings, anchors, asked);
  const own: RankingRun = { name: context.arm, found: queries.map((_, query) => exactRanking(rowAt(asked, query)).slice(0, 100)) };
  const [bm25, ranked] = rankRuns(relevant, [judged.bm25, own]);
  const { s } = svd(anchors);
  const order = RandomStream.of(0, "anchor items").permutation(documents.length);
  const { indexCalls } = curCost({ queries: anchorQueries.length, items: documents.length, anchors: 0, rescored: 0 });
  return {
    ...trained,
    metrics: { ...recallMetrics(settings, grid), ndcg10: ranked?.ndcg10 ?? NaN, rank90: energyRank(s, 0.9), rank99: energyRank(s, 0.99), indexCalls },
    curves: { ...trained.curves, "singular values, share of the largest": Array.from(s, (value, i) => [i + 1, value / (s[0] as number)] as const) },
    tables: [
      recallTable(settings, `Recall of the exact top k of ${context.arm}'s scores, ${settings.draws} draws of anchor items`, { [context.arm]: grid, ...(head === "cls" ? await retrieversOn(context, asked, settings) : {}) }),
      rankingTable("All items scored by the cross-encoder", [bm25, ranked].flatMap((run) => run ?? [])),
      {
        caption: `Guessed scores of items that are no anchors: squared error over variance, ${anchorQueries.length} anchor queries; it rises where there are about as many anchor items`,
        columns: ["anchor items", "pseudo-inverse", "ridge 0.01"],
        rows: sweep.filter((count) => count < documents.length).map((count) => [count, ...[0, 0.01].map((ridge) => relativeError(anchors, asked, order.subarray(0, count), ridge).toPrecision(3))]),
      },
    ],
    notes: [`the index cost ${indexCalls.toLocaleString("en")} scores; shares of the budget for anchor items, chosen on ${settings.heldOut} anchor queries, mean over draws: ${chosen.join("; ")}`],
  };
}

/** Number of directions that hold a share of the squared scores. */
function energyRank(singularValues: ArrayLike<number>, share: number): number {
  const squares = Array.from(singularValues, (value) => value ** 2);
  const wanted = share * squares.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  return 1 + squares.findIndex((square) => (sum += square) >= wanted);
}

/** Retrieve by a ranking, score what was retrieved: recall against the matrix of the [EMB] cross-encoder. */
async function retrieveAndRerank(context: ArmContext<Settings>, { judged, anchorQueries }: Shared, found: readonly (readonly number[])[], trained: TrainedArm): Promise<ArmResult> {
  const { settings } = context;
  await keep(context, hostArray(Int32Array.from(found.flat()), [found.length, judged.task.documents.length]));
  const matrix = await keptBy(context, EMB);
  const grid: number[][] = [];
  for (const budget of settings.budgets) grid.push(await rerankedRecalls(rowsBetween(matrix, anchorQueries.length, matrix.shape[0] as number), settings.cutoffs, found, budget));
  const [bm25, ranked] = rankRuns(judged.task.relevant, [judged.bm25, { name: context.arm, found: found.map((items) => items.slice(0, 100)) }]);
  return {
    ...trained,
    metrics: { ...recallMetrics(settings, grid), ndcg10: ranked?.ndcg10 ?? NaN },
    tables: [recallTable(settings, `Recall of the exact top k of ${EMB}'s scores`, { [context.arm]: grid }), rankingTable("All items ranked by the retriever", [bm25, ranked].flatMap((run) => run ?? []))],
  };
}

/** The retrievers of earlier arms against other exact scores. */
async function retrieversOn(context: ArmContext<Settings>, asked: Scores, { budgets, cutoffs }: Settings): Promise<Record<string, RecallGrid>> {
  const grids: Record<string, RecallGrid> = {};
  for (const arm of ["BiEncoder", "TF-IDF"]) {
    const kept = await keptBy(context, arm);
    const rankings = Array.from({ length: kept.shape[0] as number }, (_, query) => Array.from(takeRows(kept, [query]).data, Number));
    const grid: number[][] = [];
    for (const budget of budgets) grid.push(await rerankedRecalls(asked, cutoffs, rankings, budget));
    grids[arm] = grid;
  }
  return grids;
}

export async function biEncoder(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: { lengths, batch, temperature, steps, learningRate }, seed, random, device, signal } = context;
  const bert = freshBert(context);
  const model = biEncoderOf(bert, { random: random.child("weights"), temperature });
  const maxima = { query: lengths.query + 2, document: lengths.document + 2 };
  const { queries, documents, negatives } = shared;
  const trained = await fineTuneBiEncoder(context, model, hardNegativeBatches({ queries, documents, negatives, pairs: negatives.map((_, i) => [i, i] as const), lengths: maxima, batch, seed }), { steps, learningRate });
  const { task } = shared.judged;
  const passages = await encodeTexts(model, "passage", bert.tokenizer, task.documents, { maximum: maxima.document, device, signal });
  const asked = await encodeTexts(model, "query", bert.tokenizer, task.queries, { maximum: maxima.query, device, signal });
  return retrieveAndRerank(context, shared, await vectorRuns(passages, asked, { depth: task.documents.length, device }), trained);
}

const UNTRAINED: TrainedArm = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0, curves: {} };

/** By words; items that share none with the query come last, in the order of the index. */
export function byWords(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { documents, queries } = shared.judged.task;
  const index = new TfIdf();
  documents.forEach((text, i) => index.add(i, text));
  const found = queries.map((query) => [...new Set([...index.search(query, documents.length).map(({ id }) => Number(id)), ...documents.keys()])]);
  return retrieveAndRerank(context, shared, found, UNTRAINED);
}
