/** Papers in the database: stored, found by id, and listed page by page. */
import { z } from "zod";
import type { Queryable, Row } from "./database.ts";
import type { PaperRecord } from "./paper-record.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import { COLUMNS, RECORD_COLUMNS, recordOf, rowOf } from "./paper-rows.ts";

const BATCH = 500;

/** How many papers a call to `upsertPapers` changed. */
export interface UpsertCount {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

const UPSERT = upsertStatement();

/**
 * Stores papers whole: each replaces the one of its id, except that a paper which is stored alike already is left alone, its
 * time of change included. Ids must not repeat. Rejects when another paper has the same slug, arXiv id or DOI (code 23505);
 * in a transaction nothing is stored then.
 */
export async function upsertPapers(connection: Queryable, papers: readonly PaperRecord[]): Promise<UpsertCount> {
  let added = 0;
  let changed = 0;
  for (let start = 0; start < papers.length; start += BATCH) {
    const rows = papers.slice(start, start + BATCH).map(rowOf);
    for (const { added: isNew } of await connection.query<{ added: boolean }>(UPSERT, [JSON.stringify(rows)])) {
      if (isNew) added++;
      else changed++;
    }
  }
  return { added, changed, unchanged: papers.length - added - changed };
}

/** Gives a paper another id, as when a harvested one enters the catalogue. What refers to it follows. */
export async function renamePaper(connection: Queryable, from: string, to: string): Promise<void> {
  await connection.query("update papers set id = $2, changed_at = now() where id = $1", [from, to]);
}

/** The paper called `id`, if there is one. */
export async function paperById(connection: Queryable, id: string): Promise<PaperRecord | undefined> {
  return (await papersByIds(connection, [id]))[0];
}

/** The papers called `ids`, in that order; those that are not there are left out. */
export async function papersByIds(connection: Queryable, ids: readonly string[]): Promise<readonly PaperRecord[]> {
  const rows = await connection.query(`select ${RECORD_COLUMNS} from papers where id = any($1::text[])`, [ids]);
  const found = new Map(rows.map(recordOf).map((paper) => [paper.id, paper]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Which papers a list holds; what is left out does not matter. */
export interface PaperFilters {
  readonly family?: string;
  readonly yearFrom?: number;
  readonly yearTo?: number;
  readonly modality?: string;
  readonly runs?: boolean;
  readonly hasCode?: boolean;
  /** Whether the catalogue has it. */
  readonly catalogued?: boolean;
  /** Left out: papers that were withdrawn are not listed. */
  readonly withdrawn?: boolean;
}

/** newest: latest date first, the undated last. title: alphabetical, whatever the capitals and accents. */
export const PAPER_ORDERS = ["newest", "title"] as const;
export type PaperOrder = (typeof PAPER_ORDERS)[number];

export interface PageRequest {
  readonly limit: number;
  readonly order?: PaperOrder;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface PaperPage {
  readonly papers: readonly PaperRecord[];
  /** Where the next page starts; null on the last one. */
  readonly next: string | null;
}

interface SortKey {
  readonly expression: string;
  readonly shape: z.ZodType<string>;
  readonly orderBy: string;
  /** The condition of standing after the paper with this key and id. */
  beyond(key: string, id: string): string;
}

const SORT_KEYS: Readonly<Record<PaperOrder, SortKey>> = {
  newest: { expression: "dated::text", shape: z.iso.date(), orderBy: "dated desc, id", beyond: (key, id) => `(dated < ${key}::date or (dated = ${key}::date and id > ${id}))` },
  title: { expression: "title_key", shape: z.string(), orderBy: "title_key, id", beyond: (key, id) => `(title_key, id) > (${key}::text collate "C", ${id}::text collate "C")` },
};

/** A page of papers. Papers that come or go between two pages move no other paper onto both or neither. Throws `CursorError` when `after` is not a cursor of this order. */
export async function listPapers(connection: Queryable, filters: PaperFilters, { limit, order = "newest", after }: PageRequest): Promise<PaperPage> {
  const { conditions, parameters } = filterConditions(filters);
  const { expression, shape, orderBy, beyond } = SORT_KEYS[order];
  if (after !== undefined) {
    const { key, id } = decodeCursor(after, order, shape);
    parameters.push(key, id);
    conditions.push(beyond(`$${parameters.length - 1}`, `$${parameters.length}`));
  }
  parameters.push(limit + 1);
  const rows = await connection.query<{ id: string; page_key: string }>(
    `select ${RECORD_COLUMNS}, ${expression} as page_key from papers where ${conditions.join(" and ")} order by ${orderBy} limit $${parameters.length}`,
    parameters,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { papers: rows.slice(0, limit).map(recordOf), next: last ? encodeCursor({ order, key: last.page_key, id: last.id }) : null };
}

/** Conditions on `papers` for `filters`, numbered from `$1`, and their parameters; for statements that list or count. */
export function filterConditions(filters: PaperFilters): { conditions: string[]; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [`withdrawn = ${parameter(filters.withdrawn ?? false)}`];
  if (filters.family !== undefined) conditions.push(`family = ${parameter(filters.family)}`);
  if (filters.yearFrom !== undefined) conditions.push(`year >= ${parameter(filters.yearFrom)}`);
  if (filters.yearTo !== undefined) conditions.push(`year <= ${parameter(filters.yearTo)}`);
  if (filters.modality !== undefined) conditions.push(`${parameter(filters.modality)} = any(modalities)`);
  if (filters.runs !== undefined) conditions.push(`runs = ${parameter(filters.runs)}`);
  if (filters.hasCode !== undefined) conditions.push(`(code is not null) = ${parameter(filters.hasCode)}`);
  if (filters.catalogued !== undefined) conditions.push(`(slug is not null) = ${parameter(filters.catalogued)}`);
  return { conditions, parameters };
}

/** How many papers there are, in all and by what readers filter by. Withdrawn ones are not counted. */
export interface PaperCounts {
  readonly papers: number;
  readonly catalogued: number;
  readonly running: number;
  readonly withCode: number;
  readonly families: readonly { readonly family: string; readonly papers: number; readonly running: number }[];
  readonly years: readonly { readonly year: number; readonly papers: number }[];
  readonly modalities: readonly { readonly modality: string; readonly papers: number }[];
}

export async function countPapers(connection: Queryable): Promise<PaperCounts> {
  const [totals] = await connection.query<{ papers: number; catalogued: number; running: number; with_code: number }>(
    "select count(*) as papers, count(slug) as catalogued, count(*) filter (where runs) as running, count(code) as with_code from papers where not withdrawn",
  );
  if (!totals) throw new Error("the database gave no row for a count");
  const grouped = <R extends Row>(columns: string, from: string, key: string): Promise<readonly R[]> => connection.query<R>(`select ${columns}, count(*) as papers from ${from} where not withdrawn and ${key} is not null group by ${key} order by ${key}`);
  return {
    papers: totals.papers,
    catalogued: totals.catalogued,
    running: totals.running,
    withCode: totals.with_code,
    families: await grouped("family, count(*) filter (where runs) as running", "papers", "family"),
    years: await grouped("year", "papers", "year"),
    modalities: await grouped("modality", "papers, unnest(modalities) as modality", "modality"),
  };
}

function upsertStatement(): string {
  const names = Object.keys(COLUMNS);
  const record = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  const replaced = names.filter((name) => name !== "id");
  return `
    insert into papers (${names.join(", ")})
    select ${names.join(", ")} from jsonb_to_recordset($1::jsonb) as given (${record.join(", ")})
    on conflict (id) do update set ${replaced.map((name) => `${name} = excluded.${name}`).join(", ")}, changed_at = now()
    where (${replaced.map((name) => `papers.${name}`).join(", ")}) is distinct from (${replaced.map((name) => `excluded.${name}`).join(", ")})
    returning xmax = 0 as added`;
}
