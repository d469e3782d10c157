/** A PostgreSQL server, 15 or later, as the host. */
import pg from "pg";
import type { Pool, PoolClient } from "pg";
import type { Database, Queryable, Row } from "./database.ts";
import { guardedConnection } from "./guarded-connection.ts";
import { bigintFromText } from "./values.ts";

const OLDEST = 15;
const CONNECTIONS = 10;
const CONNECT_TIMEOUT = 10_000; // milliseconds

const types = {
  getTypeParser(oid: number, format?: "text" | "binary"): unknown {
    if (oid === pg.types.builtins.INT8) return bigintFromText;
    if (oid === pg.types.builtins.DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format);
  },
};

/** Connects to the server at `url` (postgres://user:password@host/database). The errors never show the password. */
export async function openPostgresql(url: string, { connections = CONNECTIONS }: { connections?: number } = {}): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: CONNECT_TIMEOUT, options: "-c TimeZone=UTC", application_name: "reprise", types: types as pg.CustomTypesConfig });
  pool.on("error", () => undefined); // an idle connection broke: the pool makes a new one when asked
  try {
    await checkVersion(pool);
    return asDatabase(pool, await ensureVector(pool));
  } catch (error) {
    await pool.end();
    throw new Error(`cannot use the PostgreSQL server at ${withoutPassword(url)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function asDatabase(pool: Pool, hasVector: boolean): Database {
  let closing: Promise<void> | undefined;
  return {
    host: "postgresql",
    hasVector,
    ...asQueryable(pool),
    async transaction(work) {
      const client = await pool.connect();
      const { connection, end } = guardedConnection(asQueryable(client));
      let broken: Error | undefined;
      try {
        await client.query("begin");
        const result = await work(connection);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch((cause: unknown) => {
          broken = cause instanceof Error ? cause : new Error(String(cause));
        });
        throw error;
      } finally {
        end();
        client.release(broken); // a connection that cannot roll back is closed, not used again
      }
    },
    close: () => (closing ??= pool.end()),
  };
}

function asQueryable(target: Pool | PoolClient): Queryable {
  return {
    query: async <R extends Row>(sql: string, parameters: readonly unknown[] = []) => (await target.query<R>(sql, [...parameters])).rows,
    execute: async (sql) => void (await target.query(sql)),
  };
}

async function checkVersion(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string; number: string }>("select current_setting('server_version') as version, current_setting('server_version_num') as number");
  if (Number(rows[0]?.number) < OLDEST * 10_000) throw new Error(`it is PostgreSQL ${rows[0]?.version}, and ${OLDEST} or later is needed`);
}

/** Whether pgvector answers; it is installed if the server offers it and lets us. */
async function ensureVector(pool: Pool): Promise<boolean> {
  const installed = async (): Promise<boolean> => (await pool.query("select from pg_extension where extname = 'vector'")).rowCount === 1;
  if (await installed()) return true;
  if ((await pool.query("select from pg_available_extensions where name = 'vector'")).rowCount === 0) return false;
  // without the right to install it, or when another process installs it now
  await pool.query("create extension if not exists vector").catch(() => undefined);
  return installed();
}

function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return "an address that is not a URL";
  }
}
