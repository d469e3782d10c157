/** The lexical stage over papers at hand: BM25, corrections and suggestions. Runs in browsers too. */
import { Corpus } from "./corpus.ts";
import { meetsConstraints } from "./constraints.ts";
import { passesFilters } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import { countFacets } from "./facets.ts";
import type { Demands, RankedPaper, SearchableLexical } from "./lexical.ts";
import type { Admission } from "./neighbours.ts";
import type { Facets, Suggestion } from "./port.ts";

/** So many papers are few enough to be compared one by one. */
const FEW = 1000;

export class MemoryLexical implements SearchableLexical {
  readonly kind = "memory";
  protected readonly corpus = new Corpus();
  private readonly catalogue: ReadonlyMap<string, number>;

  /** `catalogue` has the slugs of catalogued papers in their order, in which they are listed before all others. */
  constructor(documents: Iterable<SearchDocument>, catalogue: readonly string[]) {
    this.catalogue = new Map(catalogue.map((slug, place) => [slug, place]));
    for (const document of documents) this.corpus.put(document);
    this.corpus.suggestions.settle();
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
    const place = ({ slug }: SearchDocument): number => (slug === null ? undefined : this.catalogue.get(slug)) ?? this.catalogue.size;
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
