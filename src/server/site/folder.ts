/** A folder that is replaced as a whole: written beside its place, then moved there. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

/** Stands in folders that were made here, and that may therefore be replaced. */
export const MARKER = ".reprise-site";

export class FolderError extends Error {
  override readonly name = "FolderError";
}

/**
 * Has `fill` write into a new folder and puts it in the place of `folder`. Until then, and whatever fails, the old one stays.
 * Throws FolderError when `folder` is not ours to replace: a file, or a folder with something in it that was not made here.
 */
export async function replaceFolder<T>(folder: string, fill: (directory: string) => Promise<T>): Promise<T> {
  const target = resolve(folder);
  const before = await entriesOf(target);
  if (before !== undefined && before.length > 0 && !before.includes(MARKER)) {
    throw new FolderError(`${folder}: the folder is not empty and was not made by this command; name another one, or empty it`);
  }
  makeDirectory(dirname(target));
  const suffix = randomBytes(4).toString("hex");
  const fresh = `${target}.new-${suffix}`;
  const old = `${target}.old-${suffix}`;
  await mkdir(fresh);
  try {
    const result = await fill(fresh);
    await writeFile(join(fresh, MARKER), "Made by reprise papers site; it replaces this folder when it is run again.\n");
    if (before !== undefined) await rename(target, old);
    await rename(fresh, target).catch(async (error: unknown) => {
      if (before !== undefined) await rename(old, target);
      throw error;
    });
    await rm(old, { recursive: true, force: true });
    return result;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** Names in a folder; undefined where there is none. */
async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ENOTDIR") throw new FolderError(`${folder}: expected a folder, found a file`);
    throw error;
  }
}
