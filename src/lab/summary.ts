/** Means and spreads over seeds, and the short form of a run that `reprise run --json` prints. */
import type { ArmRecord } from "./arm-record.ts";
import { COUNTED, numberNamed } from "./measurement.ts";
import type { RunRecord } from "./run-record.ts";
import { mean, standardDeviation } from "./statistics.ts";

export interface Spread {
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly values: readonly (number | null)[];
}

export interface RunSummary {
  readonly slug: string;
  readonly profile: string;
  /** The first seed. */
  readonly seed: number;
  /** Means over seeds. */
  readonly arms: readonly {
    readonly name: string;
    readonly parameters: number;
    readonly flopsPerStep: number;
    readonly seconds: number;
    readonly metrics: Readonly<Record<string, number | null>>;
  }[];
  /** `measured` and `minimumEffect` are those of the headline condition. */
  readonly claim: { readonly paper: string; readonly metric: string; readonly expected: string; readonly measured: number | null; readonly minimumEffect: number };
  readonly verdict: string;
  readonly seconds: number;
}

/** Spread of the value called `name` over the seeds of an arm. */
export function spreadOf(perSeed: readonly ArmRecord[], name: string): Spread {
  const values = perSeed.map((record) => numberNamed(record, name) ?? NaN);
  const centre = mean(values);
  return {
    mean: Number.isFinite(centre) ? centre : null,
    deviation: Number.isFinite(centre) ? standardDeviation(values) : null,
    values: values.map((value) => (Number.isFinite(value) ? value : null)),
  };
}

/** Names of the metrics an arm measured, in the order it gave them. */
export function metricNames(perSeed: readonly ArmRecord[]): string[] {
  return [...new Set(perSeed.flatMap(({ metrics }) => Object.keys(metrics)))];
}

/** The short form of a run. */
export function summarise(run: RunRecord): RunSummary {
  const { paper, metric, expected, conditions } = run.claim;
  const headline = conditions.find(({ role }) => role === "main");
  if (!headline) throw new Error(`internal: run of "${run.slug}" has no main condition`);
  const counted = (perSeed: readonly ArmRecord[], name: keyof typeof COUNTED): number => spreadOf(perSeed, name).mean ?? 0;
  return {
    slug: run.slug,
    profile: run.profile,
    seed: run.seeds[0] ?? 0,
    arms: run.arms.map(({ name, perSeed }) => ({
      name,
      parameters: counted(perSeed, "parameters"),
      flopsPerStep: counted(perSeed, "flopsPerStep"),
      seconds: counted(perSeed, "seconds"),
      metrics: Object.fromEntries(metricNames(perSeed).map((key) => [key, spreadOf(perSeed, key).mean])),
    })),
    claim: { paper, metric, expected, measured: headline.measured, minimumEffect: headline.minimumEffect },
    verdict: run.verdict,
    seconds: run.seconds,
  };
}
