/**
 * Follows the process of one run to its end: stores what it says, keeps it within its limits, and finds out how it ended.
 * It needs only the run's row and folder, so that it works as well for a process that an earlier server started.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, signalGroup } from "./child-process.ts";
import type { ChildHandle } from "./child-process.ts";
import { parseEvents } from "./event.ts";
import { linesAfter } from "./event-file.ts";
import { limitExceeded } from "./limits.ts";
import type { RunLimits } from "./limits.ts";
import { lastComplaint, readOutcome } from "./run-folder.ts";
import type { RunFolder } from "./run-folder.ts";
import { changeRun, runById, storeEvents } from "./run-table.ts";
import type { RunChange } from "./run-table.ts";
import type { Run } from "./run.ts";
import type { Database } from "../store/database.ts";

export interface WatchOptions {
  readonly database: Database;
  readonly limits: RunLimits;
  readonly clock: () => Date;
  /** Called whenever something about the run has changed in the database. */
  readonly changed: (id: string) => void;
  /** Milliseconds between looks at the file and the process. */
  readonly every: number;
  /** Milliseconds between asking a process to stop and making it. */
  readonly patience: number;
}

export class RunWatch {
  /** Settles when the run's end is in the database. */
  readonly done: Promise<void>;
  private readonly run: Run;
  private readonly child: ChildHandle;
  private readonly folder: RunFolder;
  private readonly options: WatchOptions;
  private readTo: number;
  /** When the process was asked to stop. */
  private asked: number | undefined;
  /** Why it was, when a limit did. */
  private exceeded: string | undefined;
  private leaving = false;

  constructor(run: Run, child: ChildHandle, folder: RunFolder, options: WatchOptions) {
    this.run = run;
    this.child = child;
    this.folder = folder;
    this.options = options;
    this.readTo = run.eventsRead;
    this.done = this.follow();
  }

  /** Asks the process to stop after its step; it is made to when it takes too long. */
  askToStop(): void {
    if (this.asked !== undefined) return;
    this.asked = Date.now();
    signalGroup(this.child, "SIGTERM");
  }

  /** The server goes: the process stops, and the run waits for the next server. */
  leave(): Promise<void> {
    this.leaving = true;
    this.askToStop();
    return this.done;
  }

  private async follow(): Promise<void> {
    let seen = false;
    for (let look = 0; await isAlive(this.child); look++) {
      seen = true;
      await this.readEvents();
      if (look % 4 === 0) await this.keepWithinLimits();
      if (look % 4 === 2) await this.heedCancellation();
      if (this.asked !== undefined && Date.now() - this.asked > this.options.patience) signalGroup(this.child, "SIGKILL");
      await delay(this.options.every);
    }
    if (seen) signalGroup(this.child, "SIGKILL"); // whatever it left behind; a group never seen may be another's by now
    while (await this.readEvents());
    await this.conclude();
  }

  /** Stores what is new; says whether there was anything. */
  private async readEvents(): Promise<boolean> {
    const { database, changed } = this.options;
    const { text, to } = await linesAfter(this.folder.events, this.readTo);
    if (to === this.readTo) return false;
    const events = parseEvents(text);
    const stored = await storeEvents(database, this.run.id, events, { from: this.readTo, to });
    this.readTo = stored ? to : ((await runById(database, this.run.id))?.eventsRead ?? to);
    if (!stored) return true;
    const last = events.findLast((event) => event.type === "progress");
    if (last) await changeRun(database, this.run.id, { label: last.label, ...(last.arm && { fraction: last.fraction }), secondsLeft: last.secondsLeft });
    changed(this.run.id);
    return true;
  }

  private async keepWithinLimits(): Promise<void> {
    if (this.asked !== undefined) return;
    const { limits, clock } = this.options;
    this.exceeded = await limitExceeded(this.child, this.run.startedAt ?? clock(), clock(), limits);
    if (this.exceeded !== undefined) this.askToStop();
  }

  /** Somebody at another server may have cancelled it. */
  private async heedCancellation(): Promise<void> {
    if ((await runById(this.options.database, this.run.id))?.status === "cancelling") this.askToStop();
  }

  private async conclude(): Promise<void> {
    const { database, clock, changed } = this.options;
    const before = await runById(database, this.run.id);
    const end: RunChange = await this.end(before?.status === "cancelling");
    await changeRun(database, this.run.id, { ...end, finishedAt: end.status === "queued" ? null : clock(), pid: null, processStarted: null, secondsLeft: null });
    changed(this.run.id);
  }

  private async end(cancelled: boolean): Promise<RunChange> {
    try {
      const outcome = await readOutcome(this.folder);
      if (outcome) return { status: "finished", outcome, fraction: 1, label: null, reason: null };
    } catch (error) {
      return { status: "failed", reason: `its report cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
    if (cancelled) return { status: "cancelled", reason: null };
    if (this.exceeded !== undefined) return { status: "failed", reason: this.exceeded };
    if (this.leaving) return { status: "queued", reason: "the server stopped; the run continues with it" };
    return { status: "failed", reason: (await lastComplaint(this.folder)) ?? "the process ended without a word; the system may have stopped it" };
  }
}
