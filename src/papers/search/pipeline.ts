/**
 * The search pipeline over indexes that are at hand: words and meaning, fused, then the best papers read together with the
 * query. Nothing of Node or a database is needed here, so that pages without a server search by the same rules.
 *
 * Models take a processor for as long as they work. So many searches at once may use each; those beyond that are answered
 * without it and say so, as a queue would make everybody late.
 */
import { meetsConstraints } from "./constraints.ts";
import { passesFilters } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import { explanationOf, matchedWords, passagesFor } from "./explain.ts";
import { fuse, refine } from "./fusion.ts";
import type { Placed } from "./fusion.ts";
import { Gate } from "./gate.ts";
import type { Demands, SearchableLexical } from "./lexical.ts";
import type { SearchModels } from "./models/port.ts";
import type { Neighbour, Neighbours } from "./neighbours.ts";
import { checkedLimit } from "./port.ts";
import type { Facets, LeftOut, SearchFilters, SearchHit, SearchResult } from "./port.ts";
import { cleaned, parseQuery } from "./query.ts";
import type { ParsedQuery } from "./query.ts";
import { rerankWithin } from "./rerank.ts";
import { readQuery, unknownChoices } from "./reading.ts";

/** Papers each first stage hands on. */
export const DEPTH = 100;

/**
 * Queries of fewer telling words are not read together with papers: a cross-encoder compares sentences, and of a word alone it
 * knows less than the first stages, which find the papers that have it.
 */
const FEWEST_WORDS_READ = 2;

/** lexical: by words. dense: by meaning. hybrid: both, fused. full: hybrid, then reranked. */
export const STAGES = ["lexical", "dense", "hybrid", "full"] as const;
export type Stages = (typeof STAGES)[number];

export interface PipelineOptions {
  /** Milliseconds for the second stage; default 300. */
  readonly rerankBudget?: number;
  /** Papers the second stage reads; default 30. */
  readonly reranked?: number;
  /** Searches that may use the encoder at once; default 16. */
  readonly encodersAtOnce?: number;
  /** Searches that may use the reranker at once; default 4. */
  readonly rerankersAtOnce?: number;
  /** Told when a stage fails; the search then goes on without it. */
  readonly onProblem?: (error: unknown) => void;
}

/** What is searched. */
export interface SearchedIndexes {
  readonly lexical: SearchableLexical;
  /** Undefined when nothing was encoded. */
  readonly neighbours?: Pick<Neighbours, "nearest">;
}

export type PipelineModels = Partial<Pick<SearchModels, "encoder" | "reranker">>;

const BUSY: Readonly<Record<LeftOut, string>> = {
  dense: "many people are searching at this moment, so papers were found by their words only; a moment later there can be better ones",
  rerank: "many people are searching at this moment, so the best papers were not read again; a moment later their order can be better",
};

export class SearchPipeline {
  private readonly models: PipelineModels;
  private readonly options: Required<Pick<PipelineOptions, "rerankBudget" | "reranked" | "onProblem">>;
  private readonly encoding: Gate;
  private readonly reranking: Gate;

  constructor(models: PipelineModels, { rerankBudget = 300, reranked = 30, encodersAtOnce = 16, rerankersAtOnce = 4, onProblem = () => undefined }: PipelineOptions = {}) {
    this.models = models;
    this.options = { rerankBudget, reranked, onProblem };
    this.encoding = new Gate(encodersAtOnce);
    this.reranking = new Gate(rerankersAtOnce);
  }

  /** Throws `QueryError` for what cannot be asked. */
  async search(indexes: SearchedIndexes, typed: string, filters: SearchFilters, limit: number, stages: Stages): Promise<SearchResult> {
    const began = performance.now();
    const wanted = checkedLimit(limit);
    const { lexical } = indexes;
    const parsed = parseQuery(typed);
    const demands = demandsOf(parsed, filters);
    if (parsed.terms.length === 0 && parsed.text === "") return { hits: await listed(lexical, demands, wanted), took: performance.now() - began, notices: [...parsed.notices, ...(await unknownChoices(lexical, demands.filters))] };
    const reading = await readQuery(lexical, parsed);
    const exact = await lexical.byName(parsed.name, demands);
    const depth = Math.max(DEPTH, wanted);
    const words = stages === "dense" ? [] : await lexical.byWords(reading.terms, depth, demands);
    const meaning = stages === "lexical" ? [] : await this.byMeaning(indexes, reading.text, depth, demands);
    const fused = fuse(words, meaning ?? [], stages === "dense" ? [] : exact, depth);
    const documents = await lexical.documents(fused.map(({ id }) => id));
    // whatever an index lags behind or cuts short: no paper that the query or a filter leaves out is a result
    const present = fused.filter(({ id }) => admitted(documents.get(id), demands));
    const ordered = stages === "full" && meaning && parsed.terms.length >= FEWEST_WORDS_READ ? await this.refined(reading.text, present, documents) : present;
    const evidence = { terms: reading.terms, weight: (term: string) => lexical.weight(term) };
    const hits = (ordered ?? present).slice(0, wanted).map((placed, i) => hitOf(placed, i + 1, documents.get(placed.id) as SearchDocument, evidence));
    const leftOut: readonly LeftOut[] = meaning ? (ordered ? [] : ["rerank"]) : ["dense", "rerank"];
    const missing = stages !== "lexical" && this.models.encoder !== undefined && indexes.neighbours === undefined ? ["papers are found by their words only, as none has been encoded with this model yet; a server or worker does that by itself, reprise papers index at once"] : [];
    const busy = leftOut[0] === undefined ? [] : [BUSY[leftOut[0]]];
    const unknown = hits.length === 0 ? await unknownChoices(lexical, demands.filters) : [];
    return { hits, took: performance.now() - began, notices: [...parsed.notices, ...reading.notices, ...missing, ...busy, ...unknown], ...(leftOut.length > 0 && { leftOut }) };
  }

  async facets({ lexical }: Pick<SearchedIndexes, "lexical">, typed: string, filters: SearchFilters): Promise<Facets> {
    const parsed = parseQuery(typed);
    const { terms } = await readQuery(lexical, parsed);
    return lexical.facets(terms, demandsOf(parsed, filters));
  }

  /** Undefined when too many ask. */
  private async byMeaning({ lexical, neighbours }: SearchedIndexes, text: string, k: number, demands: Demands): Promise<readonly Neighbour[] | undefined> {
    const { encoder } = this.models;
    if (!encoder || !neighbours || text === "") return [];
    try {
      const vectors = await this.encoding.enter(() => encoder.encode([text], "query"));
      if (vectors === undefined) return undefined;
      const [vector] = vectors;
      if (vector === undefined) throw new Error(`the encoder "${encoder.id}" gave no vector`);
      return await neighbours.nearest(vector, k, await lexical.admission(demands));
    } catch (error) {
      this.options.onProblem(error);
      return [];
    }
  }

  /** Undefined when too many ask. */
  private async refined(text: string, fused: readonly Placed[], documents: ReadonlyMap<string, SearchDocument>): Promise<readonly Placed[] | undefined> {
    const { reranker } = this.models;
    if (!reranker || text === "") return fused;
    const head = fused.filter(({ exact }) => !exact).slice(0, this.options.reranked);
    if (head.length < 2) return fused;
    try {
      const texts = head.map(({ id, position }) => readingText(documents.get(id) as SearchDocument, position));
      const scores = await this.reranking.enter(() => rerankWithin(reranker, text, texts, { budget: this.options.rerankBudget }));
      return scores && refine(fused, head, scores);
    } catch (error) {
      this.options.onProblem(error);
      return fused;
    }
  }
}

async function listed(lexical: SearchableLexical, demands: Demands, limit: number): Promise<SearchHit[]> {
  const ids = await lexical.listed(demands, limit);
  const documents = await lexical.documents(ids);
  return ids.flatMap((id) => documents.get(id) ?? []).map(({ id, slug, title }) => ({ id, slug, title, score: 0, stages: {}, why: [] }));
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
