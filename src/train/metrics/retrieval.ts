/**
 * Retrieval metrics on a full matrix of scores. Ties are broken by chance in expectation: a rank is the mean rank among
 * equal scores, so that a model that scores everything alike gets what guessing gets.
 */

export interface RetrievalTask {
  /** Row-major [queries, gallery]; higher is better. */
  readonly scores: ArrayLike<number>;
  readonly gallery: number;
  /** For each query its relevant gallery items with their grade; equal items belong to one query together. */
  readonly relevant: readonly ReadonlyMap<number, number>[];
}

export interface RetrievalScores {
  /** Share of queries with a relevant item among the first k. */
  readonly recallAt: Readonly<Record<number, number>>;
  /** Mean share of the relevant items that are among the first k. */
  readonly foundAt: Readonly<Record<number, number>>;
  /** Mean of 1 / rank of the first relevant item. */
  readonly mrr: number;
  /** Mean over queries of the average precision. */
  readonly map: number;
  /** Mean share of relevant items among the first R, R the number of relevant items of the query. */
  readonly rPrecision: number;
  /** Discounted gain, 2^grade - 1 over log2(rank + 1), as a share of the best possible, by cut-off. */
  readonly ndcgAt: Readonly<Record<number, number>>;
  readonly meanRank: number;
  readonly medianRank: number;
}

/** The task where query i seeks item i of a square matrix. */
export const diagonalTask = (scores: ArrayLike<number>, n: number): RetrievalTask => ({ scores, gallery: n, relevant: Array.from({ length: n }, (_, i) => new Map([[i, 1]])) });

/** The same pairs sought in the other direction: gallery items become queries. Items without a relevant query are left out. */
export function reversed({ scores, gallery, relevant }: RetrievalTask): RetrievalTask {
  const queries = relevant.length;
  const sought = Array.from({ length: gallery }, (_, j) => new Map(relevant.flatMap((items, i): [number, number][] => (items.has(j) ? [[i, items.get(j) as number]] : []))));
  const kept = sought.flatMap((items, j) => (items.size > 0 ? [j] : []));
  const turned = new Float64Array(kept.length * queries);
  kept.forEach((j, row) => {
    for (let i = 0; i < queries; i++) turned[row * queries + i] = scores[i * gallery + j] as number;
  });
  return { scores: turned, gallery: queries, relevant: kept.map((j) => sought[j] as Map<number, number>) };
}

/** What one query got. */
export interface QueryScores {
  /** Mean rank, among ties, of the best relevant item. */
  readonly rank: number;
  /** Share of the relevant items that are among the first k, by cut-off: recall in the sense of document retrieval. */
  readonly foundAt: Readonly<Record<number, number>>;
  readonly ndcgAt: Readonly<Record<number, number>>;
  /** Mean of the precision at the places of the relevant items. */
  readonly averagePrecision: number;
  /** Share of relevant items among the first R, R the number of relevant items. */
  readonly rPrecision: number;
}

/** Scores of each query, as paired comparisons of systems need them. Throws when a query has nothing relevant or a score is not a number. */
export function retrievalByQuery(task: RetrievalTask, cutoffs: readonly number[] = [1, 5, 10]): QueryScores[] {
  const { scores, gallery, relevant } = task;
  if (scores.length !== gallery * relevant.length || relevant.length === 0) throw new RangeError(`retrieval: ${relevant.length} queries and ${gallery} gallery items need ${gallery * relevant.length} scores, got ${scores.length}`);
  return relevant.map((items, i): QueryScores => {
    const row = Float64Array.from({ length: gallery }, (_, j) => scores[i * gallery + j] as number);
    if (items.size === 0) throw new RangeError(`retrieval: query ${i} has no relevant item; leave it out`);
    if (row.some(Number.isNaN)) throw new RangeError(`retrieval: scores of query ${i} are not all numbers`);
    const found = cumulative(sharedInTies(row, (j) => (items.has(j) ? 1 : 0)));
    const at = (value: (k: number) => number): Record<number, number> => Object.fromEntries(cutoffs.map((k) => [k, value(k)]));
    return {
      rank: firstRank(row, items),
      foundAt: at((k) => (found[Math.min(k, gallery) - 1] as number) / items.size),
      ndcgAt: at((k) => ndcg(row, items, k)),
      averagePrecision: averagePrecision(row, items),
      rPrecision: (found[items.size - 1] as number) / items.size,
    };
  });
}

/** All metrics, with the cut-offs asked for. Throws when a query has nothing relevant or a score is not a number. */
export function retrieval(task: RetrievalTask, cutoffs: readonly number[] = [1, 5, 10]): RetrievalScores {
  const queries = retrievalByQuery(task, cutoffs);
  const ranks = queries.map(({ rank }) => rank);
  const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  const byCutoff = (value: (k: number) => number): Record<number, number> => Object.fromEntries(cutoffs.map((k) => [k, value(k)]));
  return {
    recallAt: byCutoff((k) => mean(ranks.map((rank) => (rank <= k ? 1 : 0)))),
    foundAt: byCutoff((k) => mean(queries.map(({ foundAt }) => foundAt[k] as number))),
    mrr: mean(ranks.map((rank) => 1 / rank)),
    map: mean(queries.map(({ averagePrecision }) => averagePrecision)),
    rPrecision: mean(queries.map(({ rPrecision }) => rPrecision)),
    ndcgAt: byCutoff((k) => mean(queries.map(({ ndcgAt }) => ndcgAt[k] as number))),
    meanRank: mean(ranks),
    medianRank: median(ranks),
  };
}

/** Mean rank, from 1, of the best relevant item among irrelevant ones. */
function firstRank(row: Float64Array, items: ReadonlyMap<number, number>): number {
  const best = Math.max(...[...items.keys()].map((j) => row[j] as number));
  let above = 0;
  let equal = 0;
  row.forEach((score, j) => {
    if (items.has(j)) return;
    if (score > best) above++;
    else if (score === best) equal++;
  });
  return 1 + above + equal / 2;
}

function ndcg(row: Float64Array, items: ReadonlyMap<number, number>, k: number): number {
  const gain = (j: number): number => 2 ** (items.get(j) ?? 0) - 1;
  const discounted = (values: readonly number[]): number => values.slice(0, k).reduce((total, value, place) => total + value / Math.log2(place + 2), 0);
  return discounted(sharedInTies(row, gain)) / discounted([...items.keys()].map(gain).sort((a, b) => b - a));
}

/** Items from the highest score down, those of equal score together. */
function tieGroups(row: Float64Array): number[][] {
  const order = Array.from(row, (_, j) => j).sort((a, b) => (row[b] as number) - (row[a] as number));
  const groups: number[][] = [];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && row[order[end] as number] === row[order[start] as number]) end++;
    groups.push(order.slice(start, end));
    start = end;
  }
  return groups;
}

/** Values of the items from the highest score down; every place within a tie gets the mean value of the tie. */
const sharedInTies = (row: Float64Array, valueOf: (item: number) => number): number[] =>
  tieGroups(row).flatMap((tied) => {
    const shared = tied.reduce((total, item) => total + valueOf(item), 0) / tied.length;
    return tied.map(() => shared);
  });

/** Expected average precision: a relevant item at place j of a tie of n with r relevant ones has (j - 1)(r - 1) / (n - 1) others of them before it. */
function averagePrecision(row: Float64Array, items: ReadonlyMap<number, number>): number {
  let [above, found, total] = [0, 0, 0];
  for (const tied of tieGroups(row)) {
    const n = tied.length;
    const relevant = tied.filter((item) => items.has(item)).length;
    for (let j = 1; j <= n && relevant > 0; j++) total += ((relevant / n) * (found + 1 + (n === 1 ? 0 : ((j - 1) * (relevant - 1)) / (n - 1)))) / (above + j);
    above += n;
    found += relevant;
  }
  return total / items.size;
}

function cumulative(values: readonly number[]): number[] {
  let total = 0;
  return values.map((value) => (total += value));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
