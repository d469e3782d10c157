/** Where the explorer keeps what must not be lost; unlike the cache, it cannot be fetched again. */
import { resolve } from "node:path";
import envPaths from "env-paths";

/** `override`, else `REPRISE_DATA`, else the platform's data directory for reprise. Absolute. */
export function dataDirectory(override?: string): string {
  return resolve(override ?? (process.env["REPRISE_DATA"] || envPaths("reprise", { suffix: "" }).data));
}
