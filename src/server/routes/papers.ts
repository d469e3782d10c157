/** A paper's page. */
import { Hono } from "hono";
import { ledgerRow } from "../pages/ledger-views.ts";
import { briefOf, plannedConditions } from "../pages/paper-views.ts";
import { runBrief } from "../pages/run-views.ts";
import type { PaperView } from "../pages/views.ts";
import { answerError } from "../errors.ts";
import { page } from "../respond.ts";
import type { Services } from "../services.ts";
import type { System } from "../../lab/index.ts";
import { findCard } from "../../papers/catalogue/catalogue.ts";
import type { PaperRecord } from "../../papers/store/paper-record.ts";

const SIMILAR = 6;
const RUNS = 5;

export function paperRoutes(services: Services): Hono {
  return new Hono().get("/papers/:id", async (c) => {
    const paper = await services.papers.paper(c.req.param("id"));
    if (!paper) return answerError(c, services, 404, "no paper is known under that name");
    return page(c, services, await paperView(services, paper), { title: paper.title, description: paperDescription(paper) });
  });
}

/** What a page is made from; a static site has less than a server. */
export interface PaperPageServices extends Pick<Services, "papers" | "ledger" | "systems"> {
  readonly search: Pick<Services["search"], "similar">;
  readonly runs: Pick<Services["runs"], "list">;
  readonly config: Pick<Services["config"], "runsEnabled">;
}

/** What the page is about in a few words, for search engines. */
export function paperDescription({ id, abstract }: PaperRecord): string {
  return (findCard(id)?.card.problem.join(" ") ?? abstract).slice(0, 300);
}

/** Everything the page says of a paper. */
export async function paperView({ papers, search, runs, ledger, systems, config }: PaperPageServices, paper: PaperRecord): Promise<PaperView> {
  const { id, slug, keywords, modalities, abstract } = paper;
  const catalogued = slug === null ? undefined : findCard(slug);
  const system = slug === null ? undefined : (await systems[slug]?.())?.default;
  const entry = slug === null ? undefined : ledger.system(slug);
  const similar = await papers.papers((await search.similar(id, SIMILAR)).map((hit) => hit.id));
  return {
    page: "paper",
    paper: briefOf(paper),
    keywords,
    modalities,
    links: linksOf(paper),
    card: catalogued?.card ?? null,
    abstract: catalogued ? null : abstract,
    diagram: catalogued?.diagram ?? [],
    system: system ? systemView(system) : null,
    conditions: system ? plannedConditions(system) : [],
    ledger: entry ? ledgerRow(entry, system ? "runs" : "planned").result : null,
    runs: slug === null ? [] : (await runs.list({ slug, limit: RUNS })).map(runBrief),
    mayRun: config.runsEnabled,
    similar: [...similar.values()].map(briefOf),
  };
}

function systemView({ mechanism, deviations, experiment, recipe }: System): NonNullable<PaperView["system"]> {
  return { mechanism, deviations, minutes: experiment.profiles.quick.minutes, ownData: recipe !== undefined };
}

/** Addresses of a paper elsewhere; only those that are web addresses. */
function linksOf({ arxiv, doi, url, code }: PaperRecord): { label: string; href: string }[] {
  const links = [
    arxiv === null ? undefined : { label: `arXiv ${arxiv}`, href: `https://arxiv.org/abs/${arxiv}` },
    doi === null ? undefined : { label: "DOI", href: `https://doi.org/${doi}` },
    arxiv !== null || url === null ? undefined : { label: "Source", href: url },
    code === null ? undefined : { label: "Authors' code", href: code },
  ];
  return links.flatMap((link) => (link && isWebAddress(link.href) ? [link] : []));
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
