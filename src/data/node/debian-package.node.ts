/** Files of a Debian package: downloaded with apt-get and unpacked in memory; nothing is installed, no dependencies come along. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { SourceError } from "../source-error.ts";
import type { PackageReference } from "../source.ts";
import type { PackageReader } from "./package-reader.node.ts";
import { readTar } from "./tar-files.node.ts";

export const readDebianPackage: PackageReader = async (reference, options) => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-deb-"));
  await chmod(directory, 0o755); // apt drops to its own user for the download
  try {
    const archive = await download(reference, directory, options.signal);
    await verify(archive, reference);
    options.onBytes(reference.bytes);
    return await unpack(archive, options.wants, options.signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** Asked for without a version: mirrors hold only the newest of a release, and the integrity check decides anyway. */
async function download({ name, version, bytes }: PackageReference, directory: string, signal?: AbortSignal): Promise<string> {
  try {
    await promisify(execFile)("apt-get", ["download", "-qq", name], { cwd: directory, signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new SourceError(`${name} ${version}: this source is a Debian package and apt-get was not found; load it once on a Debian or Ubuntu machine (a container will do) and copy the cache directory`, { cause: error });
    }
    const detail = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new SourceError(`${name} ${version}: apt-get download failed (${(bytes / 1e6).toFixed(1)} MB, needs the network and package lists: run "apt-get update" first): ${detail}`, { cause: error });
  }
  const [archive] = (await readdir(directory)).filter((file) => file.endsWith(".deb"));
  if (!archive) throw new SourceError(`${name} ${version}: apt-get download left no .deb file`);
  return join(directory, archive);
}

async function verify(archive: string, { name, version, integrity }: PackageReference): Promise<void> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(archive), hash);
  const found = `sha512-${hash.digest("base64")}`;
  if (found !== integrity) throw new SourceError(`${name} ${version}: expected ${integrity}, got ${found}; your release has another version of this package, which this source does not read`);
}

async function unpack(archive: string, wants: (path: string) => boolean, signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
  const tool = spawn("dpkg-deb", ["--fsys-tarfile", archive], { stdio: ["ignore", "pipe", "inherit"], signal });
  const exit = new Promise<void>((resolve, reject) => {
    tool.on("error", reject);
    tool.on("close", (code) => (code === 0 ? resolve() : reject(new SourceError(`dpkg-deb: exit code ${code} while unpacking ${archive}`))));
  });
  const [files] = await Promise.all([readTar(tool.stdout, { strip: 1, wants }), exit]);
  return files;
}
