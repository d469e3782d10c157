/** `reprise papers index|search|similar`: vectors of what is stored, and papers found by words and meaning. */
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";
import { encodePapers, openModels, openModelsOrNone, PaperSearch, prepareLexical, QueryError, yearsOf } from "../../papers/search/index.ts";
import type { OpenModels, SearchFilters, SearchHit } from "../../papers/search/index.ts";
import type { Database } from "../../papers/store/database.ts";

/** A person at a terminal waits longer than a page. */
const RERANK_BUDGET = 2000; // milliseconds
const PROGRESS_EVERY = 2000; // milliseconds

export interface ModelOption extends PlaceOption {
  readonly encoder?: string;
  readonly json?: boolean;
}

export interface SearchCommandOptions extends ModelOption {
  readonly limit: number;
  readonly family?: string;
  readonly year?: string;
  readonly modality?: string;
  readonly runs?: boolean;
  readonly hasCode?: boolean;
}

export interface SimilarCommandOptions extends ModelOption {
  readonly limit: number;
}

/** `reprise papers index`. */
export async function indexPapers(ports: CliPorts, { encoder, json = false, ...place }: ModelOption, open: OpenModels = openModels): Promise<void> {
  const report = await withDatabase(ports, place, async (database) => {
    const models = await open(encoder);
    try {
      let told = performance.now();
      const onProgress = ({ papers, total }: { papers: number; total: number }): void => {
        if (papers < total && performance.now() - told < PROGRESS_EVERY) return;
        told = performance.now();
        ports.error(`${papers} of ${total} papers encoded\n`);
      };
      const encoded = await encodePapers(database, models.encoder, { signal: ports.signal, onProgress });
      return { ...encoded, texts: await prepareLexical(database, ports.signal) };
    } finally {
      await models.release();
    }
  });
  if (json) return printJson(ports, report);
  const { model, papers, encoded, kept, texts } = report;
  ports.error(`${papers} papers got vectors of ${model}: ${encoded} passages encoded, ${kept} as they were${texts > 0 ? `; words of ${texts} papers written` : ""}\n`);
}

/** `reprise papers search`. */
export async function searchPapers(ports: CliPorts, query: string, { limit, json = false, ...options }: SearchCommandOptions, open: OpenModels = openModels): Promise<void> {
  const filters = filtersOf(options);
  const { hits, notices = [] } = await withSearch(ports, options, open, (search) => search.search(query, filters, limit));
  for (const notice of notices) ports.error(`${notice}\n`);
  print(ports, hits, json);
}

/** `reprise papers similar`. */
export async function similarPapers(ports: CliPorts, id: string, { limit, json = false, ...options }: SimilarCommandOptions, open: OpenModels = openModels): Promise<void> {
  const hits = await withSearch(ports, options, open, async (search) => {
    const paper = await search.idOf(id);
    if (paper === undefined) throw new UsageError(`no paper is called "${id}"; search for it: reprise papers search "..." prints slugs and ids`);
    return search.similar(paper, limit);
  });
  print(ports, hits, json);
}

async function withSearch<T>(ports: CliPorts, { encoder, ...place }: ModelOption, open: OpenModels, work: (search: PaperSearch) => Promise<T>): Promise<T> {
  return withDatabase(ports, place, async (database: Database) => {
    const leftOut = (what: string) => (error: unknown) => ports.error(`${what}: ${error instanceof Error ? error.message : String(error)}\n`);
    const models = await openModelsOrNone(encoder, leftOut("papers are found by their words only"), open);
    const search = await PaperSearch.open(database, models, { rerankBudget: RERANK_BUDGET, onProblem: leftOut("one stage was left out") });
    try {
      if (search.status().papers === 0) ports.error("no papers are stored; reprise papers import-catalogue stores those of the catalogue\n");
      return await work(search);
    } catch (error) {
      throw error instanceof QueryError ? new UsageError(error.message) : error;
    } finally {
      await search.close();
      await models.release();
    }
  });
}

function filtersOf({ family, year, modality, runs, hasCode }: Omit<SearchCommandOptions, "limit">): SearchFilters {
  try {
    return { ...(family !== undefined && { family }), ...(year !== undefined && yearsOf(year)), ...(modality !== undefined && { modality }), ...(runs && { status: "runs" as const }), ...(hasCode && { hasCode }) };
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(`--year: ${error.message}`) : error;
  }
}

function print(ports: CliPorts, hits: readonly SearchHit[], json: boolean): void {
  if (json) return printJson(ports, hits);
  if (hits.length === 0) ports.error("no papers found\n");
  hits.forEach(({ id, title, why, explanation }, i) => {
    ports.out(`${String(i + 1).padStart(3)}  ${shown(title)}\n     ${shown(id)}${explanation === undefined ? "" : `  ${shown(explanation)}`}\n`);
    for (const { field, text } of why) if (field !== "title") ports.out(`     ${field}: ${shown(text)}\n`);
  });
}

/** Text of strangers for a terminal: control characters would move its cursor or change its colours. */
function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
