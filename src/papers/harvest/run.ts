/**
 * A harvest: the pages of a source, each stored with its cursor in one transaction. Killed at any moment, it loses nothing and
 * stores nothing twice: the next run goes on at the last cursor stored.
 */
import type { Database, Queryable } from "../store/database.ts";
import { adoptPapers, applyPage } from "./apply.ts";
import type { Applied } from "./apply.ts";
import type { Fetcher, Validators } from "./fetcher.ts";
import type { Problem } from "./sighting.ts";
import type { HarvestPage, Source } from "./source.ts";

export interface HarvestReport extends Applied {
  readonly source: string;
  readonly pages: number;
  /** Records the source gave that could be used. */
  readonly records: number;
  /** Whether the source had no more; otherwise the next run goes on from here. */
  readonly finished: boolean;
  readonly problemCount: number;
  /** The first `PROBLEMS_KEPT` of them. */
  readonly problems: readonly Problem[];
}

export interface HarvestOptions {
  /** Start from this date instead of the stored cursor. */
  readonly since?: Date;
  /** Stop after the page that brings so many records. */
  readonly maximumRecords?: number;
  /** Whether a cursor is taken and kept; left out, true. Files are read from their beginning. */
  readonly resume?: boolean;
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
  readonly onPage?: (report: HarvestReport) => void;
  readonly onProblem?: (problem: Problem) => void;
}

export const PROBLEMS_KEPT = 100;

/** Harvests `source`. `settings` are the source's own; throws `HarvestError` for a mistake in them. */
export async function harvest(database: Database, fetcher: Fetcher, source: Source, settings: unknown, options: HarvestOptions = {}): Promise<HarvestReport> {
  const { since, maximumRecords = Infinity, resume = true, now = () => new Date(), signal, onPage, onProblem } = options;
  const { stateKey: key, pages } = source.open(settings);
  const start = now();
  await database.transaction((connection) => adoptPapers(connection, start));
  const cursor = resume && since === undefined ? await storedCursor(database, key) : null;
  let report: HarvestReport = { source: key, pages: 0, records: 0, added: 0, changed: 0, joined: 0, withdrawn: 0, signals: 0, finished: false, problemCount: 0, problems: [] };

  for await (const page of pages(fetcher, cursor, { now: start, since, validatorsOf: (url) => validatorsOf(database, url) })) {
    signal?.throwIfAborted();
    const applied = await database.transaction(async (connection) => {
      const done = await applyPage(connection, page, start);
      if (resume) await storeProgress(connection, key, page, start);
      return done;
    });
    report = {
      ...report,
      ...added(report, applied),
      pages: report.pages + 1,
      records: report.records + page.records.length,
      finished: page.last,
      problemCount: report.problemCount + page.problems.length,
      problems: [...report.problems, ...page.problems].slice(0, PROBLEMS_KEPT),
    };
    for (const problem of page.problems) onProblem?.(problem);
    onPage?.(report);
    if (report.records >= maximumRecords) break;
  }
  return report;
}

function added(report: Applied, page: Applied): Applied {
  return {
    added: report.added + page.added,
    changed: report.changed + page.changed,
    joined: report.joined + page.joined,
    withdrawn: report.withdrawn + page.withdrawn,
    signals: report.signals + page.signals,
  };
}

async function storedCursor(connection: Queryable, key: string): Promise<string | null> {
  return (await connection.query<{ cursor: string }>("select cursor from harvest_cursors where state_key = $1", [key]))[0]?.cursor ?? null;
}

async function validatorsOf(connection: Queryable, url: string): Promise<Validators | undefined> {
  const [row] = await connection.query<{ etag: string | null; last_modified: string | null }>("select etag, last_modified from http_validators where url = $1", [url]);
  return row && { etag: row.etag, lastModified: row.last_modified };
}

async function storeProgress(connection: Queryable, key: string, { nextCursor, validators, last }: HarvestPage, now: Date): Promise<void> {
  await connection.query(
    `insert into harvest_cursors (state_key, cursor, finished, updated_at) values ($1, $2, $3, $4)
     on conflict (state_key) do update set cursor = excluded.cursor, finished = excluded.finished, updated_at = excluded.updated_at`,
    [key, nextCursor, last, now],
  );
  if (validators === undefined) return;
  await connection.query(
    `insert into http_validators (url, etag, last_modified) values ($1, $2, $3)
     on conflict (url) do update set etag = excluded.etag, last_modified = excluded.last_modified`,
    [validators.url, validators.etag, validators.lastModified],
  );
}
