/** Opens the explorer's database, wherever it is, with its schema up to date. */
import type { Database } from "./database.ts";
import { dataDirectory } from "./data-directory.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Migration } from "./migrations/migration.ts";

export interface DatabaseOptions {
  /** Address of a PostgreSQL server; left out, `REPRISE_DATABASE_URL`. */
  readonly url?: string;
  /** Where PGlite keeps its files when there is no address: `dataDirectory` says which is taken when left out. */
  readonly directory?: string;
  /** PGlite in memory, gone when closed; nothing else is looked at. */
  readonly memory?: boolean;
  /** The schema; left out, that of the explorer. */
  readonly migrations?: readonly Migration[];
  /** Stops an opening that is not done yet. */
  readonly signal?: AbortSignal;
}

/** Opens the database and applies what its schema lacks. The caller closes it. */
export async function openDatabase({ signal, migrations = MIGRATIONS, ...where }: DatabaseOptions = {}): Promise<Database> {
  signal?.throwIfAborted();
  const database = await openHost(where);
  try {
    signal?.throwIfAborted();
    await migrate(database, migrations);
    signal?.throwIfAborted();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the database as it is, its schema untouched. The caller closes it. */
export async function openHost({ url, directory, memory }: Pick<DatabaseOptions, "url" | "directory" | "memory">): Promise<Database> {
  // either host is loaded only when used: commands that need no database start without them
  const address = url ?? (directory === undefined ? process.env["REPRISE_DATABASE_URL"] : undefined);
  if (!memory && address) return (await import("./postgresql.ts")).openPostgresql(address);
  const { openPgliteDirectory, openPgliteMemory } = await import("./pglite.ts");
  return memory ? openPgliteMemory() : openPgliteDirectory(dataDirectory(directory));
}
