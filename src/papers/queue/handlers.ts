/** What does the jobs of each kind. Loaded when first needed, as some bring models with them. */
import type { Database } from "../store/database.ts";
import type { Job, JobKind } from "./job.ts";
import type { Queue } from "./queue.ts";

/** What a handler works with. */
export interface JobContext {
  readonly database: Database;
  /** For jobs that follow from this one. */
  readonly queue: Queue;
  readonly job: Job;
  /** Aborted when the worker must stop, or the job is no longer its own: stop, and reject. */
  readonly signal: AbortSignal;
}

/**
 * Does one job. Must be idempotent: after a crash it is called again with the same payload. It checks the payload's shape
 * itself, throws a `PermanentFailure` if trying again is useless, and any other error to be tried again later.
 */
export type JobHandler = (payload: unknown, context: JobContext) => Promise<void>;

export type JobHandlers = Readonly<Partial<Record<JobKind, () => Promise<JobHandler>>>>;

/** The handlers of this version; a kind without one is left to workers that have it. */
export const HANDLERS: JobHandlers = {
  digest: async () => (await import("../digest/index.ts")).digestWorker,
  encode: async () => (await import("../search/encode-job.ts")).encodeHandler,
  harvest: async () => (await import("../harvest/job.ts")).harvestHandler,
};
