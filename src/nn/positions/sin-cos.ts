/**
 * Fixed sine and cosine position codes (arXiv 1706.03762). Defaults are those of MAE (arXiv 2111.06377): a block of
 * sines then a block of cosines, horizontal axis first, frequencies 10000^(-k / (w/2)), k = 0 .. w/2 - 1.
 */
import { concat, cos, hostArray, sin, stack, tensor } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";

export interface SinCosOptions {
  /** [sines, cosines], or sine and cosine of each frequency side by side. Default "blocks". */
  readonly layout?: "blocks" | "interleaved";
  /** Base of the geometric sequence of wave lengths; default 10000. */
  readonly temperature?: number;
  /** Factor on positions; default 1. */
  readonly scale?: number;
}

export interface SinCosGridOptions extends SinCosOptions {
  /** Axis that fills the first part of the width: "horizontal" x (MAE) or "vertical" y (DETR). Default "horizontal". */
  readonly first?: "horizontal" | "vertical";
  /** Rows of zeros in front of the grid, for class tokens. Default 0. */
  readonly leading?: number;
}

function speeds(width: number, temperature: number): number[] {
  if (!Number.isInteger(width / 2) || width <= 0) throw new RangeError(`sinCos: the width of one axis must be even and positive, got ${width}`);
  return Array.from({ length: width / 2 }, (_, k) => temperature ** (-k / (width / 2)));
}

function code(position: number, width: number, { layout = "blocks", temperature = 10000, scale = 1 }: SinCosOptions): number[] {
  const angles = speeds(width, temperature).map((speed) => position * scale * speed);
  return layout === "blocks" ? [...angles.map(Math.sin), ...angles.map(Math.cos)] : angles.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
}

const table = (rows: readonly (readonly number[])[], width: number): HostArray => hostArray(Float32Array.from(rows.flat()), [rows.length, width]);
const zeroRows = (count: number, width: number): number[][] => Array.from({ length: count }, () => new Array<number>(width).fill(0));

/** Positions 0..length-1: [length, width]. */
export const sinCos1d = (length: number, width: number, options: SinCosOptions & { readonly leading?: number } = {}): HostArray =>
  table([...zeroRows(options.leading ?? 0, width), ...Array.from({ length }, (_, i) => code(i, width, options))], width);

/** Grid in raster order, half of the width for each axis: [leading + rows * columns, width]. */
export function sinCos2d(rows: number, columns: number, width: number, options: SinCosGridOptions = {}): HostArray {
  const { first = "horizontal", leading = 0 } = options;
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    const vertical = code(Math.floor(i / columns), width / 2, options);
    const horizontal = code(i % columns, width / 2, options);
    return first === "horizontal" ? [...horizontal, ...vertical] : [...vertical, ...horizontal];
  });
  return table([...zeroRows(leading, width), ...cells], width);
}

/** Frames of grids, frame-major: the first quarter of the width for time, the rest for the grid. [leading + frames * rows * columns, width]. */
export function sinCos3d(frames: number, rows: number, columns: number, width: number, options: SinCosGridOptions = {}): HostArray {
  const grid = sinCos2d(rows, columns, (3 * width) / 4, { ...options, leading: 0 });
  const cell = (i: number): number[] => Array.from(grid.data.subarray((i * 3 * width) / 4, ((i + 1) * 3 * width) / 4) as Float32Array);
  const cells = Array.from({ length: frames * rows * columns }, (_, i) => [...code(Math.floor(i / (rows * columns)), width / 4, options), ...cell(i % (rows * columns))]);
  return table([...zeroRows(options.leading ?? 0, width), ...cells], width);
}

/** Codes of continuous coordinates known only in the graph, such as diffusion times: [..] -> [.., width]. */
export function sinCosOf(coordinates: Tensor, width: number, { layout = "blocks", temperature = 10000, scale = 1 }: SinCosOptions = {}): Tensor {
  const angles = coordinates.cast("float32").unsqueeze(-1).mul(tensor(speeds(width, temperature).map((speed) => speed * scale))); // [.., width/2]
  return layout === "blocks" ? concat([sin(angles), cos(angles)], -1) : stack([sin(angles), cos(angles)], -1).reshape([...coordinates.shape, width]);
}
