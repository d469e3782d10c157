/** `reprise papers harvest|import`: papers of the world, and of files, into the database. */
import { extname } from "node:path";
import { FILE_SOURCES, HarvestError, WEB_SOURCES, harvest, sourceNamed, webFetcher } from "../../papers/harvest/index.ts";
import type { Fetcher, FileSourceName, HarvestOptions, HarvestReport, WebSourceName } from "../../papers/harvest/index.ts";
import type { Database } from "../../papers/store/database.ts";
import { UsageError, suggestion } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";

export interface HarvestCommandOptions extends PlaceOption {
  readonly source: readonly string[];
  readonly set: readonly string[];
  readonly since?: Date;
  readonly max?: number;
  readonly json?: boolean;
}

export interface ImportCommandOptions extends PlaceOption {
  readonly format?: FileSourceName;
  readonly json?: boolean;
}

/** Sources that need no settings and no key. */
const DEFAULT_SOURCES: readonly WebSourceName[] = ["arxiv", "hugging-face"];
const FORMATS: Readonly<Record<string, FileSourceName>> = { ".bib": "bibtex", ".bibtex": "bibtex", ".jsonl": "jsonl", ".ndjson": "jsonl" };

/** `reprise papers harvest`. A source that fails does not keep the others from being harvested; then the command fails at its end. */
export async function harvestPapers(ports: CliPorts, { source, set, since, max, json = false, ...place }: HarvestCommandOptions): Promise<void> {
  const names = source.length > 0 ? source.map(webSource) : DEFAULT_SOURCES;
  if (set.length > 0 && names.length > 1) throw new UsageError("--set belongs to one source; name it with --source and harvest the others apart");
  const settings = settingsOf(set);
  for (const name of names) checkSettings(name, settings);
  const fetcher = await webFetcher(ports.signal);
  const reports: object[] = [];
  const failures: string[] = [];
  await withDatabase(ports, place, async (database) => {
    for (const name of names) {
      try {
        reports.push(await harvestOne(ports, database, fetcher, name, settings, { ...(since && { since }), ...(max !== undefined && { maximumRecords: max }) }));
      } catch (error) {
        ports.signal.throwIfAborted();
        if (!(error instanceof HarvestError)) throw error;
        failures.push(`${name}: ${error.message}`);
        reports.push({ source: name, error: error.message });
      }
    }
  });
  if (json) printJson(ports, reports);
  if (failures.length > 0) throw new HarvestError(failures.join("\n"));
}

/** `reprise papers import FILE`. */
export async function importPapers(ports: CliPorts, file: string, { format, json = false, ...place }: ImportCommandOptions): Promise<void> {
  const name = format ?? FORMATS[extname(file).toLowerCase()];
  if (name === undefined) throw new UsageError(`${file}: cannot tell its format from its name; say --format ${FILE_SOURCES.join(" or --format ")}`);
  const report = await withDatabase(ports, place, async (database) => harvestOne(ports, database, await webFetcher(ports.signal), name, { file }, { resume: false }));
  if (json) printJson(ports, report);
}

async function harvestOne(ports: CliPorts, database: Database, fetcher: Fetcher, name: WebSourceName | FileSourceName, settings: object, options: HarvestOptions): Promise<HarvestReport> {
  const report = await harvest(database, fetcher, sourceNamed(name), settings, {
    ...options,
    signal: ports.signal,
    onPage: ({ source, pages, records }) => ports.error(`${source}: page ${pages}, ${records} records so far\n`),
    onProblem: ({ source, position, reason }) => ports.error(`${source}: ${position}: ${reason}\n`),
  });
  const { source, records, added, changed, joined, withdrawn, signals, problemCount, finished } = report;
  ports.error(`${source}: ${records} records; ${added} papers added, ${changed} changed, ${joined} joined with others, ${withdrawn} withdrawn; ${signals} new counts; ${problemCount} records not understood${finished ? "" : "; there is more, run again to go on"}\n`);
  return report;
}

function webSource(name: string): WebSourceName {
  const found = WEB_SOURCES.find((source) => source === name);
  if (found === undefined) throw new UsageError(`unknown source "${name}"${suggestion(name, WEB_SOURCES)}; choose from ${WEB_SOURCES.join(", ")}`);
  return found;
}

function checkSettings(name: WebSourceName, settings: object): void {
  try {
    sourceNamed(name).open(settings);
  } catch (error) {
    throw error instanceof HarvestError ? new UsageError(error.message) : error;
  }
}

/** Settings from "key=value"; a value that is JSON is taken as such, any other as text. */
function settingsOf(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const [key = "", ...rest] = word.split("=");
      if (key === "" || rest.length === 0) throw new UsageError(`--set ${word}: expected key=value, such as pageSize=50`);
      const text = rest.join("=");
      try {
        return [key, JSON.parse(text) as unknown];
      } catch {
        return [key, text];
      }
    }),
  );
}
