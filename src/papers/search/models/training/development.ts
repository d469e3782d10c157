/** The retrieval task on which everything about the search models is chosen: package summaries seek their descriptions. */
import type { RandomStream } from "../../../../engine/index.ts";
import type { Passage } from "./passages.ts";

export interface RetrievalTask {
  readonly queries: readonly string[];
  readonly documents: readonly string[];
  /** [queries] Position of each query's document. */
  readonly answers: readonly number[];
}

export interface TaskSizes {
  readonly queries: number;
  readonly documents: number;
}

/** What a passage is found by when its title is the query. */
export const bodyOf = ({ body }: Passage): string => body.join(" ");

/** Titles of random passages of `asked` among the bodies of all of these and of some of the `others`. */
export function retrievalTask(asked: readonly Passage[], others: readonly Passage[], { queries, documents }: TaskSizes, random: RandomStream): RetrievalTask {
  const chosen = random.shuffle(asked.map((_, i) => i)).slice(0, queries);
  const fill = random.shuffle(others.map((_, i) => i)).slice(0, Math.max(0, documents - asked.length));
  return {
    queries: chosen.map((i) => (asked[i] as Passage).title),
    documents: [...asked, ...fill.map((i) => others[i] as Passage)].map(bodyOf),
    answers: chosen,
  };
}

export interface RankScores {
  readonly mrr: number;
  readonly recall10: number;
  readonly recall100: number;
}

/** Scores from the rank, from 1, of each query's document; Infinity where it was not found. */
export function scoresOfRanks(ranks: readonly number[]): RankScores {
  const mean = (value: (rank: number) => number): number => ranks.reduce((total, rank) => total + value(rank), 0) / ranks.length;
  return { mrr: mean((rank) => 1 / rank), recall10: mean((rank) => (rank <= 10 ? 1 : 0)), recall100: mean((rank) => (rank <= 100 ? 1 : 0)) };
}

/** Rank of each answer by the dot product of unit vectors; ties count against it by half. */
export function ranksByVectors(queries: readonly Float32Array[], documents: readonly Float32Array[], answers: readonly number[]): number[] {
  return queries.map((query, i) => {
    const scores = documents.map((document) => document.reduce((total, value, d) => total + value * (query[d] as number), 0));
    const own = scores[answers[i] as number] as number;
    return 1 + scores.reduce((above, score, j) => above + (score > own ? 1 : score === own && j !== answers[i] ? 0.5 : 0), 0);
  });
}
