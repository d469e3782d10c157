/**
 * Search over the papers of a database.
 *
 * Indexes in this process follow the database; a search looks for changes in the background when the last look is older than
 * `freshness`, so results are at most that much behind, and never wait for a large import. Results of recent questions are
 * kept until something changes.
 */
import { IndexFollower } from "./index-follower.ts";
import type { FollowerOptions, Indexes } from "./index-follower.ts";
import { SearchPipeline } from "./pipeline.ts";
import type { PipelineModels, PipelineOptions, Stages } from "./pipeline.ts";
import { checkedLimit } from "./port.ts";
import type { Facets, SearchFilters, SearchHit, SearchResult, SearchService, Suggestion } from "./port.ts";
import { cleaned, nameIn } from "./query.ts";
import { RecentResults } from "./recent-results.ts";
import { similarPapers } from "./stored-similar.ts";
import type { Database } from "../store/database.ts";


export interface PaperSearchOptions extends FollowerOptions, PipelineOptions {
  /** Milliseconds between looks for changes; default a second. */
  readonly freshness?: number;
  /** Recent questions of each kind whose results are kept; default 500. A result of twenty papers takes some 20 kB. */
  readonly kept?: number;
  /** Milliseconds for which results that lack a stage, as too many searched at once, are given to others who ask the same; default 2000. */
  readonly keptShortly?: number;
}

export class PaperSearch implements SearchService {
  private readonly follower: IndexFollower;
  private readonly pipeline: SearchPipeline;
  private readonly freshness: number;
  private readonly onProblem: (error: unknown) => void;
  private readonly results: RecentResults<SearchResult>;
  private readonly alike: RecentResults<readonly SearchHit[]>;
  private readonly counts: RecentResults<Facets>;

  private constructor(follower: IndexFollower, models: PipelineModels, options: PaperSearchOptions) {
    const { freshness = 1000, kept = 500, keptShortly = 2000, onProblem = () => undefined } = options;
    this.follower = follower;
    this.pipeline = new SearchPipeline(models, options);
    this.freshness = freshness;
    this.onProblem = onProblem;
    this.results = new RecentResults(kept, { isLasting: ({ leftOut }) => leftOut === undefined, shortly: keptShortly });
    this.alike = new RecentResults(kept);
    this.counts = new RecentResults(kept);
  }

  /** Loads the indexes. Without an encoder papers are found by words only; without a reranker the order is that of the first stage. The models stay the caller's. */
  static async open(database: Database, models: PipelineModels, options: PaperSearchOptions = {}): Promise<PaperSearch> {
    return new PaperSearch(await IndexFollower.open(database, models.encoder, options), models, options);
  }

  async search(typed: string, filters: SearchFilters, limit: number, stages: Stages = "full"): Promise<SearchResult> {
    const began = performance.now();
    const indexes = this.current();
    const result = await this.results.get(keyOf(typed, filters, limit, stages), this.follower.version, () => this.pipeline.search(indexes, typed, filters, limit, stages));
    return { ...result, took: performance.now() - began };
  }

  async similar(id: string, limit: number): Promise<readonly SearchHit[]> {
    const wanted = checkedLimit(limit);
    const indexes = this.current();
    return this.alike.get(keyOf(id, wanted), this.follower.version, () => similarPapers(this.follower.database, indexes, cleaned(id), wanted));
  }

  /** The id of the paper that is meant by its id, slug, identifier or title; undefined when there is none, or more than one. */
  async idOf(typed: string): Promise<string | undefined> {
    const { lexical } = this.current();
    const id = cleaned(typed);
    if ((await lexical.documents([id])).has(id)) return id;
    const named = await lexical.byName(nameIn(typed), { required: [], excluded: [], filters: {} });
    return named.length === 1 ? named[0] : undefined;
  }

  async facets(typed: string, filters: SearchFilters): Promise<Facets> {
    const indexes = this.current();
    return this.counts.get(keyOf(typed, filters), this.follower.version, () => this.pipeline.facets(indexes, typed, filters));
  }

  suggest(typed: string, limit: number): Promise<readonly Suggestion[]> {
    return this.current().lexical.suggest(cleaned(typed), checkedLimit(limit));
  }

  /** Takes in what was stored since. */
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
    this.follower.refreshIfOlder(this.freshness, this.onProblem);
    return this.follower.indexes;
  }
}

/** One text for one question: filters by name, those that are not set left out. */
function keyOf(typed: string, ...rest: readonly (SearchFilters | number | string)[]): string {
  return JSON.stringify([typed, ...rest.map((part) => (typeof part === "object" ? Object.entries(part).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)) : part))]);
}
