/**
 * Port between sources and the machine they run on. In Node packages are fetched into a cache directory; a browser
 * page provides a host of its own, for example one that fetches packs its server has built.
 */
import type { Pack } from "./pack.ts";
import type { LoadOptions, SourceDefinition } from "./source.ts";

export interface SourceHost {
  /** The pack of one part of a source and its SHA-256, built on first use. */
  loadPack(source: SourceDefinition<unknown>, part: string, options: LoadOptions): Promise<{ pack: Pack; sha256: string }>;
}

let provided: SourceHost | undefined;

/** Replaces the host for this process or page. */
export function provideSourceHost(host: SourceHost): void {
  provided = host;
}

/** The provided host, else Node's. Throws in a browser page that provided none. */
export async function sourceHost(): Promise<SourceHost> {
  if (provided) return provided;
  if (typeof process === "undefined" || !process.versions?.node) {
    throw new Error("sources: no source host in this environment; call provideSourceHost(host) with one that fetches packs");
  }
  const { nodeSourceHost } = await import("./node/source-host.node.ts");
  return nodeSourceHost;
}
