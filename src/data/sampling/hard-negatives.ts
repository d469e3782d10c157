/** Hard negatives: for each query, items that rank high without being relevant. */
import type { RandomStream } from "../../engine/random/stream.ts";
import type { ItemId, SearchHit } from "../search/hit.ts";

export type NegativeChoice =
  /** The first ones. */
  | { readonly kind: "hardest" }
  /** Uniform among the candidates. */
  | { readonly kind: "uniform" }
  /** With probability softmax(score / temperature), without repetition. */
  | { readonly kind: "softmax"; readonly temperature: number }
  /** Around a quantile of the candidates, 0 the hardest and 1 the easiest: for schedules that grow harder. */
  | { readonly kind: "quantile"; readonly quantile: number };

export interface HardNegativeOptions {
  /** Negatives for each query. */
  readonly count: number;
  readonly random: RandomStream;
  /** Default hardest. */
  readonly choice?: NegativeChoice;
  /** Best-ranked candidates that are skipped, for some of them may be relevant without being marked so; default 0. */
  readonly skip?: number;
  /** Candidates left after skipping that are chosen from; default all. */
  readonly depth?: number;
  /** Candidates that score above this share of the best relevant item are dropped as probably relevant; default none. Relevant items must then be among the candidates. */
  readonly belowShareOfPositive?: number;
  /** Items with equal keys count as one (duplicates): none may share the key of a relevant item or of another negative. */
  readonly keyOf?: (id: ItemId) => ItemId;
}

/**
 * Negatives from the ranking of each query, best first, such as a search with Bm25 or FlatIndex gives; `relevant` lists
 * what must not be chosen: the right answers and the query itself. A query may get fewer than `count` when its ranking is short.
 */
export function hardNegatives(rankings: readonly (readonly SearchHit[])[], relevant: readonly Iterable<ItemId>[], options: HardNegativeOptions): ItemId[][] {
  const { count, random, choice = { kind: "hardest" }, skip = 0, depth = Infinity, belowShareOfPositive, keyOf = (id) => id } = options;
  if (rankings.length !== relevant.length) throw new RangeError(`hardNegatives: ${rankings.length} rankings need as many lists of relevant items, got ${relevant.length}`);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`hardNegatives: count: expected a whole number above 0, got ${count}`);
  return rankings.map((hits, query) => {
    const right = new Set([...(relevant[query] as Iterable<ItemId>)].map(keyOf));
    const bestRight = hits.find(({ id }) => right.has(keyOf(id)))?.score;
    const limit = belowShareOfPositive === undefined || bestRight === undefined ? Infinity : belowShareOfPositive * bestRight;
    const seen = new Set<ItemId>();
    const wrong = hits.filter(({ id, score }) => {
      const key = keyOf(id);
      if (right.has(key) || seen.has(key) || score > limit) return false;
      seen.add(key);
      return true;
    });
    return choose(wrong.slice(skip, skip + depth), count, choice, random.child(query)).map(({ id }) => id);
  });
}

function choose(candidates: readonly SearchHit[], count: number, choice: NegativeChoice, random: RandomStream): SearchHit[] {
  switch (choice.kind) {
    case "hardest":
      return candidates.slice(0, count);
    case "uniform":
      return random.shuffle([...candidates]).slice(0, count);
    case "quantile": {
      const last = Math.max(0, candidates.length - count);
      const start = Math.round(Math.min(1, Math.max(0, choice.quantile)) * last);
      return candidates.slice(start, start + count);
    }
    case "softmax": {
      // The largest of score / temperature + Gumbel noise are a draw without repetition (arXiv 1903.06059).
      const keyed = candidates.map((hit) => ({ hit, key: hit.score / choice.temperature - Math.log(-Math.log(random.uniform() || 2 ** -33)) }));
      return keyed.sort((a, b) => b.key - a.key).slice(0, count).map(({ hit }) => hit);
    }
  }
}
