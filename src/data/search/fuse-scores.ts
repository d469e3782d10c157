/** One ranking from several: rankings of different scorers are joined, and each result says which of them found it. */
import type { ItemId, SearchHit } from "./hit.ts";

export type Fusion =
  /** sum of weight / (constant + rank), ranks from 1 (Cormack, Clarke and Buettcher 2009); the constant is 60 by default. */
  | { readonly kind: "reciprocalRank"; readonly constant?: number; readonly weights?: Weights }
  /**
   * sum of weight * (score - mean) / deviation within each ranking. An item that a ranking lacks gets that ranking's lowest
   * score. A ranking that was not cut short can name in `absent` the score its scorer gives to all items that it lacks; they
   * then count into its mean and deviation, so that a ranking of one item says how much that item stands out.
   */
  | { readonly kind: "zScore"; readonly weights?: Weights; readonly absent?: Weights }
  /** Largest weight * score among the rankings that have the item: for scores on one scale. */
  | { readonly kind: "maximum"; readonly weights?: Weights };

/** A number for each ranking by name; as a factor 1 by default. */
export type Weights = Readonly<Record<string, number>>;

export interface FusedHit extends SearchHit {
  /** Rank, from 1, and score in each ranking that has the item. */
  readonly from: Readonly<Record<string, { readonly rank: number; readonly score: number }>>;
}

/** Rankings of one query by the name of their scorer, each best first -> one ranking. Equal scores keep the order of first appearance. */
export function fuseScores(rankings: Readonly<Record<string, readonly SearchHit[]>>, fusion: Fusion = { kind: "reciprocalRank" }): FusedHit[] {
  const names = Object.keys(rankings);
  const unknown = Object.keys(fusion.weights ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new RangeError(`fuseScores: a weight for "${unknown}", but the rankings are ${names.join(", ")}`);
  const found = new Map<ItemId, Record<string, { rank: number; score: number }>>();
  for (const [name, hits] of Object.entries(rankings)) {
    hits.forEach(({ id, score }, i) => {
      const from = found.get(id) ?? {};
      if (name in from) throw new Error(`fuseScores: "${name}" lists ${JSON.stringify(id)} twice`);
      from[name] = { rank: i + 1, score };
      found.set(id, from);
    });
  }
  const rule = ruleOf(rankings, fusion, found.size);
  return [...found].map(([id, from]): FusedHit => ({ id, score: rule(from), from })).sort((a, b) => b.score - a.score);
}

function ruleOf(rankings: Readonly<Record<string, readonly SearchHit[]>>, fusion: Fusion, items: number): (from: FusedHit["from"]) => number {
  const weight = (name: string): number => fusion.weights?.[name] ?? 1;
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  switch (fusion.kind) {
    case "reciprocalRank":
      return (from) => total(Object.entries(from).map(([name, { rank }]) => weight(name) / ((fusion.constant ?? 60) + rank)));
    case "maximum":
      return (from) => Math.max(...Object.entries(from).map(([name, { score }]) => weight(name) * score));
    case "zScore": {
      const scales = Object.entries(rankings).flatMap(([name, hits]) => (hits.length === 0 ? [] : [[name, scaleOf(hits.map(({ score }) => score), items, fusion.absent?.[name])] as const]));
      return (from) => total(scales.map(([name, { mean, deviation, lowest }]) => (deviation === 0 ? 0 : (weight(name) * ((from[name]?.score ?? lowest) - mean)) / deviation)));
    }
  }
}

/** The scale of a ranking with these scores among so many `items`, of which those it lacks have the score `absent`, if that is known. */
function scaleOf(found: readonly number[], items: number, absent: number | undefined): { readonly mean: number; readonly deviation: number; readonly lowest: number } {
  const scores = absent === undefined ? found : [...found, ...Array.from({ length: items - found.length }, () => absent)];
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { mean, deviation: Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length), lowest: Math.min(...scores) };
}
