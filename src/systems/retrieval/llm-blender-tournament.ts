/** Ranking candidates by comparing two at a time: what a matrix of comparisons, or a few of them, say. */
import type { RandomStream } from "../../engine/index.ts";

/** How much better candidate i is than j, when i is read first: a logit, above 0 for the left one. */
export type Comparison = (left: number, right: number) => number;

/** Both orders averaged, so that s(i, j) = -s(j, i): which one is read first no longer counts. */
export const bothOrders = (compare: Comparison): Comparison => (i, j) => (compare(i, j) - compare(j, i)) / 2;

/** All ordered pairs of n candidates. */
export const orderedPairs = (n: number): [left: number, right: number][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j): [number, number] => [i, j])).flat().filter(([i, j]) => i !== j);

const sumOver = (n: number, i: number, value: (j: number) => number): number => Array.from({ length: n }, (_, j) => (j === i ? 0 : value(j))).reduce((sum, one) => sum + one, 0);

/** MaxLogits: sum of a candidate's row minus sum of its column. */
export const maxLogits = (n: number, compare: Comparison): number[] => Array.from({ length: n }, (_, i) => sumOver(n, i, (j) => compare(i, j) - compare(j, i)));

/** MaxWins: comparisons won, read first or second. */
export const maxWins = (n: number, compare: Comparison): number[] => Array.from({ length: n }, (_, i) => sumOver(n, i, (j) => Number(compare(i, j) > 0) + Number(compare(j, i) < 0)));

/** The best of n after one pass in random order, each comparison in both orders: 2 (n - 1) of them in place of n (n - 1). */
export function bubbleBest(n: number, compare: Comparison, random: RandomStream): number {
  const [first, ...rest] = random.permutation(n);
  const fair = bothOrders(compare);
  return rest.reduce((best, next) => (fair(next, best) > 0 ? next : best), first as number);
}

/** The same where comparisons are waited for. */
export async function bubbleBestOf(n: number, compare: (left: number, right: number) => Promise<number>, random: RandomStream): Promise<number> {
  const [first, ...rest] = random.permutation(n);
  let best = first as number;
  for (const next of rest) if ((await compare(next, best)) - (await compare(best, next)) > 0) best = next;
  return best;
}

/** Places from the highest score to the lowest; equal scores keep their order. */
export const ranking = (scores: readonly number[]): number[] => scores.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));

/** Source and candidates as the fuser reads them, the best first. */
export const fuserInput = (source: string, candidates: readonly string[]): string => [...candidates.map((candidate, i) => `${i + 1}: ${candidate}`), source].join(" | ");
