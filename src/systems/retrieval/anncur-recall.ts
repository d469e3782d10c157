/** How much of a scorer's exact top k a search finds on a budget of exact scores, when the whole matrix of scores is known. */
import type { HostArray } from "../../engine/index.ts";
import { CurIndex, CurSearch } from "../../data/search/index.ts";
import type { CurSearchOptions } from "../../data/search/index.ts";
import { rowAt, rowsBetween } from "../../lab/index.ts";

/** Exact scores [queries, items]. */
export type Scores = HostArray;

/** Items of a query, best first. */
export const exactRanking = (row: ArrayLike<number>): number[] => Array.from(row, (_, item) => item).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b);

/** Recall of each of the cut-offs, averaged over queries; `found` gives the items that a search comes back with. */
export async function recalls(exact: Scores, cutoffs: readonly number[], found: (query: number, most: number) => Promise<readonly number[]>): Promise<number[]> {
  const queries = exact.shape[0] as number;
  const sums = cutoffs.map(() => 0);
  for (let query = 0; query < queries; query++) {
    const best = exactRanking(rowAt(exact, query));
    const ranking = await found(query, Math.max(...cutoffs));
    cutoffs.forEach((k, i) => {
      const wanted = new Set(best.slice(0, k));
      sums[i] = (sums[i] as number) + ranking.slice(0, k).filter((item) => wanted.has(item)).length / k;
    });
  }
  return sums.map((sum) => sum / queries);
}

/** The same for rankings of another retriever whose first `budget` items are scored exactly: retrieve and rerank. */
export const rerankedRecalls = (exact: Scores, cutoffs: readonly number[], rankings: readonly (readonly number[])[], budget: number): Promise<number[]> =>
  recalls(exact, cutoffs, (query) => {
    const row = rowAt(exact, query);
    return Promise.resolve((rankings[query] as readonly number[]).slice(0, budget).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b));
  });

/** A search whose scorer looks scores up. */
const lookup = (anchors: Scores, asked: Scores, options: CurSearchOptions): CurSearch<number, number> =>
  new CurSearch((query: number, items: readonly number[]) => items.map((item) => rowAt(asked, query)[item] as number), Array.from({ length: anchors.shape[1] as number }, (_, item) => item), anchors, options);

export const curRecalls = (anchors: Scores, asked: Scores, cutoffs: readonly number[], budget: number, options: CurSearchOptions): Promise<number[]> => {
  const search = lookup(anchors, asked, options);
  return recalls(asked, cutoffs, async (query, most) => (await search.search(query, budget, most)).map(({ index }) => index));
};

/** For each cut-off the share of the budget for anchor items that finds most, tried on anchor queries that are held out from the index. */
export async function chooseShares(anchors: Scores, cutoffs: readonly number[], budget: number, shares: readonly number[], heldOut: number, options: CurSearchOptions): Promise<number[]> {
  const queries = anchors.shape[0] as number;
  const [index, asked] = [rowsBetween(anchors, 0, queries - heldOut), rowsBetween(anchors, queries - heldOut, queries)];
  const tried: number[][] = [];
  for (const share of shares) tried.push(await curRecalls(index, asked, cutoffs, budget, { ...options, share }));
  return cutoffs.map((_, i) => shares[tried.reduce((best, recall, j) => ((recall[i] as number) > (tried[best]?.[i] as number) ? j : best), 0)] as number);
}

/** Squared error of guessed scores over the variance of each query's scores, for items that are no anchors; 1 is what its mean would do. */
export function relativeError(anchors: Scores, asked: Scores, items: ArrayLike<number>, ridge: number): number {
  const index = new CurIndex({ scores: anchors, anchors: items, ridge });
  const known = new Set(Array.from(items));
  let [error, spread] = [0, 0];
  for (let query = 0; query < (asked.shape[0] as number); query++) {
    const row = rowAt(asked, query);
    const others = Array.from(row, (_, item) => item).filter((item) => !known.has(item));
    const guessed = index.approximate([...index.anchors].map((item) => row[item] as number));
    const mean = others.reduce((sum, item) => sum + (row[item] as number), 0) / others.length;
    for (const item of others) {
      error += ((guessed[item] as number) - (row[item] as number)) ** 2;
      spread += ((row[item] as number) - mean) ** 2;
    }
  }
  return error / spread;
}
