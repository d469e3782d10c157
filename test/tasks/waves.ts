/** Small WAV files for these tests, written byte by byte: falling and rising tones of random pitch. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { RandomStream } from "../../src/engine/index.ts";

export interface WaveShape {
  readonly rate?: number;
  readonly channels?: number;
  /** As the header tells it; default what there is. */
  readonly bytes?: number;
}

/** A WAV file of 16-bit samples, channels interleaved. */
export function waveFile(samples: Int16Array, { rate = 16_000, channels = 1, bytes = samples.byteLength }: WaveShape = {}): Uint8Array {
  const file = new Uint8Array(44 + samples.byteLength);
  const view = new DataView(file.buffer);
  const text = (at: number, value: string): void => file.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
  samples.forEach((sample, i) => view.setInt16(44 + 2 * i, sample, true));
  return file;
}

/** A tone that glides from one pitch to another, with the phase summed sample by sample. */
export function glide(seconds: number, [from, to]: readonly [number, number], rate = 16_000): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    phase += (2 * Math.PI * (from + ((to - from) * i) / (seconds * rate))) / rate;
    return Math.round(9000 * Math.sin(phase));
  });
}

/** Writes recording `i`, rising when `i` is even and falling otherwise. */
export async function writeGlide(path: string, i: number, rate?: number): Promise<void> {
  const draw = RandomStream.of(i, "glide");
  const pitches = [draw.uniform(200, 500), draw.uniform(1500, 3000)] as const;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, waveFile(glide(draw.uniform(0.3, 0.7), i % 2 === 0 ? pitches : [pitches[1], pitches[0]], rate), { rate }));
}
