/** Where a run is kept: `runs/<slug>/<profile>-<time>` unless the user names a directory. */
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

/** A new directory for a run begun at `now`. */
export function newRunDirectory(slug: string, profile: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  return join("runs", slug, `${profile}-${stamp}`);
}

/** The latest directory of this system and profile whose run has no report yet. Throws a usage error when there is none. */
export async function unfinishedRunDirectory(slug: string, profile: string): Promise<string> {
  const folder = join("runs", slug);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((item) => item.startsWith(`${profile}-`)).sort().reverse()) {
    const directory = join(folder, name);
    if ((await exists(join(directory, "run.json"))) && !(await exists(join(directory, "report.json")))) return directory;
  }
  throw new UsageError(`--resume: no unfinished ${profile} run of ${slug} under ${folder}; name its directory with --out DIR, or start one without --resume`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
