/** Mail of a server: whether it is set up, and, on the embedded database, the worker that sends it. */
import type { MailOptions } from "./reader-modules.ts";
import type { Services } from "./services.ts";
import { mailConfiguration } from "../papers/digest/configuration.ts";
import { digestHandler, digestServices } from "../papers/digest/index.ts";
import { fullTextSearch } from "../papers/digest/full-text-search.ts";
import { startDigests } from "../papers/digest/jobs.ts";
import { Queue } from "../papers/queue/queue.ts";
import { startWorker } from "../papers/queue/worker.ts";
import type { WorkerEvent } from "../papers/queue/worker.ts";

export interface ServerMail extends MailOptions {
  /** Ends the mailing; call it before the database is closed. */
  stop(): Promise<void>;
}

export interface ServerMailOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that mails under way have when the server stops. */
  readonly patience: number;
}

/**
 * Starts the digests where mail is set up. The embedded database belongs to one process, so the server itself does the
 * mailing there; on a PostgreSQL server `reprise worker` does. Throws MailConfigurationError.
 */
export async function startMail(services: Services, { environment, patience }: ServerMailOptions): Promise<ServerMail> {
  const { database, config, clock, log } = services;
  const bounceSecret = environment["REPRISE_BOUNCE_SECRET"] || undefined;
  const settings = { ...environment, REPRISE_PUBLIC_URL: config.publicUrl ?? environment["REPRISE_PUBLIC_URL"] };
  const mailWorks = (await mailConfiguration(settings)) !== undefined;
  if (!mailWorks) return { mailWorks, bounceSecret, stop: () => Promise.resolve() };
  const queue = new Queue(database);
  await startDigests(queue, clock());
  if (database.host !== "pglite") return { mailWorks, bounceSecret, stop: () => Promise.resolve() };
  const handler = digestHandler((opened) => digestServices(opened, fullTextSearch(opened), { environment: settings, directory: config.dataDirectory }));
  const worker = startWorker({ database, queue, handlers: { digest: () => Promise.resolve(handler) }, grace: patience, onEvent: (event) => logEvent(log, event) });
  return { mailWorks, bounceSecret, stop: () => worker.stop() };
}

/** Jobs by number; their payloads and keys name subscribers. What goes well happens every minute and is for debugging. */
function logEvent(log: Services["log"], event: WorkerEvent): void {
  if (event.event === "recovered") return log.warn({ jobs: event.jobs }, "jobs of a worker that died wait again");
  if (event.event === "database unreachable") return log.error({ err: event.error }, "the mail worker cannot reach the database");
  const { id, kind, attempt } = event.job;
  if (event.event === "failed") return log.error({ err: event.error, job: id, kind, attempt, next: event.state ?? "lost" }, "a job failed");
  log.debug({ job: id, kind, attempt }, `a job was ${event.event}`);
}
