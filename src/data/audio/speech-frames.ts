/**
 * Recordings as models of speech read them: log-mel frames of 25 ms every 10 ms from 20 Hz to half a sampling rate, each band
 * with mean 0 and deviation 1 over the recording.
 *
 * A file is not resampled. Its frames are computed at its own rate, from windows of the same duration under the same
 * triangles; the factor by which powers differ then is an addend of the logarithm, which the mean takes away.
 */
import { logMel, melCorners } from "./log-mel.ts";
import type { Frames, MelConfig } from "./log-mel.ts";
import type { Wave } from "./waves.ts";

export interface SpeechFramesOptions {
  readonly bands: number;
  /** Samples per second of the slowest recording that has all bands: the highest ends at half of it. */
  readonly sampleRate: number;
}

const LOWEST = 20;
const WINDOW = 0.025;
const HOP = 0.01;
const FLOOR = 1e-6;
/** Deviations are no smaller: a band that never changes stays near 0. */
const LEAST_DEVIATION = 1e-5;

/** The spectrum is fine enough for a bin inside the narrowest triangle, which is the lowest. */
function melConfigAt(rate: number, { bands, sampleRate }: SpeechFramesOptions): MelConfig {
  const window = Math.round(WINDOW * rate);
  const config = { sampleRate: rate, window, hop: Math.round(HOP * rate), bands, lowest: LOWEST, highest: sampleRate / 2, floor: FLOOR };
  const [start = 0, , end = 0] = melCorners({ ...config, fftSize: 1 });
  return { ...config, fftSize: 2 ** Math.ceil(Math.log2(Math.max(window, rate / (end - start) + 1))) };
}

/** Frames of which each band has mean 0 and deviation 1. */
export function standardizeBands({ data, count, bands }: Frames): Frames {
  const values = data.slice();
  for (let band = 0; band < bands; band++) {
    let [sum, squares] = [0, 0];
    for (let at = band; at < data.length; at += bands) sum += data[at] as number;
    const mean = sum / count;
    for (let at = band; at < data.length; at += bands) squares += ((data[at] as number) - mean) ** 2;
    const deviation = Math.max(LEAST_DEVIATION, Math.sqrt(squares / count));
    for (let at = band; at < data.length; at += bands) values[at] = ((data[at] as number) - mean) / deviation;
  }
  return { data: values, count, bands };
}

/** A function from recordings to frames. It throws for one that is slower than `sampleRate` or shorter than a frame. */
export function speechFrames(options: SpeechFramesOptions): (wave: Wave) => Frames {
  const rates = new Map<number, (wave: Float32Array) => Frames>();
  return ({ sampleRate, samples }) => {
    if (sampleRate < options.sampleRate) throw new RangeError(`has ${sampleRate} samples a second, below the sampling_rate ${options.sampleRate}: its highest bands would be empty; set sampling_rate to ${sampleRate}`);
    const framesOf = rates.get(sampleRate) ?? logMel(melConfigAt(sampleRate, options));
    rates.set(sampleRate, framesOf);
    const frames = framesOf(samples);
    if (frames.count === 0) throw new RangeError(`has ${samples.length} samples, which are less than a frame of ${1000 * WINDOW} ms`);
    return standardizeBands(frames);
  };
}
