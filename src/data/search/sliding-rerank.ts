/**
 * Listwise reranking of a long list by a judge that reads a few texts at a time, such as a language model (RankGPT, arXiv
 * 2304.09542): a window slides from the bottom of the list to its top, and each window's best are carried into the next.
 */

/** Positions of the given items, best first. Positions left out follow in their old order. */
export type WindowOrder<T> = (items: readonly T[]) => Promise<readonly number[]> | readonly number[];

export interface SlidingOptions {
  /** Items read at a time; default 20. */
  readonly window?: number;
  /** How far a window lies above the one before; default 10. What a window finds best travels `window - step` places with it. */
  readonly step?: number;
}

/** Where windows begin and end, in the order in which they are read. The last begins at 0, and is shorter where the list does not divide. */
export function windowsOf(count: number, { window = 20, step = 10 }: SlidingOptions = {}): { readonly start: number; readonly end: number }[] {
  if (!(Number.isInteger(window) && Number.isInteger(step) && step >= 1 && step <= window)) throw new RangeError(`slidingRerank: expected a step from 1 to the window, got a window of ${window} and a step of ${step}`);
  const windows: { start: number; end: number }[] = [];
  for (let end = count; end > 0; end -= step) {
    const start = Math.max(0, end - window);
    windows.push({ start, end });
    if (start === 0) break;
  }
  return windows;
}

/** Items in a better order: with a true judge the first `window - step` are the true ones. Calls the judge once for each window. */
export async function slidingRerank<T>(items: readonly T[], order: WindowOrder<T>, options?: SlidingOptions): Promise<T[]> {
  const list = [...items];
  for (const { start, end } of windowsOf(items.length, options)) {
    const seen = list.slice(start, end);
    completed(await order(seen), seen.length).forEach((position, i) => (list[start + i] = seen[position] as T));
  }
  return list;
}

/** Positions from an answer such as "[3] > [1] > [2]", which counts from 1: strangers and repetitions are dropped, what is missing follows in its old order. */
export const parseRanking = (answer: string, count: number): number[] => completed((answer.match(/\d+/g) ?? []).map((digits) => Number(digits) - 1), count);

function completed(positions: readonly number[], count: number): number[] {
  const known = new Set(positions.filter((position) => Number.isInteger(position) && position >= 0 && position < count));
  return [...known, ...Array.from({ length: count }, (_, i) => i).filter((position) => !known.has(position))];
}
