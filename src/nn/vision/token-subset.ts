/**
 * Which tokens an encoder sees and which a predictor restores. Ids are drawn on the host (`data/masking`), with counts
 * fixed by the options, and enter the graph as int32 [B, K]; `gatherTokens` and `scatterTokens` act on them.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";

/** floor(rate * count), safe against rates such as 1 - 0.9 that fall a hair below the intended one. */
export const floorShare = (rate: number, count: number): number => Math.floor(rate * count + 1e-9);

/** One row of ids for each example; all rows have the length of the first. */
export function idRows(rows: readonly ArrayLike<number>[]): HostArray {
  const width = rows[0]?.length ?? 0;
  const uneven = rows.find((row) => row.length !== width);
  if (uneven !== undefined) throw new RangeError(`token ids: every example needs the same number, got ${width} and ${uneven.length}`);
  return hostArray(Int32Array.from(rows.flatMap((row) => Array.from(row))), [rows.length, width]);
}
