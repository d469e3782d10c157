/** Rectangles of a token grid: the context and targets of I-JEPA, and block-wise masking. */
import type { RandomStream } from "../../engine/random/stream.ts";

export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Token ids of a rectangle, row by row. */
function tokensOf({ top, left, height, width }: Rectangle, { columns }: Grid): number[] {
  return Array.from({ length: height * width }, (_, i) => (top + Math.floor(i / width)) * columns + left + (i % width));
}

/** Height and width of a rectangle of about `area` tokens and a given height-to-width ratio, inside the grid. */
function sideLengths(area: number, aspect: number, { rows, columns }: Grid): { height: number; width: number } {
  return { height: Math.min(rows, Math.max(1, Math.round(Math.sqrt(area * aspect)))), width: Math.min(columns, Math.max(1, Math.round(Math.sqrt(area / aspect)))) };
}

function place(random: RandomStream, { height, width }: { height: number; width: number }, { rows, columns }: Grid): Rectangle {
  return { top: random.integer(rows - height + 1), left: random.integer(columns - width + 1), height, width };
}

export interface ContextAndTargets {
  /** [contextCount] tokens of the context block outside all targets. */
  readonly context: Int32Array;
  /** `targets` blocks of [targetCount] tokens each; they may overlap. */
  readonly targets: readonly Int32Array[];
}

export interface BlockMaskOptions {
  /** Number of target blocks; 4 in I-JEPA. */
  readonly targets: number;
  /** Tokens in each target block. Shapes are static, so draws of other sizes are repeated. */
  readonly targetCount: number;
  /** Tokens kept of the context. */
  readonly contextCount: number;
  /**
   * Which tokens of a larger context go: the last in raster order, as I-JEPA cuts a batch to its smallest context, or
   * random ones. On small grids the first leaves the lower half out almost always. Default "last".
   */
  readonly surplus?: "last" | "random";
}

const TARGET_SCALE = [0.15, 0.2] as const;
const TARGET_ASPECT = [0.75, 1.5] as const;
const CONTEXT_SCALE = [0.85, 1] as const;
const MOST_DRAWS = 1000;

const GRADES = 64;

/** The number of tokens that targets of I-JEPA have most often on a grid, the smallest of equals: evenly spaced scales and aspect ratios vote. */
export function usualTargetCount(grid: Grid): number {
  const votes = new Map<number, number>();
  const grade = ([low, high]: readonly [number, number], i: number): number => low + ((i + 0.5) / GRADES) * (high - low);
  for (let i = 0; i < GRADES * GRADES; i++) {
    const { height, width } = sideLengths(grid.rows * grid.columns * grade(TARGET_SCALE, i % GRADES), grade(TARGET_ASPECT, Math.floor(i / GRADES)), grid);
    votes.set(height * width, (votes.get(height * width) ?? 0) + 1);
  }
  return [...votes].reduce((best, next) => (next[1] > best[1] || (next[1] === best[1] && next[0] < best[0]) ? next : best))[0];
}

/**
 * I-JEPA's multi-block mask (arXiv 2301.08243): targets of 15-20% of the image with aspect ratio 0.75-1.5, one square
 * context block of 85-100% without them. Throws when the counts are so unlikely that 1,000 draws do not meet them.
 */
export function contextAndTargets(random: RandomStream, grid: Grid, { targets, targetCount, contextCount, surplus = "last" }: BlockMaskOptions): ContextAndTargets {
  const area = grid.rows * grid.columns;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const size = sideLengths(area * random.uniform(...TARGET_SCALE), random.uniform(...TARGET_ASPECT), grid);
    if (size.height * size.width !== targetCount) continue;
    const blocks = Array.from({ length: targets }, () => tokensOf(place(random, size, grid), grid));
    const taken = new Set(blocks.flat());
    const around = tokensOf(place(random, sideLengths(area * random.uniform(...CONTEXT_SCALE), 1, grid), grid), grid);
    const context = around.filter((token) => !taken.has(token));
    if (context.length < contextCount) continue;
    const kept = (surplus === "last" ? context : random.shuffle(context)).slice(0, contextCount);
    return { context: Int32Array.from(kept), targets: blocks.map((block) => Int32Array.from(block)) };
  }
  throw new Error(`contextAndTargets: ${MOST_DRAWS} draws on a ${grid.rows} x ${grid.columns} grid gave no ${targets} targets of ${targetCount} tokens with ${contextCount} left for the context; change the counts`);
}

const BLOCK_ASPECT = [0.3, 1 / 0.3] as const;

/**
 * `count` tokens covered by rectangles, ids in raster order: BEiT's rectangles (arXiv 2106.08254), aspect ratio 0.3 to
 * 1/0.3 and at least 1/12 of the grid, are drawn until so many are covered. BEiT hides what is covered; the reversed form
 * (UTA, arXiv 2405.19009) keeps it.
 */
export function coveredByBlocks(random: RandomStream, grid: Grid, count: number): Int32Array {
  const area = grid.rows * grid.columns;
  if (!(count > 0 && count <= area)) throw new RangeError(`coveredByBlocks: expected 0 < count <= ${area}, got ${count}`);
  const covered = new Set<number>();
  while (covered.size < count) {
    const remaining = count - covered.size;
    const least = Math.min(remaining, area / 12);
    const aspect = Math.exp(random.uniform(Math.log(BLOCK_ASPECT[0]), Math.log(BLOCK_ASPECT[1])));
    const block = tokensOf(place(random, sideLengths(random.uniform(least, Math.max(least, remaining)), aspect, grid), grid), grid);
    const fresh = block.filter((token) => !covered.has(token));
    // The last rectangle may cover more than is needed; a random part of it is taken.
    for (const token of fresh.length > remaining ? random.shuffle(fresh).slice(0, remaining) : fresh) covered.add(token);
  }
  return Int32Array.from(covered).sort();
}

/** The tokens of a grid that are not among the given ones, in raster order. */
export function otherTokens({ rows, columns }: Grid, ids: ArrayLike<number>): Int32Array {
  const given = new Set(Array.from(ids));
  return Int32Array.from({ length: rows * columns }, (_, id) => id).filter((id) => !given.has(id));
}
