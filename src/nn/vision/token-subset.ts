/**
 * Which tokens an encoder sees and which a predictor restores. Ids are drawn on the host, with counts fixed by the
 * options, and enter the graph as int32 [B, K]; `gatherTokens` and `scatterTokens` act on them.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream } from "../../engine/index.ts";

export interface TokenSubset {
  /** Tokens the encoder sees, ascending, [B, K] int32. */
  readonly kept: HostArray;
  /** The others, ascending, [B, L - K] int32. */
  readonly hidden: HostArray;
}

/** floor(rate * count), safe against rates such as 1 - 0.9 that fall a hair below the intended one. */
export const floorShare = (rate: number, count: number): number => Math.floor(rate * count + 1e-9);

/** One row of ids for each example; all rows have the length of the first. */
export function idRows(rows: readonly ArrayLike<number>[]): HostArray {
  const width = rows[0]?.length ?? 0;
  const uneven = rows.find((row) => row.length !== width);
  if (uneven !== undefined) throw new RangeError(`token ids: every example needs the same number, got ${width} and ${uneven.length}`);
  return hostArray(Int32Array.from(rows.flatMap((row) => Array.from(row))), [rows.length, width]);
}

/** Kept and hidden ids of examples given by which tokens are hidden. */
export function subsetOf(hidden: readonly (readonly boolean[])[]): TokenSubset {
  const where = (value: boolean): HostArray => idRows(hidden.map((row) => row.flatMap((flag, i) => (flag === value ? [i] : []))));
  return { kept: where(false), hidden: where(true) };
}

/** A uniformly random set of floor(rate * length) hidden tokens for each example. */
export function uniformSubset(batch: number, length: number, rate: number, random: RandomStream): TokenSubset {
  const count = floorShare(rate, length);
  return subsetOf(Array.from({ length: batch }, () => {
    const chosen = new Set(random.permutation(length).subarray(0, count));
    return Array.from({ length }, (_, i) => chosen.has(i));
  }));
}

/** A random `count` of the ids of each row, ascending: the part of the hidden tokens that is predicted. */
export function chooseIds(ids: HostArray, count: number, random: RandomStream): HostArray {
  const [batch, width] = ids.shape as [number, number];
  if (count > width) throw new RangeError(`chooseIds: ${count} of ${width} ids`);
  const row = (b: number): number[] => Array.from(random.permutation(width).subarray(0, count), (i) => ids.data[b * width + i] as number).sort((x, y) => x - y);
  return idRows(Array.from({ length: batch }, (_, b) => row(b)));
}
