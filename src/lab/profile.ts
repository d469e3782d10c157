/**
 * Two sizes of every experiment. `quick` is one seed within two minutes on two cores and is only indicative; `full` has
 * the seeds and steps its verdict is meant for, and only it enters the ledger.
 */

export const PROFILES = ["quick", "full"] as const;
export type ProfileName = (typeof PROFILES)[number];

export interface Profile<Settings extends object = object> {
  /** Seeds to run, each a safe integer. */
  readonly seeds: readonly number[];
  /** Minutes the arms may take on two cores, foundations and data outside. `quick` skips late optional arms to keep it. */
  readonly minutes: number;
  /** Arms this profile runs, by name; all when absent. */
  readonly arms?: readonly string[];
  /** Sizes and rates: plain JSON, stored with the run and compared on resume. */
  readonly settings: Settings;
}

/** The first `count` seeds of a profile; more than it has continue from its last seed by ones. */
export function seedsOf(profile: Pick<Profile, "seeds">, count: number): number[] {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`seeds: expected a whole number >= 1, got ${count}`);
  const last = Math.max(...profile.seeds);
  return Array.from({ length: count }, (_, i) => profile.seeds[i] ?? last + 1 + i - profile.seeds.length);
}
