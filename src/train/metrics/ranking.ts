/** Retrieval metrics on rankings of finite depth, such as a search gives: for collections too large for a matrix of scores. */

export interface RankedQuery<Id> {
  /** What was found, best first, without repetition. */
  readonly found: readonly Id[];
  /** Relevant items with their grade, those not found included. */
  readonly relevant: ReadonlyMap<Id, number>;
}

export interface RankingScores {
  /** Share of the relevant items among the first k. */
  readonly recallAt: Readonly<Record<number, number>>;
  /** Gain 2^grade - 1 over log2(rank + 1) among the first k, as a share of the best possible. */
  readonly ndcgAt: Readonly<Record<number, number>>;
  /** 1 / rank of the first relevant item among the first k, else 0. */
  readonly mrrAt: Readonly<Record<number, number>>;
  /** Mean precision at the places of the relevant items; one not found adds 0. */
  readonly averagePrecision: number;
  /** Share of relevant items among the first R, R the number of relevant items. */
  readonly rPrecision: number;
}

/** Scores of each query. Throws, naming it, when a query has nothing relevant or a ranking repeats an item. */
export function rankingsByQuery<Id>(queries: readonly RankedQuery<Id>[], cutoffs: readonly number[] = [10, 100]): RankingScores[] {
  return queries.map(({ found, relevant }, query): RankingScores => {
    if (relevant.size === 0) throw new RangeError(`rankings: query ${query} has no relevant item; leave it out`);
    if (new Set(found).size !== found.length) throw new RangeError(`rankings: query ${query} lists an item twice`);
    const grades = found.map((id) => relevant.get(id) ?? 0);
    const places = grades.flatMap((grade, place) => (grade > 0 ? [place] : []));
    const within = (k: number): number => places.filter((place) => place < k).length;
    const ideal = [...relevant.values()].sort((a, b) => b - a);
    const at = (value: (k: number) => number): Record<number, number> => Object.fromEntries(cutoffs.map((k) => [k, value(k)]));
    const first = places[0] ?? Infinity;
    return {
      recallAt: at((k) => within(k) / relevant.size),
      ndcgAt: at((k) => discountedGain(grades.slice(0, k)) / discountedGain(ideal.slice(0, k))),
      mrrAt: at((k) => (first < k ? 1 / (first + 1) : 0)),
      averagePrecision: places.reduce((total, place, i) => total + (i + 1) / (place + 1), 0) / relevant.size,
      rPrecision: within(relevant.size) / relevant.size,
    };
  });
}

/** Means over queries. */
export function rankings<Id>(queries: readonly RankedQuery<Id>[], cutoffs: readonly number[] = [10, 100]): RankingScores {
  const scores = rankingsByQuery(queries, cutoffs);
  if (scores.length === 0) throw new RangeError("rankings: expected at least one query, got none");
  const mean = (value: (query: RankingScores) => number): number => scores.reduce((total, query) => total + value(query), 0) / scores.length;
  const at = (name: "recallAt" | "ndcgAt" | "mrrAt"): Record<number, number> => Object.fromEntries(cutoffs.map((k) => [k, mean((query) => query[name][k] as number)]));
  return { recallAt: at("recallAt"), ndcgAt: at("ndcgAt"), mrrAt: at("mrrAt"), averagePrecision: mean((query) => query.averagePrecision), rPrecision: mean((query) => query.rPrecision) };
}

const discountedGain = (grades: readonly number[]): number => grades.reduce((total, grade, place) => total + (2 ** grade - 1) / Math.log2(place + 2), 0);
