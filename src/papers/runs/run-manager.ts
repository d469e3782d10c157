/**
 * Starts runs that people ask for, here or at another server on the same database, a few at a time, and keeps what they say.
 *
 * Everything is in the database and in the runs' folders, so a server that restarts, even after a crash, goes on: a
 * process that still works is followed again, one that is gone is started again and continues from its last checkpoint.
 */
import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { hostname, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { isAlive, startDetached } from "./child-process.ts";
import type { ChildHandle } from "./child-process.ts";
import type { NumberedEvent } from "./event.ts";
import type { RunLimits } from "./limits.ts";
import { runCommand, runFolder } from "./run-folder.ts";
import { activeRun, changeRun, claimNext, countRuns, eventsAfter, insertRun, listRuns, queuePosition, runById } from "./run-table.ts";
import type { RunQuery } from "./run-table.ts";
import { QueueFull, RESUMABLE, RunConflict } from "./run.ts";
import type { Run } from "./run.ts";
import { RunWatch } from "./watch.ts";
import type { WatchOptions } from "./watch.ts";
import type { Database } from "../store/database.ts";

export interface RunManagerOptions {
  readonly database: Database;
  /** Folder of the runs' folders. */
  readonly directory: string;
  /** Words that start `reprise`. */
  readonly program: readonly string[];
  readonly limits: RunLimits;
  readonly clock: () => Date;
  /** Told of what nobody waits for: a run that could not be started or followed. */
  readonly onError: (error: unknown) => void;
  readonly pace?: Partial<Pick<WatchOptions, "every" | "patience">> & {
    /** Milliseconds between looks for runs that others have queued. */
    readonly look?: number;
  };
}

/** How much nicer than the server its runs are, so that pages stay quick. */
const NICENESS = 10;
/** A run whose process keeps dying with its server is left alone after so many starts. */
const MOST_ATTEMPTS = 3;
const PACE = { every: 200, patience: 20_000 };
const LOOK = 2000;

export class RunManager {
  private readonly options: RunManagerOptions;
  private readonly machine: string;
  private readonly watches = new Map<string, RunWatch>();
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private open = false;
  private looking: NodeJS.Timeout | undefined;
  private pumping: Promise<void> = Promise.resolve();

  constructor(options: RunManagerOptions) {
    this.options = { ...options, directory: resolve(options.directory) };
    this.machine = `${hostname()}:${this.options.directory}`;
  }

  /** Takes up what an earlier server left and starts what waits. */
  async start(): Promise<void> {
    for (const run of await listRuns(this.options.database, { statuses: ["running", "cancelling"], machine: this.machine, limit: 1000 })) await this.takeUp(run);
    this.open = true;
    await this.pump();
    this.looking = setInterval(() => void this.pump(), this.options.pace?.look ?? LOOK);
  }

  /** Stops all processes; their runs wait for the next server. */
  async stop(): Promise<void> {
    this.open = false;
    clearInterval(this.looking);
    await this.pumping;
    await Promise.all([...this.watches.values()].map((watch) => watch.leave()));
  }

  /** A run of the system: a new one, or the one that waits or runs already. Throws `QueueFull`. */
  async submit(slug: string, profile: Run["profile"] = "quick"): Promise<{ readonly run: Run; readonly created: boolean }> {
    const { database, clock, limits } = this.options;
    const current = await activeRun(database, slug, profile);
    if (current) return { run: current, created: false };
    if ((await countRuns(database, "queued")) >= limits.waiting) throw new QueueFull(`${limits.waiting} runs wait already; try again when one has finished`);
    const id = `${slug}-${randomBytes(4).toString("hex")}`;
    try {
      await insertRun(database, { id, slug, profile, queuedAt: clock() });
    } catch (error) {
      const rival = await activeRun(database, slug, profile); // two people pressed at once
      if (rival) return { run: rival, created: false };
      throw error;
    }
    this.changed(id);
    void this.pump();
    return { run: await this.existing(id), created: true };
  }

  /** Stops a run, keeping what it has. Throws `RunConflict` when it has ended. */
  async cancel(id: string): Promise<Run> {
    const { database, clock } = this.options;
    if (!(await changeRun(database, id, { status: "cancelled", finishedAt: clock() }, ["queued"]))) {
      if (!(await changeRun(database, id, { status: "cancelling" }, ["running", "cancelling"]))) throw new RunConflict(`the run is ${(await this.existing(id)).status}; only one that waits or runs can be cancelled`);
      this.watches.get(id)?.askToStop();
    }
    this.changed(id);
    return this.existing(id);
  }

  /** Puts a run that stopped back into the queue, to continue. Throws `RunConflict` when it cannot be continued. */
  async resume(id: string): Promise<Run> {
    const { database, clock } = this.options;
    const run = await this.existing(id);
    const rival = await activeRun(database, run.slug, run.profile);
    if (rival) throw new RunConflict(`another run of ${run.slug} is ${rival.status}; wait for it or cancel it`);
    if (!(await changeRun(database, id, { status: "queued", queuedAt: clock(), finishedAt: null, reason: null }, [...RESUMABLE]))) throw new RunConflict(`the run is ${run.status}; only one that failed or was cancelled can be continued`);
    this.changed(id);
    void this.pump();
    return this.existing(id);
  }

  get(id: string): Promise<Run | undefined> {
    return runById(this.options.database, id);
  }

  list(query: RunQuery): Promise<Run[]> {
    return listRuns(this.options.database, query);
  }

  /** Place in the queue from 1; null when it does not wait. */
  position(run: Run): Promise<number | null> {
    return queuePosition(this.options.database, run);
  }

  events(id: string, after: number, limit: number): Promise<NumberedEvent[]> {
    return eventsAfter(this.options.database, id, after, limit);
  }

  /** Settles at the next change of any run, or after `milliseconds`, or when `signal` is aborted. */
  nextChange(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((settle) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.changes.off("change", finish);
        signal.removeEventListener("abort", finish);
        settle();
      };
      const timer = setTimeout(finish, milliseconds);
      this.changes.once("change", finish);
      signal.addEventListener("abort", finish, { once: true });
    });
  }

  private async existing(id: string): Promise<Run> {
    const run = await this.get(id);
    if (!run) throw new RunConflict(`there is no run "${id}"`);
    return run;
  }

  private changed(id: string): void {
    this.changes.emit("change", id);
  }

  /** Starts waiting runs while places are free; one caller after the other. */
  private pump(): Promise<void> {
    this.pumping = this.pumping.then(() => this.fillPlaces()).catch(this.options.onError);
    return this.pumping;
  }

  private async fillPlaces(): Promise<void> {
    const { database, clock, limits } = this.options;
    while (this.open && this.watches.size < limits.concurrency) {
      const run = await claimNext(database, this.machine, clock());
      if (!run) return;
      await this.launch(run);
      this.changed(run.id);
    }
  }

  private async launch(run: Run): Promise<void> {
    const { database, directory, program, limits } = this.options;
    const folder = runFolder(run.directory ?? join(directory, run.id));
    const [file = process.execPath, ...words] = program;
    try {
      const child = await startDetached(runCommand(folder, [file, `--max-old-space-size=${limits.memoryMiB}`, ...words], run));
      setPriority(child.pid, NICENESS);
      await changeRun(database, run.id, { directory: folder.directory, pid: child.pid, processStarted: child.started });
      const watch = this.watch(run, child);
      if ((await this.get(run.id))?.status === "cancelling") watch.askToStop(); // cancelled while it was being started
    } catch (error) {
      await changeRun(database, run.id, { status: "failed", finishedAt: this.options.clock(), reason: "its process could not be started" });
      this.options.onError(error);
    }
  }

  private watch(run: Run, child: ChildHandle): RunWatch {
    const { database, limits, clock, onError, pace, directory } = this.options;
    const watch = new RunWatch(run, child, runFolder(run.directory ?? join(directory, run.id)), { database, limits, clock, changed: (id) => this.changed(id), ...PACE, ...pace });
    this.watches.set(run.id, watch);
    void watch.done.catch(onError).then(() => {
      this.watches.delete(run.id);
      return this.pump();
    });
    return watch;
  }

  /** Goes on with a run of an earlier server. */
  private async takeUp(run: Run): Promise<void> {
    const child = { pid: run.pid ?? 0, started: run.processStarted ?? "" };
    if (run.pid === null || !(await isAlive(child))) {
      const continues = run.status === "running" && run.attempt < MOST_ATTEMPTS;
      const watch = this.watch(run, child); // stores what it said last, and its verdict if it came to one
      await watch.done;
      if (continues) await changeRun(this.options.database, run.id, { status: "queued", reason: "its process was gone; the run continues" }, ["failed"]);
      return;
    }
    const watch = this.watch(run, child);
    if (run.status === "cancelling") watch.askToStop();
  }
}
