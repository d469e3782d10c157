/** The port to search: pages, API and command line ask through it, whatever stands behind. */

export interface SearchFilters {
  readonly family?: string;
  readonly yearFrom?: number;
  readonly yearTo?: number;
  readonly modality?: string;
  /** Whether a system of ours runs the paper, or is planned for it. */
  readonly status?: "runs" | "planned";
  /** Whether the authors' code is known. */
  readonly hasCode?: boolean;
}

/** A passage that speaks for a hit. */
export interface Passage {
  /** Where it stands: `title`, `idea`, `claims`, `keywords` ... */
  readonly field: string;
  readonly text: string;
  /** Parts of `text` that match, as [start, end) in UTF-16 units, in order and apart from each other. */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

export interface SearchHit {
  /** Identifier of the paper in the store; its slug if it has one. */
  readonly id: string;
  readonly slug: string | null;
  readonly title: string;
  /** Hits are ordered by it; only the order means something. */
  readonly score: number;
  /** Score of each stage by name, such as `lexical` or `rerank`. */
  readonly stages: Readonly<Record<string, number>>;
  readonly why: readonly Passage[];
  /** Why it stands where it stands, in plain words. */
  readonly explanation?: string;
}

export interface SearchResult {
  /** At most `limit`, best first. */
  readonly hits: readonly SearchHit[];
  /** Milliseconds. */
  readonly took: number;
  /** What the reader should know: words read otherwise than typed, fields that do not exist, stages that were left out. */
  readonly notices?: readonly string[];
  /** Stages that were left out as too many searched at once. */
  readonly leftOut?: readonly LeftOut[];
}

/** Finding by meaning, and reading the best again. */
export type LeftOut = "dense" | "rerank";

/** How many papers each choice of a filter would leave. Each count passes the other filters, not its own. */
export interface Facets {
  readonly families: readonly FacetCount[];
  readonly years: readonly FacetCount[];
  readonly modalities: readonly FacetCount[];
  readonly statuses: readonly FacetCount[];
  readonly code: readonly FacetCount[];
}

export interface FacetCount {
  readonly value: string;
  readonly papers: number;
}

/** An answer while typing. */
export interface Suggestion {
  readonly kind: "paper" | "keyword" | "author";
  readonly text: string;
  /** Of the paper, if it is one. */
  readonly id?: string;
}

export interface SearchService {
  /** Papers for a query in words. An empty query gives papers that pass the filters, in the order of the catalogue. */
  search(query: string, filters: SearchFilters, limit: number): Promise<SearchResult>;
  /** Papers most like the one called `id`, itself left out; none when it is unknown. */
  similar(id: string, limit: number): Promise<readonly SearchHit[]>;
  /** Counts over papers that hold a word of the query, or all when it is empty. */
  facets(query: string, filters: SearchFilters): Promise<Facets>;
  /** Titles, method names, keywords and authors that go on as `typed` begins. */
  suggest(typed: string, limit: number): Promise<readonly Suggestion[]>;
}

/** The most results a search gives. */
export const MOST_RESULTS = 200;

/** The number of results, if it is one that can be given. Throws `QueryError`. */
export function checkedLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_RESULTS) throw new QueryError(`the number of results must be from 1 to ${MOST_RESULTS}, not ${limit}`);
  return limit;
}

/** The query cannot be answered as it is; the message is for who asked. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}
