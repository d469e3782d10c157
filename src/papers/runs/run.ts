/** A run as the explorer keeps it, and what may be asked of it. */
import type { RunOutcome } from "./outcome.ts";

/**
 * - queued: waits for a free place
 * - running: a process works on it
 * - cancelling: the process was told to stop and finishes its step
 * - finished: it has a verdict, whichever
 * - failed: it stopped by itself or by a limit; `reason` says why
 * - cancelled: somebody stopped it
 *
 * A run whose process goes away with its server waits again, and continues where it stopped.
 */
export const RUN_STATUSES = ["queued", "running", "cancelling", "finished", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Statuses in which nothing more happens unless somebody asks for it. */
export const ENDED: ReadonlySet<RunStatus> = new Set(["finished", "failed", "cancelled"]);
/** Statuses from which a run can be continued where it stopped. */
export const RESUMABLE: ReadonlySet<RunStatus> = new Set(["failed", "cancelled"]);

export interface Run {
  readonly id: string;
  readonly slug: string;
  readonly profile: "quick" | "full";
  readonly status: RunStatus;
  readonly queuedAt: Date;
  /** Of the last attempt. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly attempt: number;
  readonly machine: string | null;
  readonly directory: string | null;
  readonly pid: number | null;
  readonly processStarted: string | null;
  /** What is being done, in words. */
  readonly label: string | null;
  /** Share that is done, 0 to 1. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly reason: string | null;
  readonly outcome: RunOutcome | null;
  /** Bytes of the event file that are stored. */
  readonly eventsRead: number;
  readonly lastEvent: number;
}

/** The run cannot do what was asked in the state it is in. */
export class RunConflict extends Error {
  override readonly name = "RunConflict";
}
/** No more runs are taken now. */
export class QueueFull extends Error {
  override readonly name = "QueueFull";
}
