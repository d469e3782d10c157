/**
 * Cosine of TF-IDF vectors, w_t = count_t * (1 + ln((1 + N) / (1 + n_t))), for words or runs of characters; and, on the
 * same index, the Jaccard similarity of term sets. Equal texts score 1 in both.
 */
import type { Json } from "../pack.ts";
import type { Analysis } from "./analysis.ts";
import type { ItemId, SearchHit } from "./hit.ts";
import type { SearchOptions } from "./inverted-index.ts";
import { openSaved, TermIndex } from "./term-index.ts";
import type { Terms } from "./term-index.ts";

const FORMAT = "tf-idf-1";

export class TfIdf extends TermIndex {
  protected readonly format = FORMAT;
  /** Lengths of the vectors and numbers of distinct terms by place; null when the items have changed since. */
  private norms: { readonly lengths: Float64Array; readonly distinct: Uint32Array } | null = null;

  constructor({ analysis = { kind: "words" } }: { readonly analysis?: Analysis } = {}) {
    super(analysis, 1);
  }

  /** Reads what `save` wrote. Throws when it is damaged. */
  static async load(bytes: Uint8Array<ArrayBuffer>): Promise<TfIdf> {
    const { index, analysis } = await openSaved(bytes, FORMAT);
    const made = new TfIdf({ analysis });
    made.index = index;
    return made;
  }

  /** Adds an item or replaces it. */
  add(id: ItemId, text: Terms): void {
    this.index.add(id, new Map([...this.countsOf(text)].map(([term, count]) => [term, [count]])));
    this.norms = null;
  }

  override remove(id: ItemId): boolean {
    this.norms = null;
    return super.remove(id);
  }

  inverseDocumentFrequency(term: string): number {
    return 1 + Math.log((1 + this.size) / (1 + this.documentFrequency(term)));
  }

  /** By cosine. */
  search(query: Terms, k = 10, options?: SearchOptions): SearchHit[] {
    const { lengths } = this.measured();
    const weights = [...this.countsOf(query)].map(([term, count]) => [term, count * this.inverseDocumentFrequency(term)] as const);
    const own = Math.sqrt(weights.reduce((total, [, weight]) => total + weight ** 2, 0));
    return this.index.search(k, (add) => {
      for (const [term, weight] of weights) {
        const idf = this.inverseDocumentFrequency(term);
        this.forEachHolder(term, (place, count) => add(place, (weight * count * idf) / (own * (lengths[place] as number))));
      }
    }, options);
  }

  /** By the Jaccard similarity of term sets, |A and B| / |A or B|. */
  searchByOverlap(query: Terms, k = 10, options?: SearchOptions): SearchHit[] {
    const { distinct } = this.measured();
    const terms = new Set(this.termsOf(query));
    const shared = new Map<number, number>();
    for (const term of terms) this.forEachHolder(term, (place) => shared.set(place, (shared.get(place) ?? 0) + 1));
    return this.index.search(k, (add) => {
      for (const [place, both] of shared) add(place, both / (terms.size + (distinct[place] as number) - both));
    }, options);
  }

  protected settings(): { readonly [key: string]: Json } {
    return {};
  }

  private forEachHolder(term: string, visit: (place: number, count: number) => void): void {
    const postings = this.index.postings(term);
    if (postings === undefined) return;
    for (let i = 0; i < postings.length; i++) visit(postings.places[i] as number, postings.weights[i] as number);
  }

  private measured(): { readonly lengths: Float64Array; readonly distinct: Uint32Array } {
    if (this.norms !== null) return this.norms;
    const lengths = new Float64Array(this.index.places);
    const distinct = new Uint32Array(this.index.places);
    for (const [term] of this.index.terms()) {
      const idf = this.inverseDocumentFrequency(term);
      this.forEachHolder(term, (place, count) => {
        lengths[place] = (lengths[place] as number) + (count * idf) ** 2;
        distinct[place] = (distinct[place] as number) + 1;
      });
    }
    return (this.norms = { lengths: lengths.map(Math.sqrt), distinct });
  }
}
