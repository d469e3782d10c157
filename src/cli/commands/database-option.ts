/** Which database a command works on. */
import type { CliPorts } from "../ports.ts";
import type { Database } from "../../papers/store/database.ts";
import { openDatabase } from "../../papers/store/open.ts";
import type { DatabaseOptions } from "../../papers/store/open.ts";

export interface PlaceOption {
  readonly database?: string;
}

/** Where the option points. */
export function placeOf({ database }: PlaceOption): Pick<DatabaseOptions, "url" | "directory"> {
  if (database === undefined) return {};
  return /^postgres(ql)?:\/\//.test(database) ? { url: database } : { directory: database };
}

/** Opens the database with its schema up to date, and closes it after `work`. */
export async function withDatabase<T>(ports: CliPorts, option: PlaceOption, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ ...placeOf(option), signal: ports.signal });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
