/** What a run may use, and whether it does. */
import { residentBytes } from "./child-process.ts";
import type { ChildHandle } from "./child-process.ts";

export interface RunLimits {
  /** Runs at once on this machine. */
  readonly concurrency: number;
  /** Runs that may wait. */
  readonly waiting: number;
  /** Wall time of one attempt. */
  readonly minutes: number;
  /** Resident memory of the process. */
  readonly memoryMiB: number;
}

/** Why an attempt that began at `startedAt` must end now, in words; undefined while it may go on. */
export async function limitExceeded(child: ChildHandle, startedAt: Date, now: Date, { minutes, memoryMiB }: RunLimits): Promise<string | undefined> {
  if (now.getTime() - startedAt.getTime() > minutes * 60_000) return `stopped after ${minutes} minutes, the most a run may take here; continue it to give it as long again`;
  const bytes = await residentBytes(child);
  if (bytes !== undefined && bytes > memoryMiB * 2 ** 20) return `stopped at ${Math.round(bytes / 2 ** 20)} MiB of memory; a run may take ${memoryMiB} MiB here`;
  return undefined;
}
