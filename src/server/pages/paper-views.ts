/** Papers as pages show them. */
import { richText } from "./rich-text.ts";
import type { Answer, ConditionView, FilterChoices, HitView, PaperBrief, SuggestionView } from "./views.ts";
import type { System } from "../../lab/index.ts";
import { effectText } from "../../lab/report/format.ts";
import { expectation } from "../../lab/report/claim-section.ts";
import { FAMILIES, findCard } from "../../papers/catalogue/catalogue.ts";
import { MODALITIES } from "../../papers/catalogue/family.ts";
import type { OutcomeCondition } from "../../papers/runs/outcome.ts";
import type { PaperLibrary } from "../../papers/library.ts";
import { familyTitle } from "../../papers/ranking/family-title.ts";
import type { SearchFilters, SearchHit, SearchResult, SearchService, Suggestion } from "../../papers/search/port.ts";
import type { PaperRecord } from "../../papers/store/paper-record.ts";

export function paperPath(id: string): string {
  return `/papers/${encodeURIComponent(id)}`;
}

export function briefOf({ id, slug, family, title, year, venue, authors, runs, code }: PaperRecord): PaperBrief {
  return { id, href: paperPath(id), title: richText(title), family: family === null ? null : familyTitle(family), year, venue, authors, runs, catalogued: slug !== null, hasCode: code !== null, gist: (slug === null ? undefined : findCard(slug)?.card.idea[0]) ?? null };
}

/** A question's answer as pages show it, and how long the search took. */
export async function answerTo({ search, papers }: { readonly search: Pick<SearchService, "search" | "facets">; readonly papers: Pick<PaperLibrary, "papers"> }, query: string, filters: SearchFilters, limit: number): Promise<Answer & Pick<SearchResult, "took">> {
  const { hits, notices = [], took } = await search.search(query, filters, limit);
  const known = await papers.papers(hits.map(({ id }) => id));
  return { hits: hits.flatMap((hit) => hitView(hit, known.get(hit.id)) ?? []), notices, facets: await search.facets(query, filters), took };
}

/** A hit with what a line of the list says of its paper; none when the paper is gone. */
function hitView({ stages, why, explanation }: SearchHit, paper: PaperRecord | undefined): HitView | undefined {
  return paper && { ...briefOf(paper), stages: Object.entries(stages).map(([name, value]) => ({ name, value })), why, explanation: explanation ?? null };
}

/** Where a suggestion leads: to the paper, or to a search for the words. */
export function suggestionView({ kind, text, id }: Suggestion): SuggestionView {
  const words = text.replaceAll('"', " ");
  return { kind, text, href: id === undefined ? `/?${new URLSearchParams({ q: kind === "author" ? `author:"${words}"` : words }).toString()}` : paperPath(id) };
}

/** What lists can be filtered by. */
export function filterChoices(catalogued: readonly PaperRecord[]): FilterChoices {
  const count = (name: string): number => catalogued.filter(({ family }) => family === name).length;
  return {
    families: FAMILIES.map(({ name, title }) => ({ name, title, papers: count(name) })),
    modalities: MODALITIES.filter((modality) => catalogued.some(({ modalities }) => modalities.includes(modality))),
    years: [...new Set(catalogued.flatMap(({ year }) => year ?? []))].sort((a, b) => a - b),
  };
}

/** Conditions of a system's claim, before anything is measured. */
export function plannedConditions({ experiment }: System): ConditionView[] {
  return experiment.claim.conditions.map(({ name, role = "main", effect, kind, minimumEffect }) => ({
    name,
    role,
    formula: effect.formula,
    expected: expectation({ kind, minimumEffect, noEffect: effect.noEffect }),
    measured: null,
    outcome: "not measured",
  }));
}

/** A condition with what was measured. */
export function measuredCondition({ name, role, formula, outcome, measured, noEffect, ...asked }: OutcomeCondition): ConditionView {
  return { name, role, formula, expected: expectation({ ...asked, noEffect }), measured: outcome === "not measured" ? null : effectText(measured, noEffect), outcome };
}
