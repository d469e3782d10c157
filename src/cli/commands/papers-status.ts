/** `reprise papers status|import-catalogue|retry`: what is stored, the catalogue put there, dead jobs tried again. */
import { Queue } from "../../papers/queue/queue.ts";
import { loadCatalogue } from "../../papers/store/catalogue.ts";
import { databaseStatus } from "../../papers/store/status.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";

const DEAD_SHOWN = 10;

export interface StatusCommandOptions extends PlaceOption {
  readonly json?: boolean;
}

export async function papersStatus(ports: CliPorts, { json = false, ...place }: StatusCommandOptions): Promise<void> {
  const status = await withDatabase(ports, place, async (database) => {
    const queue = new Queue(database);
    return { ...(await databaseStatus(database)), jobs: await queue.counts(), dead: await queue.dead(DEAD_SHOWN) };
  });
  if (json) return printJson(ports, status);
  const last = status.migrations.at(-1);
  ports.out(`${status.host === "pglite" ? "PGlite" : "PostgreSQL"} ${status.version}, ${status.hasVector ? "with" : "without"} pgvector, ${megabytes(status.bytes)}\n`);
  ports.out(`${status.migrations.length} migrations, the last ${last ? `${last.number} (${last.name})` : "none"}\n\ntables\n`);
  for (const { name, rows, bytes } of status.tables) ports.out(`  ${name.padEnd(24)} ${String(rows).padStart(9)} rows  ${megabytes(bytes).padStart(10)}\n`);
  ports.out(status.jobs.length > 0 ? "\njobs\n" : "\nno jobs\n");
  for (const { kind, state, jobs } of status.jobs) ports.out(`  ${kind.padEnd(10)} ${state.padEnd(8)} ${String(jobs).padStart(6)}\n`);
  if (status.dead.length > 0) ports.out("\ngiven up last (reprise papers retry tries them again)\n");
  for (const { id, kind, key, attempts, error } of status.dead) ports.out(`  ${id} ${kind} ${key}: after ${attempts} attempts, ${error}\n`);
}

export async function importCatalogue(ports: CliPorts, { json = false, ...place }: StatusCommandOptions): Promise<void> {
  const count = await withDatabase(ports, place, (database) => loadCatalogue(database, Object.keys(ports.systems)));
  if (json) return printJson(ports, count);
  ports.error(`${count.added} papers added, ${count.changed} changed, ${count.unchanged} as they were\n`);
}

export async function retryJobs(ports: CliPorts, ids: readonly number[], { json = false, ...place }: StatusCommandOptions): Promise<void> {
  const revived = await withDatabase(ports, place, (database) => new Queue(database).revive(ids.length > 0 ? ids : undefined));
  if (json) return printJson(ports, { jobs: revived });
  ports.error(`${revived} jobs will be tried again\n`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
