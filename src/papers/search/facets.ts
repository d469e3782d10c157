/** How many papers each choice of a filter would leave. */
import { passesFilters } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import type { FacetCount, Facets, SearchFilters } from "./port.ts";

/** What of a paper is counted by. */
export type Countable = Pick<SearchDocument, "family" | "year" | "modalities" | "status" | "hasCode">;

interface Facet {
  /** Filters that this facet sets; its counts leave them out. */
  readonly sets: readonly (keyof SearchFilters)[];
  values(document: Countable): readonly string[];
}

const FACETS: Readonly<Record<keyof Facets, Facet>> = {
  families: { sets: ["family"], values: ({ family }) => (family === null ? [] : [family]) },
  years: { sets: ["yearFrom", "yearTo"], values: ({ year }) => (year === null ? [] : [String(year)]) },
  modalities: { sets: ["modality"], values: ({ modalities }) => [...new Set(modalities)] },
  statuses: { sets: ["status"], values: ({ status }) => (status === null ? [] : [status]) },
  code: { sets: ["hasCode"], values: ({ hasCode }) => [hasCode ? "yes" : "no"] },
};

/** Counts over `documents`, in alphabetical order of the values. */
export function countFacets(documents: Iterable<Countable>, filters: SearchFilters): Facets {
  const counters = Object.values(FACETS).map((facet) => ({ facet, others: without(filters, facet.sets), counts: new Map<string, number>() }));
  for (const document of documents) {
    for (const { facet, others, counts } of counters) {
      if (!passesFilters(document, others)) continue;
      for (const value of facet.values(document)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const [families, years, modalities, statuses, code] = counters.map(({ counts }) => sorted(counts)) as [FacetCount[], FacetCount[], FacetCount[], FacetCount[], FacetCount[]];
  return { families, years, modalities, statuses, code };
}

/** Filters with some of them left out. */
export function without(filters: SearchFilters, names: readonly (keyof SearchFilters)[]): SearchFilters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name as keyof SearchFilters)));
}

function sorted(counts: ReadonlyMap<string, number>): FacetCount[] {
  return [...counts].map(([value, papers]) => ({ value, papers })).sort((a, b) => (a.value < b.value ? -1 : 1));
}
