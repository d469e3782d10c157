/** Changing the resolution of spatial axes, and reading images at arbitrary points. */
import { hostArray } from "../host-array.ts";
import * as resample from "../primitives/resample.ts";
import type { GridSampleAttributes } from "../primitives/resample.ts";
import { normalizeAxis, showShape, sizeOf } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { perAxis } from "./convolution.ts";
import type { PerAxis } from "./convolution.ts";
import { gather } from "./index-select.ts";
import { reshape, transpose } from "./layout.ts";
import { tensor } from "./lift.ts";
import { matmul } from "./product.ts";

/** One summand of an output position: weight times the input at a position. */
export interface Tap {
  readonly from: number;
  readonly weight: number;
}

/** Largest interpolation matrix, in elements: beyond it an axis is mapped by gathering, whose work does not grow with its square. */
const LARGEST_MATRIX = 2 ** 18;

/** Linear map of one axis known when tracing: output position i is the sum of the taps `lines[i]`. */
export function mapAxis(x: Tensor, axis: number, lines: readonly (readonly Tap[])[]): Tensor {
  const at = normalizeAxis("mapAxis", axis, x.rank);
  const extent = x.dim(at);
  const shape = x.shape.map((size, i) => (i === at ? lines.length : size));
  if (extent * lines.length > LARGEST_MATRIX) return mapByGather(x, at, lines);
  const weights = new Float32Array(lines.length * extent);
  lines.forEach((taps, i) => {
    for (const { from, weight } of taps) weights[i * extent + from] = (weights[i * extent + from] as number) + weight;
  });
  const matrix = tensor(hostArray(weights, [lines.length, extent]));
  if (at === x.rank - 1) return matmul(x, matrix, { transB: true });
  return reshape(matmul(matrix, reshape(x, [sizeOf(x.shape.slice(0, at)), extent, sizeOf(x.shape.slice(at + 1))])), shape);
}

function mapByGather(x: Tensor, axis: number, lines: readonly (readonly Tap[])[]): Tensor {
  const count = Math.max(...lines.map((taps) => taps.length));
  const column = x.shape.map((_, i) => (i === axis ? lines.length : 1));
  const terms = Array.from({ length: count }, (_, k) => {
    const positions = lines.map((taps) => taps[k]?.from ?? 0);
    const weights = Float32Array.from(lines, (taps) => taps[k]?.weight ?? 0);
    const taken = gather(x, positions, axis);
    return weights.every((weight) => weight === 1) ? taken : taken.mul(tensor(hostArray(weights, column)));
  });
  return terms.reduce((sum, term) => sum.add(term));
}

export interface ResizeOptions {
  /** Default "nearest", as in PyTorch. "bilinear" is linear along each axis, "bicubic" Keys' cubic with a = -0.75. */
  readonly mode?: "nearest" | "bilinear" | "bicubic";
  /**
   * Whether the outermost positions keep their place (true), or positions are cells and the edges of the image keep
   * theirs (false, default). "nearest" knows no corners.
   */
  readonly alignCorners?: boolean;
}

/** x [B, C, ..spatial] -> [B, C, ..size] by interpolation, without smoothing before shrinking. Equals PyTorch's `interpolate`. */
export function resize(x: Tensor, size: PerAxis, { mode = "nearest", alignCorners = false }: ResizeOptions = {}): Tensor {
  if (x.rank < 3) throw new RangeError(`resize: expected [B, C, ..spatial], got ${showShape(x.shape)}`);
  if (mode === "nearest" && alignCorners) throw new RangeError('resize: alignCorners is for "bilinear" and "bicubic"');
  const extents = perAxis("resize", "size", size, x.rank - 2, 1);
  // The last axis goes first: it is one product of matrices.
  return extents.reduceRight((y, count, i) => (count === y.dim(i + 2) ? y : mapAxis(y, i + 2, interpolation(y.dim(i + 2), count, mode, alignCorners))), x);
}

function interpolation(extent: number, count: number, mode: "nearest" | "bilinear" | "bicubic", alignCorners: boolean): Tap[][] {
  const clamp = (position: number): number => Math.min(Math.max(position, 0), extent - 1);
  return Array.from({ length: count }, (_, i) => {
    if (mode === "nearest") return [{ from: clamp(Math.floor((i * extent) / count)), weight: 1 }];
    const center = alignCorners ? (count === 1 ? 0 : (i * (extent - 1)) / (count - 1)) : ((i + 0.5) * extent) / count - 0.5;
    const place = mode === "bilinear" ? Math.max(center, 0) : center;
    const first = Math.floor(place);
    const t = place - first;
    if (mode === "bilinear") return [{ from: clamp(first), weight: 1 - t }, { from: clamp(first + 1), weight: t }];
    return [-1, 0, 1, 2].map((offset) => ({ from: clamp(first + offset), weight: cubic(Math.abs(offset - t)) }));
  });
}

/** Keys 1981, the kernel of cubic convolution at a distance, a = -0.75. */
function cubic(distance: number): number {
  const a = -0.75;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((distance - 5) * distance + 8) * distance * a - 4 * a : 0;
}

/** Blocks of channels become pixels (arXiv 1609.05158): [B, C r^2, H, W] -> [B, C, H r, W r]. */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = requireImage("pixelShuffle", x);
  const square = factor * factor;
  if (!Number.isInteger(factor) || factor < 1 || channels % square !== 0) throw new RangeError(`pixelShuffle: ${channels} channels of ${showShape(x.shape)} do not divide by the square of factor ${factor}`);
  const apart = reshape(x, [batch, channels / square, factor, factor, height, width]);
  // [B, C, r, r, H, W] -> [B, C, H, r, W, r]
  return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [batch, channels / square, height * factor, width * factor]);
}

/** Inverse of pixelShuffle: [B, C, H r, W r] -> [B, C r^2, H, W]. */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = requireImage("pixelUnshuffle", x);
  if (!Number.isInteger(factor) || factor < 1 || height % factor !== 0 || width % factor !== 0) throw new RangeError(`pixelUnshuffle: the spatial axes of ${showShape(x.shape)} do not divide by factor ${factor}`);
  const apart = reshape(x, [batch, channels, height / factor, factor, width / factor, factor]);
  // [B, C, H, r, W, r] -> [B, C, r, r, H, W]
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [batch, channels * factor * factor, height / factor, width / factor]);
}

/**
 * Reads x [B, C, H, W] at points grid [B, h, w, 2] by bilinear interpolation -> [B, C, h, w]. A point is (x, y), with
 * -1 and 1 at the edges of the image (or at the centers of its corner pixels with `alignCorners`, default false).
 * Outside, the image is zero, or its border continues. Gradients flow to x and to the grid (arXiv 1506.02025).
 */
export const gridSample = (x: Tensor, grid: Tensor, { padding = "zeros", alignCorners = false }: Partial<GridSampleAttributes> = {}): Tensor => applyOne(resample.gridSample, [x, grid], { padding, alignCorners });

function requireImage(where: string, x: Tensor): readonly [number, number, number, number] {
  if (x.rank !== 4) throw new RangeError(`${where}: expected [B, C, H, W], got ${showShape(x.shape)}`);
  return x.shape as readonly [number, number, number, number];
}
