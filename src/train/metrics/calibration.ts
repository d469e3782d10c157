/** Whether stated probabilities and sets of candidates keep their word. */
import { requirePaired } from "./classification.ts";

export interface CalibrationBin {
  /** Mean stated confidence. */
  readonly confidence: number;
  readonly accuracy: number;
  readonly count: number;
}

export interface Calibration {
  /** sum over bins of share * |accuracy - confidence|. */
  readonly expectedError: number;
  /** Largest |accuracy - confidence| of a bin. */
  readonly largestError: number;
  /** Bins that hold something, from the lowest confidence up. */
  readonly bins: readonly CalibrationBin[];
}

/** Confidence, in [0, 1], of each prediction against whether it was right (1 or 0), in bins of equal width (arXiv 1706.04599). */
export function calibration(confidence: ArrayLike<number>, right: ArrayLike<number>, bins = 10): Calibration {
  requirePaired("calibration", confidence, right);
  const sums = Array.from({ length: bins }, () => ({ confidence: 0, right: 0, count: 0 }));
  for (let i = 0; i < confidence.length; i++) {
    const value = confidence[i] as number;
    if (!(value >= 0 && value <= 1)) throw new RangeError(`calibration: expected confidences from 0 to 1, got ${value} for item ${i}`);
    const bin = sums[Math.min(bins - 1, Math.floor(value * bins))] as (typeof sums)[number];
    bin.confidence += value;
    bin.right += right[i] as number;
    bin.count++;
  }
  const filled = sums.filter(({ count }) => count > 0).map((bin): CalibrationBin => ({ confidence: bin.confidence / bin.count, accuracy: bin.right / bin.count, count: bin.count }));
  const gap = ({ accuracy, confidence: stated }: CalibrationBin): number => Math.abs(accuracy - stated);
  return { expectedError: filled.reduce((total, bin) => total + (bin.count / confidence.length) * gap(bin), 0), largestError: Math.max(...filled.map(gap)), bins: filled };
}

export interface SetScores {
  /** Share of items whose set holds the true class. */
  readonly coverage: number;
  readonly meanSize: number;
  /** Number of items by size of their set. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** Sets of candidate classes against the true class of each item, as conformal predictors give them. */
export function setScores(sets: readonly ReadonlySet<number>[], truth: ArrayLike<number>): SetScores {
  requirePaired("setScores", sets, truth);
  const sizes = new Map<number, number>();
  for (const { size } of sets) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  return {
    coverage: sets.filter((set, i) => set.has(truth[i] as number)).length / sets.length,
    meanSize: sets.reduce((total, { size }) => total + size, 0) / sets.length,
    sizes: new Map([...sizes].sort(([a], [b]) => a - b)),
  };
}
