/** What a run showed, as lines of plain text: arms with their numbers, premises that failed, conditions with what was measured. */
import { expectation } from "../../lab/report/claim-section.ts";
import { count, effectText, seconds, significant } from "../../lab/report/format.ts";
import type { JudgedCondition } from "../../lab/condition.ts";
import type { RunRecord } from "../../lab/index.ts";

/** An arm over its seeds; means. */
export interface ArmNumbers {
  readonly name: string;
  readonly parameters: number;
  readonly flopsPerStep: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Arms below each other, names in a column. */
export function armLines(arms: readonly ArmNumbers[]): string[] {
  const width = Math.max(0, ...arms.map(({ name }) => name.length));
  return arms.map(({ name, parameters, flopsPerStep, seconds: spent, metrics }) => {
    const measured = Object.entries(metrics).map(([metric, value]) => `${metric} ${significant(value)}`).join("  ");
    return `${name.padEnd(width)}  ${count(parameters)} parameters  ${count(flopsPerStep)} FLOPs a step  ${seconds(spent)}  ${measured}`;
  });
}

export const failedPremises = (preconditions: RunRecord["preconditions"]): string[] => preconditions.filter(({ holds }) => !holds).map(({ name, measured }) => `premise fails: ${name} (${measured})`);

/** A mean that points the right way is no more than a direction when seeds contradict it; then it is said how many do not. */
function agreement({ outcome, perSeed }: JudgedCondition): string {
  const agreeing = perSeed.filter(({ agrees }) => agrees).length;
  return outcome === "direction" && agreeing < perSeed.length ? `; ${agreeing} of ${perSeed.length} seeds agree` : "";
}

export const conditionLine = (condition: JudgedCondition): string =>
  `${condition.outcome}: ${condition.name} (${condition.outcome === "not measured" ? "" : `measured ${effectText(condition.measured, condition.noEffect)}, `}expected ${expectation(condition)}${agreement(condition)})`;
