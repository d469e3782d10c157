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

/**
 * Kendall's tau-b: (concordant - discordant) / sqrt((pairs - tied in x) (pairs - tied in y)), in n log n steps (Knight
 * 1966). Throws when a list is constant, for then it is undefined.
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requirePaired("kendall", x, y);
  const n = x.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number));
  const xs = order.map((i) => x[i] as number);
  const ys = order.map((i) => y[i] as number);
  const all = (n * (n - 1)) / 2;
  const tiedX = tiedPairs(xs, (a, b) => xs[a] === xs[b]);
  const tiedBoth = tiedPairs(xs, (a, b) => xs[a] === xs[b] && ys[a] === ys[b]);
  const inversions = sortCountingInversions(ys); // sorts ys
  const tiedY = tiedPairs(ys, (a, b) => ys[a] === ys[b]);
  const norm = Math.sqrt((all - tiedX) * (all - tiedY));
  if (!(norm > 0)) throw new RangeError("kendall: correlation with a constant list is undefined");
  return (all - tiedX - tiedY + tiedBoth - 2 * inversions) / norm;
}

/** Pairs within runs of equal neighbours. */
function tiedPairs(sorted: readonly number[], equal: (a: number, b: number) => boolean): number {
  let total = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && equal(start, end)) end++;
    total += ((end - start) * (end - start - 1)) / 2;
    start = end;
  }
  return total;
}

/** Sorts by merging and counts the pairs that stood in falling order. */
function sortCountingInversions(values: number[]): number {
  const buffer = new Array<number>(values.length);
  let inversions = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || (values[left] as number) <= (values[right] as number))) buffer[at] = values[left++] as number;
        else {
          inversions += middle - left;
          buffer[at] = values[right++] as number;
        }
      }
    }
    for (let i = 0; i < values.length; i++) values[i] = buffer[i] as number;
  }
  return inversions;
}

function centered(values: ArrayLike<number>): Float64Array {
  const list = Float64Array.from(values);
  const mean = list.reduce((total, value) => total + value, 0) / list.length;
  return list.map((value) => value - mean);
}

const product = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * (b[i] as number), 0);
