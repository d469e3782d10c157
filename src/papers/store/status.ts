/** What the database holds. */
import type { Database } from "./database.ts";
import { appliedMigrations } from "./migrate.ts";
import type { AppliedMigration } from "./migrate.ts";
import { quoted, readTables } from "./tables.ts";

export interface DatabaseStatus {
  readonly host: Database["host"];
  readonly version: string;
  readonly hasVector: boolean;
  /** Of the whole database, on disk. */
  readonly bytes: number;
  /** With their rows, counted, and bytes with indexes. */
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  readonly migrations: readonly AppliedMigration[];
}

/** Counts every row, so it takes a moment on a large database. */
export async function databaseStatus(database: Database): Promise<DatabaseStatus> {
  const [server] = await database.query<{ version: string; bytes: number }>("select current_setting('server_version') as version, pg_database_size(current_database()) as bytes");
  if (!server) throw new Error("the database gave no row about itself");
  const tables = [];
  for (const { name } of await readTables(database)) {
    tables.push(...(await database.query<{ name: string; rows: number; bytes: number }>(`select $1::text as name, (select count(*) from ${quoted(name)}) as rows, pg_total_relation_size($1::regclass) as bytes`, [name])));
  }
  return { host: database.host, version: server.version, hasVector: database.hasVector, bytes: server.bytes, tables, migrations: await appliedMigrations(database) };
}
