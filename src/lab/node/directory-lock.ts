/**
 * One process at a time writes to a directory: the database of an explorer, a model in training, an index.
 *
 * The holder is a file that names the process. On the same machine its process tells whether it lives, also when it
 * computes for minutes without a pause; a holder from another machine (a shared drive, a container) is believed dead when
 * its file was not touched for `STALE`.
 */
import { readFile, rm, stat, utimes } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { makeDirectory } from "../../data/node/make-directory.node.ts";
import { withFileLock } from "./file-lock.ts";

const HEARTBEAT = 15_000; // milliseconds
const STALE = 8 * HEARTBEAT;

const holderShape = z.object({ pid: z.number().int(), host: z.string(), started: z.string() });
type Holder = z.infer<typeof holderShape>;

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Another process writes to the directory. */
export class DirectoryInUse extends Error {
  override readonly name = "DirectoryInUse";
}

/** Takes the lock of `directory`, which is made if need be. Throws `DirectoryInUse` with what `message` says of the process that holds it. */
export async function lockDirectory(directory: string, message = ({ pid, host }: Pick<Holder, "pid" | "host">): string => `${directory} is in use by process ${pid} on ${host}; stop that process first, or choose another directory`): Promise<DirectoryLock> {
  makeDirectory(directory);
  const path = join(directory, "holder.json");
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? `${process.pid}` };
  // the guard is held for an instant only: it keeps two processes from replacing a dead holder at once
  await withFileLock(`${path}.guard`, async () => {
    const holder = await readHolder(path);
    if (holder && (await lives(holder, path))) throw new DirectoryInUse(message(holder));
    await writeFileAtomic(path, new TextEncoder().encode(JSON.stringify(mine)));
  });
  open.add(path);
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if (open.delete(path)) await rm(path, { force: true });
    },
  };
}

/** Locks this process holds: its own pid in a file it does not know of is a leftover of an earlier process. */
const open = new Set<string>();

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderShape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined; // none, or not ours: it is written whole, so nobody can be half-way through it
  }
}

async function lives(holder: Holder, path: string): Promise<boolean> {
  if (holder.host !== hostname()) return Date.now() - (await stat(path)).mtimeMs < STALE;
  if (holder.pid === process.pid) return open.has(path);
  if (!runs(holder.pid)) return false;
  const started = startOf(holder.pid);
  return started === undefined || started === holder.started; // else the number was given to another process since
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it lives and belongs to somebody else
  }
}

/** When a process started, in ticks since boot, with the boot it belongs to; undefined where the system does not say (proc(5), field 22). */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8");
    const afterName = fields.slice(fields.lastIndexOf(")") + 2).split(" ");
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${afterName[19]}`;
  } catch {
    return undefined;
  }
}
