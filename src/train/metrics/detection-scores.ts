/** Metrics of a score that should be high for one class of two: areas under curves and the equal error rate. Equal scores count as tied, in any order. */
import { meanRanks } from "./correlation.ts";
import { requirePaired } from "./classification.ts";

/** Area under the ROC curve: the probability that a positive scores above a negative, ties counting half. Truth is 0 or 1. */
export function areaUnderRoc(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = countSides("areaUnderRoc", truth, scores);
  const ranks = meanRanks(scores);
  const sum = ranks.reduce((total, rank, i) => total + (truth[i] === 1 ? rank : 0), 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Average precision: sum over thresholds of precision * gain in recall, one threshold for each distinct score. */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives } = countSides("averagePrecision", truth, scores);
  let recall = 0;
  return thresholds(truth, scores).reduce((total, { hits, alarms }) => {
    const gained = hits / positives - recall;
    recall = hits / positives;
    return total + (gained * hits) / (hits + alarms);
  }, 0);
}

/** Rate at which as large a share of negatives passes as of positives is refused, on the straight line between thresholds. */
export function equalErrorRate(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = countSides("equalErrorRate", truth, scores);
  let [passed, refused] = [0, 1];
  for (const { hits, alarms } of thresholds(truth, scores)) {
    const [nextPassed, nextRefused] = [alarms / negatives, 1 - hits / positives];
    if (nextPassed >= nextRefused) {
      const [before, after] = [refused - passed, nextPassed - nextRefused];
      const share = before + after === 0 ? 0 : before / (before + after);
      return passed + share * (nextPassed - passed);
    }
    [passed, refused] = [nextPassed, nextRefused];
  }
  return passed;
}

/** Positives and negatives at or above each distinct score, from the highest down. */
function thresholds(truth: ArrayLike<number>, scores: ArrayLike<number>): { readonly hits: number; readonly alarms: number }[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const points: { hits: number; alarms: number }[] = [];
  let [hits, alarms] = [0, 0];
  order.forEach((item, i) => {
    if (truth[item] === 1) hits++;
    else alarms++;
    const next = order[i + 1];
    if (next === undefined || scores[next] !== scores[item]) points.push({ hits, alarms });
  });
  return points;
}

function countSides(where: string, truth: ArrayLike<number>, scores: ArrayLike<number>): { readonly positives: number; readonly negatives: number } {
  requirePaired(where, truth, scores);
  const labels = Array.from(truth);
  const bad = labels.findIndex((label) => label !== 0 && label !== 1);
  if (bad >= 0) throw new RangeError(`${where}: expected truth of 0 and 1, got ${String(labels[bad])} for item ${bad}`);
  if (Array.from(scores).some(Number.isNaN)) throw new RangeError(`${where}: scores are not all numbers`);
  const positives = labels.filter((label) => label === 1).length;
  if (positives === 0 || positives === labels.length) throw new RangeError(`${where}: expected items of both classes, got ${positives} positives of ${labels.length}`);
  return { positives, negatives: labels.length - positives };
}
