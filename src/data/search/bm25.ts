/**
 * BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", sections 3.4 and 3.6).
 *
 *   score(q, d) = sum_{t in q} ln(1 + (N - n_t + 1/2) / (n_t + 1/2)) * (k1 + 1) f / (k1 + f)
 *   f = sum_fields weight * count / (1 - b + b * length / mean length)
 *
 * With one field of weight 1 that is the plain form; with several it is BM25F. The 1 inside the logarithm keeps the
 * weight of terms positive that most items hold. A term that the query repeats counts as often as it is repeated.
 */
import type { Json } from "../pack.ts";
import type { Analysis } from "./analysis.ts";
import type { ItemId, SearchHit } from "./hit.ts";
import type { SearchOptions } from "./inverted-index.ts";
import { openSaved, TermIndex } from "./term-index.ts";
import type { Terms } from "./term-index.ts";

export interface Bm25Options {
  /** How soon further occurrences stop to count; default 1.2. */
  readonly k1?: number;
  /** Share of the length normalisation, 0 to 1; default 0.75. */
  readonly b?: number;
  /** Weights of named fields; without it an item is one text. */
  readonly fields?: Readonly<Record<string, number>>;
  /** Default words. */
  readonly analysis?: Analysis;
}

interface Settings {
  readonly k1: number;
  readonly b: number;
  readonly fields: Readonly<Record<string, number>> | null;
}

const FORMAT = "bm25-1";

export class Bm25 extends TermIndex {
  protected readonly format = FORMAT;
  readonly k1: number;
  readonly b: number;
  /** Null when an item is one text. */
  readonly fields: Readonly<Record<string, number>> | null;

  constructor({ k1 = 1.2, b = 0.75, fields, analysis = { kind: "words" } }: Bm25Options = {}) {
    super(analysis, fields === undefined ? 1 : Object.keys(fields).length);
    if (!(k1 >= 0 && k1 < Infinity)) throw new RangeError(`Bm25: k1: expected a number >= 0, got ${k1}`);
    if (!(b >= 0 && b <= 1)) throw new RangeError(`Bm25: b: expected a number from 0 to 1, got ${b}`);
    for (const [name, weight] of Object.entries(fields ?? {})) if (!(weight > 0 && weight < Infinity)) throw new RangeError(`Bm25: field "${name}": expected a weight above 0, got ${weight}`);
    this.k1 = k1;
    this.b = b;
    this.fields = fields ?? null;
  }

  /** Reads what `save` wrote. Throws when it is damaged. */
  static async load(bytes: Uint8Array<ArrayBuffer>): Promise<Bm25> {
    const { index, analysis, settings } = await openSaved<Settings>(bytes, FORMAT);
    const bm25 = new Bm25({ k1: settings.k1, b: settings.b, analysis, fields: settings.fields ?? undefined });
    bm25.index = index;
    return bm25;
  }

  /** Adds an item or replaces it. With fields, a text for each; a field left out is empty. */
  add(id: ItemId, text: Terms | Readonly<Record<string, Terms>>): void {
    const names = this.fields === null ? null : Object.keys(this.fields);
    const parts = names === null ? [this.plain(id, text)] : this.ordered(id, text, names);
    const terms = new Map<string, number[]>();
    parts.forEach((part, lane) => {
      for (const [term, count] of this.countsOf(part)) {
        const counts = terms.get(term);
        if (counts !== undefined) counts[lane] = count;
        else terms.set(term, parts.map((_, other) => (other === lane ? count : 0)));
      }
    });
    this.index.add(id, terms);
  }

  /** ln(1 + (N - n + 1/2) / (n + 1/2)) of a term. */
  inverseDocumentFrequency(term: string): number {
    const holders = this.documentFrequency(term);
    return Math.log(1 + (this.size - holders + 0.5) / (holders + 0.5));
  }

  search(query: Terms, k = 10, options?: SearchOptions): SearchHit[] {
    const { index, k1, b } = this;
    const fieldWeights = this.fields === null ? [1] : Object.values(this.fields);
    const means = fieldWeights.map((_, lane) => index.meanSum(lane));
    const lanes = fieldWeights.length;
    const counts = this.countsOf(query);
    return index.search(k, (add) => {
      for (const [term, repeats] of counts) {
        const postings = index.postings(term);
        if (postings === undefined) continue;
        const weight = repeats * this.inverseDocumentFrequency(term) * (k1 + 1);
        for (let i = 0; i < postings.length; i++) {
          const place = postings.places[i] as number;
          let frequency = 0;
          for (let lane = 0; lane < lanes; lane++) {
            const count = postings.weights[i * lanes + lane] as number;
            if (count > 0) frequency += ((fieldWeights[lane] as number) * count) / (1 - b + (b * index.sumOf(place, lane)) / (means[lane] as number));
          }
          add(place, (weight * frequency) / (k1 + frequency));
        }
      }
    }, options);
  }

  protected settings(): { readonly [key: string]: Json } {
    return { k1: this.k1, b: this.b, fields: this.fields };
  }

  private plain(id: ItemId, text: Terms | Readonly<Record<string, Terms>>): Terms {
    if (typeof text === "string" || Array.isArray(text)) return text as Terms;
    throw new TypeError(`Bm25: item ${JSON.stringify(id)} came with fields (${Object.keys(text).join(", ")}), but the index has none; make it with {fields}`);
  }

  private ordered(id: ItemId, text: Terms | Readonly<Record<string, Terms>>, names: readonly string[]): Terms[] {
    if (typeof text === "string" || Array.isArray(text)) throw new TypeError(`Bm25: item ${JSON.stringify(id)}: expected an object with the fields ${names.join(", ")}, got one text`);
    const parts = text as Readonly<Record<string, Terms>>;
    const unknown = Object.keys(parts).find((name) => !names.includes(name));
    if (unknown !== undefined) throw new RangeError(`Bm25: item ${JSON.stringify(id)}: unknown field "${unknown}"; the index has ${names.join(", ")}`);
    return names.map((name) => parts[name] ?? "");
  }
}
