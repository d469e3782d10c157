/** Where and with what a run is made: version, commit, machine. */
import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Provenance } from "../run-record.ts";

const run = promisify(execFile);

/** This package on disk. */
export interface PackageHome {
  readonly directory: string;
  readonly version: string;
  /** Whether it is a clone of the repository, into which results may be written, rather than an installed package. */
  readonly cloned: boolean;
}

/** The home of this package: the nearest directory above this file with a package.json. */
export async function packageHome(): Promise<PackageHome> {
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    const text = await readFile(join(directory, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) {
      const cloned = await access(join(directory, ".git")).then(() => true, () => false);
      return { directory, version: (JSON.parse(text) as { version: string }).version, cloned };
    }
    if (directory === dirname(directory)) throw new Error("internal: no package.json above the lab");
  }
}

/** Processor, cores, memory and platform in words. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim().replace(/\s+/g, " ") ?? "unknown processor";
  return `${model}, ${processors.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
}

/** Provenance of a run made now by the package at `home`. */
export async function provenance({ directory, version, cloned }: PackageHome): Promise<Provenance> {
  const git = (...args: string[]): Promise<string | null> => run("git", ["-C", directory, ...args]).then(({ stdout }) => stdout.trim(), () => null);
  const commit = cloned ? await git("rev-parse", "HEAD") : null;
  // results and the tables made from them are what runs write; they do not change what a run computes
  const changes = commit === null ? null : await git("status", "--porcelain", "--", ".", ":!results", ":!docs");
  return { version, commit, changed: Boolean(changes), machine: machine(), node: process.versions.node };
}
