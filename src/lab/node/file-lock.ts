/** A lock between processes, held by a heartbeat: the lock of a process that was killed is free again after `STALE`. */
import { dirname } from "node:path";
import { lock } from "proper-lockfile";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

const STALE = 30_000; // milliseconds without a heartbeat

/**
 * Runs `task` while holding the lock called `path`. Waits as long as another holder lives. A holder that computes without
 * a pause for longer than `STALE` may lose the lock; then work is done twice, which is why all writes under it are atomic.
 */
export async function withFileLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  makeDirectory(dirname(path));
  const release = await lock(path, {
    realpath: false,
    stale: STALE,
    update: STALE / 6,
    retries: { forever: true, minTimeout: 50, maxTimeout: 1000 },
    onCompromised: () => undefined, // the default ends the process
  });
  try {
    return await task();
  } finally {
    await release().catch(() => undefined); // a lost lock has nothing to release
  }
}
