/**
 * Log-mel frames on the host.
 *
 * A frame is the power spectrum of a windowed piece of the wave (periodic Hann, no padding at the ends), summed under
 * triangles that are evenly spaced on the mel scale m = 2595 log10(1 + f / 700), in natural logarithm.
 */
import FFT from "fft.js";

export interface MelConfig {
  /** Samples per second. */
  readonly sampleRate: number;
  /** Samples per frame and between frame starts. */
  readonly window: number;
  readonly hop: number;
  /** Power of two, at least `window`; the rest is zeros. */
  readonly fftSize: number;
  readonly bands: number;
  /** Edges of the lowest and highest triangle, Hz. */
  readonly lowest: number;
  readonly highest: number;
  /** Added to the power before the logarithm. */
  readonly floor: number;
}

/** Speech at 8 kHz: 25 ms every 10 ms, 40 bands from 50 to 3,800 Hz; 100 frames a second, 50 after a stride of 2. */
export const MEL40: MelConfig = { sampleRate: 8000, window: 200, hop: 80, fftSize: 256, bands: 40, lowest: 50, highest: 3800, floor: 1e-6 };

export interface Frames {
  /** [count, bands] */
  readonly data: Float32Array;
  readonly count: number;
  readonly bands: number;
}

/** A band's triangle over bins of the spectrum. */
interface Triangle {
  readonly first: number;
  readonly weights: Float64Array;
}

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mels: number): number => 700 * (10 ** (mels / 2595) - 1);

/** Frequencies of the triangles' corners, [bands + 2]: band b rises from b, peaks at b + 1 and ends at b + 2. */
export function melCorners({ bands, lowest, highest }: MelConfig): Float64Array {
  const low = mel(lowest);
  const step = (mel(highest) - low) / (bands + 1);
  return Float64Array.from({ length: bands + 2 }, (_, i) => hertz(low + i * step));
}

function triangles(config: MelConfig): Triangle[] {
  const corners = melCorners(config);
  const binWidth = config.sampleRate / config.fftSize;
  return Array.from({ length: config.bands }, (_, band) => {
    const [start, peak, end] = corners.subarray(band, band + 3) as unknown as [number, number, number];
    const first = Math.ceil(start / binWidth);
    const last = Math.floor(end / binWidth);
    const weights = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => {
      const frequency = (first + k) * binWidth;
      return Math.max(0, Math.min((frequency - start) / (peak - start), (end - frequency) / (end - peak)));
    });
    if (!weights.some((weight) => weight > 0)) {
      throw new RangeError(`log-mel: band ${band} (${start.toFixed(0)}-${end.toFixed(0)} Hz) holds no bin of ${binWidth.toFixed(1)} Hz; use fewer bands or a larger fftSize`);
    }
    return { first, weights };
  });
}

/** A function from waves (-1..1) to frames; a wave shorter than one window has none. */
export function logMel(config: MelConfig = MEL40): (wave: Float32Array) => Frames {
  const { window, hop, fftSize, bands, floor } = config;
  if (window > fftSize) throw new RangeError(`log-mel: window ${window} exceeds fftSize ${fftSize}`);
  const fft = new FFT(fftSize);
  const hann = Float64Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window));
  const filters = triangles(config);
  const input = new Float64Array(fftSize);
  const spectrum = fft.createComplexArray() as number[]; // re, im interleaved
  const power = new Float64Array(fftSize / 2 + 1);

  return (wave) => {
    const count = wave.length < window ? 0 : 1 + Math.floor((wave.length - window) / hop);
    const data = new Float32Array(count * bands);
    for (let frame = 0; frame < count; frame++) {
      for (let i = 0; i < window; i++) input[i] = (wave[frame * hop + i] as number) * (hann[i] as number);
      fft.realTransform(spectrum, input);
      for (let bin = 0; bin < power.length; bin++) power[bin] = (spectrum[2 * bin] as number) ** 2 + (spectrum[2 * bin + 1] as number) ** 2;
      for (const [band, { first, weights }] of filters.entries()) {
        const energy = weights.reduce((sum, weight, k) => sum + weight * (power[first + k] as number), 0);
        data[frame * bands + band] = Math.log(energy + floor);
      }
    }
    return { data, count, bands };
  };
}
