/** Rankings of several methods over the same queries, side by side: metrics, and the paired bootstrap over queries against one of them. */
import { RandomStream } from "../../engine/index.ts";
import { metrics } from "../../train/index.ts";
import type { Table } from "../measurement.ts";
import { pairedBootstrap } from "../statistics.ts";
import type { PairedDifference } from "../statistics.ts";

export interface RankingRun {
  readonly name: string;
  /** Items found for each query, best first. */
  readonly found: readonly (readonly number[])[];
}

export interface RankedRun {
  readonly name: string;
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall10: number;
  /** nDCG@10 of each query, for paired comparisons. */
  readonly byQuery: readonly number[];
  /** nDCG@10 minus that of the reference; undefined for the reference itself. */
  readonly against: PairedDifference | undefined;
}

/** Scores runs over queries with their relevant items. The first run is the reference: BM25, which every table shows. */
export function rankRuns(relevant: readonly ReadonlyMap<number, number>[], runs: readonly RankingRun[]): RankedRun[] {
  const scored = runs.map(({ name, found }) => {
    if (found.length !== relevant.length) throw new RangeError(`rankRuns: run "${name}" has ${found.length} queries, expected ${relevant.length}`);
    const queries = metrics.rankingsByQuery(found.map((items, query) => ({ found: items, relevant: relevant[query] as ReadonlyMap<number, number> })), [10]);
    const mean = (of: (query: (typeof queries)[number]) => number): number => queries.reduce((sum, query) => sum + of(query), 0) / queries.length;
    return { name, ndcg10: mean(({ ndcgAt }) => ndcgAt[10] as number), mrr10: mean(({ mrrAt }) => mrrAt[10] as number), recall10: mean(({ recallAt }) => recallAt[10] as number), byQuery: queries.map(({ ndcgAt }) => ndcgAt[10] as number) };
  });
  const [reference] = scored;
  if (reference === undefined) throw new RangeError("rankRuns: expected at least one run, got none");
  return scored.map((run, i) => ({ ...run, against: i === 0 ? undefined : pairedBootstrap(reference.byQuery, run.byQuery, { random: RandomStream.of(0, "ranking", run.name) }) }));
}

/** A share as points, one place after the point. */
export const points = (share: number): string => (100 * share).toFixed(1);

/** The runs as a table of a report, in points. */
export const rankingTable = (caption: string, runs: readonly RankedRun[]): Table => ({
  caption: `${caption}; nDCG@10 against ${runs[0]?.name ?? "nothing"} with the 95% interval of a paired bootstrap over queries`,
  columns: ["method", "nDCG@10", "MRR@10", "R@10", "difference"],
  rows: runs.map(({ name, ndcg10, mrr10, recall10, against }) => [name, points(ndcg10), points(mrr10), points(recall10), against === undefined ? "" : `${points(against.difference)} [${points(against.interval.low)}, ${points(against.interval.high)}]`]),
});
