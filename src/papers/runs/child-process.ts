/**
 * The process of a run. It is the leader of a group of its own, so that all it starts can be stopped with it, and its
 * output goes to files, so that it outlives the server that started it and is found again by the next one.
 */
import { execFile, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

const run = promisify(execFile);

export interface ChildHandle {
  readonly pid: number;
  /** When it was started, in words of the system; with the pid it names one process for ever. */
  readonly started: string;
}

export interface ChildCommand {
  readonly file: string;
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Files for the process's own output. */
  readonly output: string;
  readonly errors: string;
}

/** Starts a process apart from this one. Throws when it cannot be started. */
export async function startDetached({ file, words, directory, environment, output, errors }: ChildCommand): Promise<ChildHandle> {
  makeDirectory(dirname(output));
  const [out, err] = await Promise.all([open(output, "w"), open(errors, "a")]);
  try {
    const child = spawn(file, words, { cwd: directory, env: { ...environment }, detached: true, stdio: ["ignore", out.fd, err.fd] });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () => resolve(child.pid as number));
    });
    child.unref();
    return { pid, started: (await startOf(pid)) ?? "" };
  } finally {
    await Promise.all([out.close(), err.close()]);
  }
}

/** Whether this very process still runs; one that ended and was not waited for does not. */
export async function isAlive({ pid, started }: ChildHandle): Promise<boolean> {
  const now = await startOf(pid);
  return now !== undefined && now === started;
}

/** Sends a signal to the whole group; a group that is gone is no error. */
export function signalGroup({ pid }: ChildHandle, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid <= 1) throw new RangeError(`internal: signal to process group ${pid}, which is not of a run`);
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Resident memory of the process in bytes; undefined when it is gone. */
export async function residentBytes({ pid }: ChildHandle): Promise<number | undefined> {
  const kilobytes = Number(await processField(pid, "rss"));
  return Number.isFinite(kilobytes) && kilobytes > 0 ? kilobytes * 1024 : undefined;
}

/** When a process was started; undefined when there is none, or only its exit status. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    const fields = text?.slice(text.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
    return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
  }
  return processField(pid, "lstart");
}

async function processField(pid: number, field: "rss" | "lstart"): Promise<string | undefined> {
  return run("ps", ["-o", `${field}=`, "-p", String(pid)]).then(({ stdout }) => stdout.trim() || undefined, () => undefined);
}
