/**
 * Sources on Node: packs in a cache directory, built on first use.
 *
 * A pack is written whole or not at all, and verified each time it is read. One process builds a pack, others wait for
 * it; a builder that is killed leaves a lock that expires, and the next one starts again.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { lock } from "proper-lockfile";
import type { SourceHost } from "../host.ts";
import { decodePack, encodePack, PackError } from "../pack.ts";
import type { Pack } from "../pack.ts";
import { SourceError } from "../source-error.ts";
import type { LoadOptions, PackageReference, ProgressEvent, SourceCard, SourceDefinition } from "../source.ts";
import { removePartialFiles, writeFileAtomic } from "./atomic-file.node.ts";
import { cacheDirectory } from "./cache-directory.node.ts";
import { makeDirectory } from "./make-directory.node.ts";
import type { PackageReader } from "./package-reader.node.ts";
import { pictureReaders } from "./picture-readers.node.ts";

type CachedPack = { pack: Pack; sha256: string };
type Report = (status: ProgressEvent["status"], file: string, loaded: number, total: number, message?: string) => void;

/** Loaded only when there is something to fetch: a cached pack is read without npm's code. */
const READERS: Record<PackageReference["registry"], () => Promise<PackageReader>> = {
  npm: async () => (await import("./npm-package.node.ts")).readNpmPackage,
  deb: async () => (await import("./debian-package.node.ts")).readDebianPackage,
  "deb-index": async () => (await import("./debian-index.node.ts")).readDebianIndex,
};

/** A lock not renewed for this long belongs to a process that is gone, milliseconds. */
const STALE = 5000;
const POLL = 100;

/** Codes of file systems that mean "not with this directory". */
const UNUSABLE = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOSPC", "EDQUOT"]);

export const nodeSourceHost: SourceHost = {
  async loadPack(source, part, options) {
    try {
      return await cachedPack(source, part, options);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && UNUSABLE.has(String(error.code)))) throw error;
      throw new SourceError(`${source.card.id}: the cache directory ${cacheDirectory(options.cacheDirectory)} cannot be used (${error.message}); point REPRISE_CACHE to one that can be written`, { cause: error });
    }
  },
};

/** Packages of one part. */
const packagesOf = ({ packages, optional = [] }: SourceCard, part: string): PackageReference[] => [...packages, ...optional].filter((reference) => reference.part === part);

async function cachedPack(source: SourceDefinition<unknown>, part: string, options: LoadOptions): Promise<CachedPack> {
  const { id, version } = source.card;
  const file = `${id.replace("/", "-")}-v${version}-${part}.pack`;
  const path = join(cacheDirectory(options.cacheDirectory), "packs", file);
  const report: Report = (status, name, loaded, total, message) => options.onProgress?.({ source: id, status, file: name, loaded, total, message });
  const cached = (await readPack(path, report, file)) ?? (await withLock(path, options, () => report("waiting", file, 0, 1, "another process is building it"), async () => {
    const built = await readPack(path, report, file); // by the process that held the lock before
    if (built) return built;
    await removePartialFiles(path);
    return await buildPack(path, source, part, options, report);
  }));
  report("ready", file, 1, 1);
  return cached;
}

/** The pack at `path`; undefined if there is none or it is damaged, which is reported. */
async function readPack(path: string, report: Report, file: string): Promise<CachedPack | undefined> {
  try {
    return await decodePack(await readFile(path));
  } catch (error) {
    if (error instanceof PackError) {
      report("rebuilding", file, 0, 1, `${path} is damaged (${error.message}); building it again`);
      return undefined;
    }
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function buildPack(path: string, source: SourceDefinition<unknown>, part: string, options: LoadOptions, report: Report): Promise<CachedPack> {
  const files = new Map<string, Map<string, Uint8Array>>();
  for (const reference of packagesOf(source.card, part)) {
    const name = `${reference.name}@${reference.version}`;
    report("downloading", name, 0, reference.bytes);
    const read = await READERS[reference.registry]();
    files.set(reference.name, await read(reference, {
      wants: (inside) => source.wants(inside, reference),
      onBytes: (received) => report("downloading", name, received, reference.bytes),
      onNote: (message) => report("downloading", name, reference.bytes, reference.bytes, message),
      signal: options.signal,
    }));
  }
  const pack = await source.freeze(part, files, async (loaded, total) => {
    report("freezing", source.card.id, loaded, total);
    await setImmediate(); // keeps the lock renewed and the progress bar drawn
    options.signal?.throwIfAborted();
  }, pictureReaders);
  const { bytes, sha256 } = await encodePack(pack);
  await writeFileAtomic(path, bytes);
  return { pack, sha256 };
}

/** Runs `work` while no other process does so for the same path. */
async function withLock<T>(path: string, options: LoadOptions, onWait: () => void, work: () => Promise<T>): Promise<T> {
  makeDirectory(dirname(path));
  let release: (() => Promise<void>) | undefined;
  for (let attempt = 0; !release; attempt++) {
    options.signal?.throwIfAborted();
    try {
      // If the lock is lost because this process stood still, two builders write the same bytes atomically: no harm.
      release = await lock(path, { realpath: false, stale: STALE, update: STALE / 5, onCompromised: () => undefined });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
      if (attempt === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
  try {
    return await work();
  } finally {
    await release().catch(() => undefined); // already taken over by another process: its lock now
  }
}
