/** The key that signs tokens: from REPRISE_SECRET, or made once and kept in the data directory. */
import { createHmac, randomBytes } from "node:crypto";
import { chmod, readFile, link, rm, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

/** Bytes of a key we make. */
const LENGTH = 32;
/** Characters a key that is given must have at least; shorter ones can be guessed. */
const SHORTEST = 32;

/** Where to find the key. */
export interface SecretSource {
  /** The value of REPRISE_SECRET, if set. */
  readonly environment?: string;
  /** Where a key of our own is kept, in the file `secret`. */
  readonly directory?: string;
}

/**
 * The secret. Without an environment value it is read from `directory/secret`, made there on first use with mode 600. Two
 * processes starting together get the same one. Throws when a given secret is too short or there is no place for one.
 */
export async function loadSecret({ environment, directory }: SecretSource): Promise<Buffer> {
  if (environment !== undefined && environment !== "") {
    if (environment.length < SHORTEST) {
      throw new Error(`REPRISE_SECRET has ${environment.length} characters, expected at least ${SHORTEST}: use the output of "openssl rand -hex 32"`);
    }
    return Buffer.from(environment, "utf8");
  }
  if (directory === undefined) throw new Error("no secret for signing: set REPRISE_SECRET, or give a data directory to keep one in");
  const path = join(directory, "secret");
  return (await readSecret(path)) ?? (await makeSecret(path));
}

/** A key for one purpose, so that a signature made for one can never serve another. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return createHmac("sha256", secret).update(`reprise ${purpose}`).digest();
}

async function readSecret(path: string): Promise<Buffer | undefined> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path}: expected ${LENGTH * 2} hexadecimal digits; restore the file from a backup, or remove it to make all links in sent mails invalid`);
    await chmod(path, 0o600);
    return Buffer.from(text, "hex");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written whole beside its place with mode 600, then linked there, which fails where another process was first. */
async function makeSecret(path: string): Promise<Buffer> {
  makeDirectory(dirname(path), { mode: 0o700 });
  const secret = randomBytes(LENGTH);
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(`${secret.toString("hex")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const theirs = await readSecret(path);
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(temporary, { force: true });
  }
}
