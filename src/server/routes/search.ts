/** The first page: search, with results in the page itself so that it works without scripts. */
import { Hono } from "hono";
import { answerTo, briefOf, filterChoices } from "../pages/paper-views.ts";
import type { SearchView } from "../pages/views.ts";
import { lenientFilters, text } from "../query.ts";
import { page } from "../respond.ts";
import type { Services } from "../services.ts";
import { MOST_RESULTS } from "../../papers/search/port.ts";

/** Hits on the page; the API gives more. */
const HITS = 20;
/** With filters alone, all papers that pass are listed. */
const LISTED = MOST_RESULTS;

export function searchRoutes(services: Services): Hono {
  const { papers, metrics } = services;
  const choices = filterChoices(papers.catalogued);
  const running = papers.catalogued.filter((paper) => paper.runs).map(briefOf);
  return new Hono().get("/", async (c) => {
    const query = text(c.req.query("q")).trim();
    const filters = lenientFilters(c.req.query());
    const asked = query !== "" || Object.values(filters).some((value) => value !== undefined);
    const found = asked ? await answerTo(services, query, filters, query === "" ? LISTED : HITS) : null;
    if (found) metrics.searched(found.took / 1000);
    const view: SearchView = { page: "search", query, filters, choices, answer: found && { hits: found.hits, notices: found.notices, facets: found.facets }, running, papers: papers.catalogued.length };
    return page(c, services, view, { title: query === "" ? undefined : query });
  });
}
