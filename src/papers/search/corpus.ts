/** All papers in this process, with their words indexed: the lexical stage where the corpus is not too large for it. */
import { Bm25 } from "../../data/search/index.ts";
import type { SearchHit as Ranked } from "../../data/search/index.ts";
import type { SearchDocument } from "./documents.ts";
import { Suggestions } from "./suggestions.ts";
import { termsOf } from "./terms.ts";
import { Vocabulary } from "./vocabulary.ts";

/** How much a word counts by where it stands. Customary values, not fitted to anything. */
const FIELDS = { title: 3, keywords: 2, authors: 1, passages: 1 } as const;

export class Corpus {
  private readonly documents = new Map<string, SearchDocument>();
  private readonly index = new Bm25({ fields: FIELDS });
  private readonly named = new Map<string, Set<string>>();
  readonly vocabulary = new Vocabulary();
  readonly suggestions = new Suggestions();

  get size(): number {
    return this.documents.size;
  }

  get(id: string): SearchDocument | undefined {
    return this.documents.get(id);
  }

  all(): Iterable<SearchDocument> {
    return this.documents.values();
  }

  /** Takes a paper in, in place of what it was before. */
  put(document: SearchDocument): void {
    this.remove(document.id);
    const fields = fieldTerms(document);
    this.documents.set(document.id, document);
    this.index.add(document.id, fields);
    this.vocabulary.add(new Set(Object.values(fields).flat()));
    this.suggestions.add(document);
    for (const name of exactNames(document)) {
      const ids = this.named.get(name);
      if (ids) ids.add(document.id);
      else this.named.set(name, new Set([document.id]));
    }
  }

  remove(id: string): boolean {
    const document = this.documents.get(id);
    if (!document) return false;
    this.documents.delete(id);
    this.index.remove(id);
    this.vocabulary.remove(new Set(Object.values(fieldTerms(document)).flat()));
    this.suggestions.remove(document);
    for (const name of exactNames(document)) {
      const ids = this.named.get(name);
      if (ids?.delete(id) && ids.size === 0) this.named.delete(name);
    }
    return true;
  }

  /** The `k` best papers by words, of those that `accept` lets pass. */
  byWords(terms: readonly string[], k: number, accept: (document: SearchDocument) => boolean): Ranked[] {
    return this.index.search(terms, k, { accept: (id) => this.accepted(id, accept) });
  }

  /** How much a word tells: its inverse document frequency. */
  weight(term: string): number {
    return this.index.inverseDocumentFrequency(term);
  }

  /** Papers whose title or name is just what was typed. */
  byName(typed: string, accept: (document: SearchDocument) => boolean): string[] {
    return [...(this.named.get(nameKey(typed)) ?? [])].filter((id) => this.accepted(id, accept));
  }

  private accepted(id: string | number, accept: (document: SearchDocument) => boolean): boolean {
    const document = this.documents.get(String(id));
    return document !== undefined && accept(document);
  }
}

/** Names people type whole; ids are compared without their capitals and signs, as titles are. */
function exactNames({ title, names }: SearchDocument): Set<string> {
  return new Set([title, ...names].map(nameKey).filter((key) => key !== ""));
}

/** A name as it is compared: its terms in order. */
export function nameKey(text: string): string {
  return termsOf(text.replaceAll(/[-\u2010\u2011]/gu, " ")).join(" ");
}

function fieldTerms({ title, names, keywords, authors, passages }: SearchDocument): Record<keyof typeof FIELDS, string[]> {
  return {
    title: termsOf(title),
    keywords: [...keywords, ...names].flatMap(termsOf),
    authors: authors.flatMap(termsOf),
    passages: passages.flatMap(({ text }) => termsOf(text)),
  };
}
