/** `reprise worker`: does background jobs until it is stopped. */
import { join } from "node:path";
import { startDigests } from "../../papers/digest/jobs.ts";
import { scheduleHarvests } from "../../papers/harvest/schedule.ts";
import { HANDLERS } from "../../papers/queue/handlers.ts";
import type { JobHandlers } from "../../papers/queue/handlers.ts";
import { JOB_KINDS } from "../../papers/queue/job.ts";
import type { JobKind } from "../../papers/queue/job.ts";
import { Queue } from "../../papers/queue/queue.ts";
import { kindsOf, startWorker } from "../../papers/queue/worker.ts";
import type { WorkerEvent } from "../../papers/queue/worker.ts";
import { RunManager } from "../../papers/runs/run-manager.ts";
import type { Database } from "../../papers/store/database.ts";
import { configOf } from "../../server/config.ts";
import { UsageError, suggestion } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import { withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";

export interface WorkerCommandOptions extends PlaceOption {
  readonly kinds?: readonly string[];
  readonly concurrency: number;
  /** Seconds. */
  readonly grace: number;
  readonly untilIdle?: boolean;
}

export async function worker(ports: CliPorts, { kinds, concurrency, grace, untilIdle = false, ...place }: WorkerCommandOptions, handlers: JobHandlers = HANDLERS): Promise<void> {
  const asked = kinds ? kinds.map((kind) => kindNamed(kind, handlers)) : [...kindsOf(handlers), ...(untilIdle ? [] : (["run"] as const))];
  if (untilIdle && asked.includes("run")) throw new UsageError("--until-idle: runs are minutes long and may come at any time; leave out the kind run, or --until-idle");
  const chosen = asked.filter((kind) => kind !== "run");
  if (asked.length === 0) throw new UsageError("this version has no work for a worker: no kind of job has a handler");
  await withDatabase(ports, place, async (database) => {
    const queue = new Queue(database);
    if (chosen.includes("digest") && process.env["REPRISE_SMTP_URL"]) await startDigests(queue, new Date());
    await scheduleHarvests(queue, chosen.includes("harvest") ? configOf(process.env).harvest : [], new Date());
    const runs = asked.includes("run") ? runManager(ports, database) : undefined;
    await runs?.start();
    const running = startWorker({ database, queue, handlers, kinds: chosen, concurrency, grace: grace * 1000, untilIdle, onEvent: (event) => ports.error(`${JSON.stringify(entryOf(event))}\n`) });
    ports.error(`${JSON.stringify({ event: "ready", kinds: asked, concurrency, host: database.host })}\n`);
    const stop = (): void => void running.stop().catch(() => undefined); // `ended` tells
    ports.signal.addEventListener("abort", stop, { once: true });
    if (ports.signal.aborted) stop();
    await running.ended.finally(async () => {
      ports.signal.removeEventListener("abort", stop);
      await runs?.stop();
    });
  });
}

/** Takes runs from the queue of runs, within the limits that servers have, and leaves their files on this machine. */
function runManager({ error }: CliPorts, database: Database): RunManager {
  const { runs: limits, dataDirectory } = configOf(process.env);
  const main = process.argv[1];
  if (main === undefined) throw new Error("internal: the command does not know its own file");
  const onError = (problem: unknown): void => error(`${JSON.stringify({ time: new Date().toISOString(), event: "a run could not be started or followed", error: messageOf(problem) })}\n`);
  return new RunManager({ database, directory: join(dataDirectory, "runs"), program: [process.execPath, main], limits, clock: () => new Date(), onError });
}

function kindNamed(name: string, handlers: JobHandlers): JobKind {
  const kind = JOB_KINDS.find((item) => item === name);
  if (!kind) throw new UsageError(`unknown kind of job "${name}"${suggestion(name, JOB_KINDS)}; choose from ${JOB_KINDS.join(", ")}`);
  if (kind !== "run" && !handlers[kind]) throw new UsageError(`no handler for jobs of the kind "${kind}"; this version does ${kindsOf(handlers).join(", ") || "none"}`);
  return kind;
}

/** A line of the log: what happened, to which job; payloads, which may hold addresses, are left out. */
function entryOf(event: WorkerEvent): Readonly<Record<string, unknown>> {
  const time = new Date().toISOString();
  switch (event.event) {
    case "recovered":
      return { time, event: event.event, jobs: event.jobs };
    case "database unreachable":
      return { time, event: event.event, error: messageOf(event.error) };
    case "failed":
      return { time, event: event.event, job: event.job.id, kind: event.job.kind, attempt: event.job.attempt, next: event.state ?? "lost", error: messageOf(event.error) };
    case "started":
    case "finished":
    case "lost":
    case "given back":
      return { time, event: event.event, job: event.job.id, kind: event.job.kind, attempt: event.job.attempt };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
