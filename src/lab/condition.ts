/**
 * A condition of a claim, and how it is judged over seeds.
 *
 * The effect is computed once per seed from paired arms. Let m be the mean over seeds, b the bar (`minimumEffect`), and
 * for `atLeast` let the line be
 *     noEffect, exclusive   when b > noEffect   (a gain is claimed: a seed counts if it shows any gain), else
 *     b, inclusive          when b <= noEffect  (at most this much loss is claimed: a seed counts if it loses no more).
 * `atMost` is the mirror image. For `within` the line is |effect - noEffect| <= b.
 *   held       m reaches the bar, and all seeds are on the right side of the line but for those a sign rule allows
 *              (`allowedContrary`: none up to five seeds).
 *   direction  m is on the right side of the line, but one of the two fails.
 *   failed     m is on the wrong side of the line, or an effect is not finite.
 *   not measured   the profile did not run an arm the condition reads.
 * With one seed `held` means that this seed reaches the bar.
 */
import { effectOf } from "./effect.ts";
import type { Effect } from "./effect.ts";
import type { Numbers } from "./measurement.ts";
import type { ProfileName } from "./profile.ts";
import { allowedContrary, bootstrapInterval, mean, standardDeviation } from "./statistics.ts";
import type { Interval } from "./statistics.ts";
import { RandomStream } from "../engine/index.ts";

export interface Condition {
  /** What must hold, in words. */
  readonly name: string;
  readonly effect: Effect;
  readonly kind: "atLeast" | "atMost" | "within";
  /** The bar: the least (or most) mean effect; for `within` the farthest distance from no effect. */
  readonly minimumEffect: number;
  /**
   * `main` carries the claim; `side` must not be lost while it is carried; `precondition` is the experiment's own
   * premise (a teacher better than its student). Default `main`.
   */
  readonly role?: "main" | "side" | "precondition";
  /** Profiles that judge this condition; all when absent. */
  readonly profiles?: readonly ProfileName[];
}

export type Outcome = "held" | "direction" | "failed" | "not measured";

/** A condition with what was measured. `null` stands for a value that is not finite. */
export interface JudgedCondition {
  readonly name: string;
  readonly role: "main" | "side" | "precondition";
  readonly formula: string;
  readonly kind: Condition["kind"];
  readonly minimumEffect: number;
  readonly noEffect: number;
  readonly outcome: Outcome;
  /** Mean effect over seeds. */
  readonly measured: number | null;
  readonly deviation: number | null;
  /** 95% bootstrap interval of the mean over seeds; null for a single seed. */
  readonly interval: Interval | null;
  readonly perSeed: readonly { readonly seed: number; readonly effect: number | null; readonly agrees: boolean }[];
}

/** The numbers of one seed, by arm. */
export interface SeedNumbers {
  readonly seed: number;
  readonly arms: ReadonlyMap<string, Numbers>;
}

/** Judges a condition over seeds by the rule at the top of this file. */
export function judgeCondition(condition: Condition, profile: ProfileName, seeds: readonly SeedNumbers[]): JudgedCondition {
  const { name, effect, kind, minimumEffect, role = "main" } = condition;
  const head = { name, role, formula: effect.formula, kind, minimumEffect, noEffect: effect.noEffect };
  const judged = condition.profiles?.includes(profile) ?? true;
  const complete = seeds.length > 0 && seeds.every(({ arms }) => effect.reads.every(({ arm }) => arms.has(arm)));
  if (!judged || !complete) return { ...head, outcome: "not measured", measured: null, deviation: null, interval: null, perSeed: [] };

  const perSeed = seeds.map(({ seed, arms }) => {
    const value = effectOf(effect, arms);
    return { seed, effect: finiteOrNull(value), agrees: isOnRightSide(condition, value) };
  });
  const effects = perSeed.map((item) => item.effect ?? NaN);
  const measured = mean(effects);
  const finite = Number.isFinite(measured);
  return {
    ...head,
    outcome: outcomeOf(condition, measured, perSeed.filter(({ agrees }) => !agrees).length, seeds.length),
    measured: finiteOrNull(measured),
    deviation: finite ? standardDeviation(effects) : null,
    interval: finite && seeds.length > 1 ? bootstrapInterval(effects, { random: RandomStream.of(0, "condition", name) }) : null,
    perSeed,
  };
}

/** Whether a condition can be judged in a profile that runs these arms. */
export function isMeasuredBy(condition: Condition, profile: ProfileName, arms: ReadonlySet<string>): boolean {
  return (condition.profiles?.includes(profile) ?? true) && condition.effect.reads.every(({ arm }) => arms.has(arm));
}

function outcomeOf(condition: Condition, measured: number, contrary: number, seeds: number): Outcome {
  if (!isOnRightSide(condition, measured)) return "failed";
  return reachesBar(condition, measured) && contrary <= allowedContrary(seeds) ? "held" : "direction";
}

/** Shares of counts that equal a bar may miss it by their rounding: 3 of 300 are within one per cent. */
const ROUNDING = 1e-12;

function reachesBar({ kind, minimumEffect, effect }: Condition, value: number): boolean {
  const test = {
    atLeast: () => value >= minimumEffect - ROUNDING,
    atMost: () => value <= minimumEffect + ROUNDING,
    within: () => Math.abs(value - effect.noEffect) <= minimumEffect + ROUNDING,
  } satisfies Record<Condition["kind"], () => boolean>;
  return test[kind]();
}

function isOnRightSide(condition: Condition, value: number): boolean {
  const { kind, minimumEffect, effect } = condition;
  const test = {
    atLeast: () => (minimumEffect > effect.noEffect ? value > effect.noEffect : reachesBar(condition, value)),
    atMost: () => (minimumEffect < effect.noEffect ? value < effect.noEffect : reachesBar(condition, value)),
    within: () => reachesBar(condition, value),
  } satisfies Record<Condition["kind"], () => boolean>;
  return test[kind]();
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
