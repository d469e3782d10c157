/** The lexical stage over papers in this process: BM25, corrections and suggestions without a word to the database. */
import { Corpus } from "./corpus.ts";
import { meetsConstraints } from "./constraints.ts";
import { documentOf, passesFilters } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import { countFacets } from "./facets.ts";
import type { Demands, LexicalStage, RankedPaper } from "./lexical.ts";
import type { Admission } from "./neighbours.ts";
import type { Facets, Suggestion } from "./port.ts";
import { CATALOGUE } from "../catalogue/catalogue.ts";
import type { Database } from "../store/database.ts";
import { listPapers, papersByIds } from "../store/papers.ts";

/** Papers read from the database at a time. */
const PAGE = 1000;
/** So many papers are few enough to be compared one by one. */
const FEW = 1000;

const placeInCatalogue = new Map(CATALOGUE.map(({ slug }, place) => [slug, place]));

export class MemoryLexical implements LexicalStage {
  readonly kind = "memory";
  private readonly database: Database;
  private readonly corpus = new Corpus();

  private constructor(database: Database) {
    this.database = database;
  }

  /** Loads all papers that are not withdrawn. */
  static async open(database: Database): Promise<MemoryLexical> {
    const stage = new MemoryLexical(database);
    for (let after: string | null | undefined; after !== null; ) {
      const page = await listPapers(database, {}, { limit: PAGE, ...(after !== undefined && { after }) });
      for (const paper of page.papers) stage.corpus.put(documentOf(paper));
      after = page.next;
    }
    stage.corpus.suggestions.settle();
    return stage;
  }

  get size(): number {
    return this.corpus.size;
  }

  documents(ids: readonly string[]): Promise<ReadonlyMap<string, SearchDocument>> {
    return Promise.resolve(new Map(ids.flatMap((id) => this.corpus.get(id) ?? []).map((document) => [document.id, document])));
  }

  admission(demands: Demands): Promise<Admission> {
    const passes = admits(demands);
    const accept = (id: string): boolean => {
      const document = this.corpus.get(id);
      return document !== undefined && passes(document);
    };
    return Promise.resolve({ filters: demands.filters, accept, ...this.few(demands, passes) });
  }

  byWords(terms: readonly string[], k: number, demands: Demands): Promise<readonly RankedPaper[]> {
    return Promise.resolve(this.corpus.byWords(terms, k, admits(demands)).map(({ id, score }) => ({ id: String(id), score })));
  }

  byName(text: string, demands: Demands): Promise<readonly string[]> {
    return Promise.resolve(this.corpus.byName(text, admits(demands)));
  }

  listed(demands: Demands, limit: number): Promise<readonly string[]> {
    const passing = [...this.corpus.all()].filter(admits(demands));
    const place = ({ slug }: SearchDocument): number => (slug === null ? undefined : placeInCatalogue.get(slug)) ?? placeInCatalogue.size;
    return Promise.resolve(passing.sort((a, b) => place(a) - place(b) || (b.year ?? 0) - (a.year ?? 0) || (a.id < b.id ? -1 : 1)).slice(0, limit).map(({ id }) => id));
  }

  spellings(term: string): Promise<readonly string[]> {
    return Promise.resolve(this.corpus.vocabulary.has(term) ? [term] : this.corpus.vocabulary.corrections(term));
  }

  weight(term: string): number {
    return this.corpus.weight(term);
  }

  facets(terms: readonly string[], demands: Demands): Promise<Facets> {
    const meets = (document: SearchDocument): boolean => meetsConstraints(document, demands);
    const documents = terms.length === 0 ? [...this.corpus.all()].filter(meets) : this.corpus.byWords(terms, this.atLeastOne(), meets).flatMap(({ id }) => this.corpus.get(String(id)) ?? []);
    return Promise.resolve(countFacets(documents, demands.filters));
  }

  suggest(typed: string, limit: number): Promise<readonly Suggestion[]> {
    return Promise.resolve(this.corpus.suggestions.find(typed, limit));
  }

  choices(): Promise<{ families: readonly string[]; modalities: readonly string[] }> {
    const { families, modalities } = countFacets(this.corpus.all(), {});
    return Promise.resolve({ families: families.map(({ value }) => value), modalities: modalities.map(({ value }) => value) });
  }

  async refresh(papers: readonly string[]): Promise<void> {
    for (let start = 0; start < papers.length; start += PAGE) {
      const ids = papers.slice(start, start + PAGE);
      const found = new Map((await papersByIds(this.database, ids)).map((paper) => [paper.id, paper]));
      for (const id of ids) {
        const paper = found.get(id);
        if (paper === undefined || paper.withdrawn) this.corpus.remove(id);
        else this.corpus.put(documentOf(paper));
      }
    }
  }

  /** All admitted papers, when they are few or the query demands a phrase, which words lead to. */
  private few({ filters, required, excluded }: Demands, passes: (document: SearchDocument) => boolean): Pick<Admission, "only"> {
    const [phrase] = required;
    if (phrase) {
      const rarest = phrase.terms.reduce((rare, term) => (this.weight(term) > this.weight(rare) ? term : rare));
      return { only: this.corpus.byWords([rarest], this.atLeastOne(), passes).map(({ id }) => String(id)) };
    }
    if (Object.keys(filters).length === 0 && excluded.length === 0) return {};
    const only: string[] = [];
    for (const document of this.corpus.all()) {
      if (passes(document) && only.push(document.id) > FEW) return {};
    }
    return { only };
  }

  private atLeastOne(): number {
    return Math.max(1, this.size);
  }
}

function admits(demands: Demands): (document: SearchDocument) => boolean {
  return (document) => passesFilters(document, demands.filters) && meetsConstraints(document, demands);
}
