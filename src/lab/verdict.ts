/**
 * The verdict on a claim. Never "passed": a run at laptop scale says whether the paper's direction and a minimum effect
 * showed here.
 *   precondition failed                a premise of the experiment did not hold, so nothing was learnt about the claim;
 *   not reproduced at this scale       a main condition failed;
 *   reproduced                         every judged main and side condition held;
 *   direction only                     every main condition at least points the right way, but a bar was missed,
 *                                      seeds disagreed or a side condition was lost.
 * Conditions that a profile does not judge are left out; `defineSystem` sees to it that one main condition is judged.
 */
import type { JudgedCondition } from "./condition.ts";

export const VERDICTS = ["reproduced", "direction only", "not reproduced at this scale", "precondition failed"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A premise that was tested before the arms ran. */
export interface CheckedPrecondition {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, in words with numbers: "R@1 64.1 of a required 60". */
  readonly measured: string;
}

/** The verdict from the premises and the judged conditions. */
export function verdictOf(preconditions: readonly CheckedPrecondition[], conditions: readonly JudgedCondition[]): Verdict {
  const judged = conditions.filter(({ outcome }) => outcome !== "not measured");
  const outcomes = (role: JudgedCondition["role"]): string[] => judged.filter((condition) => condition.role === role).map(({ outcome }) => outcome);
  if (preconditions.some(({ holds }) => !holds) || outcomes("precondition").some((outcome) => outcome !== "held")) return "precondition failed";
  const main = outcomes("main");
  if (main.length === 0) throw new Error("internal: no main condition was judged");
  if (main.includes("failed")) return "not reproduced at this scale";
  return [...main, ...outcomes("side")].every((outcome) => outcome === "held") ? "reproduced" : "direction only";
}
