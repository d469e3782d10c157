/** How many papers each filter would leave, as links that set or lift it. */
import type { JSX } from "preact";
import { addressOf } from "./instant.ts";
import type { Question } from "./instant.ts";
import { Link } from "../site.tsx";
import type { FacetCount, Facets, SearchFilters } from "../../src/papers/search/port.ts";
import type { FilterChoices } from "../../src/server/pages/views.ts";

export interface FacetPanelProps {
  readonly facets: Facets;
  readonly families: FilterChoices["families"];
  readonly question: Question;
  readonly onChange: (filters: SearchFilters) => void;
}

/** Values of a facet that are shown; the fields above have all. */
const SHOWN = 8;

interface Facet {
  readonly title: string;
  readonly counts: readonly FacetCount[];
  label(value: string): string;
  isSet(value: string): boolean;
  /** The filter that a value sets; undefined lifts it. */
  filter(value: string | undefined): SearchFilters;
}

export function FacetPanel({ facets, families, question, onChange }: FacetPanelProps): JSX.Element {
  return (
    <aside class="facets" aria-labelledby="narrow">
      <h2 id="narrow" class="count">
        Narrow to
      </h2>
      {facetsOf(facets, families, question.filters)
        .filter(({ counts }) => counts.length > 0)
        .map((facet) => (
          <section key={facet.title} class="facet">
            <h3>{facet.title}</h3>
            <ul>
              {facet.counts.map(({ value, papers }) => {
                const filters = { ...question.filters, ...facet.filter(facet.isSet(value) ? undefined : value) };
                return (
                  <li key={value}>
                    <Link
                      href={addressOf({ ...question, filters })}
                      aria-current={facet.isSet(value) ? "true" : undefined}
                      onClick={(event) => {
                        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                        event.preventDefault();
                        onChange(filters);
                      }}
                    >
                      {facet.label(value)} <span class="papers">{papers}</span>
                      <span class="sr-only"> papers</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
    </aside>
  );
}

function facetsOf({ families, years, modalities, statuses, code }: Facets, names: FilterChoices["families"], { family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): Facet[] {
  const year = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));
  const set = { family: (value: string) => value === family, year: (value: string) => Number(value) === yearFrom && yearFrom === yearTo, modality: (value: string) => value === modality, status: (value: string) => value === status, code: () => hasCode === true };
  return [
    { title: "Family", counts: most(families, set.family), label: (value) => names.find(({ name }) => name === value)?.title ?? value, isSet: set.family, filter: (value) => ({ family: value }) },
    { title: "Year", counts: newest(years, set.year), label: (value) => value, isSet: set.year, filter: (value) => ({ yearFrom: year(value), yearTo: year(value) }) },
    { title: "Data", counts: most(modalities, set.modality), label: (value) => value, isSet: set.modality, filter: (value) => ({ modality: value }) },
    { title: "System", counts: statuses, label: (value) => value, isSet: set.status, filter: (value) => ({ status: value === "runs" || value === "planned" ? value : undefined }) },
    { title: "Authors' code", counts: code.filter(({ value }) => value === "yes"), label: () => "known", isSet: set.code, filter: (value) => ({ hasCode: value === undefined ? undefined : true }) },
  ];
}

/** The values with most papers, and the one that is set. */
function most(counts: readonly FacetCount[], isSet: (value: string) => boolean): FacetCount[] {
  const ordered = [...counts].sort((a, b) => b.papers - a.papers);
  return ordered.filter(({ value }, place) => place < SHOWN || isSet(value));
}

function newest(counts: readonly FacetCount[], isSet: (value: string) => boolean): FacetCount[] {
  const ordered = [...counts].sort((a, b) => Number(b.value) - Number(a.value));
  return ordered.filter(({ value }, place) => place < SHOWN || isSet(value));
}
