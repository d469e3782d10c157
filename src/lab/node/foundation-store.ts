/** Where foundations are looked for: the cache, and beneath it those that the package ships. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "../../data/node/cache-directory.node.ts";
import type { BlobStore } from "../store.ts";
import { DirectoryStore } from "./directory-store.ts";

/** `models` beside `src` or `dist`. */
const SHIPPED = fileURLToPath(new URL("../../../models", import.meta.url));

/** Reads what the upper store lacks from the lower one, which is never written. */
export class LayeredStore implements BlobStore {
  private readonly upper: BlobStore;
  private readonly lower: BlobStore;

  constructor(upper: BlobStore, lower: BlobStore) {
    this.upper = upper;
    this.lower = lower;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return (await this.upper.read(name)) ?? this.lower.read(name);
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.upper.write(name, bytes);
  }

  async list(prefix: string): Promise<string[]> {
    return [...new Set([...(await this.upper.list(prefix)), ...(await this.lower.list(prefix))])].sort();
  }

  exclusive<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.upper.exclusive(name, task);
  }

  /** In the lower store for what is there alone. */
  path(name: string): string | undefined {
    const [own, shipped] = [this.upper.path(name), this.lower.path(name)];
    return own !== undefined && !existsSync(own) && shipped !== undefined && existsSync(shipped) ? shipped : own;
  }
}

/** The cache directory, and the package's models under it. */
export const foundationStore = (directory: string = cacheDirectory(), shipped: string = SHIPPED): BlobStore => new LayeredStore(new DirectoryStore(directory), new DirectoryStore(shipped));
