/** `reprise papers backup|restore`: everything the explorer stores, as a file, and back from it. */
import { resolve } from "node:path";
import { BackupError } from "../../papers/store/backup-file.ts";
import { RestoreRefused, backUp, restore } from "../../papers/store/backup.ts";
import { MIGRATIONS } from "../../papers/store/migrations/index.ts";
import { openHost } from "../../papers/store/open.ts";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { placeOf, withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";

export interface BackupCommandOptions extends PlaceOption {
  readonly json?: boolean;
}

export interface RestoreCommandOptions extends BackupCommandOptions {
  readonly force?: boolean;
}

export async function backupPapers(ports: CliPorts, file: string, { json = false, ...place }: BackupCommandOptions): Promise<void> {
  const path = resolve(file);
  const rows = await withDatabase(ports, place, (database) => backUp(database, path));
  if (json) return printJson(ports, { file: path, rows });
  ports.error(`${rows} rows written to ${path}\n`);
}

export async function restorePapers(ports: CliPorts, file: string, { json = false, force = false, ...place }: RestoreCommandOptions): Promise<void> {
  const path = resolve(file);
  // without its schema, so that a fresh database can take an older backup
  const database = await openHost(placeOf(place));
  try {
    const rows = await restore(database, path, { migrations: MIGRATIONS, force });
    if (json) return printJson(ports, { file: path, rows });
    ports.error(`${rows} rows restored from ${path}\n`);
  } catch (error) {
    if (error instanceof BackupError || error instanceof RestoreRefused) throw new UsageError(error.message, { cause: error });
    throw error;
  } finally {
    await database.close();
  }
}
