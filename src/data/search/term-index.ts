/** What text indexes share: analysis of texts, items that come and go, saving and loading with a checksum. */
import { decodePack, encodePack, PackError } from "../pack.ts";
import type { Json, Pack } from "../pack.ts";
import { analyze, countTerms } from "./analysis.ts";
import type { Analysis } from "./analysis.ts";
import type { ItemId, SearchHit } from "./hit.ts";
import { InvertedIndex } from "./inverted-index.ts";
import type { SearchOptions } from "./inverted-index.ts";

/** A text, or its terms when they are made elsewhere. */
export type Terms = string | readonly string[];

export abstract class TermIndex {
  protected index: InvertedIndex;
  protected readonly analysis: Analysis;
  /** Name of the saved form. */
  protected abstract readonly format: string;

  protected constructor(analysis: Analysis, lanes: number) {
    this.analysis = analysis;
    this.index = new InvertedIndex(lanes);
  }

  /** Number of items. */
  get size(): number {
    return this.index.size;
  }

  /** Number of items that hold a term. */
  documentFrequency(term: string): number {
    return this.index.postings(term)?.live ?? 0;
  }

  /** Takes an item out; false when there is none of that id. */
  remove(id: ItemId): boolean {
    return this.index.remove(id);
  }

  /** The k best items for a query, best first. Items that share no term with it are not found. */
  abstract search(query: Terms, k: number, options?: SearchOptions): SearchHit[];

  /** Settings beside the index itself, kept with it. */
  protected abstract settings(): { readonly [key: string]: Json };

  /** File bytes; with a SHA-256 over the whole. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const { arrays, meta } = this.index.pack();
    const pack: Pack = { arrays, meta: { ...meta, format: this.format, analysis: this.analysis, settings: this.settings() } };
    return (await encodePack(pack)).bytes;
  }

  protected termsOf(text: Terms): readonly string[] {
    return typeof text === "string" ? analyze(text, this.analysis) : text;
  }

  protected countsOf(text: Terms): Map<string, number> {
    return countTerms(this.termsOf(text));
  }
}

/** The parts of a saved index. Throws PackError when the bytes are damaged or of another kind. */
export async function openSaved<S>(bytes: Uint8Array<ArrayBuffer>, format: string): Promise<{ readonly index: InvertedIndex; readonly analysis: Analysis; readonly settings: S }> {
  const { pack } = await decodePack(bytes);
  const found = pack.meta["format"];
  if (found !== format) throw new PackError(`expected an index saved as "${format}", found ${JSON.stringify(found ?? null)}`);
  const { analysis, settings } = pack.meta as unknown as { readonly analysis: Analysis; readonly settings: S };
  return { index: InvertedIndex.unpack(pack), analysis, settings };
}
