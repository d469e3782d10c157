/** Statistics of a handful of paired values: spread, a seeded bootstrap interval and the sign rule of the verdicts. */
import type { RandomStream } from "../engine/index.ts";

/** A two-sided interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n - 1); 0 for one value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/**
 * Percentile bootstrap interval of the mean. For paired values give their differences: resampling pairs is resampling
 * differences. `random` makes it repeatable.
 */
export function bootstrapInterval(
  values: readonly number[],
  { random, resamples = 1000, confidence = 0.95 }: { random: RandomStream; resamples?: number; confidence?: number },
): Interval {
  if (values.length === 0) throw new RangeError("bootstrapInterval: expected at least one value, got none");
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)] ?? NaN;
    return sum / values.length;
  }).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

export interface PairedDifference {
  /** Mean of b - a. */
  readonly difference: number;
  readonly interval: Interval;
  /** Whether the interval leaves out 0. */
  readonly significant: boolean;
}

/** Difference of two systems on the same test items, such as queries, with its bootstrap interval over the items. */
export function pairedBootstrap(a: readonly number[], b: readonly number[], options: { readonly random: RandomStream; readonly resamples?: number; readonly confidence?: number }): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`pairedBootstrap: expected values of the same items, got ${a.length} and ${b.length}`);
  const differences = b.map((value, i) => value - (a[i] as number));
  const interval = bootstrapInterval(differences, options);
  return { difference: mean(differences), interval, significant: interval.low > 0 || interval.high < 0 };
}

/** Exact interval (Clopper and Pearson 1934) of a probability from `hits` of `trials`. */
export function binomialInterval(hits: number, trials: number, confidence = 0.95): Interval {
  if (!Number.isInteger(trials) || trials < 1 || !Number.isInteger(hits) || hits < 0 || hits > trials) throw new RangeError(`binomialInterval: expected whole numbers 0 <= hits <= trials, got ${hits} of ${trials}`);
  const tail = (1 - confidence) / 2;
  // The probability of at most `count` hits falls as p grows.
  const solve = (count: number, level: number): number => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const p = (low + high) / 2;
      if (atMost(count, trials, p) > level) low = p;
      else high = p;
    }
    return (low + high) / 2;
  };
  return { low: hits === 0 ? 0 : solve(hits - 1, 1 - tail), high: hits === trials ? 1 : solve(hits, tail) };
}

/** P(X <= count) of a binomial X. */
function atMost(count: number, trials: number, p: number): number {
  let logTerm = trials * Math.log1p(-p);
  let total = Math.exp(logTerm);
  for (let i = 1; i <= count; i++) {
    logTerm += Math.log((trials - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    total += Math.exp(logTerm);
  }
  return total;
}

/**
 * How many of `seeds` seeds may point the other way before a direction counts as unsteady: the largest c for which
 * c or fewer contrary signs among fair coin flips has probability at most 1/8, which is what three out of three gives.
 * So none up to five seeds, one of six to eight, two of nine or ten.
 */
export function allowedContrary(seeds: number): number {
  let allowed = 0;
  let tail = 2 ** -seeds; // P(contrary <= 0)
  for (let contrary = 1, ways = seeds; contrary < seeds; contrary++) {
    tail += ways * 2 ** -seeds;
    if (tail > 1 / 8) break;
    allowed = contrary;
    ways = (ways * (seeds - contrary)) / (contrary + 1);
  }
  return allowed;
}

/** Quantile of sorted values with linear interpolation. */
function quantile(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)] ?? NaN, sorted[Math.ceil(position)] ?? NaN];
  return low + (high - low) * (position - Math.floor(position));
}
