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

/** A recording with one channel, as floats in -1..1. */
export interface Wave {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly samples: Float32Array;
}

/** Of compressed files, by the bit depths that the library gives them. */
const EXPANDED: Readonly<Record<string, "fromIMAADPCM" | "fromALaw" | "fromMuLaw" | undefined>> = { "4": "fromIMAADPCM", "8a": "fromALaw", "8m": "fromMuLaw" };
/** Sizes from here on are those of files that were written before their length was known. */
const OPEN_END = 0x7f00_0000;

/** Reads a WAV file of any bit depth, its channels averaged. Throws with the reason for one that is torn or none. */
export function readWave(bytes: Uint8Array): Wave {
  let file;
  try {
    file = new WaveFile(bytes);
  } catch (error) {
    throw new TypeError(`is no WAV file that can be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const { chunkSize: told, samples: found } = file.data as { chunkSize: number; samples: Uint8Array };
  if (told < OPEN_END && told > found.length) throw new TypeError(`is cut short: its header tells of ${told} bytes of sound, ${found.length} are there`);
  const expand = EXPANDED[file.bitDepth];
  if (expand !== undefined) file[expand]();
  file.toBitDepth("32f");
  const { sampleRate } = file.fmt as { sampleRate: number };
  const read = file.getSamples(false, Float32Array) as unknown as Float32Array | Float32Array[]; // typed by the library as one channel
  const [first = new Float32Array(), ...others] = Array.isArray(read) ? read : [read];
  const samples = others.length === 0 ? first : first.map((value, i) => others.reduce((sum, channel) => sum + (channel[i] as number), value) / (1 + others.length));
  if (samples.some((value) => !Number.isFinite(value))) throw new TypeError("holds samples that are no numbers");
  return { sampleRate, samples };
}
