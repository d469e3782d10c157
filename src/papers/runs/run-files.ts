/** The files of a run that may be downloaded: regular files below its folder, reached without links. */
import type { FileHandle } from "node:fs/promises";
import { constants, open, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface RunFile {
  /** Below the run's folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
}

/** All files of a folder by name; none when it does not exist. */
export async function filesOf(folder: string): Promise<RunFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.includes(".partial-"));
  const measured = await Promise.all(files.map(async ({ parentPath, name }) => ({ name: relative(folder, join(parentPath, name)).split(sep).join("/"), bytes: await sizeOf(join(parentPath, name)) })));
  return measured.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name that stays below the folder: relative, without empty, `.` or `..` parts, backslashes or control characters. */
export function isPlainName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  return name !== "" && !/[\\\u0000-\u001f:]/.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Opens a file of the folder for reading; undefined when the name leads outside, through a link, or to no regular file. */
export async function openRunFile(folder: string, name: string): Promise<{ readonly file: FileHandle; readonly bytes: number } | undefined> {
  if (!isPlainName(name)) return undefined;
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return undefined;
  const path = join(root, ...name.split("/"));
  if ((await realpath(path).catch(() => undefined)) !== path) return undefined;
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined);
  if (file === undefined) return undefined;
  const status = await file.stat();
  if (status.isFile()) return { file, bytes: status.size };
  await file.close();
  return undefined;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0);
}
