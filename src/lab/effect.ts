/**
 * An effect: one number computed from the arms of one seed, paired because all arms of a seed share data order, initial
 * values and masks. A difference or a ratio says which way the claim points through its value at "no effect" (0 or 1).
 */
import { numberNamed } from "./measurement.ts";
import type { Numbers } from "./measurement.ts";

/** An arm's value that an effect reads. */
export interface Reading {
  readonly arm: string;
  readonly metric: string;
}

export interface Effect {
  /** How the number is made, for people: `probe(crossmae) - probe(mae)`. */
  readonly formula: string;
  readonly reads: readonly Reading[];
  /** The value the effect has when the claim's idea does nothing. */
  readonly noEffect: number;
  /** The number, from the values in the order of `reads`. */
  compute(values: readonly number[]): number;
}

/** `metric(of) - metric(minus)`; no effect is 0. */
export function difference({ metric, of, minus }: { metric: string; of: string; minus: string }): Effect {
  return {
    formula: `${metric}(${of}) - ${metric}(${minus})`,
    reads: [{ arm: of, metric }, { arm: minus, metric }],
    noEffect: 0,
    compute: ([a = NaN, b = NaN]) => a - b,
  };
}

/** `metric(of) / metric(over)`; no effect is 1. */
export function ratio({ metric, of, over }: { metric: string; of: string; over: string }): Effect {
  return {
    formula: `${metric}(${of}) / ${metric}(${over})`,
    reads: [{ arm: of, metric }, { arm: over, metric }],
    noEffect: 1,
    compute: ([a = NaN, b = NaN]) => a / b,
  };
}

/** `metric(of)` itself; `noEffect` is what chance or a known floor would give. */
export function level({ metric, of, noEffect }: { metric: string; of: string; noEffect: number }): Effect {
  return { formula: `${metric}(${of})`, reads: [{ arm: of, metric }], noEffect, compute: ([a = NaN]) => a };
}

/** The effect in one seed. Throws when an arm or metric it reads is missing; see `missingReadings` to ask first. */
export function effectOf(effect: Effect, arms: ReadonlyMap<string, Numbers>): number {
  const values = effect.reads.map(({ arm, metric }) => {
    const numbers = arms.get(arm);
    const value = numbers && numberNamed(numbers, metric);
    if (value === undefined) throw new Error(`effect ${effect.formula}: ${metric}(${arm}) was not measured`);
    return value;
  });
  return effect.compute(values);
}

/** What an effect reads from `arm` that its numbers do not have. */
export function missingReadings(effect: Effect, arm: string, numbers: Numbers): Reading[] {
  return effect.reads.filter((reading) => reading.arm === arm && numberNamed(numbers, reading.metric) === undefined);
}
