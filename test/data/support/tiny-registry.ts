/** A package registry on this machine that serves the tiny package, well or badly. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { integrityOf, tinyArchive } from "./tiny-source.ts";

export interface Registry {
  readonly url: string;
  /** Requests for the archive so far. */
  downloads: number;
  /** What is sent instead of the archive. */
  send: Buffer;
  /** Sends half of the archive and then nothing. */
  stall: boolean;
  close(): Promise<void>;
}

export async function startRegistry(archive: Buffer): Promise<Registry> {
  const server = createServer((request, response) => {
    if (request.url === "/tiny-data") {
      const dist = { tarball: `${registry.url}tiny-data/-/tiny-data-1.0.0.tgz`, integrity: integrityOf(archive) };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: "tiny-data", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { name: "tiny-data", version: "1.0.0", dist } } }));
      return;
    }
    registry.downloads++;
    response.setHeader("content-length", registry.send.length);
    if (registry.stall) response.write(registry.send.subarray(0, registry.send.length / 2));
    else response.end(registry.send);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry: Registry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    downloads: 0,
    send: archive,
    stall: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return registry;
}

export interface Surroundings {
  archive: Buffer;
  registry: Registry;
  cacheDirectory: string;
}

/** For each test a registry of its own, empty caches, and npm configured for them. */
export function useTinyRegistry(): Surroundings {
  const environment = { ...process.env };
  const surroundings = {} as Surroundings; // filled before each test
  let home: string;
  beforeEach(async () => {
    const archive = (surroundings.archive ??= await tinyArchive());
    const registry = await startRegistry(archive);
    home = await mkdtemp(join(tmpdir(), "reprise-host-"));
    Object.assign(surroundings, { registry, cacheDirectory: join(home, "cache") });
    Object.assign(process.env, { npm_config_registry: registry.url, npm_config_cache: join(home, "npm"), npm_config_fetch_retries: "0", REPRISE_CACHE: surroundings.cacheDirectory });
  });
  afterEach(async () => {
    process.env = { ...environment };
    await surroundings.registry.close();
    await rm(home, { recursive: true, force: true });
  });
  return surroundings;
}
