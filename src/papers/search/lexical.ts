/** The lexical stage's port: papers by their words, and what else needs all papers at hand. */
import type { SearchDocument } from "./documents.ts";
import type { Admission } from "./neighbours.ts";
import type { Facets, SearchFilters, Suggestion } from "./port.ts";
import type { ParsedQuery } from "./query.ts";

/** What a query admits: filters, and demands on the text. */
export type Demands = Pick<ParsedQuery, "required" | "excluded"> & { readonly filters: SearchFilters };

export interface RankedPaper {
  readonly id: string;
  readonly score: number;
}

/** What searching needs. */
export interface SearchableLexical {
  /** memory: all papers and their words in this process. postgres: the database's full text. */
  readonly kind: "memory" | "postgres";
  /** Papers it searches. */
  readonly size: number;
  /** The papers called `ids`, those that are there. */
  documents(ids: readonly string[]): Promise<ReadonlyMap<string, SearchDocument>>;
  /** What the dense stage may find. */
  admission(demands: Demands): Promise<Admission>;
  /** The k best papers by words. */
  byWords(terms: readonly string[], k: number, demands: Demands): Promise<readonly RankedPaper[]>;
  /** Papers whose title or name is just `text`. */
  byName(text: string, demands: Demands): Promise<readonly string[]>;
  /** Papers that meet the demands, in the order of the catalogue, then the newest. */
  listed(demands: Demands, limit: number): Promise<readonly string[]>;
  /** What an unknown word may be a misspelling of; the word itself when it is known. None when nothing is near. */
  spellings(term: string): Promise<readonly string[]>;
  /** How much a word tells: rare words more. */
  weight(term: string): number;
  facets(terms: readonly string[], demands: Demands): Promise<Facets>;
  suggest(typed: string, limit: number): Promise<readonly Suggestion[]>;
  /** All families and modalities there are, for messages. */
  choices(): Promise<{ readonly families: readonly string[]; readonly modalities: readonly string[] }>;
}

export interface LexicalStage extends SearchableLexical {
  /** Reads changed papers anew. */
  refresh(papers: readonly string[]): Promise<void>;
}
