/** A lock between processes, held by a heartbeat: the lock of a process that was killed is free again after `STALE`. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";

const STALE = 20_000; // milliseconds without a heartbeat

/** Runs `task` while holding the lock called `path`. Waits as long as another holder lives. */
export async function withFileLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await lock(path, { realpath: false, stale: STALE, update: STALE / 4, retries: { forever: true, minTimeout: 50, maxTimeout: 1000 } });
  try {
    return await task();
  } finally {
    await release();
  }
}
