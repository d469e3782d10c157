/** A grid of rerankers: first stage x reranker x depth, each cell judged on the same queries and priced. */
import type { Table } from "../measurement.ts";
import { points, rankRuns } from "./ranking-table.ts";
import type { RankedRun, RankingRun } from "./ranking-table.ts";

/** A query and a document, by position. */
export type PairIndex = readonly [query: number, document: number];

/** Scores pairs, or orders the candidates of one query as a list, by scores of its own or without any. */
export type Reranker = { readonly name: string; /** Floating-point operations of a pair, where they are known. */ readonly flops?: number } & (
  | { score(pairs: readonly PairIndex[]): Promise<ArrayLike<number>>; /** Order of a query's candidates, given their scores; default the highest first. */ arrange?(documents: readonly number[], scoreOf: (document: number) => number): Promise<readonly number[]> }
  | { order(query: number, documents: readonly number[]): Promise<readonly number[]> }
);

export interface GridCell {
  readonly firstStage: string;
  readonly reranker: string;
  /** Candidates of each query that are reranked. */
  readonly depth: number;
  readonly run: RankedRun;
  /** Rankings of the cell. */
  readonly found: readonly (readonly number[])[];
  /** Of a query: pairs read, FLOPs where known, and wall time of its share of the deepest cell. */
  readonly cost: { readonly pairs: number; readonly flops: number | null; readonly milliseconds: number };
}

export interface RerankGrid {
  /** First stages alone. */
  readonly stages: readonly RankedRun[];
  readonly cells: readonly GridCell[];
}

export interface GridOptions {
  readonly relevant: readonly ReadonlyMap<number, number>[];
  /** Rankings at least as deep as the largest depth, where there are so many documents to find. */
  readonly firstStages: readonly RankingRun[];
  readonly rerankers: readonly Reranker[];
  readonly depths: readonly number[];
}

/** Reranks the first `depth` of every first stage and leaves what is below them as it was. Pairs are scored once, however many cells have them. */
export async function rerankGrid({ relevant, firstStages, rerankers, depths }: GridOptions): Promise<RerankGrid> {
  const cells: Omit<GridCell, "run">[] = [];
  for (const reranker of rerankers) {
    const deepest = Math.max(...depths);
    const scores = "score" in reranker ? await scoreUnion(reranker, firstStages, deepest) : null;
    for (const stage of firstStages) {
      for (const depth of depths) {
        const start = performance.now();
        const found: number[][] = [];
        for (const [query, items] of stage.found.entries()) {
          const head = items.slice(0, depth);
          const scoreOf = (item: number): number => scores?.of.get(key(query, item)) as number;
          const reordered = "order" in reranker ? await reranker.order(query, head) : await (reranker.arrange ?? byScore)(head, scoreOf);
          found.push([...reordered, ...items.slice(depth)]);
        }
        const pairs = stage.found.reduce((sum, items) => sum + Math.min(depth, items.length), 0) / stage.found.length;
        const milliseconds = scores === null ? (performance.now() - start) / stage.found.length : pairs * scores.millisecondsEach;
        cells.push({ firstStage: stage.name, reranker: reranker.name, depth, found, cost: { pairs, flops: reranker.flops === undefined ? null : pairs * reranker.flops, milliseconds } });
      }
    }
  }
  const judged = firstStages.map((stage) => {
    const own = cells.filter(({ firstStage }) => firstStage === stage.name);
    const [alone, ...runs] = rankRuns(relevant, [stage, ...own.map(({ reranker, depth, found }) => ({ name: `${reranker}, first ${depth}`, found }))]);
    return { alone: alone as RankedRun, cells: own.map((cell, i): GridCell => ({ ...cell, run: runs[i] as RankedRun })) };
  });
  return { stages: judged.map(({ alone }) => alone), cells: judged.flatMap(({ cells: own }) => own) };
}

const key = (query: number, document: number): string => `${query} ${document}`;

async function scoreUnion(reranker: Extract<Reranker, { score: unknown }>, firstStages: readonly RankingRun[], depth: number): Promise<{ readonly of: ReadonlyMap<string, number>; readonly millisecondsEach: number }> {
  const pairs = new Map<string, PairIndex>();
  for (const { found } of firstStages) found.forEach((items, query) => items.slice(0, depth).forEach((document) => pairs.set(key(query, document), [query, document])));
  const start = performance.now();
  const scores = await reranker.score([...pairs.values()]);
  if (scores.length !== pairs.size) throw new RangeError(`rerankGrid: "${reranker.name}" gave ${scores.length} scores for ${pairs.size} pairs`);
  return { of: new Map([...pairs.keys()].map((name, i) => [name, scores[i] as number])), millisecondsEach: (performance.now() - start) / Math.max(1, pairs.size) };
}

/** Equal scores keep their order. */
export const byScore = (items: readonly number[], scoreOf: (item: number) => number): number[] => items.map((item) => [item, scoreOf(item)] as const).sort((a, b) => b[1] - a[1]).map(([item]) => item);

/** The grid as a table, first stages first; differences are to the cell's own first stage. */
export const gridTable = (caption: string, { stages, cells }: RerankGrid): Table => ({
  caption: `${caption}; nDCG@10 against the first stage alone with the 95% interval of a paired bootstrap over queries`,
  columns: ["first stage", "reranker", "depth", "nDCG@10", "difference", "pairs a query", "MFLOPs a query", "ms a query"],
  rows: [
    ...stages.map(({ name, ndcg10 }) => [name, "none", 0, points(ndcg10), "", 0, "", ""]),
    ...cells.map(({ firstStage, reranker, depth, run: { ndcg10, against }, cost }) => [firstStage, reranker, depth, points(ndcg10), against === undefined ? "" : `${points(against.difference)} [${points(against.interval.low)}, ${points(against.interval.high)}]${against.significant ? " *" : ""}`, cost.pairs.toFixed(0), cost.flops === null ? "" : (cost.flops / 1e6).toFixed(0), cost.milliseconds.toFixed(1)]),
  ],
});
