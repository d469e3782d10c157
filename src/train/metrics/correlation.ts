/** Correlation of two lists of numbers. */
import { requirePaired } from "./classification.ts";

/** Pearson's r. Throws when a list is constant, for then it is undefined. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requirePaired("pearson", x, y);
  const dx = centered(x);
  const dy = centered(y);
  const norm = Math.sqrt(product(dx, dx) * product(dy, dy));
  if (!(norm > 0)) throw new RangeError("pearson: correlation with a constant list is undefined");
  return product(dx, dy) / norm;
}

/** Spearman's rho: Pearson's r of ranks, equal values sharing their mean rank. */
export const spearman = (x: ArrayLike<number>, y: ArrayLike<number>): number => pearson(meanRanks(x), meanRanks(y));

/** Ranks from 1, equal values sharing the mean of their ranks. */
export function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (const i of order.slice(start, end)) ranks[i] = (start + 1 + end) / 2;
    start = Math.max(end, start + 1); // a NaN equals nothing, itself included
  }
  return ranks;
}

function centered(values: ArrayLike<number>): Float64Array {
  const list = Float64Array.from(values);
  const mean = list.reduce((total, value) => total + value, 0) / list.length;
  return list.map((value) => value - mean);
}

const product = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * (b[i] as number), 0);
