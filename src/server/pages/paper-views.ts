/** Papers as pages show them. */
import { hitView, paperPath } from "./hit-views.ts";
import { richText } from "./rich-text.ts";
import type { Answer, ConditionView, FilterChoices, PaperBrief } from "./views.ts";
import type { System } from "../../lab/index.ts";
import { effectText } from "../../lab/report/format.ts";
import { expectation } from "../../lab/report/claim-section.ts";
import { FAMILIES, findCard } from "../../papers/catalogue/catalogue.ts";
import { MODALITIES } from "../../papers/catalogue/family.ts";
import type { OutcomeCondition } from "../../papers/runs/outcome.ts";
import type { PaperLibrary } from "../../papers/library.ts";
import { familyTitle } from "../../papers/ranking/family-title.ts";
import type { SearchFilters, SearchResult, SearchService } from "../../papers/search/port.ts";
import type { PaperRecord } from "../../papers/store/paper-record.ts";

export function briefOf({ id, slug, family, title, year, venue, authors, runs, code }: PaperRecord): PaperBrief {
  return { id, href: paperPath(id), title: richText(title), family: family === null ? null : familyTitle(family), year, venue, authors, runs, catalogued: slug !== null, hasCode: code !== null, gist: (slug === null ? undefined : findCard(slug)?.card.idea[0]) ?? null };
}

/** A question's answer as pages show it, and how long the search took. */
export async function answerTo({ search, papers }: { readonly search: Pick<SearchService, "search" | "facets">; readonly papers: Pick<PaperLibrary, "papers"> }, query: string, filters: SearchFilters, limit: number): Promise<Answer & Pick<SearchResult, "took">> {
  const { hits, notices = [], took } = await search.search(query, filters, limit);
  const known = await papers.papers(hits.map(({ id }) => id));
  return { hits: hits.flatMap((hit) => { const paper = known.get(hit.id); return paper ? [hitView(hit, briefOf(paper))] : []; }), notices, facets: await search.facets(query, filters), took };
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
