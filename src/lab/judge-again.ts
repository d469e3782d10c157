/**
 * Judging a stored result by the conditions that its system declares today. Nothing is measured: the ledger keeps every
 * arm's numbers of each seed, so that a verdict can be worked out again from them and anybody can check it.
 */
import { judgeCondition } from "./condition.ts";
import type { Condition, SeedNumbers } from "./condition.ts";
import type { LedgerResult } from "./ledger.ts";
import { verdictOf } from "./verdict.ts";

/** The numbers of each seed, as conditions read them. */
function numbersOf({ seeds, arms }: LedgerResult): SeedNumbers[] {
  return seeds.map((seed, i) => ({
    seed,
    arms: new Map(
      arms.map(({ name, parameters, flopsPerStep, steps, seconds, metrics }) => [
        name,
        {
          parameters: parameters ?? NaN,
          flopsPerStep: flopsPerStep ?? NaN,
          steps: steps ?? NaN,
          seconds: seconds.values[i] ?? NaN,
          metrics: Object.fromEntries(Object.entries(metrics).map(([metric, { values }]) => [metric, values[i] ?? NaN])),
        },
      ]),
    ),
  }));
}

/** Conditions and verdict of a stored result under `conditions`. Throws where one reads what the run did not measure. */
export function judgeAgain(conditions: readonly Condition[], result: LedgerResult): Pick<LedgerResult, "conditions" | "verdict"> {
  const numbers = numbersOf(result);
  const judged = conditions.map((condition) => judgeCondition(condition, result.profile, numbers));
  return { conditions: judged, verdict: verdictOf(result.preconditions, judged) };
}
