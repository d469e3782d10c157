/** The data side of Augmented SBERT: which unseen pairs a cross-encoder labels, and which of those the bi-encoder learns from. */
import { kernelDensity, keepProbability, KnownPairs, neighbourPairs, randomPairs, tabulated } from "../../data/index.ts";
import type { PlacePair } from "../../data/index.ts";
import type { RandomStream } from "../../engine/index.ts";

export const STRATEGIES = ["random", "kde", "bm25", "semantic", "bm25+semantic"] as const;
/**
 * `kde`: random pairs, thinned so that their labels are distributed as the gold scores are. `bm25`, `semantic`: each text
 * with its nearest by words, or by the vectors of a bi-encoder that was trained on gold.
 */
export type Strategy = (typeof STRATEGIES)[number];

export interface SilverOptions {
  readonly strategy: Strategy;
  /** How many texts are recombined. */
  readonly texts: number;
  /** Pairs that have a label already: gold. */
  readonly known: readonly PlacePair[];
  /** Scores of gold pairs, whose density `kde` wants. */
  readonly goldScores: ArrayLike<number>;
  /** Silver pairs wanted; fewer where there are no more. */
  readonly count: number;
  /** Random pairs that are labelled for the density of `kde`; default 3 `count`. */
  readonly candidates?: number;
  readonly random: RandomStream;
  /** Scores of the cross-encoder, 0 to 1: one pass for each pair. */
  label(pairs: readonly PlacePair[]): Promise<Float32Array>;
  /** For each text others, nearest first. */
  readonly neighbours: { lexical(): readonly (readonly number[])[]; semantic(): Promise<readonly (readonly number[])[]> };
}

export interface SilverPairs {
  readonly pairs: readonly PlacePair[];
  readonly scores: Float32Array;
  /** Pairs that were labelled: what the labels cost in passes of the cross-encoder. */
  readonly labelled: number;
}

/** Draws pairs that are not gold and labels them. */
export async function silverPairs(options: SilverOptions): Promise<SilverPairs> {
  const { strategy, texts, goldScores, count, candidates = 3 * count, random, label } = options;
  const known = new KnownPairs(options.known);
  const drawn = strategy === "kde" ? randomPairs(texts, candidates, known, random.child("candidates")) : await pairsOf(strategy, options, known);
  const scores = await label(drawn);
  if (strategy !== "kde") return { pairs: drawn, scores, labelled: drawn.length };
  const kept = keptByDensity(goldScores, scores, random.child("keep")).slice(0, count);
  return { pairs: kept.map((i) => drawn[i] as PlacePair), scores: Float32Array.from(kept, (i) => scores[i] as number), labelled: drawn.length };
}

async function pairsOf(strategy: Exclude<Strategy, "kde">, { texts, count, random, neighbours, ...options }: SilverOptions, known: KnownPairs): Promise<PlacePair[]> {
  const near = (rankings: readonly (readonly number[])[], wanted: number, taken: KnownPairs, name: string): PlacePair[] => neighbourPairs(rankings, wanted, taken, random.child(name));
  switch (strategy) {
    case "random":
      return randomPairs(texts, count, known, random.child("candidates"));
    case "bm25":
      return near(neighbours.lexical(), count, known, "lexical");
    case "semantic":
      return near(await neighbours.semantic(), count, known, "semantic");
    case "bm25+semantic": {
      const first = near(neighbours.lexical(), Math.ceil(count / 2), known, "lexical");
      return [...first, ...near(await neighbours.semantic(), count - first.length, new KnownPairs([...options.known, ...first]), "semantic")];
    }
  }
}

/**
 * Places of the pairs that are kept: one of score s with probability 1 where the density of the gold scores at s is at least
 * that of the silver ones, else with their quotient.
 */
export function keptByDensity(gold: ArrayLike<number>, silver: ArrayLike<number>, random: RandomStream): number[] {
  const density = (scores: ArrayLike<number>): ((score: number) => number) => tabulated(kernelDensity(scores), { low: 0, high: 1 });
  const keep = keepProbability(density(gold), density(silver));
  return Array.from(silver, (score, i) => ({ i, kept: random.uniform() < keep(score) })).flatMap(({ i, kept }) => (kept ? [i] : []));
}
