/**
 * Rotary position embedding (arXiv 2104.09864): pairs of query and key components are turned by an angle proportional
 * to the position, so that scores depend on the difference of positions.
 */
import { concat, cos, flip, gather, hostArray, mul, reshape, sin, tensor } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";

export interface RotaryOptions {
  /** Wave length base; default 10000. */
  readonly base?: number;
  /** Which components form a pair: i and i + w/2 ("half", Hugging Face) or neighbours. Default "half". */
  readonly pairs?: "half" | "interleaved";
  /** Stretch of the usable length by the NTK rule: base is multiplied by stretch^(w / (w - 2)). Default 1. */
  readonly stretch?: number;
}

/** Cosines and signed sines for queries or keys: [L, dh], or [B, 1, L, dh] when positions differ between examples. */
export interface RotaryTable {
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** Independent parts of the head width, one per spatial axis. */
  readonly sections: number;
  readonly pairs: "half" | "interleaved";
}

/** Angle per unit of position of each component of one section, and the sign of its partner in the turned vector. */
function frequencies(width: number, { base = 10000, pairs = "half", stretch = 1 }: RotaryOptions): { readonly speed: number[]; readonly sign: number[] } {
  if (width % 2 !== 0) throw new RangeError(`rotary: the width of a section must be even, got ${width}`);
  const effective = stretch === 1 ? base : base * stretch ** (width / (width - 2));
  const pairOf = (i: number): number => (pairs === "half" ? i % (width / 2) : Math.floor(i / 2));
  const isFirst = (i: number): boolean => (pairs === "half" ? i < width / 2 : i % 2 === 0);
  const components = Array.from({ length: width }, (_, i) => i);
  return { speed: components.map((i) => effective ** (-pairOf(i) / (width / 2))), sign: components.map((i) => (isFirst(i) ? -1 : 1)) };
}

/** Table for fixed coordinates: `places[l]` holds one position per section. */
function fixedTable(width: number, places: readonly (readonly number[])[], sections: number, options: RotaryOptions): RotaryTable {
  if (width % sections !== 0) throw new RangeError(`rotary: head width ${width} does not divide into ${sections} sections`);
  const { speed, sign } = frequencies(width / sections, options);
  const each = (fn: (angle: number, component: number) => number): Tensor => {
    const values = places.flatMap((place) => place.flatMap((position) => speed.map((s, i) => fn(position * s, i))));
    return tensor(hostArray(Float32Array.from(values), [places.length, width]));
  };
  return { cos: each(Math.cos), sin: each((angle, i) => (sign[i] as number) * Math.sin(angle)), sections, pairs: options.pairs ?? "half" };
}

/** Positions start..start+length-1 for heads of a width. */
export const rotary = (width: number, length: number, options: RotaryOptions & { readonly start?: number } = {}): RotaryTable =>
  fixedTable(width, Array.from({ length }, (_, i) => [i + (options.start ?? 0)]), 1, options);

/** Rows and columns of a grid, each in half of the head width, rows first; `leading` tokens before the grid are not turned. */
export function rotary2d(width: number, rows: number, columns: number, options: RotaryOptions & { readonly leading?: number } = {}): RotaryTable {
  const grid = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
  return fixedTable(width, [...Array.from({ length: options.leading ?? 0 }, () => [0, 0]), ...grid], 2, options);
}

/** Position ids [B, L] (or [1, L]) known only in the graph. */
export function rotaryAt(width: number, positionIds: Tensor, options: RotaryOptions = {}): RotaryTable {
  const { speed, sign } = frequencies(width, options);
  const angles = reshape(positionIds.cast("float32"), [positionIds.dim(0), 1, positionIds.dim(1), 1]).mul(tensor(speed)); // [B, 1, L, dh]
  return { cos: cos(angles), sin: mul(sin(angles), tensor(sign)), sections: 1, pairs: options.pairs ?? "half" };
}

/** The rows of a table [L, dh] at ids [B, K]: [B, 1, K, dh]. */
export function gatherRotary(table: RotaryTable, ids: Tensor): RotaryTable {
  if (table.cos.rank !== 2) throw new RangeError("gatherRotary: the table already differs between examples; gather the position ids instead");
  const rows = (values: Tensor): Tensor => gather(values, ids).unsqueeze(1);
  return { ...table, cos: rows(table.cos), sin: rows(table.sin) };
}

/** The table with `count` unturned places in front. */
export function leadRotary(table: RotaryTable, count: number): RotaryTable {
  const extend = (values: Tensor, value: number): Tensor => {
    const shape = values.shape.map((extent, i) => (i === values.rank - 2 ? count : extent));
    return concat([tensor(hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape)), values], -2);
  };
  return { ...table, cos: extend(table.cos, 1), sin: extend(table.sin, 0) };
}

/** Turns heads x [B, H, L, dh]: x cos + partner(x) sin, where the sine carries the sign of the partner. */
export function rotate(x: Tensor, table: RotaryTable): Tensor {
  const [batch, heads, length, width] = x.shape as [number, number, number, number];
  const half = width / table.sections / 2;
  const swapped =
    table.pairs === "half"
      ? flip(reshape(x, [batch, heads, length, table.sections, 2, half]), -2)
      : flip(reshape(x, [batch, heads, length, width / 2, 2]), -1);
  return mul(x, table.cos).add(mul(reshape(swapped, x.shape), table.sin));
}
