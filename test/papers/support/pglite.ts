/** PGlite in memory for tests. Making a cluster takes seconds, so its files are kept between runs and loaded. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { writeFileAtomic } from "../../../src/data/node/atomic-file.node.ts";
import { migrate } from "../../../src/papers/store/migrate.ts";
import { MIGRATIONS } from "../../../src/papers/store/migrations/index.ts";
import type { Migration } from "../../../src/papers/store/migrations/migration.ts";
import { openPgliteMemory } from "../../../src/papers/store/pglite.ts";
import type { PgliteDatabase } from "../../../src/papers/store/pglite.ts";

/** A database in memory with the schema `migrations`; the caller closes it. */
export async function openTestPglite(migrations: readonly Migration[] = MIGRATIONS): Promise<PgliteDatabase> {
  const database = await openPgliteMemory(await emptyCluster());
  await migrate(database, migrations);
  return database;
}

/** Runs `work` with a database in memory that has the explorer's schema. */
export async function withPglite<T>(work: (database: PgliteDatabase) => Promise<T>): Promise<T> {
  const database = await openTestPglite();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Puts a database without tables into `directory`, as if `openPgliteDirectory` had made it; much faster. */
export async function seedDirectory(directory: string): Promise<void> {
  const files = join(directory, "postgres");
  await mkdir(files, { recursive: true, mode: 0o700 });
  await pipeline(Readable.from([await emptyCluster()]), extract({ cwd: files }));
}

/** The files of a cluster without tables, as `openPgliteDirectory` takes them too. */
export async function emptyCluster(): Promise<Uint8Array> {
  const path = join(tmpdir(), `reprise-test-${userInfo().username}`, `pglite-${pgliteVersion()}.tar.gz`);
  if (existsSync(path)) return new Uint8Array(readFileSync(path));
  const database = await openPgliteMemory();
  const files = await database.dump();
  await database.close();
  await writeFileAtomic(path, files);
  return files;
}

function pgliteVersion(): string {
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  return (JSON.parse(readFileSync(join(dirname(main), "..", "package.json"), "utf8")) as { version: string }).version;
}
