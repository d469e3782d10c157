/** Folders for what is written. Node's own recursive `mkdir` never comes back below places that take no folders, such as /proc. */
import { mkdirSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, resolve } from "node:path";

/** A place where no folder can be; `code` is that of the system's error. */
export class DirectoryRefused extends Error {
  override readonly name = "DirectoryRefused";
  readonly code: string | undefined;

  constructor(directory: string, reason: string, cause: NodeJS.ErrnoException) {
    super(`${directory} cannot be a folder: ${reason}; choose another place`, { cause });
    this.code = cause.code;
  }
}

const REASONS: Readonly<Record<string, (above: string) => string>> = {
  ENOTDIR: () => "a file is in its place or above it",
  EEXIST: () => "a file is in its place or above it",
  EACCES: (above) => `you may not write in ${above}`,
  EPERM: (above) => `you may not write in ${above}`,
  EROFS: (above) => `${above} is read-only`,
  ENOSPC: (above) => `the disk of ${above} is full`,
  ENOENT: (above) => `${above} takes no folders`,
};

function refused(directory: string, above: string, error: NodeJS.ErrnoException): DirectoryRefused {
  const code = error.code ?? "";
  return new DirectoryRefused(directory, Object.hasOwn(REASONS, code) ? (REASONS[code] as (above: string) => string)(above) : error.message, error);
}

/** What stands at a place; undefined for nothing. */
function found(directory: string, place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    throw refused(directory, dirname(place), error as NodeJS.ErrnoException);
  }
}

/** Makes a directory and those above it that are missing, all with `mode`; default what the process may give. Throws `DirectoryRefused`, naming the place that refuses. */
export function makeDirectory(directory: string, { mode }: { readonly mode?: number } = {}): void {
  const missing: string[] = [];
  let above = resolve(directory);
  let there = found(directory, above);
  while (there === undefined && dirname(above) !== above) {
    missing.push(above);
    above = dirname(above);
    there = found(directory, above);
  }
  if (there?.isDirectory() !== true) throw refused(directory, above, Object.assign(new Error(`${above} is no folder`), { code: "ENOTDIR" }));
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each, { mode });
    } catch (error) {
      // Another process may have been faster.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || found(directory, each)?.isDirectory() !== true) throw refused(directory, dirname(each), error as NodeJS.ErrnoException);
    }
  }
}
