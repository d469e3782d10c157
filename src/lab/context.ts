/** What an experiment's functions receive. An arm touches the world through its context only. */
import type { Device, RandomStream } from "../engine/index.ts";
import type { BuiltFoundation, Foundation } from "./foundation.ts";
import type { Numbers } from "./measurement.ts";
import type { ProfileName } from "./profile.ts";
import type { BlobStore } from "./store.ts";

/** What stays the same for a whole run. */
export interface RunContext<Settings extends object> {
  readonly profile: ProfileName;
  readonly settings: Settings;
  /** Where graphs run; hand it to `compile`. */
  readonly device: Device;
  /** Aborted when the run must stop; check it between steps and leave by `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  /** Lasting storage shared by all runs, for what is dear to compute. */
  readonly cache: BlobStore;
  /** The built files of a foundation that the experiment lists. */
  foundation(foundation: Foundation): BuiltFoundation;
  /** Progress within the current piece of work, `done` of `total` steps, with values worth showing (the loss). */
  report(done: number, total: number, values?: Readonly<Record<string, number>>): void;
  /** A line for the person watching; it goes to stderr and into no result. */
  message(text: string): void;
}

/** For work shared by all arms and seeds: data, splits, tokenizers, teachers. */
export interface PrepareContext<Settings extends object> extends RunContext<Settings> {
  /** Randomness of the preparation, the same for every seed. */
  readonly random: RandomStream;
}

/** For one arm in one seed. All arms of a seed get the same `seed` and equal `random` streams. */
export interface ArmContext<Settings extends object> extends RunContext<Settings> {
  readonly arm: string;
  readonly seed: number;
  /** Children by purpose keep arms paired: `random.child("weights")`, `random.child("batches")`, `random.child("masks")`. */
  readonly random: RandomStream;
  /** Files of this arm and seed, kept with the run: checkpoints, samples. A stopped arm finds its checkpoints here again. */
  readonly artifacts: BlobStore;
  /** Whether this arm was begun before and stopped. */
  readonly resumed: boolean;
  /** Numbers of an earlier arm of the same seed, for budgets that depend on it. Throws when the arm is not earlier. */
  resultOf(arm: string): Numbers;
  /** Files of an earlier arm of the same seed. */
  artifactsOf(arm: string): BlobStore;
}
