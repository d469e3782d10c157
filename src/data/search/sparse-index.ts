/** Dot product of sparse vectors with learned weights (SPLADE, arXiv 2109.10086), by an inverted index. */
import { decodePack, encodePack, PackError } from "../pack.ts";
import type { ItemId, SearchHit } from "./hit.ts";
import { InvertedIndex } from "./inverted-index.ts";
import type { SearchOptions } from "./inverted-index.ts";

/** Weights >= 0 by dimension. */
export type SparseVector = Readonly<Record<number, number>>;

const FORMAT = "sparse-1";

export class SparseIndex {
  private index = new InvertedIndex();

  /** Reads what `save` wrote. Throws when it is damaged. */
  static async load(bytes: Uint8Array<ArrayBuffer>): Promise<SparseIndex> {
    const { pack } = await decodePack(bytes);
    if (pack.meta["format"] !== FORMAT) throw new PackError(`expected an index saved as "${FORMAT}", found ${JSON.stringify(pack.meta["format"] ?? null)}`);
    const made = new SparseIndex();
    made.index = InvertedIndex.unpack(pack);
    return made;
  }

  /** Number of items. */
  get size(): number {
    return this.index.size;
  }

  /** Adds an item or replaces it. Weights of 0 take no room. */
  add(id: ItemId, vector: SparseVector): void {
    this.index.add(id, new Map(Object.entries(vector).flatMap(([dimension, weight]) => (weight === 0 ? [] : [[dimension, [weight]] as const]))));
  }

  remove(id: ItemId): boolean {
    return this.index.remove(id);
  }

  search(query: SparseVector, k = 10, options?: SearchOptions): SearchHit[] {
    return this.index.search(k, (add) => {
      for (const [dimension, weight] of Object.entries(query)) {
        const postings = this.index.postings(dimension);
        if (postings === undefined || weight === 0) continue;
        for (let i = 0; i < postings.length; i++) add(postings.places[i] as number, weight * (postings.weights[i] as number));
      }
    }, options);
  }

  /** File bytes; with a SHA-256 over the whole. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const { arrays, meta } = this.index.pack();
    return (await encodePack({ arrays, meta: { ...meta, format: FORMAT } })).bytes;
  }
}

/** The non-zero weights of a dense vector, such as a row of the model's output. */
export function sparseVector(weights: ArrayLike<number>): SparseVector {
  const vector: Record<number, number> = {};
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) vector[i] = weights[i] as number;
  return vector;
}
