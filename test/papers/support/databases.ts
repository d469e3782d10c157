/** The same tests on every host: PGlite with pgvector, and a PostgreSQL server without it. */
import { afterAll, beforeAll, describe } from "vitest";
import type { Database } from "../../../src/papers/store/database.ts";
import { migrate } from "../../../src/papers/store/migrate.ts";
import { MIGRATIONS } from "../../../src/papers/store/migrations/index.ts";
import type { Migration } from "../../../src/papers/store/migrations/migration.ts";
import { openPostgresql } from "../../../src/papers/store/postgresql.ts";
import { openTestPglite } from "./pglite.ts";
import { startPostgresql, whyNoPostgresql } from "./postgresql.ts";
import type { TestServer } from "./postgresql.ts";

/**
 * Describes `tests` once for each host. `database()` gives the host's database, inside tests only; it is opened once with
 * the schema `migrations` and shared, so tests that need it empty call `emptyTables` first.
 */
export function describeDatabases(title: string, tests: (database: () => Database) => void, migrations: readonly Migration[] = MIGRATIONS): void {
  describe(`${title} on PGlite`, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await openTestPglite(migrations);
    });
    afterAll(() => database?.close());
    tests(() => opened(database));
  });

  const obstacle = whyNoPostgresql();
  describe.skipIf(obstacle !== undefined)(`${title} on PostgreSQL${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
    let server: TestServer | undefined;
    let database: Database | undefined;
    beforeAll(async () => {
      server = await startPostgresql();
      database = await openPostgresql(await server.createDatabase());
      await migrate(database, migrations);
    });
    afterAll(async () => {
      await database?.close();
      await server?.stop();
    });
    tests(() => opened(database));
  });
}

/** Empties every table of the explorer. */
export async function emptyTables(database: Database): Promise<void> {
  const tables = await database.query<{ name: string }>("select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'");
  await database.execute(`truncate ${tables.map(({ name }) => name).join(", ")} restart identity cascade`);
}

function opened(database: Database | undefined): Database {
  if (!database) throw new Error("the database is there inside tests only");
  return database;
}
