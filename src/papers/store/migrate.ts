/** Brings the schema up to what the code expects. */
import { createHash } from "node:crypto";
import type { Database, Queryable } from "./database.ts";
import type { Migration } from "./migrations/migration.ts";

/** Of the advisory lock that keeps two processes from migrating at once; any number nothing else uses. */
const LOCK = 7_306_209;

/** The table that remembers the steps a database has had. */
export const RECORD_TABLE = "schema_migrations";

/** A step as the database remembers it. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly appliedAt: Date;
}

/** The database and this version of Reprise do not fit each other. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/**
 * Applies what is missing, in the order of the numbers, each step in a transaction that also records it; returns the steps
 * applied now. Steps that need pgvector wait until it is there. Throws `SchemaMismatch` when the database has steps that
 * `migrations` has not (it is newer than the code) or had a step with other statements.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const ordered = [...migrations].sort((a, b) => a.number - b.number);
  const twice = ordered.find((step, position) => step.number === ordered[position + 1]?.number);
  if (twice) throw new SchemaMismatch(`two migrations have the number ${twice.number}; give one of them a number of its own`);
  await locked(database, createRecord);
  checkApplied(await appliedMigrations(database), ordered);
  const done: Migration[] = [];
  for (const step of ordered) {
    if (step.needsVector && !database.hasVector) continue;
    await locked(database, async (connection) => {
      if ((await connection.query(`select from ${RECORD_TABLE} where number = $1`, [step.number])).length > 0) return;
      await applyStep(connection, step);
      done.push(step);
    });
  }
  return done;
}

/** Makes the table that remembers the steps, unless it is there. */
export async function createRecord(connection: Queryable): Promise<void> {
  await connection.execute(`create table if not exists ${RECORD_TABLE} (number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
}

/** Applies a step and remembers it. Belongs in a transaction that holds the lock. */
export async function applyStep(connection: Queryable, step: Migration): Promise<void> {
  await connection.execute(step.sql);
  await connection.query(`insert into ${RECORD_TABLE} (number, name, checksum) values ($1, $2, $3)`, [step.number, step.name, checksumOf(step)]);
}

/** The steps the database has had, in the order of their numbers. */
export async function appliedMigrations(connection: Queryable): Promise<readonly AppliedMigration[]> {
  const rows = await connection.query<{ number: number; name: string; checksum: string; applied_at: Date }>(`select number, name, checksum, applied_at from ${RECORD_TABLE} order by number`);
  return rows.map(({ number, name, checksum: sum, applied_at: appliedAt }) => ({ number, name, checksum: sum, appliedAt }));
}

function checkApplied(applied: readonly AppliedMigration[], known: readonly Migration[]): void {
  for (const { number, name, checksum: stored } of applied) {
    const step = known.find((item) => item.number === number);
    if (!step) throw new SchemaMismatch(`the database has had migration ${number} (${name}), which this version of Reprise does not know: it was made by a newer version; update Reprise, or restore a backup into an empty database`);
    if (checksumOf(step) !== stored) throw new SchemaMismatch(`migration ${number} (${name}) was applied with other statements than this version of Reprise has; use the version that made the database, or restore a backup into an empty one`);
  }
}

/** Runs `work` in a transaction while no other process migrates or restores. */
export function locked<T>(database: Database, work: (connection: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (connection) => {
    await connection.query("select pg_advisory_xact_lock($1)", [LOCK]);
    return work(connection);
  });
}

/** Of a step's statements, in hexadecimal. */
export function checksumOf({ sql }: Migration): string {
  return createHash("sha256").update(sql).digest("hex");
}
