/** PGlite as the host: Postgres compiled to WebAssembly, inside this process, with its files in a directory or in memory. */
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import type { Transaction } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { vector } from "@electric-sql/pglite-pgvector";
import type { Database, Queryable, Row } from "./database.ts";
import { guardedConnection } from "./guarded-connection.ts";
import { bigintFromText } from "./values.ts";
import { lockDirectory } from "../../lab/node/directory-lock.ts";
import type { DirectoryLock } from "../../lab/node/directory-lock.ts";

const OPTIONS = {
  extensions: { vector, pg_trgm },
  parsers: { [types.INT8]: bigintFromText, [types.DATE]: (text: string) => text },
} as const;

export interface PgliteDatabase extends Database {
  readonly host: "pglite";
  /** All files of the database as a compressed tar archive, as of one moment. */
  dump(): Promise<Uint8Array>;
}

/**
 * Opens the database in `directory`, making it if it is not there. Throws `DirectoryInUse` if another process has it open.
 * A process killed while making it leaves nothing behind that counts: the files are made beside their place and moved.
 */
export async function openPgliteDirectory(directory: string, from?: Uint8Array): Promise<PgliteDatabase> {
  const lock = await lockDirectory(directory, ({ pid, host }) => `the database in ${directory} is open in process ${pid} on ${host}; stop that process first, choose another directory, or let both use a PostgreSQL server (REPRISE_DATABASE_URL)`);
  try {
    const files = join(directory, "postgres");
    if (!existsSync(files)) {
      const unfinished = `${files}.unfinished`;
      await rm(unfinished, { recursive: true, force: true });
      await (await createInstance(unfinished, from)).close();
      await rename(unfinished, files);
    }
    return asDatabase(await createInstance(files), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A database in memory, gone when closed; `from` is what `dump` gave. */
export async function openPgliteMemory(from?: Uint8Array): Promise<PgliteDatabase> {
  return asDatabase(await createInstance("memory://", from));
}

async function createInstance(dataDir: string, from?: Uint8Array): Promise<PGlite> {
  const instance = await PGlite.create({ ...OPTIONS, dataDir, ...(from && { loadDataDir: new Blob([new Uint8Array(from)]) }) });
  await instance.exec("set time zone 'UTC'; create extension if not exists vector");
  return instance;
}

function asDatabase(instance: PGlite, lock?: DirectoryLock): PgliteDatabase {
  /** Whether the caller runs inside a transaction; another statement would wait for it for ever, as there is one connection. */
  const inside = new AsyncLocalStorage<{ over: boolean }>();
  const check = (): void => {
    if (inside.getStore()?.over === false) throw new Error("a statement on the database itself inside a transaction: use the connection given to the transaction's function");
  };
  let closing: Promise<void> | undefined;
  return {
    host: "pglite",
    hasVector: true,
    async query<R extends Row>(sql: string, parameters: readonly unknown[] = []) {
      check();
      return (await instance.query<R>(sql, [...parameters])).rows;
    },
    async execute(sql) {
      check();
      await instance.exec(sql);
    },
    transaction: async (work) => {
      check();
      return instance.transaction((transaction) => {
        const { connection, end } = guardedConnection(asQueryable(transaction));
        const state = { over: false };
        return inside.run(state, async () => {
          try {
            return await work(connection);
          } finally {
            state.over = true;
            end();
          }
        });
      });
    },
    async dump() {
      check();
      return new Uint8Array(await (await instance.dumpDataDir("gzip")).arrayBuffer());
    },
    close: () => (closing ??= instance.close().finally(() => lock?.release())),
  };
}

function asQueryable(transaction: Transaction): Queryable {
  return {
    query: async <R extends Row>(sql: string, parameters: readonly unknown[] = []) => (await transaction.query<R>(sql, [...parameters])).rows,
    execute: async (sql) => void (await transaction.exec(sql)),
  };
}
