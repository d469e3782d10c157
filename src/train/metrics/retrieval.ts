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
  /** Mean of 1 / rank of the first relevant item. */
  readonly mrr: number;
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

/** All metrics, with the cut-offs asked for. Throws when a query has nothing relevant or a score is not a number. */
export function retrieval(task: RetrievalTask, cutoffs: readonly number[] = [1, 5, 10]): RetrievalScores {
  const { scores, gallery, relevant } = task;
  if (scores.length !== gallery * relevant.length || relevant.length === 0) throw new RangeError(`retrieval: ${relevant.length} queries and ${gallery} gallery items need ${gallery * relevant.length} scores, got ${scores.length}`);
  const rows = relevant.map((items, i) => {
    const row = Float64Array.from({ length: gallery }, (_, j) => scores[i * gallery + j] as number);
    if (items.size === 0) throw new RangeError(`retrieval: query ${i} has no relevant item; leave it out`);
    if (row.some(Number.isNaN)) throw new RangeError(`retrieval: scores of query ${i} are not all numbers`);
    return { row, items };
  });
  const ranks = rows.map(({ row, items }) => firstRank(row, items));
  const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  const byCutoff = (value: (k: number) => number): Record<number, number> => Object.fromEntries(cutoffs.map((k) => [k, value(k)]));
  return {
    recallAt: byCutoff((k) => mean(ranks.map((rank) => (rank <= k ? 1 : 0)))),
    mrr: mean(ranks.map((rank) => 1 / rank)),
    ndcgAt: byCutoff((k) => mean(rows.map(({ row, items }) => ndcg(row, items, k)))),
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
  const order = Array.from(row, (_, j) => j).sort((a, b) => (row[b] as number) - (row[a] as number));
  const gains: number[] = [];
  for (let start = 0; start < order.length; ) {
    // Every place within a tie gets the mean gain of the tie.
    let end = start;
    while (end < order.length && row[order[end] as number] === row[order[start] as number]) end++;
    const tied = order.slice(start, end).map(gain);
    const shared = tied.reduce((total, value) => total + value, 0) / tied.length;
    gains.push(...tied.map(() => shared));
    start = end;
  }
  const discounted = (values: readonly number[]): number => values.slice(0, k).reduce((total, value, place) => total + value / Math.log2(place + 2), 0);
  return discounted(gains) / discounted([...items.keys()].map(gain).sort((a, b) => b - a));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
