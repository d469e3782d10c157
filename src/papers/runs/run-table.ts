/** Runs and their events in the database. */
import type { Database, Queryable, Row } from "../store/database.ts";
import type { NumberedEvent, RunEvent } from "./event.ts";
import type { RunOutcome } from "./outcome.ts";
import type { Run, RunStatus } from "./run.ts";

/** Columns that may be changed, by the name of the field. */
const COLUMNS = {
  status: "status",
  queuedAt: "queued_at",
  startedAt: "started_at",
  finishedAt: "finished_at",
  directory: "directory",
  pid: "pid",
  processStarted: "process_started",
  label: "label",
  fraction: "fraction",
  secondsLeft: "seconds_left",
  reason: "reason",
  outcome: "outcome",
} as const satisfies Partial<Record<keyof Run, string>>;
export type RunChange = Partial<Pick<Run, keyof typeof COLUMNS>>;

export async function insertRun(database: Queryable, run: Pick<Run, "id" | "slug" | "profile" | "queuedAt">): Promise<void> {
  await database.query("insert into runs (id, slug, profile, status, queued_at) values ($1, $2, $3, 'queued', $4)", [run.id, run.slug, run.profile, run.queuedAt]);
}

export async function runById(database: Queryable, id: string): Promise<Run | undefined> {
  const [row] = await database.query("select * from runs where id = $1", [id]);
  return row && runOf(row);
}

/** The run of this system and profile that waits or runs. */
export async function activeRun(database: Queryable, slug: string, profile: string): Promise<Run | undefined> {
  const [row] = await database.query("select * from runs where slug = $1 and profile = $2 and status in ('queued', 'running', 'cancelling')", [slug, profile]);
  return row && runOf(row);
}

export interface RunQuery {
  readonly slug?: string;
  readonly statuses?: readonly RunStatus[];
  /** Whose process is on this machine. */
  readonly machine?: string;
  readonly limit: number;
}

/** Newest first. */
export async function listRuns(database: Queryable, { slug, statuses, machine, limit }: RunQuery): Promise<Run[]> {
  const rows = await database.query(
    "select * from runs where ($1::text is null or slug = $1) and ($2::text[] is null or status = any($2)) and ($3::text is null or machine = $3) order by queued_at desc, id desc limit $4",
    [slug ?? null, statuses === undefined ? null : [...statuses], machine ?? null, limit],
  );
  return rows.map(runOf);
}

export async function countRuns(database: Queryable, status: RunStatus): Promise<number> {
  const [row] = await database.query("select count(*)::int as count from runs where status = $1", [status]);
  return Number(row?.["count"]);
}

/** 1 for the run that is next, 2 for the one after it ...; null when it does not wait. */
export async function queuePosition(database: Queryable, { id, status, queuedAt }: Run): Promise<number | null> {
  if (status !== "queued") return null;
  const [row] = await database.query("select count(*)::int as count from runs where status = 'queued' and (queued_at, id) <= ($1, $2)", [queuedAt, id]);
  return Math.max(1, Number(row?.["count"]));
}

/** Takes the run that waits longest for a machine, if one waits that it may run: one begun elsewhere has its files there. */
export async function claimNext(database: Queryable, machine: string, now: Date): Promise<Run | undefined> {
  const [row] = await database.query(
    `update runs set status = 'running', machine = $1, started_at = $2, finished_at = null, attempt = attempt + 1, reason = null, label = null, seconds_left = null
     where id = (select id from runs where status = 'queued' and (machine is null or machine = $1) order by queued_at, id limit 1 for update skip locked)
     returning *`,
    [machine, now],
  );
  return row && runOf(row);
}

/** Changes a run if it is in one of the statuses `from`; says whether it was. */
export async function changeRun(database: Queryable, id: string, change: RunChange, from?: readonly RunStatus[]): Promise<boolean> {
  const fields = Object.keys(change) as (keyof RunChange)[];
  const assignments = fields.map((field, index) => `${COLUMNS[field]} = $${index + 3}${field === "outcome" ? "::jsonb" : ""}`).join(", ");
  const values = fields.map((field) => (field === "outcome" && change.outcome ? JSON.stringify(change.outcome) : (change[field] ?? null)));
  const rows = await database.query(`update runs set ${assignments} where id = $1 and ($2::text[] is null or status = any($2)) returning id`, [id, from === undefined ? null : [...from], ...values]);
  return rows.length > 0;
}

/**
 * Stores events that stand in the file from byte `from` to byte `to`: all of them and the new position, or nothing. False when
 * somebody else has read on from `from`, as a server that was taken for dead may have.
 */
export function storeEvents(database: Database, id: string, events: readonly RunEvent[], { from, to }: { readonly from: number; readonly to: number }): Promise<boolean> {
  return database.transaction(async (connection) => {
    const [row] = await connection.query("update runs set events_read = $2, last_event = last_event + $3 where id = $1 and events_read = $4 returning last_event", [id, to, events.length, from]);
    if (!row) return false;
    const before = Number(row["last_event"]) - events.length;
    const numbered = events.map((event, index) => ({ number: before + index + 1, event }));
    await connection.query(
      `insert into run_events (run, number, at, data)
       select $1, (item->>'number')::int, to_timestamp((item->'event'->>'at')::double precision / 1000), item->'event' from jsonb_array_elements($2::jsonb) item`,
      [id, JSON.stringify(numbered)],
    );
    return true;
  });
}

/** Events after number `after`, in order, at most `limit`. */
export async function eventsAfter(database: Queryable, id: string, after: number, limit: number): Promise<NumberedEvent[]> {
  const rows = await database.query("select number, data from run_events where run = $1 and number > $2 order by number limit $3", [id, after, limit]);
  return rows.map(({ number, data }) => ({ ...(data as RunEvent), number: Number(number) }));
}

function runOf(row: Row): Run {
  return {
    id: row["id"] as string,
    slug: row["slug"] as string,
    profile: row["profile"] as Run["profile"],
    status: row["status"] as RunStatus,
    queuedAt: row["queued_at"] as Date,
    startedAt: row["started_at"] as Date | null,
    finishedAt: row["finished_at"] as Date | null,
    attempt: Number(row["attempt"]),
    machine: row["machine"] as string | null,
    directory: row["directory"] as string | null,
    pid: row["pid"] as number | null,
    processStarted: row["process_started"] as string | null,
    label: row["label"] as string | null,
    fraction: Number(row["fraction"]),
    secondsLeft: row["seconds_left"] as number | null,
    reason: row["reason"] as string | null,
    outcome: row["outcome"] as RunOutcome | null,
    eventsRead: Number(row["events_read"]),
    lastEvent: Number(row["last_event"]),
  };
}
