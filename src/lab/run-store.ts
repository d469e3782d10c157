/**
 * How a run lies in its store:
 *   run.json                              its identity
 *   preconditions.json                    its premises, once tested
 *   arms/<arm>/seed-<seed>.json           one finished arm and seed, written at once
 *   arms/<arm>/seed-<seed>-files/...      what the arm keeps for itself: checkpoints, samples
 *   report.html, report.json              written by whoever asked for the run
 */
import { parseArmRecord } from "./arm-record.ts";
import type { ArmRecord } from "./arm-record.ts";
import type { Job } from "./plan.ts";
import { ResumeRefused, checkSameRun } from "./run-identity.ts";
import type { RunIdentity } from "./run-identity.ts";
import { readJson, subStore, writeJson } from "./store.ts";
import type { BlobStore } from "./store.ts";
import type { CheckedPrecondition } from "./verdict.ts";

export class RunStore {
  private readonly store: BlobStore;
  private readonly finished = new Map<string, ArmRecord>();

  constructor(store: BlobStore) {
    this.store = store;
  }

  /** Marks the store as this run's, or checks that it already is. Throws `ResumeRefused` when it is another's. */
  async claim(identity: RunIdentity, resume: boolean): Promise<void> {
    const stored = await readJson(this.store, "run.json");
    const where = this.store.path("") ?? "the store";
    if (stored === undefined) return writeJson(this.store, "run.json", identity);
    if (!resume) throw new ResumeRefused(`${where} already holds a run; pass --resume to continue it, or another directory.`);
    checkSameRun(stored, identity, where);
  }

  /** Reads what is finished of the given jobs. */
  async load(jobs: readonly Job[]): Promise<void> {
    for (const { arm, seed } of jobs) {
      const name = recordName(arm.name, seed);
      const stored = await readJson(this.store, name);
      if (stored !== undefined) this.finished.set(name, parseArmRecord(stored, this.store.path(name) ?? name));
    }
  }

  async save(record: ArmRecord): Promise<void> {
    const name = recordName(record.arm, record.seed);
    await writeJson(this.store, name, record);
    this.finished.set(name, record);
  }

  /** The record of a finished arm and seed. */
  record(arm: string, seed: number): ArmRecord | undefined {
    return this.finished.get(recordName(arm, seed));
  }

  /** Everything finished, in order of finishing (stored first). */
  records(): ArmRecord[] {
    return [...this.finished.values()];
  }

  /** The files of an arm and seed. */
  artifacts(arm: string, seed: number): BlobStore {
    return subStore(this.store, `arms/${encodeURIComponent(arm)}/seed-${seed}-files`);
  }

  async preconditions(): Promise<readonly CheckedPrecondition[]> {
    return ((await readJson(this.store, "preconditions.json")) as readonly CheckedPrecondition[] | undefined) ?? [];
  }

  savePreconditions(checked: readonly CheckedPrecondition[]): Promise<void> {
    return writeJson(this.store, "preconditions.json", checked);
  }
}

function recordName(arm: string, seed: number): string {
  return `arms/${encodeURIComponent(arm)}/seed-${seed}.json`;
}
