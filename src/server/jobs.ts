/** Background work of a server: what it schedules, and, on the embedded database, the worker that does it. */
import type { MailOptions } from "./reader-modules.ts";
import type { Services } from "./services.ts";
import { mailConfiguration } from "../papers/digest/configuration.ts";
import { digestHandler, digestServices } from "../papers/digest/index.ts";
import { startDigests } from "../papers/digest/jobs.ts";
import { savedSearches } from "../papers/digest/saved-searches.ts";
import { scheduleHarvests } from "../papers/harvest/schedule.ts";
import { HANDLERS } from "../papers/queue/handlers.ts";
import type { JobHandlers } from "../papers/queue/handlers.ts";
import { Queue } from "../papers/queue/queue.ts";
import { startWorker } from "../papers/queue/worker.ts";
import type { WorkerEvent } from "../papers/queue/worker.ts";

export interface ServerJobs extends MailOptions {
  /** Ends the work; call it before the database is closed. */
  stop(): Promise<void>;
}

export interface ServerJobOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that jobs under way have when the server stops. */
  readonly patience: number;
}

/** Milliseconds between looks whether a day has begun whose harvest is due. */
const LOOK = 600_000;

/**
 * Has the sources of the configuration harvested every day, and digests sent where mail is set up. The embedded database
 * belongs to one process, so the server itself does all jobs there; on a PostgreSQL server `reprise worker` does. Runs are
 * no jobs: each server starts its own (papers/runs). Throws MailConfigurationError.
 */
export async function startJobs(services: Services, { environment, patience }: ServerJobOptions): Promise<ServerJobs> {
  const { database, config, clock, log, search } = services;
  const bounceSecret = environment["REPRISE_BOUNCE_SECRET"] || undefined;
  const settings = { ...environment, REPRISE_PUBLIC_URL: config.publicUrl ?? environment["REPRISE_PUBLIC_URL"] };
  const mailWorks = (await mailConfiguration(settings)) !== undefined;
  const queue = new Queue(database);
  const harvests = (): Promise<void> => scheduleHarvests(queue, config.harvest, clock());
  if (mailWorks) await startDigests(queue, clock());
  await harvests();
  const timer = config.harvest.length === 0 ? undefined : setInterval(() => void harvests().catch((error: unknown) => log.error({ err: error }, "no harvest could be scheduled")), LOOK);
  const digest = digestHandler((opened) => digestServices(opened, savedSearches(() => Promise.resolve(search)), { environment: settings, directory: config.dataDirectory }));
  const { digest: _, ...others } = HANDLERS;
  const handlers: JobHandlers = { ...others, ...(mailWorks && { digest: () => Promise.resolve(digest) }) };
  const worker = database.host === "pglite" ? startWorker({ database, queue, handlers, grace: patience, onEvent: (event) => logEvent(log, event) }) : undefined;
  return {
    mailWorks,
    bounceSecret,
    async stop() {
      clearInterval(timer);
      await worker?.stop();
    },
  };
}

/** Jobs by number; their payloads and keys name subscribers. What goes well happens every minute and is for debugging. */
function logEvent(log: Services["log"], event: WorkerEvent): void {
  if (event.event === "recovered") return log.warn({ jobs: event.jobs }, "jobs of a worker that died wait again");
  if (event.event === "database unreachable") return log.error({ err: event.error }, "the worker cannot reach the database");
  const { id, kind, attempt } = event.job;
  if (event.event === "failed") return log.error({ err: event.error, job: id, kind, attempt, next: event.state ?? "lost" }, "a job failed");
  log.debug({ job: id, kind, attempt }, `a job was ${event.event}`);
}
