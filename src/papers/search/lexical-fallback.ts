/** Search by words over papers in memory: BM25 with prefixes and small misspellings. Needs no model and no index on disk. */
import MiniSearch from "minisearch";
import type { SearchResult as Match } from "minisearch";
import { bestPassages } from "./passages.ts";
import type { Candidate } from "./passages.ts";
import type { SearchFilters, SearchHit, SearchResult, SearchService } from "./port.ts";
import { findCard } from "../catalogue/catalogue.ts";
import type { Card } from "../catalogue/family.ts";
import type { PaperRecord } from "../store/paper-record.ts";

const FIELDS = { title: 4, slug: 3, keywords: 3, idea: 1.5, problem: 1, claims: 1, authors: 1, venue: 1 } as const;
type Field = keyof typeof FIELDS;
type Document = { readonly id: string } & Readonly<Record<Field, string>>;

const PASSAGES = 2;
/** Words that say nothing about what is searched. */
const STOP_WORDS = new Set("a about all also an and are as at be been but by can do does for from had has have how i if in into is it its me more most no not of on only or our out so some such than that the their them then there these they this to up using use used uses very via was we were what when where which while who why will with without would you your".split(" "));

export class LexicalSearch implements SearchService {
  private readonly papers: ReadonlyMap<string, PaperRecord>;
  private readonly index: MiniSearch<Document>;

  constructor(papers: readonly PaperRecord[]) {
    this.papers = new Map(papers.map((paper) => [paper.id, paper]));
    this.index = new MiniSearch<Document>({
      fields: Object.keys(FIELDS),
      processTerm: (term) => (STOP_WORDS.has(term.toLowerCase()) ? null : term.toLowerCase()),
      tokenize: (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [],
      searchOptions: { boost: FIELDS, prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 4 ? 0.2 : false), maxFuzzy: 2 },
    });
    this.index.addAll(papers.map(documentOf));
  }

  search(query: string, filters: SearchFilters, limit: number): Promise<SearchResult> {
    const began = performance.now();
    const words = query.trim();
    const passes = (id: string): boolean => passesFilters(this.papers.get(id), filters);
    const hits = words === "" ? this.listed(filters, limit) : this.hitsOf(this.index.search(words, { filter: ({ id }) => passes(String(id)) }), limit);
    return Promise.resolve({ hits, took: performance.now() - began });
  }

  similar(id: string, limit: number): Promise<readonly SearchHit[]> {
    const paper = this.papers.get(id);
    if (!paper) return Promise.resolve([]);
    const query = [paper.title, ...paper.keywords].join(" ");
    return Promise.resolve(this.hitsOf(this.index.search(query, { filter: (match) => match.id !== id, prefix: false, fuzzy: false }), limit));
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

function documentOf(paper: PaperRecord): Document {
  const card = cardOf(paper);
  const text = (sentences: readonly string[] | undefined): string => (sentences ?? []).join(" ");
  return {
    id: paper.id,
    title: paper.title,
    slug: paper.slug ?? "",
    keywords: text(paper.keywords),
    idea: card === undefined ? paper.abstract : text(card.idea),
    problem: text(card?.problem),
    claims: text(card?.claims),
    authors: text(paper.authors),
    venue: paper.venue ?? "",
  };
}

function candidatesOf(paper: PaperRecord): Candidate[] {
  const card = cardOf(paper);
  const part = (field: string, sentences: readonly string[]): Candidate[] => sentences.map((text) => ({ field, text }));
  if (card === undefined) return part("abstract", paper.abstract.split(/(?<=[.?!])\s+/));
  return [...part("idea", card.idea), ...part("problem", card.problem), ...part("claims", card.claims), ...part("keywords", [paper.keywords.join(", ")])];
}

function cardOf({ slug }: PaperRecord): Card | undefined {
  return slug === null ? undefined : findCard(slug)?.card;
}

function passesFilters(paper: PaperRecord | undefined, { family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): boolean {
  if (paper === undefined) return false;
  const year = paper.year ?? NaN;
  return (
    (family === undefined || paper.family === family) &&
    (yearFrom === undefined || year >= yearFrom) &&
    (yearTo === undefined || year <= yearTo) &&
    (modality === undefined || paper.modalities.includes(modality)) &&
    (status === undefined || paper.runs === (status === "runs")) &&
    (hasCode === undefined || (paper.code !== null) === hasCode)
  );
}
