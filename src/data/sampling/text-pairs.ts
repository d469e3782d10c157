/** Which pairs of a collection of texts are worth a label: drawn at random, or near each other by words or vectors; never one that is known. */
import type { RandomStream } from "../../engine/random/stream.ts";
import { Bm25 } from "../search/bm25.ts";

/** Two places in a collection. */
export type PlacePair = readonly [first: number, second: number];

/** Unordered pairs of different places: a pair and its reverse are one. */
export class KnownPairs {
  private readonly keys = new Set<string>();

  constructor(pairs: Iterable<PlacePair> = []) {
    for (const pair of pairs) this.add(pair);
  }

  get size(): number {
    return this.keys.size;
  }

  has(pair: PlacePair): boolean {
    return this.keys.has(keyOf(pair));
  }

  /** Whether the pair was new; a place with itself is no pair and never is. */
  add(pair: PlacePair): boolean {
    if (pair[0] === pair[1] || this.has(pair)) return false;
    this.keys.add(keyOf(pair));
    return true;
  }
}

const keyOf = ([a, b]: PlacePair): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** Draws after which a pair that is still known ends the search: nearly all pairs are taken. */
const MOST_MISSES = 1000;

/** `count` different pairs of `size` places without the known ones; fewer where there are no more. */
export function randomPairs(size: number, count: number, known: KnownPairs, random: RandomStream): PlacePair[] {
  const taken = new KnownPairs();
  const pairs: PlacePair[] = [];
  for (let misses = 0; pairs.length < count && misses < MOST_MISSES && size > 1; ) {
    const pair = [random.integer(size), random.integer(size)] as const;
    if (known.has(pair) || !taken.add(pair)) misses++;
    else {
      misses = 0;
      pairs.push(pair);
    }
  }
  return pairs;
}

/**
 * `count` different pairs of places with their neighbours, without the known ones: first each place with its best
 * neighbour, then with its second, the places in random order. `rankings` holds neighbours of each place, best first.
 */
export function neighbourPairs(rankings: readonly (readonly number[])[], count: number, known: KnownPairs, random: RandomStream): PlacePair[] {
  const taken = new KnownPairs();
  const pairs: PlacePair[] = [];
  const deepest = rankings.reduce((most, { length }) => Math.max(most, length), 0);
  const order = random.permutation(rankings.length);
  for (let rank = 0; rank < deepest; rank++) {
    for (const place of order) {
      if (pairs.length === count) return pairs;
      const other = rankings[place]?.[rank];
      if (other === undefined || known.has([place, other]) || !taken.add([place, other])) continue;
      pairs.push([place, other]);
    }
  }
  return pairs;
}

/** For each text the `k` others that BM25 finds most alike, best first; fewer where no more share a word. */
export function lexicalNeighbours(texts: readonly string[], k: number): number[][] {
  const index = new Bm25();
  texts.forEach((text, place) => index.add(place, text));
  return texts.map((text, place) => index.search(text, k + 1).map(({ id }) => Number(id)).filter((other) => other !== place).slice(0, k));
}
