/**
 * Debian's package indices: which packages a release has, and their descriptions. Fetched by apt into a directory of its
 * own, so that neither the machine's package lists nor its languages change; apt checks the release's signature.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SourceError } from "../source-error.ts";
import type { PackageReference } from "../source.ts";
import type { PackageReader } from "./package-reader.node.ts";

const run = promisify(execFile);
const CAT = "/usr/lib/apt/apt-helper";
const MOST_BYTES = 256 * 2 ** 20;

/** Files of an index: the name a source asks for, how apt calls their kind, and their language. */
const filesOf = ({ languages = ["en"] }: PackageReference) => [{ name: "Packages", creator: "Packages", language: "" }, ...languages.map((language) => ({ name: `Translation-${language}`, creator: "Translations", language }))];

/** Reads `Packages` and `Translation-<language>` for each language of a reference named `release/component`, such as `bookworm/main`. */
export const readDebianIndex: PackageReader = async (reference, { wants, onBytes, onNote, signal }) => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-apt-"));
  await chmod(directory, 0o755); // apt drops to its own user for the download
  try {
    const files = await fetchIndex(reference, directory, signal);
    onBytes(reference.bytes);
    const hash = createHash("sha512");
    for (const content of files.values()) hash.update(content);
    const found = `sha512-${hash.digest("base64")}`;
    if (found !== reference.integrity) onNote?.(`${reference.name}: this is not the index of release ${reference.version} (${found}); the pack is made of what there is now, and its own hash tells it apart`);
    return new Map([...files].filter(([name]) => wants(name)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

async function fetchIndex(reference: PackageReference, directory: string, signal?: AbortSignal): Promise<Map<string, Uint8Array>> {
  const configuration = join(directory, "apt.conf");
  await mkdir(join(directory, "lists"));
  await writeFile(configuration, `Dir::State::lists "${join(directory, "lists")}";\nDir::Cache "${join(directory, "cache")}";\n`);
  const options = { env: { ...process.env, APT_CONFIG: configuration }, signal };
  const wanted = filesOf(reference);
  const languages = ["-o", `Acquire::Languages=${wanted.map(({ language }) => language).filter(Boolean).join(",")}`]; // on the command line: container images set "none" in a later file
  let problem: string;
  try {
    problem = (await run("apt-get", ["update", "-qq", ...languages], options)).stderr.trim();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw unavailable(reference, "apt-get was not found", error);
    problem = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error); // another repository of this machine may be down: only what is wanted counts
  }
  const [release, component] = reference.name.split("/") as [string, string];
  const { stdout } = await run("apt-get", ["indextargets", ...languages, "--format", "$(CODENAME)\t$(COMPONENT)\t$(CREATED_BY)\t$(LANGUAGE)\t$(FILENAME)"], options);
  const targets = stdout.split("\n").map((line) => line.split("\t"));
  const files = new Map<string, Uint8Array>();
  for (const { name, creator, language } of wanted) {
    const target = targets.find(([code, part, by, tongue]) => code === release && part === component && by === creator && (language === "" || tongue === language));
    if (!target) throw unavailable(reference, `apt knows no ${name} of ${release} ${component}${problem === "" ? `; it has ${[...new Set(targets.map(([code]) => code).filter(Boolean))].join(", ") || "nothing"}` : `: ${problem}`}`);
    const { stdout: content } = await run(CAT, ["cat-file", target[4] as string], { ...options, encoding: "buffer", maxBuffer: MOST_BYTES });
    files.set(name, new Uint8Array(content));
  }
  return files;
}

function unavailable({ name, bytes }: PackageReference, reason: string, cause?: unknown): SourceError {
  return new SourceError(
    `${name}: ${reason}. This data is Debian's own index (${(bytes / 1e6).toFixed(1)} MB, fetched once): it needs the network and a machine whose apt sources name that release, for example a container of it; or copy the cache directory of a machine that has it and point REPRISE_CACHE there`,
    cause === undefined ? undefined : { cause },
  );
}
