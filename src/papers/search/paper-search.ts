/**
 * The search pipeline: words and meaning, fused, then the best papers read together with the query.
 *
 * Indexes in this process follow the database; a search looks for changes in the background when the last look is older than
 * `freshness`, so results are at most that much behind, and never wait for a large import.
 */
import { meetsConstraints } from "./constraints.ts";
import { passesFilters } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import { explanationOf, matchedWords, passagesFor } from "./explain.ts";
import { fuse, refine } from "./fusion.ts";
import type { Placed } from "./fusion.ts";
import { IndexFollower } from "./index-follower.ts";
import type { FollowerOptions, Indexes } from "./index-follower.ts";
import type { Demands } from "./lexical.ts";
import type { SearchModels } from "./models/port.ts";
import type { Neighbour } from "./neighbours.ts";
import { QueryError } from "./port.ts";
import type { Facets, FullSearchService, SearchFilters, SearchHit, SearchResult, Suggestion } from "./port.ts";
import { cleaned, parseQuery } from "./query.ts";
import type { ParsedQuery } from "./query.ts";
import { rerankWithin } from "./rerank.ts";
import { readQuery, unknownChoices } from "./reading.ts";
import { similarPapers } from "./similar.ts";
import type { Database } from "../store/database.ts";

/** Papers each first stage hands on. */
export const DEPTH = 100;
/** The most results a search gives. */
export const MOST_RESULTS = 200;

/** lexical: by words. dense: by meaning. hybrid: both, fused. full: hybrid, then reranked. */
export const STAGES = ["lexical", "dense", "hybrid", "full"] as const;
export type Stages = (typeof STAGES)[number];

export interface PaperSearchOptions extends FollowerOptions {
  /** Milliseconds between looks for changes; default a second. */
  readonly freshness?: number;
  /** Milliseconds for the second stage; default 300. */
  readonly rerankBudget?: number;
  /** Papers the second stage reads; default 30. */
  readonly reranked?: number;
  /** Told when a stage fails; the search then goes on without it. */
  readonly onProblem?: (error: unknown) => void;
}

type Models = Partial<Pick<SearchModels, "encoder" | "reranker">>;

export class PaperSearch implements FullSearchService {
  private readonly follower: IndexFollower;
  private readonly models: Models;
  private readonly options: Required<Pick<PaperSearchOptions, "freshness" | "rerankBudget" | "reranked" | "onProblem">>;

  private constructor(follower: IndexFollower, models: Models, { freshness = 1000, rerankBudget = 300, reranked = 30, onProblem = () => undefined }: PaperSearchOptions) {
    this.follower = follower;
    this.models = models;
    this.options = { freshness, rerankBudget, reranked, onProblem };
  }

  /** Loads the indexes. Without an encoder papers are found by words only; without a reranker the order is that of the first stage. The models stay the caller's. */
  static async open(database: Database, models: Models, options: PaperSearchOptions = {}): Promise<PaperSearch> {
    return new PaperSearch(await IndexFollower.open(database, models.encoder, options), models, options);
  }

  async search(typed: string, filters: SearchFilters, limit: number, stages: Stages = "full"): Promise<SearchResult> {
    const began = performance.now();
    const wanted = checkedLimit(limit);
    const parsed = parseQuery(typed);
    const indexes = this.current();
    const demands = demandsOf(parsed, filters);
    if (parsed.terms.length === 0 && parsed.text === "") return { hits: await this.listed(indexes, demands, wanted), took: performance.now() - began, notices: [...parsed.notices, ...(await unknownChoices(indexes.lexical, demands.filters))] };
    const reading = await readQuery(indexes.lexical, parsed);
    const exact = await indexes.lexical.byName(cleaned(typed), demands);
    const depth = Math.max(DEPTH, wanted);
    const words = stages === "dense" ? [] : await indexes.lexical.byWords(reading.terms, depth, demands);
    const meaning = stages === "lexical" ? [] : await this.byMeaning(indexes, reading.text, depth, demands);
    const fused = fuse(words, meaning, stages === "dense" ? [] : exact);
    const documents = await indexes.lexical.documents(fused.map(({ id }) => id));
    // whatever an index lags behind or cuts short: no paper that the query or a filter leaves out is a result
    const present = fused.filter(({ id }) => admitted(documents.get(id), demands));
    const ordered = stages === "full" ? await this.refined(reading.text, present, documents) : present;
    const evidence = { terms: reading.terms, weight: (term: string) => indexes.lexical.weight(term) };
    const hits = ordered.slice(0, wanted).map((placed, i) => hitOf(placed, i + 1, documents.get(placed.id) as SearchDocument, evidence));
    const missing = stages !== "lexical" && this.models.encoder !== undefined && indexes.neighbours === undefined ? ["papers are found by their words only, as none has been encoded with this model; run reprise papers index"] : [];
    return { hits, took: performance.now() - began, notices: [...parsed.notices, ...reading.notices, ...missing, ...(hits.length === 0 ? await unknownChoices(indexes.lexical, demands.filters) : [])] };
  }

  similar(id: string, limit: number): Promise<readonly SearchHit[]> {
    return similarPapers(this.follower.database, this.current(), cleaned(id), checkedLimit(limit));
  }

  /** Whether there is a paper called `id`. */
  async has(id: string): Promise<boolean> {
    return (await this.current().lexical.documents([cleaned(id)])).has(cleaned(id));
  }

  async facets(typed: string, filters: SearchFilters): Promise<Facets> {
    const parsed = parseQuery(typed);
    const { lexical } = this.current();
    const { terms } = await readQuery(lexical, parsed);
    return lexical.facets(terms, demandsOf(parsed, filters));
  }

  suggest(typed: string, limit: number): Promise<readonly Suggestion[]> {
    return this.current().lexical.suggest(cleaned(typed), checkedLimit(limit));
  }

  refresh(): Promise<void> {
    return this.follower.refresh();
  }

  /** What is indexed now. */
  status(): { readonly papers: number; readonly lexical: string; readonly vectors: number; readonly dense: string | null } {
    const { lexical, neighbours } = this.follower.indexes;
    return { papers: lexical.size, lexical: lexical.kind, vectors: neighbours?.size ?? 0, dense: neighbours?.kind ?? null };
  }

  close(): Promise<void> {
    return this.follower.close();
  }

  private current(): Indexes {
    this.follower.refreshIfOlder(this.options.freshness, this.options.onProblem);
    return this.follower.indexes;
  }

  private async byMeaning({ lexical, neighbours }: Indexes, text: string, k: number, demands: Demands): Promise<readonly Neighbour[]> {
    const { encoder } = this.models;
    if (!encoder || !neighbours || text === "") return [];
    try {
      const [vector] = await encoder.encode([text], "query");
      if (vector === undefined) throw new Error(`the encoder "${encoder.id}" gave no vector`);
      return await neighbours.nearest(vector, k, await lexical.admission(demands));
    } catch (error) {
      this.options.onProblem(error);
      return [];
    }
  }

  private async refined(text: string, fused: readonly Placed[], documents: ReadonlyMap<string, SearchDocument>): Promise<readonly Placed[]> {
    const { reranker } = this.models;
    if (!reranker || text === "") return fused;
    const head = fused.filter(({ exact }) => !exact).slice(0, this.options.reranked);
    try {
      const texts = head.map(({ id, position }) => readingText(documents.get(id) as SearchDocument, position));
      return refine(fused, head, await rerankWithin(reranker, text, texts, { budget: this.options.rerankBudget }));
    } catch (error) {
      this.options.onProblem(error);
      return fused;
    }
  }

  private async listed({ lexical }: Indexes, demands: Demands, limit: number): Promise<SearchHit[]> {
    const ids = await lexical.listed(demands, limit);
    const documents = await lexical.documents(ids);
    return ids.flatMap((id) => documents.get(id) ?? []).map(({ id, slug, title }) => ({ id, slug, title, score: 0, stages: {}, why: [] }));
  }
}

function demandsOf({ required, excluded, filters: typed }: ParsedQuery, filters: SearchFilters): Demands {
  return { required, excluded, filters: { ...cleanFilters(filters), ...typed } };
}

function admitted(document: SearchDocument | undefined, demands: Demands): boolean {
  return document !== undefined && passesFilters(document, demands.filters) && meetsConstraints(document, demands);
}

/** What the second stage reads of a paper: its title and the passage nearest in meaning, else the first. */
function readingText({ title, passages }: SearchDocument, position: number | undefined): string {
  const passage = passages[Math.max(0, (position ?? 0) - 1)];
  return passage === undefined ? title : `${title}. ${passage.text}`;
}

function hitOf(placed: Placed, final: number, document: SearchDocument, evidence: { terms: readonly string[]; weight(term: string): number }): SearchHit {
  const { id, slug, title } = document;
  const why = passagesFor(document, { ...evidence, ...(placed.position !== undefined && { nearest: placed.position }) });
  const standing = { exact: placed.exact, fused: placed.place, final, reranked: placed.stages["rerank"] !== undefined, ...(placed.lexical !== undefined && { lexical: placed.lexical }), ...(placed.dense !== undefined && { dense: placed.dense }) };
  return { id, slug, title, score: placed.score, stages: placed.stages, why, explanation: explanationOf(standing, matchedWords(why)) };
}

function cleanFilters(filters: SearchFilters): SearchFilters {
  const given = Object.entries(filters as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, typeof value === "string" ? cleaned(value) : value]));
}

function checkedLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_RESULTS) throw new QueryError(`the number of results must be from 1 to ${MOST_RESULTS}, not ${limit}`);
  return limit;
}

