/** The port to search over a lexical index of stored papers. */
import { LexicalIndex } from "./lexical-index.ts";
import type { LexicalPaper } from "./lexical-index.ts";
import type { SearchFilters, SearchHit, SearchResult, SearchService } from "./port.ts";
import { findCard } from "../catalogue/catalogue.ts";
import type { PaperRecord } from "../store/paper-record.ts";

export class LexicalSearch implements Pick<SearchService, "search" | "similar"> {
  private readonly index: LexicalIndex;

  constructor(papers: readonly PaperRecord[]) {
    this.index = new LexicalIndex(papers.map(lexicalPaper));
  }

  search(query: string, filters: SearchFilters, limit: number): Promise<SearchResult> {
    const began = performance.now();
    return Promise.resolve({ hits: this.index.search(query, filters, limit), took: performance.now() - began });
  }

  similar(id: string, limit: number): Promise<readonly SearchHit[]> {
    return Promise.resolve(this.index.similar(id, limit));
  }
}

/** A paper by its card, in our own words; by its abstract where it has none. */
export function lexicalPaper({ id, slug, title, family, year, venue, authors, keywords, modalities, runs, code, abstract }: PaperRecord): LexicalPaper {
  const card = slug === null ? undefined : findCard(slug)?.card;
  const { idea, problem, claims } = card ?? { idea: abstract.split(/(?<=[.?!])\s+/), problem: [], claims: [] };
  return { id, slug, title, family, year, venue, authors, keywords, modalities, runs, hasCode: code !== null, idea, problem, claims };
}
