/** Backups of everything the explorer stores, from either host, to be restored on either host. */
import type { Database, Queryable } from "./database.ts";
import { BackupError, checkBackup, readBackup, writeBackup } from "./backup-file.ts";
import type { BackupHeader, BackupRow } from "./backup-file.ts";
import { applyStep, appliedMigrations, checksumOf, createRecord, locked, migrate } from "./migrate.ts";
import type { Migration } from "./migrations/migration.ts";
import { quoted, readTables } from "./tables.ts";
import type { Table } from "./tables.ts";

const FETCH = 500; // rows in memory at a time

/** A restore would overwrite what is stored, or the schemas do not fit. */
export class RestoreRefused extends Error {
  override readonly name = "RestoreRefused";
}

/** Writes all tables, as of one moment, to `path`, while others may go on reading and writing; returns the number of rows. */
export async function backUp(database: Database, path: string): Promise<number> {
  return database.transaction(async (connection) => {
    await connection.execute("set transaction isolation level repeatable read, read only");
    const tables = await readTables(connection);
    const migrations = (await appliedMigrations(connection)).map(({ number, name, checksum }) => ({ number, name, checksum }));
    const header = { made: new Date().toISOString(), vector: database.hasVector, migrations, tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })) };
    return writeBackup(path, header, rowsOf(connection, tables));
  });
}

/**
 * Replaces everything in the database by the backup at `path`, in one transaction; returns the number of rows. The file is
 * read to its end before anything is touched. A database without a schema gets the backup's, and is then brought up to date.
 *
 * Throws `BackupError` for a file that is not whole, and `RestoreRefused` when rows are stored already (unless `force`), when
 * the backup is newer than `migrations`, or older than the schema that is there. Without pgvector, what needs it is left out.
 */
export async function restore(database: Database, path: string, { migrations, force = false }: { migrations: readonly Migration[]; force?: boolean }): Promise<number> {
  const { header } = await checkBackup(path);
  const steps = stepsOf(header, migrations, database.hasVector);
  const rows = await locked(database, async (connection) => {
    await fitSchema(connection, steps, migrations);
    const tables = await readTables(connection);
    await emptyAll(connection, tables, force);
    return load(connection, path, header, tables, header.vector && !database.hasVector);
  });
  await migrate(database, migrations);
  return rows;
}

async function* rowsOf(connection: Queryable, tables: readonly Table[]): AsyncGenerator<BackupRow> {
  for (const { name, columns } of tables) {
    await connection.execute(`declare backup no scroll cursor for select row_to_json(stored)::text as json from (select ${columns.map(quoted).join(", ")} from ${quoted(name)}) as stored`);
    for (;;) {
      const rows = await connection.query<{ json: string }>(`fetch ${FETCH} from backup`);
      for (const { json } of rows) yield { table: name, json };
      if (rows.length < FETCH) break;
    }
    await connection.execute("close backup");
  }
}

/** The steps that made the backup's schema, of those this database can have. */
function stepsOf({ migrations: applied }: BackupHeader, known: readonly Migration[], hasVector: boolean): readonly Migration[] {
  return applied.flatMap(({ number, name, checksum }) => {
    const step = known.find((item) => item.number === number);
    if (!step || checksumOf(step) !== checksum) throw new RestoreRefused(`the backup has migration ${number} (${name}), which this version of Reprise does not know in this form: restore it with the version that made it, or a newer one`);
    return step.needsVector && !hasVector ? [] : [step];
  });
}

/** Gives a database without a schema that of the backup; throws unless an existing schema is the same, apart from what needs pgvector. */
async function fitSchema(connection: Queryable, steps: readonly Migration[], known: readonly Migration[]): Promise<void> {
  await createRecord(connection);
  const applied = await appliedMigrations(connection);
  const missing = steps.filter(({ number }) => !applied.some((step) => step.number === number));
  const extra = applied.flatMap(({ number }) => known.filter((step) => step.number === number && !steps.includes(step)));
  const differing = [...missing, ...extra].filter(({ needsVector }) => !needsVector);
  if (applied.length > 0 && differing.length > 0) {
    const names = differing.map(({ number, name }) => `${number} (${name})`).join(", ");
    throw new RestoreRefused(`the backup and this database differ in the migrations ${names}; restore the backup into an empty database (another directory, or a new database on the server), where it is brought up to date`);
  }
  for (const step of missing) await applyStep(connection, step);
}

async function emptyAll(connection: Queryable, tables: readonly Table[], force: boolean): Promise<void> {
  const full: string[] = [];
  for (const { name } of tables) {
    if ((await connection.query(`select from ${quoted(name)} limit 1`)).length > 0) full.push(name);
  }
  if (full.length === 0) return;
  if (!force) throw new RestoreRefused(`the database is not empty (there are rows in ${full.join(", ")}); add --force to replace everything in it by the backup`);
  await connection.execute(`truncate ${tables.map(({ name }) => quoted(name)).join(", ")}`);
}

async function load(connection: Queryable, path: string, header: BackupHeader, tables: readonly Table[], withoutVector: boolean): Promise<number> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  let batch: BackupRow[] = [];
  let loaded = 0;
  const flush = async (): Promise<void> => {
    const [first] = batch;
    const table = first && byName.get(first.table);
    if (first && !table && !withoutVector) throw new BackupError(`the backup has rows of the table ${first.table}, which its migrations do not make`);
    if (table) {
      const columns = header.tables.find(({ name }) => name === table.name)?.columns.filter((column) => table.columns.includes(column)) ?? [];
      const list = columns.map(quoted).join(", ");
      await connection.query(`insert into ${quoted(table.name)} (${list}) overriding system value select ${list} from json_populate_recordset(null::${quoted(table.name)}, $1::json)`, [`[${batch.map(({ json }) => json).join(",")}]`]);
      loaded += batch.length;
    }
    batch = [];
  };
  for await (const part of readBackup(path)) {
    if ("header" in part) continue;
    if (batch.length === FETCH || (batch[0] && batch[0].table !== part.table)) await flush();
    batch.push(part);
  }
  await flush();
  for (const { name, numbered } of tables) {
    for (const column of numbered) {
      await connection.query(`select setval(pg_get_serial_sequence($1, $2), coalesce((select max(${quoted(column)}) from ${quoted(name)}), 0) + 1, false)`, [quoted(name), column]);
    }
  }
  return loaded;
}
