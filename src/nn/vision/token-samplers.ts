/** Draws of hidden and kept tokens on a grid: tubes, blocks, the running cell, shares of several modalities. */
import type { HostArray, RandomStream } from "../../engine/index.ts";
import { floorShare, idRows, subsetOf } from "./token-subset.ts";
import type { TokenSubset } from "./token-subset.ts";

/** The same floor(rate * places) hidden places in every one of `steps` frames (VideoMAE, arXiv 2203.12602). Tokens are frame-major. */
export function tubeSubset(batch: number, steps: number, places: number, rate: number, random: RandomStream): TokenSubset {
  const count = floorShare(rate, places);
  return subsetOf(Array.from({ length: batch }, () => {
    const chosen = new Set(random.permutation(places).subarray(0, count));
    return Array.from({ length: steps * places }, (_, i) => chosen.has(i % places));
  }));
}

/**
 * Half of the places of each frame, moving from frame to frame so that four frames show every place twice: cells of
 * 2 x 2 places hold the queue [hidden, hidden, shown, shown], turned by one each frame from a random start
 * (VideoMAE V2, arXiv 2303.16727). Returns the shown ids [B, L / 2].
 */
export function runningCellIds(batch: number, steps: number, rows: number, columns: number, random: RandomStream): HostArray {
  if (rows % 2 !== 0 || columns % 2 !== 0) throw new RangeError(`runningCellIds: cells of 2 x 2 need even rows and columns, got ${rows} x ${columns}`);
  const shown = (turn: number, row: number, column: number): boolean => ((row % 2) * 2 + (column % 2) + turn) % 4 >= 2;
  return idRows(Array.from({ length: batch }, () => {
    const start = random.integer(4);
    return Array.from({ length: steps * rows * columns }, (_, i) => i).filter((i) => {
      const place = i % (rows * columns);
      return shown(start + Math.floor(i / (rows * columns)) + 1, Math.floor(place / columns), place % columns);
    });
  }));
}

export interface RectangleOptions {
  /** Smallest and largest area, as shares of the grid. */
  readonly area: readonly [number, number];
  /** Smallest and largest height / width. */
  readonly aspect: readonly [number, number];
}

/** Ids of a random rectangle of a grid, in raster order; the aspect is uniform in its logarithm. */
export function randomRectangle(rows: number, columns: number, { area, aspect }: RectangleOptions, random: RandomStream): number[] {
  const size = random.uniform(...area) * rows * columns;
  const ratio = Math.exp(random.uniform(Math.log(aspect[0]), Math.log(aspect[1])));
  const side = (length: number, limit: number): number => Math.min(limit, Math.max(1, Math.round(length)));
  const height = side(Math.sqrt(size * ratio), rows);
  const width = side(Math.sqrt(size / ratio), columns);
  const top = random.integer(rows - height + 1);
  const left = random.integer(columns - width + 1);
  return Array.from({ length: height * width }, (_, i) => (top + Math.floor(i / width)) * columns + left + (i % width));
}

export interface BlockSubsetOptions {
  /** What the rectangles are. Default "hidden" (BEiT, arXiv 2106.08254); "kept" is the reversed form. */
  readonly covered?: "hidden" | "kept";
  /** Default 0.3 to 1 / 0.3. */
  readonly aspect?: readonly [number, number];
  /** Smallest area of a rectangle as a share of the grid; default 1/12. */
  readonly minArea?: number;
}

/** Rectangles until exactly floor(rate * L) tokens are hidden (or all but these kept); the last one is cut short. */
export function blockSubset(batch: number, rows: number, columns: number, rate: number, random: RandomStream, { covered = "hidden", aspect = [0.3, 1 / 0.3], minArea = 1 / 12 }: BlockSubsetOptions = {}): TokenSubset {
  const length = rows * columns;
  const hiddenCount = floorShare(rate, length);
  const goal = covered === "hidden" ? hiddenCount : length - hiddenCount;
  return subsetOf(Array.from({ length: batch }, () => {
    const inside = new Set<number>();
    while (inside.size < goal) {
      const most = Math.max(minArea, (goal - inside.size) / length);
      for (const id of randomRectangle(rows, columns, { area: [minArea, most], aspect }, random)) if (inside.size < goal) inside.add(id);
    }
    return Array.from({ length }, (_, i) => inside.has(i) === (covered === "hidden"));
  }));
}

/**
 * `kept` tokens in all, shared among modalities of the given sizes by a Dirichlet(1, .., 1) draw, random within each
 * (MultiMAE, arXiv 2204.01678). Ids count through the modalities one after another.
 */
export function dirichletSubset(batch: number, sizes: readonly number[], kept: number, random: RandomStream): TokenSubset {
  const total = sizes.reduce((a, b) => a + b, 0);
  if (kept > total) throw new RangeError(`dirichletSubset: ${kept} of ${total} tokens`);
  return subsetOf(Array.from({ length: batch }, () => {
    const draws = sizes.map(() => -Math.log(1 - random.uniform()));
    const sum = draws.reduce((a, b) => a + b, 0);
    const wanted = sizes.flatMap((size, m) => {
      const chosen = new Set(random.permutation(size).subarray(0, Math.round(((draws[m] as number) / sum) * kept)));
      return Array.from({ length: size }, (_, i) => chosen.has(i));
    });
    // Rounding may give one too many or too few, a small modality many too few: wanted tokens go first, ties at random.
    const order = Array.from(random.permutation(total)).sort((a, b) => Number(wanted[b]) - Number(wanted[a]));
    const final = new Set(order.slice(0, kept));
    return Array.from({ length: total }, (_, i) => !final.has(i));
  }));
}
