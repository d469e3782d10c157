/**
 * The cache that all libraries of Hugging Face share: `models--org--name/` with `blobs/` by content hash, `snapshots/`
 * by commit whose files point into the blobs, and `refs/` that name commits.
 */
import { randomBytes } from "node:crypto";
import { copyFile, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { makeDirectory, writeFileAtomic } from "../../data/node/index.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `HF_HUB_CACHE`, else `HF_HOME`/hub, else `~/.cache/huggingface/hub` (below `XDG_CACHE_HOME` where that is set). */
export function hubCacheDirectory(environment: Environment): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const expand = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const home = HF_HOME === undefined || HF_HOME === "" ? join(XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? join(homedir(), ".cache") : expand(XDG_CACHE_HOME), "huggingface") : expand(HF_HOME);
  const chosen = [HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE].find((path) => path !== undefined && path !== "");
  return chosen === undefined ? join(home, "hub") : expand(chosen);
}

export const isCommit = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** One model in the cache. */
export class CachedModel {
  readonly directory: string;

  constructor(cache: string, id: string) {
    this.directory = join(cache, `models--${id.replaceAll("/", "--")}`);
  }

  /** Path of a blob, whose name is its hash. */
  blob(hash: string): string {
    return join(this.directory, "blobs", hash);
  }

  /** The commit a revision meant when it was last asked for. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const text = await readFile(join(this.directory, "refs", revision), "utf8").catch(() => undefined);
    return text !== undefined && isCommit(text.trim()) ? text.trim() : undefined;
  }

  async setCommit(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    await writeFileAtomic(join(this.directory, "refs", revision), new TextEncoder().encode(commit));
  }

  /** Path of a file of a commit, if it is there whole. */
  async file(commit: string, name: string): Promise<string | undefined> {
    const path = this.pointer(commit, name);
    return stat(path).then((found) => (found.isFile() ? path : undefined), () => undefined);
  }

  /** Makes a file of a commit point to a blob. Where links are not allowed (Windows) it is a copy. */
  async link(commit: string, name: string, hash: string): Promise<string> {
    const path = this.pointer(commit, name);
    makeDirectory(dirname(path));
    const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
    try {
      await symlink(relative(dirname(path), this.blob(hash)), temporary).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EPERM" && error.code !== "ENOSYS") throw error;
        return copyFile(this.blob(hash), temporary);
      });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return path;
  }

  /** Whether the hub has said that a commit has no such file. */
  async isAbsent(commit: string, name: string): Promise<boolean> {
    return stat(join(this.directory, ".no_exist", commit, name)).then(() => true, () => false);
  }

  async setAbsent(commit: string, name: string): Promise<void> {
    await writeFileAtomic(join(this.directory, ".no_exist", commit, name), new Uint8Array());
  }

  private pointer(commit: string, name: string): string {
    return join(this.directory, "snapshots", commit, name);
  }
}
