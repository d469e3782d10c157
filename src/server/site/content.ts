/** What a static site is made from: the catalogue of the package, without a database. */
import { readPresets } from "../assemble-presets.ts";
import { ASSEMBLE } from "../routes/assemble.ts";
import { ledgerRows } from "../routes/ledger.ts";
import { paperDescription, paperView } from "../routes/papers.ts";
import type { PaperPageServices } from "../routes/papers.ts";
import { readLedger } from "../ledger.ts";
import { assembleView } from "../pages/assemble-views.ts";
import { ledgerQuery } from "../pages/ledger-query.ts";
import { briefOf, filterChoices } from "../pages/paper-views.ts";
import type { SearchFile, View } from "../pages/views.ts";
import type { Services } from "../services.ts";
import type { PackageHome } from "../../lab/node/provenance.ts";
import { VERDICTS } from "../../lab/verdict.ts";
import { FAMILIES } from "../../papers/catalogue/catalogue.ts";
import { documentOf, encodedTexts } from "../../papers/search/documents.ts";
import type { SearchDocument } from "../../papers/search/documents.ts";
import { joined } from "../../papers/search/memory-neighbours.ts";
import { MemorySearch } from "../../papers/search/memory-search.ts";
import type { TextEncoderPort } from "../../papers/search/models/port.ts";
import { packVectors } from "../../papers/search/packed-vectors.ts";
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
  /** int8 [passages, dimension] of all documents, in order. */
  readonly vectors: Int8Array;
}

/** Below the site's path: the encoder's folder, and the vectors it made. */
export const SEARCH_MODEL = "search-encoder";
export const SEARCH_VECTORS = "search-vectors.bin";

export async function siteContent(systems: Services["systems"], home: PackageHome, encoder: TextEncoderPort): Promise<SiteContent> {
  const papers = FAMILIES.flatMap((family) => family.papers.map((paper) => catalogueRecord(family.name, paper, Object.hasOwn(systems, paper.slug))));
  const documents = papers.map(documentOf);
  const { search, vectors } = await searchOf(documents, encoder);
  const ledger = await readLedger(home.directory);
  const services: PaperPageServices = { papers: libraryOf(papers), search, ledger, systems, runs: { list: () => Promise.resolve([]) }, config: { runsEnabled: false } };
  const choices = filterChoices(papers);
  const briefs = papers.map(briefOf);
  const running = briefs.filter(({ runs }) => runs);
  const paperPages: SitePage[] = [];
  for (const paper of papers) paperPages.push({ path: `/papers/${encodeURIComponent(paper.id)}`, view: await paperView(services, paper), title: paper.title, description: paperDescription(paper) });
  return {
    papers,
    pages: [
      { path: "/", view: { page: "search", query: "", filters: {}, choices, answer: null, running, papers: papers.length } },
      { path: "/ledger", view: { page: "ledger", rows: ledgerRows({ ledger, systems }), verdicts: VERDICTS, families: choices.families, query: ledgerQuery({}) }, title: "Ledger" },
      { path: "/assemble", view: assembleView([], await readPresets(home.directory)), ...ASSEMBLE },
      { path: "/about", view: { page: "about", version: home.version, papers: papers.length, running: running.length }, title: "About" },
      ...paperPages,
    ],
    missing: { path: "/404", view: { page: "message", heading: "There is no such page", text: "The address may be old or mistyped.", action: null }, title: "Not found" },
    search: { documents, briefs, meaning: { model: SEARCH_MODEL, vectors: SEARCH_VECTORS, dimension: encoder.dimension } },
    vectors,
  };
}

/** Search over the documents with all stages that the site has, and the vectors of their passages. */
async function searchOf(documents: readonly SearchDocument[], encoder: TextEncoderPort): Promise<{ readonly search: MemorySearch; readonly vectors: Int8Array }> {
  const texts = documents.map(encodedTexts);
  const vectors = await encoder.encode(texts.flat(), "document");
  let next = 0;
  const rows = documents.map(({ id }, i) => [id, joined(vectors.slice(next, (next += texts[i]?.length ?? 0)), encoder.dimension)] as const);
  const search = new MemorySearch(documents);
  search.addMeaning({ encoder, vectors: new Map(rows) });
  return { search, vectors: packVectors(vectors) };
}

function libraryOf(papers: readonly PaperRecord[]): PaperPageServices["papers"] {
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  return {
    catalogued: papers,
    paper: (id) => Promise.resolve(byId.get(id)),
    papers: (ids) => Promise.resolve(new Map(ids.flatMap((id) => byId.get(id) ?? []).map((paper) => [paper.id, paper]))),
  };
}
