/**
 * Split conformal prediction (Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World"; arXiv 2107.07511):
 * sets of labels that hold the right one with a chosen probability, whatever the score is worth. A bad score makes large
 * sets, never wrong ones more often.
 *
 *   p(y) = (1 + #{i : a_i >= a(y)}) / (n + 1),   set = {y : p(y) > error rate}
 *
 * a is the nonconformity of a label, higher for stranger ones; a_1 .. a_n are those of the right labels of n calibration
 * items. If these and the new item are exchangeable, P(right label in set) >= 1 - error rate.
 */
export class ConformalSets {
  /** Share of items whose set may miss the right label. */
  readonly errorRate: number;
  /** Nonconformities of calibration, ascending. */
  private readonly calibration: Float64Array;

  /** `calibration` are the nonconformities of the right labels, at least one. Below 1 / error rate - 1 of them no label can ever be left out. */
  constructor(calibration: ArrayLike<number>, errorRate: number) {
    if (!(errorRate > 0 && errorRate < 1)) throw new RangeError(`ConformalSets: errorRate: expected a number between 0 and 1, got ${errorRate}`);
    if (calibration.length === 0) throw new RangeError("ConformalSets: calibration: expected at least one nonconformity, got none");
    const strange = Array.from(calibration).findIndex(Number.isNaN);
    if (strange >= 0) throw new RangeError(`ConformalSets: calibration: nonconformity ${strange} is not a number`);
    this.errorRate = errorRate;
    this.calibration = Float64Array.from(calibration).sort();
  }

  /** Items it was calibrated on, n. */
  get size(): number {
    return this.calibration.length;
  }

  /** How many calibration items an error rate needs before a label can be left out: the least n with 1 / (n + 1) <= error rate. */
  static needed(errorRate: number): number {
    return Math.ceil(1 / errorRate - 1 - ROUNDING);
  }

  /** How usual a label of this nonconformity is among right labels: between 1 / (n + 1) and 1. */
  pValue(nonconformity: number): number {
    return (1 + this.atLeast(nonconformity)) / (this.size + 1);
  }

  /** Positions of the labels in the set, from their nonconformities. */
  setOf(nonconformities: ArrayLike<number>): number[] {
    const least = this.errorRate * (this.size + 1) + ROUNDING;
    return Array.from({ length: nonconformities.length }, (_, label) => label).filter((label) => 1 + this.atLeast(nonconformities[label] as number) > least);
  }

  /** Calibration items at least as strange, by bisection. */
  private atLeast(nonconformity: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.calibration[middle] as number) < nonconformity) low = middle + 1;
      else high = middle;
    }
    return this.size - low;
  }
}

/** Products such as 0.29 * 100 fall a little below the whole number they stand for. */
const ROUNDING = 1e-9;
