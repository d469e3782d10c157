/** The lab's store on a directory. */
import { readFile, readdir } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { withFileLock } from "./file-lock.ts";
import type { BlobStore } from "../store.ts";

export class DirectoryStore implements BlobStore {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return writeFileAtomic(this.path(name), bytes);
  }

  async list(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    try {
      const entries = await readdir(this.path(folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.includes(".partial-"))
        .map((entry) => join(entry.parentPath, entry.name).slice(this.directory.length + 1).split(sep).join("/"))
        .filter((name) => name.startsWith(prefix))
        .sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  exclusive<T>(name: string, task: () => Promise<T>): Promise<T> {
    return withFileLock(this.path(name), task);
  }

  /** Throws when a name would leave the directory. */
  path(name: string): string {
    const path = resolve(this.directory, name);
    if (path !== this.directory && !path.startsWith(this.directory + sep)) throw new RangeError(`store: "${name}" is outside of ${this.directory}`);
    return path;
  }
}
