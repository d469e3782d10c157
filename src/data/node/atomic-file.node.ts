/** Files that exist whole or not at all. */
import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeDirectory } from "./make-directory.node.ts";

const TEMPORARY = ".partial-";

/** Writes beside the target, flushes, and renames into place; a reader or a crash never sees half a file. */
export async function writeFileAtomic(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const directory = dirname(path);
  makeDirectory(directory);
  const temporary = `${path}${TEMPORARY}${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    const file = await open(temporary, "wx");
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/** Removes what writers of `path` that were killed left behind. Call it only while holding the lock of `path`. */
export async function removePartialFiles(path: string): Promise<void> {
  const directory = dirname(path);
  const prefix = basename(path) + TEMPORARY;
  for (const name of await readdir(directory)) {
    if (name.startsWith(prefix)) await rm(join(directory, name), { force: true });
  }
}

/** Makes the rename itself durable; directories cannot be opened for that on Windows. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
