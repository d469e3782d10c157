/** The order of work: every (arm, seed) of a run, and how long what is left will take. */
import { armsOf } from "./experiment.ts";
import type { Arm, Experiment } from "./experiment.ts";
import type { ProfileName } from "./profile.ts";
import { mean } from "./statistics.ts";

export interface Job {
  readonly arm: Arm;
  readonly seed: number;
}

/** An arm that ran, and its wall seconds. */
export interface Timed {
  readonly arm: string;
  readonly seconds: number;
}

/**
 * Jobs seed by seed, so that a run cut short has whole seeds. Within a seed the declared order holds; `quick` takes the
 * system's and the baseline's arms first, since it may run out of minutes for the rest.
 */
export function planJobs(experiment: Experiment, profile: ProfileName, seeds: readonly number[]): Job[] {
  const arms = armsOf(experiment, profile);
  const ordered = profile === "quick" ? [...arms.filter(isEssential), ...arms.filter((arm) => !isEssential(arm))] : arms;
  return seeds.flatMap((seed) => ordered.map((arm) => ({ arm, seed })));
}

/** Whether an arm runs even when time is up: the system, what it is compared with, and floors, which train nothing. */
export function isEssential({ role }: Pick<Arm, "role">): boolean {
  return role === "system" || role === "baseline" || role === "floor";
}

/** Overall progress of a run. */
export interface Estimate {
  /** Share of the expected time that is over, 0 to 1. */
  readonly fraction: number;
  /** Seconds to go; undefined while nothing is known yet. */
  readonly secondsLeft: number | undefined;
}

/**
 * Progress and time to go. An arm is expected to take what it took in other seeds, else the mean of all arms that
 * finished, else what the current one projects to.
 */
export function estimate(finished: readonly Timed[], current: { arm: string; seconds: number; fraction: number } | undefined, waiting: readonly string[]): Estimate {
  const projected = current && current.fraction > 0 ? current.seconds / current.fraction : undefined;
  const typical = finished.length > 0 ? mean(finished.map(({ seconds }) => seconds)) : projected;
  const spent = finished.reduce((sum, { seconds }) => sum + seconds, 0) + (current?.seconds ?? 0);
  if (typical === undefined) return { fraction: 0, secondsLeft: undefined };
  const expected = (arm: string): number => {
    const same = finished.filter((timed) => timed.arm === arm).map(({ seconds }) => seconds);
    return same.length > 0 ? mean(same) : typical;
  };
  const currentLeft = current === undefined ? 0 : Math.max(0, (projected ?? expected(current.arm)) - current.seconds);
  const secondsLeft = currentLeft + waiting.reduce((sum, arm) => sum + expected(arm), 0);
  return { fraction: spent + secondsLeft === 0 ? 1 : spent / (spent + secondsLeft), secondsLeft };
}
