/** Recordings in memory and WAV files. */
import * as wavefile from "wavefile";
import type { Provenance } from "../source.ts";

// Node loads the package's CommonJS build, all of it under `default`; bundlers load its module build, which has names.
const { WaveFile } = "default" in wavefile ? (wavefile.default as typeof wavefile) : wavefile;

export interface SpeechSet {
  /** Samples per second. */
  readonly sampleRate: number;
  /** All recordings one after the other, 16-bit. */
  readonly samples: Int16Array;
  /** [count + 1] Recording i is `samples[offsets[i] .. offsets[i + 1]]`. */
  readonly offsets: Int32Array;
  readonly count: number;
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly languages: readonly string[];
  /** What must not stand in two splits, per recording. */
  readonly keys: readonly string[];
  readonly folds: Uint8Array;
  readonly provenance?: Provenance;
}

/** One recording as floats in -1..1. */
export function waveOf(set: SpeechSet, index: number): Float32Array {
  if (!Number.isInteger(index) || index < 0 || index >= set.count) throw new RangeError(`recording ${index}: the set holds ${set.count}`);
  return Float32Array.from(set.samples.subarray(set.offsets[index], set.offsets[index + 1]), (sample) => sample / 32768);
}

/** Reads a 16-bit mono WAV file. Throws if it is of another kind. */
export function decodeWave(bytes: Uint8Array): { sampleRate: number; samples: Int16Array } {
  const file = new WaveFile(bytes);
  const { numChannels, sampleRate } = file.fmt as { numChannels: number; sampleRate: number };
  if (numChannels !== 1 || file.bitDepth !== "16") throw new TypeError(`decodeWave: expected 16-bit mono, got ${file.bitDepth}-bit with ${numChannels} channels`);
  return { sampleRate, samples: file.getSamples(false, Int16Array) as unknown as Int16Array }; // typed by the library as floats whatever the container
}
