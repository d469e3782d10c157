/** The trending lists for those who only show them: ids, scores and reasons. */
import { trendingPapers } from "./trending-papers.ts";
import type { TrendingWindow } from "./trending.ts";
import type { Queryable } from "../store/database.ts";

/** A place in a list. */
export interface TrendingPlace {
  readonly id: string;
  readonly score: number;
  /** What led to it, in words, one reason each. */
  readonly why: readonly string[];
}

export interface TrendingLists {
  /** At most `limit` papers, first place first. */
  list(window: TrendingWindow, limit: number): Promise<readonly TrendingPlace[]>;
}

/** Lists as of the moment they are asked for. */
export function trendingLists(database: Queryable, clock: () => Date): TrendingLists {
  return {
    list: async (window, limit) => (await trendingPapers(database, { window, now: clock(), limit })).map(({ paper: { id }, trending: { score, why } }) => ({ id, score, why })),
  };
}
