/**
 * Search by words over papers in memory: BM25 with prefixes and small misspellings. Needs no model, no database and nothing
 * of Node, so that the static site searches with it in the browser.
 */
import MiniSearch from "minisearch";
import type { AsPlainObject, Options, SearchResult as Match } from "minisearch";
import { bestPassages } from "./passages.ts";
import type { Candidate } from "./passages.ts";
import type { SearchFilters, SearchHit } from "./port.ts";

/** What is searched of a paper, and what it can be filtered by. Plain JSON. */
export interface LexicalPaper {
  readonly id: string;
  readonly slug: string | null;
  readonly title: string;
  readonly family: string | null;
  readonly year: number | null;
  readonly venue: string | null;
  readonly authors: readonly string[];
  readonly keywords: readonly string[];
  readonly modalities: readonly string[];
  readonly runs: boolean;
  readonly hasCode: boolean;
  /** Sentences by the part they stand in. */
  readonly idea: readonly string[];
  readonly problem: readonly string[];
  readonly claims: readonly string[];
}

const FIELDS = { title: 4, slug: 3, keywords: 3, idea: 1.5, problem: 1, claims: 1, authors: 1, venue: 1 } as const;
type Document = { readonly id: string } & Readonly<Record<keyof typeof FIELDS, string>>;

const PASSAGES = 2;
/** Words that say nothing about what is searched. */
const STOP_WORDS = new Set("a about all also an and are as at be been but by can do does for from had has have how i if in into is it its me more most no not of on only or our out so some such than that the their them then there these they this to up using use used uses very via was we were what when where which while who why will with without would you your".split(" "));

const OPTIONS: Options<Document> = {
  fields: Object.keys(FIELDS),
  processTerm: (term) => (STOP_WORDS.has(term.toLowerCase()) ? null : term.toLowerCase()),
  tokenize: (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [],
  searchOptions: { boost: FIELDS, prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 4 ? 0.2 : false), maxFuzzy: 2 },
};

/** An index as JSON holds it. */
export type StoredIndex = AsPlainObject;

export class LexicalIndex {
  private readonly papers: ReadonlyMap<string, LexicalPaper>;
  private readonly index: MiniSearch<Document>;

  /** `stored` is the index of the same papers, from `toJSON`; without it one is built. */
  constructor(papers: readonly LexicalPaper[], stored?: StoredIndex) {
    this.papers = new Map(papers.map((paper) => [paper.id, paper]));
    this.index = stored === undefined ? new MiniSearch<Document>(OPTIONS) : MiniSearch.loadJS<Document>(stored, OPTIONS);
    if (stored === undefined) this.index.addAll(papers.map(documentOf));
  }

  /** Best first. An empty query lists what passes the filters, in the order of the papers. */
  search(query: string, filters: SearchFilters, limit: number): SearchHit[] {
    const words = query.trim();
    if (words === "") return this.listed(filters, limit);
    return this.hitsOf(this.index.search(words, { filter: ({ id }) => passesFilters(this.papers.get(String(id)), filters) }), limit);
  }

  /** Papers that share words of title and keywords with the one called `id`. */
  similar(id: string, limit: number): SearchHit[] {
    const paper = this.papers.get(id);
    if (!paper) return [];
    const query = [paper.title, ...paper.keywords].join(" ");
    return this.hitsOf(this.index.search(query, { filter: (match) => match.id !== id, prefix: false, fuzzy: false }), limit);
  }

  toJSON(): StoredIndex {
    return this.index.toJSON();
  }

  private listed(filters: SearchFilters, limit: number): SearchHit[] {
    const passing = [...this.papers.values()].filter((paper) => passesFilters(paper, filters));
    return passing.slice(0, limit).map(({ id, slug, title }) => ({ id, slug, title, score: 0, stages: {}, why: [] }));
  }

  private hitsOf(matches: readonly Match[], limit: number): SearchHit[] {
    return matches.slice(0, limit).flatMap((match) => {
      const paper = this.papers.get(String(match.id));
      const { score } = match;
      return paper ? [{ id: paper.id, slug: paper.slug, title: paper.title, score, stages: { lexical: score }, why: bestPassages(candidatesOf(paper), telling(match), PASSAGES) }] : [];
    });
  }
}

/** Words of the paper that begin like a word of the query; where there are none, those that are only spelt like one. */
function telling({ terms, queryTerms }: Match): readonly string[] {
  const exact = terms.filter((term) => queryTerms.some((word) => term.startsWith(word)));
  return exact.length > 0 ? exact : terms;
}

function documentOf({ id, title, slug, keywords, idea, problem, claims, authors, venue }: LexicalPaper): Document {
  const text = (parts: readonly string[]): string => parts.join(" ");
  return { id, title, slug: slug ?? "", keywords: text(keywords), idea: text(idea), problem: text(problem), claims: text(claims), authors: text(authors), venue: venue ?? "" };
}

function candidatesOf({ slug, keywords, idea, problem, claims }: LexicalPaper): Candidate[] {
  const part = (field: string, sentences: readonly string[]): Candidate[] => sentences.map((text) => ({ field, text }));
  return [...part(slug === null ? "abstract" : "idea", idea), ...part("problem", problem), ...part("claims", claims), ...part("keywords", [keywords.join(", ")])];
}

function passesFilters(paper: LexicalPaper | undefined, { family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): boolean {
  if (paper === undefined) return false;
  const year = paper.year ?? NaN;
  return (
    (family === undefined || paper.family === family) &&
    (yearFrom === undefined || year >= yearFrom) &&
    (yearTo === undefined || year <= yearTo) &&
    (modality === undefined || paper.modalities.includes(modality)) &&
    (status === undefined || paper.runs === (status === "runs")) &&
    (hasCode === undefined || paper.hasCode === hasCode)
  );
}
