/** What a static site is made from: the catalogue of the package, without a database. */
import { ledgerRows } from "../routes/ledger.ts";
import { paperDescription, paperView } from "../routes/papers.ts";
import type { PaperPageServices } from "../routes/papers.ts";
import { readLedger } from "../ledger.ts";
import { ledgerQuery } from "../pages/ledger-query.ts";
import { briefOf, filterChoices } from "../pages/paper-views.ts";
import type { SearchFile, View } from "../pages/views.ts";
import type { Services } from "../services.ts";
import type { PackageHome } from "../../lab/node/provenance.ts";
import { VERDICTS } from "../../lab/verdict.ts";
import { FAMILIES } from "../../papers/catalogue/catalogue.ts";
import { LexicalIndex } from "../../papers/search/lexical-index.ts";
import { LexicalSearch, lexicalPaper } from "../../papers/search/lexical-fallback.ts";
import { catalogueRecord } from "../../papers/store/catalogue.ts";
import type { PaperRecord } from "../../papers/store/paper-record.ts";

export interface SitePage {
  /** As the explorer has it: `/papers/x`. */
  readonly path: string;
  readonly view: View;
  readonly title?: string;
  readonly description?: string;
}

export interface SiteContent {
  readonly papers: readonly PaperRecord[];
  readonly pages: readonly SitePage[];
  /** For addresses that lead nowhere. */
  readonly missing: SitePage;
  readonly search: SearchFile;
}

export async function siteContent(systems: Services["systems"], home: PackageHome): Promise<SiteContent> {
  const papers = FAMILIES.flatMap((family) => family.papers.map((paper) => catalogueRecord(family.name, paper, Object.hasOwn(systems, paper.slug))));
  const ledger = await readLedger(home.directory);
  const services: PaperPageServices = { papers: libraryOf(papers), search: new LexicalSearch(papers), ledger, systems, runs: { list: () => Promise.resolve([]) }, config: { runsEnabled: false } };
  const choices = filterChoices(papers);
  const briefs = papers.map(briefOf);
  const running = briefs.filter(({ runs }) => runs);
  const lexical = papers.map(lexicalPaper);
  const paperPages: SitePage[] = [];
  for (const paper of papers) paperPages.push({ path: `/papers/${encodeURIComponent(paper.id)}`, view: await paperView(services, paper), title: paper.title, description: paperDescription(paper) });
  return {
    papers,
    pages: [
      { path: "/", view: { page: "search", query: "", filters: {}, choices, answer: null, running, papers: papers.length } },
      { path: "/ledger", view: { page: "ledger", rows: ledgerRows({ ledger, systems }), verdicts: VERDICTS, families: choices.families, query: ledgerQuery({}) }, title: "Ledger" },
      { path: "/about", view: { page: "about", version: home.version, papers: papers.length, running: running.length }, title: "About" },
      ...paperPages,
    ],
    missing: { path: "/404", view: { page: "message", heading: "There is no such page", text: "The address may be old or mistyped.", action: null }, title: "Not found" },
    search: { papers: lexical, briefs, index: new LexicalIndex(lexical).toJSON() },
  };
}

function libraryOf(papers: readonly PaperRecord[]): PaperPageServices["papers"] {
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  return {
    catalogued: papers,
    paper: (id) => Promise.resolve(byId.get(id)),
    papers: (ids) => Promise.resolve(new Map(ids.flatMap((id) => byId.get(id) ?? []).map((paper) => [paper.id, paper]))),
  };
}
