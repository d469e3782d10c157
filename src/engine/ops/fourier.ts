/**
 * Fourier transforms as products with constant matrices. For the sizes of audio frames and image patches a product is
 * as fast as a fast transform, runs wherever a matrix product runs, and has its derivative for free.
 */
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import { Tensor } from "../tensor.ts";
import { add, mul, neg, square, sub } from "./arithmetic.ts";
import { gather } from "./index-select.ts";
import { reshape, sliceAxis } from "./layout.ts";
import { tensor } from "./lift.ts";
import { pad } from "./pad.ts";
import { matmul } from "./product.ts";

/** Real and imaginary parts of equal shape. */
export interface ComplexTensor {
  readonly real: Tensor;
  readonly imag: Tensor;
}

/** Weighting of the samples of a frame; both windows are periodic, as analysis needs. */
export type Window = "hann" | "hamming" | "rectangular";

export interface StftOptions {
  /** Samples of a frame, and length of its transform. */
  readonly size: number;
  /** Samples between the starts of neighbouring frames. */
  readonly hop: number;
  /** Default "hann". */
  readonly window?: Window;
  /** Whether frame t is centred on sample t * hop, the signal being reflected at its ends (PyTorch's default). Default true. */
  readonly center?: boolean;
}

export interface MelOptions extends StftOptions {
  readonly sampleRate: number;
  /** Number of bands. */
  readonly mels: number;
  /** Range of the bands in hertz. Default 0 to half the sample rate. */
  readonly range?: readonly [low: number, high: number];
}

const made = new Map<string, HostArray>();

/** A constant matrix, made once: the passes compare large arrays by identity. */
function matrix(key: string, rows: number, columns: number, at: (row: number, column: number) => number): Tensor {
  let array = made.get(key);
  if (array === undefined) {
    array = hostArray(Float32Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns)), [rows, columns]);
    made.set(key, array);
  }
  return tensor(array);
}

/** cos and sin of 2 pi j k / n. The product j k is reduced first: large angles lose digits. */
const cosine = (n: number): Tensor => matrix(`cos ${n}`, n, n, (j, k) => Math.cos((2 * Math.PI * ((j * k) % n)) / n));
const sine = (n: number): Tensor => matrix(`sin ${n}`, n, n, (j, k) => Math.sin((2 * Math.PI * ((j * k) % n)) / n));

/** The non-negative frequencies of a windowed frame: [n, 2 bins], cosines before negative sines. */
function analysis(n: number, window: Window): Tensor {
  const bins = frequencies(n);
  return matrix(`analysis ${n} ${window}`, n, 2 * bins, (j, column) => {
    const angle = (2 * Math.PI * ((j * (column % bins)) % n)) / n;
    return windowAt(window, j, n) * (column < bins ? Math.cos(angle) : -Math.sin(angle));
  });
}

/** Number of non-negative frequencies of n real samples. */
const frequencies = (n: number): number => Math.floor(n / 2) + 1;

function windowAt(window: Window, j: number, n: number): number {
  if (window === "rectangular") return 1;
  const [mean, swing] = window === "hann" ? [0.5, 0.5] : [0.54, 0.46];
  return mean - swing * Math.cos((2 * Math.PI * j) / n);
}

/**
 * Discrete Fourier transform along the last axis: `X[k] = sum_j x[j] exp(-2 pi i j k / n)`; the inverse divides by n.
 * Takes O(n^2) multiplications.
 */
export function dft(x: Tensor | ComplexTensor, { inverse = false }: { readonly inverse?: boolean } = {}): ComplexTensor {
  const n = (x instanceof Tensor ? x : x.real).dim(-1);
  const alpha = inverse ? 1 / n : 1;
  const c = (part: Tensor): Tensor => matmul(part, cosine(n), { alpha });
  const s = (part: Tensor): Tensor => matmul(part, sine(n), { alpha: inverse ? -alpha : alpha });
  // (a + ib)(C - iS) = (aC + bS) + i(bC - aS)
  if (x instanceof Tensor) return { real: c(x), imag: neg(s(x)) };
  return { real: add(c(x.real), s(x.imag)), imag: sub(c(x.imag), s(x.real)) };
}

/** The non-negative frequencies of real samples: x [.., n] -> [.., floor(n / 2) + 1]. */
export const rfft = (x: Tensor): ComplexTensor => parts(matmul(x, analysis(x.dim(-1), "rectangular")));

function parts(joined: Tensor): ComplexTensor {
  const bins = joined.dim(-1) / 2;
  return { real: sliceAxis(joined, -1, 0, bins), imag: sliceAxis(joined, -1, bins, 2 * bins) };
}

/** Two-dimensional transform of the last two axes. */
export function fft2(x: Tensor | ComplexTensor, options: { readonly inverse?: boolean } = {}): ComplexTensor {
  const turned = ({ real, imag }: ComplexTensor): ComplexTensor => ({ real: real.transpose(), imag: imag.transpose() });
  return turned(dft(turned(dft(x, options)), options));
}

/** Short-time Fourier transform: samples [.., n] -> [.., frames, floor(size / 2) + 1]. */
export function stft(samples: Tensor, { size, hop, window = "hann", center = true }: StftOptions): ComplexTensor {
  const half = Math.floor(size / 2);
  const signal = center ? pad(samples, samples.shape.map((_, axis) => (axis === samples.rank - 1 ? [half, half] : [0, 0])), { mode: "reflect" }) : samples;
  return parts(matmul(frame(signal, size, hop), analysis(size, window)));
}

/** Overlapping frames: [.., n] -> [.., frames, size], as many as fit. */
export function frame(samples: Tensor, size: number, hop: number): Tensor {
  const n = samples.dim(-1);
  for (const [name, value] of [["size", size], ["hop", hop]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`frame: ${name} must be a positive whole number of samples, got ${value}`);
  }
  if (n < size) throw new RangeError(`frame: ${n} samples are fewer than the ${size} of one frame; pad the signal`);
  const frames = 1 + Math.floor((n - size) / hop);
  // Frames are gathered in blocks that divide both the size and the hop: as few, long copies as possible.
  const block = greatestCommonDivisor(size, hop);
  const blocks = reshape(sliceAxis(samples, -1, 0, n - (n % block)), [...samples.shape.slice(0, -1), Math.floor(n / block), block]);
  const perFrame = size / block;
  const positions = Int32Array.from({ length: frames * perFrame }, (_, i) => Math.floor(i / perFrame) * (hop / block) + (i % perFrame));
  return reshape(gather(blocks, positions, -2), [...samples.shape.slice(0, -1), frames, size]);
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Energy in mel bands: samples [.., n] -> [.., frames, mels]. Take `.add(1e-6).log()` for the usual logarithm. */
export function melSpectrogram(samples: Tensor, options: MelOptions): Tensor {
  const { real, imag } = stft(samples, options);
  return matmul(add(square(real), square(imag)), melBands(options));
}

/** Triangular bands, equally wide on the mel scale m = 2595 log10(1 + f / 700) (O'Shaughnessy 1987): [bins, mels]. */
function melBands({ size, sampleRate, mels, range: [low, high] = [0, sampleRate / 2] }: MelOptions): Tensor {
  if (!(low >= 0 && low < high && high <= sampleRate / 2)) throw new RangeError(`melSpectrogram: the range of the bands must lie within 0 to ${sampleRate / 2} Hz, half the sample rate, got ${low} to ${high}`);
  const toMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const toHertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);
  const corner = (i: number): number => toHertz(toMel(low) + ((toMel(high) - toMel(low)) * i) / (mels + 1));
  return matrix(`mel ${size} ${sampleRate} ${mels} ${low} ${high}`, frequencies(size), mels, (bin, band) => {
    const hertz = (bin * sampleRate) / size;
    const [left, peak, right] = [corner(band), corner(band + 1), corner(band + 2)];
    return Math.max(0, Math.min((hertz - left) / (peak - left), (right - hertz) / (right - peak)));
  });
}

/** |z|, with a small epsilon under the root that keeps the gradient finite at zero. */
export const magnitude = ({ real, imag }: ComplexTensor, epsilon = 1e-9): Tensor => add(square(real), square(imag)).add(epsilon).sqrt();

/** Product of complex numbers, element by element. */
export const complexMul = (a: ComplexTensor, b: ComplexTensor): ComplexTensor => ({ real: sub(mul(a.real, b.real), mul(a.imag, b.imag)), imag: add(mul(a.real, b.imag), mul(a.imag, b.real)) });
