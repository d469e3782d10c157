/**
 * Search under any expensive scorer, a model of one's own or a service asked over the network (ANNCUR, arXiv 2210.12579). A
 * query may ask the scorer for so many items: some are anchors, from whose scores all others are guessed, the rest are the
 * best guesses, which are then scored exactly.
 */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import { RandomStream } from "../../engine/random/stream.ts";
import { CurIndex } from "./cur-index.ts";
import type { CurOptions } from "./cur-index.ts";
import { requireCount } from "./hit.ts";

/** Exact scores of a query for some items, in their order; higher is better. */
export type ItemScorer<Q, I> = (query: Q, items: readonly I[]) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface CurSearchOptions extends Pick<CurOptions, "tolerance" | "ridge"> {
  /** Share of a budget that goes to anchor items; default 0.5. */
  readonly share?: number;
  /** Decides which items are anchors; default 0. */
  readonly seed?: number;
}

export interface FoundItem<I> {
  readonly item: I;
  /** Place among the items. */
  readonly index: number;
  /** Exact score. */
  readonly score: number;
}

/** How a budget is split: `anchors` items whatever the query, and `rescored` that look best. */
export function splitBudget(budget: number, share: number): { readonly anchors: number; readonly rescored: number } {
  if (!Number.isInteger(budget) || budget < 2) throw new RangeError(`CurSearch: budget: expected a whole number above 1, got ${budget}`);
  if (!(share > 0 && share < 1)) throw new RangeError(`CurSearch: share: expected a number between 0 and 1, got ${share}`);
  const anchors = Math.min(budget - 1, Math.max(1, Math.round(share * budget)));
  return { anchors, rescored: budget - anchors };
}

export class CurSearch<Q, I> {
  readonly items: readonly I[];
  /** Scores of the anchor queries, [queries, items]. */
  readonly scores: HostArray;
  private readonly score: ItemScorer<Q, I>;
  private readonly share: number;
  private readonly inverse: Pick<CurOptions, "tolerance" | "ridge">;
  /** All items in the order in which they become anchors. */
  private readonly order: Int32Array;
  private readonly indexes = new Map<number, CurIndex>();

  constructor(score: ItemScorer<Q, I>, items: readonly I[], scores: HostArray, { share = 0.5, seed = 0, ...inverse }: CurSearchOptions = {}) {
    if (scores.shape.length !== 2 || scores.shape[1] !== items.length || scores.shape[0] === 0) throw new RangeError(`CurSearch: expected scores [anchor queries, ${items.length} items], got [${scores.shape.join(", ")}]`);
    this.score = score;
    this.items = items;
    this.scores = scores;
    this.share = share;
    this.inverse = inverse;
    this.order = RandomStream.of(seed, "anchor items").permutation(items.length);
  }

  /** The k best items found with `budget` exact scores, best first; all there are when the budget suffices for every item. */
  async search(query: Q, budget: number, k = 10): Promise<FoundItem<I>[]> {
    requireCount("CurSearch: search", k);
    const everything = budget >= this.items.length;
    const { anchors, rescored } = everything ? { anchors: this.items.length, rescored: 0 } : splitBudget(budget, this.share);
    const exact = (places: Int32Array): Promise<ArrayLike<number>> => scoresOf(this.score, query, Array.from(places, (place) => this.items[place] as I));
    const hits = await this.indexOf(anchors).search(exact, k, rescored);
    return hits.map(({ item: index, score }) => ({ item: this.items[index] as I, index, score }));
  }

  /** The index of the first `anchors` anchor items, made once. */
  indexOf(anchors: number): CurIndex {
    const index = this.indexes.get(anchors) ?? new CurIndex({ ...this.inverse, scores: this.scores, anchors: this.order.subarray(0, anchors) });
    this.indexes.set(anchors, index);
    return index;
  }
}

/**
 * An index over items for a scorer: every anchor query is scored against every item, once.
 *
 * ```ts
 * const index = await curIndex(async (query, texts) => rate(query, texts), articles, pastQuestions);
 * const best = await index.search("how do I list hidden files?", 80);
 * ```
 */
export async function curIndex<Q, I>(score: ItemScorer<Q, I>, items: readonly I[], anchors: readonly Q[], options?: CurSearchOptions): Promise<CurSearch<Q, I>> {
  if (items.length === 0 || anchors.length === 0) throw new RangeError(`curIndex: expected items and anchor queries, got ${items.length} and ${anchors.length}`);
  const scores = new Float32Array(anchors.length * items.length);
  for (const [row, query] of anchors.entries()) scores.set(await scoresOf(score, query, items), row * items.length);
  return new CurSearch(score, items, hostArray(scores, [anchors.length, items.length]), options);
}

async function scoresOf<Q, I>(score: ItemScorer<Q, I>, query: Q, items: readonly I[]): Promise<number[]> {
  const scores = Array.from(await score(query, items));
  const bad = scores.findIndex((value) => !Number.isFinite(value));
  if (scores.length !== items.length || bad >= 0) throw new RangeError(`CurSearch: the scorer must give a finite score for each of ${items.length} items, it gave ${bad >= 0 ? `${scores[bad]} for item ${bad}` : `${scores.length} scores`}`);
  return scores;
}
