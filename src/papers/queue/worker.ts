/** A worker: takes jobs as they come, a few at a time, until it is stopped. */
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "../store/database.ts";
import type { JobHandler, JobHandlers } from "./handlers.ts";
import type { Job, JobKind, JobState } from "./job.ts";
import type { Queue } from "./queue.ts";

const POLL = 1000; // milliseconds between looks at an empty queue
const GRACE = 30_000; // milliseconds jobs get to finish when the worker stops
const LAST_CALL = 5000; // milliseconds they get after their signal was aborted
const HOUSEKEEPING = 3_600_000; // milliseconds between prunings

/** What happened to a job or to the worker, for a log. */
export type WorkerEvent =
  | { readonly event: "started" | "finished" | "lost" | "given back"; readonly job: Job }
  | { readonly event: "failed"; readonly job: Job; readonly error: unknown; readonly state: JobState | undefined }
  | { readonly event: "recovered"; readonly jobs: number }
  | { readonly event: "database unreachable"; readonly error: unknown };

export interface WorkerOptions {
  readonly database: Database;
  readonly queue: Queue;
  readonly handlers: JobHandlers;
  /** Which of the handlers to use; left out, all. */
  readonly kinds?: readonly JobKind[];
  /** Jobs at a time. */
  readonly concurrency?: number;
  /** Milliseconds between looks at an empty queue. */
  readonly poll?: number;
  /** Milliseconds running jobs get to finish when the worker stops. */
  readonly grace?: number;
  /** Ends by itself as soon as nothing can be taken. */
  readonly untilIdle?: boolean;
  onEvent?(event: WorkerEvent): void;
}

export interface Worker {
  /** Settles when the worker has ended: stopped, or idle with `untilIdle`. */
  readonly ended: Promise<void>;
  /** Takes no more jobs and waits for those that run; those that do not finish in time are given back to other workers. */
  stop(): Promise<void>;
}

export function startWorker({ database, queue, handlers, kinds = kindsOf(handlers), concurrency = 1, poll = POLL, grace = GRACE, untilIdle = false, onEvent = () => undefined }: WorkerOptions): Worker {
  const name = `${hostname()}/${process.pid}`;
  const stopping = new AbortController();
  const aborting = new AbortController();
  let housekeepingDue = 0;

  const housekeeping = async (): Promise<void> => {
    const recovered = await queue.recover();
    if (recovered > 0) onEvent({ event: "recovered", jobs: recovered });
    if (Date.now() < housekeepingDue) return;
    housekeepingDue = Date.now() + HOUSEKEEPING;
    await queue.prune();
  };

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let job: Job | undefined;
      try {
        await housekeeping();
        job = await queue.take(kinds, name);
      } catch (error) {
        if (untilIdle) throw error;
        onEvent({ event: "database unreachable", error });
      }
      if (job) await perform(job);
      else if (untilIdle) return;
      else await delay(poll * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const perform = async (job: Job): Promise<void> => {
    onEvent({ event: "started", job });
    const lost = new AbortController();
    const renewal = keepLease(queue, job, () => lost.abort(new Error("the job's lease was lost")));
    const signal = AbortSignal.any([aborting.signal, lost.signal]);
    try {
      const outcome = await attempt(job, signal);
      if (outcome.done) return onEvent({ event: (await queue.finish(job)) ? "finished" : "lost", job });
      if (lost.signal.aborted) return onEvent({ event: "lost", job });
      if (aborting.signal.aborted) {
        await queue.giveBack(job);
        return onEvent({ event: "given back", job });
      }
      onEvent({ event: "failed", job, error: outcome.error, state: await queue.fail(job, outcome.error) });
    } catch (error) {
      onEvent({ event: "database unreachable", error }); // the lease runs out, and the job is done again
    } finally {
      renewal.stop();
    }
  };

  const attempt = async (job: Job, signal: AbortSignal): Promise<{ done: true } | { done: false; error: unknown }> => {
    try {
      const handler = await handlerOf(handlers, job.kind);
      const handling = handler(job.payload, { database, queue, job, signal });
      await Promise.race([handling, afterLastCall(signal)]);
      return { done: true };
    } catch (error) {
      return { done: false, error };
    }
  };

  const ended = Promise.all(Array.from({ length: concurrency }, work)).then(() => undefined);
  ended.catch(() => undefined); // whoever waits for it sees it
  return {
    ended,
    async stop() {
      stopping.abort();
      const timer = setTimeout(() => aborting.abort(new Error("the worker stops")), grace);
      await ended.finally(() => clearTimeout(timer));
    },
  };
}

/** The kinds that have a handler. */
export function kindsOf(handlers: JobHandlers): readonly JobKind[] {
  return Object.keys(handlers) as JobKind[];
}

async function handlerOf(handlers: JobHandlers, kind: JobKind): Promise<JobHandler> {
  const load = handlers[kind];
  if (!load) throw new Error(`no handler for jobs of the kind "${kind}"; it has ${kindsOf(handlers).join(", ")}`);
  return load();
}

/** Renews the lease at a third of its time until stopped; calls `lose` when the job is somebody else's, or cannot be shown not to be. */
function keepLease(queue: Queue, job: Job, lose: () => void): { stop(): void } {
  let renewed = Date.now();
  const timer = setInterval(
    () =>
      void queue.renew(job).then(
        (ours) => {
          if (ours) renewed = Date.now();
          else lose();
        },
        () => {
          if (Date.now() - renewed > queue.lease * 1000) lose();
        },
      ),
    (queue.lease * 1000) / 3,
  );
  return { stop: () => clearInterval(timer) };
}

/** Rejects some time after the signal is aborted, for handlers that do not listen. */
function afterLastCall(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => void setTimeout(() => reject(signal.reason as Error), LAST_CALL).unref();
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
