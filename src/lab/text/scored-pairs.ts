/** Scored pairs of texts that share a collection (`wn/pair`, silver pairs): rows for both kinds of encoder, and how well scores agree with the wanted ones. */
import type { PlacePair } from "../../data/index.ts";
import { metrics } from "../../train/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { ScoredTextPair } from "./fixtures/wn-pair.ts";

/** Pairs as places in their texts. */
export interface ScoredPlaces {
  readonly texts: readonly string[];
  readonly pairs: readonly PlacePair[];
  readonly scores: Float32Array;
}

/** The texts of pairs, each once, in the order in which they come up; `more` texts stand behind them. */
export function placesOf(records: readonly ScoredTextPair[], more: readonly string[] = []): ScoredPlaces {
  const places = new Map<string, number>();
  const place = (text: string): number => {
    const known = places.get(text) ?? places.size;
    places.set(text, known);
    return known;
  };
  const pairs = records.map(({ a, b }) => [place(a), place(b)] as const);
  more.forEach(place);
  return { texts: [...places.keys()], pairs, scores: Float32Array.from(records, ({ score }) => score) };
}

/** The texts of the pairs, as cross-encoders read them. */
export const pairTexts = ({ texts, pairs }: Pick<ScoredPlaces, "texts" | "pairs">): (readonly [string, string])[] => pairs.map(([a, b]) => [texts[a] as string, texts[b] as string]);

/** Inner products of the vectors [n, d] of the pairs' texts: cosines where vectors have unit length. */
export function pairProducts({ data, shape }: HostArray, pairs: readonly PlacePair[]): Float32Array {
  const width = shape[1] as number;
  return Float32Array.from(pairs, ([a, b]) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += Number(data[a * width + d]) * Number(data[b * width + d]);
    return sum;
  });
}

/** 1 / (1 + e^-z) of each. */
export const probabilities = (logits: ArrayLike<number>): Float32Array => Float32Array.from(logits, (z) => 1 / (1 + Math.exp(-z)));

export interface RankAgreement {
  /** Spearman's rho. */
  readonly spearman: number;
  /** Product of both standardised ranks of each item: their mean is rho. For paired comparisons, with the ranks held fixed. */
  readonly byItem: readonly number[];
}

/** How well scores agree in order with the wanted ones. A constant list agrees with nothing: 0. */
export function rankAgreement(found: ArrayLike<number>, wanted: ArrayLike<number>): RankAgreement {
  if (found.length !== wanted.length) throw new RangeError(`rankAgreement: ${wanted.length} items need as many scores, got ${found.length}`);
  const [x, y] = [standardised(metrics.meanRanks(found)), standardised(metrics.meanRanks(wanted))];
  const byItem = Array.from(x, (value, i) => value * (y[i] as number));
  return { spearman: byItem.reduce((sum, value) => sum + value, 0) / byItem.length, byItem };
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}
