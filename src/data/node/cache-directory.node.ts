/** Where fetched data is kept: never inside a project or its node_modules, so that installs and clean-ups leave it alone. */
import { resolve } from "node:path";
import envPaths from "env-paths";

/** `override`, else `REPRISE_CACHE`, else the platform's cache directory for reprise. Absolute. */
export function cacheDirectory(override?: string): string {
  return resolve(override ?? (process.env["REPRISE_CACHE"] || envPaths("reprise", { suffix: "" }).cache));
}
