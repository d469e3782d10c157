/**
 * Nearest neighbours under any expensive score by CUR decomposition (arXiv 2210.12579). The exact scores R [queries, items]
 * of a few anchor queries are all it learns from; for a new query, exact scores c of the anchor items give all others:
 *   scores = c U R,   U = R[:, anchors]^+.
 */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import { product, svd } from "../../engine/linalg/index.ts";
import type { HostMatrix } from "../../engine/linalg/index.ts";
import { requireCount, TopPlaces } from "./hit.ts";

export interface CurOptions {
  /** Exact scores of the anchor queries for all items, [queries, items]. */
  readonly scores: HostArray;
  /** Anchor items, as columns of `scores`. */
  readonly anchors: ArrayLike<number>;
  /** Singular values below this share of the largest count as zero; default 1e-6, about the precision of float32 scores. */
  readonly tolerance?: number;
  /** Damps small singular values, s -> s / (s^2 + (ridge * largest)^2); default 0. Helps where there are about as many anchor items as anchor queries. */
  readonly ridge?: number;
}

export interface CurHit {
  /** Column of the item. */
  readonly item: number;
  /** Exact score. */
  readonly score: number;
}

export class CurIndex {
  readonly anchors: Int32Array;
  /** U R, [anchors, items]: a vector for each item. */
  readonly embeddings: HostArray;

  constructor({ scores, anchors, tolerance = 1e-6, ridge = 0 }: CurOptions) {
    const [, items] = scores.shape as [number, number];
    this.anchors = Int32Array.from(anchors);
    const bad = this.anchors.find((column, i) => !(column >= 0 && column < items) || this.anchors.indexOf(column) !== i);
    if (this.anchors.length === 0 || bad !== undefined) throw new RangeError(`CurIndex: anchors: expected distinct columns from 0 to ${items - 1}, got ${bad === undefined ? "none" : bad}`);
    const embeddings = product(inverse(columnsOf(scores, this.anchors), tolerance, ridge), scores);
    this.embeddings = hostArray(Float32Array.from(embeddings.data), embeddings.shape);
  }

  /** Approximate scores of all items from the exact scores of the anchor items, in the order of `anchors`. */
  approximate(exact: ArrayLike<number>): Float64Array {
    const [count, items] = this.embeddings.shape as [number, number];
    if (exact.length !== count) throw new RangeError(`CurIndex: expected the scores of ${count} anchor items, got ${exact.length}`);
    const all = new Float64Array(items);
    for (let anchor = 0; anchor < count; anchor++) {
      const factor = exact[anchor] as number;
      for (let item = 0; item < items; item++) all[item] = (all[item] as number) + factor * (this.embeddings.data[anchor * items + item] as number);
    }
    return all;
  }

  /**
   * The k best items of a query with their exact scores. `score` is called twice: for the anchor items, and for the
   * `rescored` others that look best.
   */
  async search(score: (items: Int32Array) => ArrayLike<number> | Promise<ArrayLike<number>>, k: number, rescored: number): Promise<CurHit[]> {
    requireCount("CurIndex: search", k);
    const ofAnchors = await score(this.anchors);
    const isAnchor = new Set(this.anchors);
    const top = new TopPlaces(Math.max(1, rescored));
    this.approximate(ofAnchors).forEach((value, item) => void (!isAnchor.has(item) && top.offer(item, value)));
    const chosen = Int32Array.from(rescored > 0 ? top.sorted() : [], ({ place }) => place);
    const ofChosen = chosen.length === 0 ? [] : await score(chosen);
    const hit = (items: Int32Array, scores: ArrayLike<number>): CurHit[] => Array.from(items, (item, i) => ({ item, score: scores[i] as number }));
    return [...hit(this.anchors, ofAnchors), ...hit(chosen, ofChosen)].sort((a, b) => b.score - a.score || a.item - b.item).slice(0, k);
  }
}

function columnsOf({ data, shape }: HostArray, columns: Int32Array): HostMatrix {
  const [rows, width] = shape as [number, number];
  return { data: Float64Array.from({ length: rows * columns.length }, (_, i) => Number(data[Math.floor(i / columns.length) * width + (columns[i % columns.length] as number)])), shape: [rows, columns.length] };
}

/** V diag(s / (s^2 + ridge^2)) U^T without the directions below the tolerance. */
function inverse(matrix: HostMatrix, tolerance: number, ridge: number): HostMatrix {
  const { u, s, v } = svd(matrix);
  const largest = s[0] as number;
  const factors = s.map((value) => (value > tolerance * largest ? value / (value ** 2 + (ridge * largest) ** 2) : 0));
  const rank = factors.length;
  const scaled: HostMatrix = { data: v.data.map((value, i) => value * (factors[i % rank] as number)), shape: v.shape };
  const transposedU: HostMatrix = { data: Float64Array.from({ length: u.data.length }, (_, i) => u.data[(i % u.shape[0]) * rank + Math.floor(i / u.shape[0])] as number), shape: [rank, u.shape[0]] };
  return product(scaled, transposedU);
}
