/** The user's recordings for an assembled model: records that name a WAV file and say what is said in it. */
import { readFile } from "node:fs/promises";
import { readWave, speechFrames } from "../../data/index.ts";
import type { Frames } from "../../data/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import type { SpeechReading } from "../../train/assemble/index.ts";
import type { RawExamples } from "./pretrain-examples.ts";
import { readBeside } from "./read-beside.ts";
import type { ReadCorpusOptions } from "./read-corpus.ts";

export interface RawSpeech extends RawExamples {
  /** Log-mel frames of each recording. */
  readonly frames: readonly Frames[];
}

export interface ReadSpeechOptions extends ReadCorpusOptions, Pick<SpeechReading, "sampleRate" | "mostFrames"> {
  /** Bands of a frame. */
  readonly bands: number;
}

/** Reads recordings as frames. Files that cannot be read, are slower than `sampleRate` or longer than `mostFrames` make broken records. */
export async function readSpeech(paths: readonly string[], { bands, sampleRate, mostFrames, ...options }: ReadSpeechOptions): Promise<RawSpeech> {
  const framesOf = speechFrames({ bands, sampleRate });
  const frames: Frames[] = [];
  const hashes: string[] = [];
  const { records, broken } = await readBeside("speech", "audio", paths, async (path) => {
    const bytes = new Uint8Array(await readFile(path));
    const read = framesOf(readWave(bytes));
    if (read.count > mostFrames) throw new RangeError(`has ${read.count} frames of 10 ms, more than max_audio_frames ${mostFrames}; cut it and its text, or raise max_audio_frames`);
    frames.push(read);
    hashes.push(await sha256(bytes));
  }, options);
  const texts = records.map(({ text }) => text);
  return { frames, count: frames.length, texts, classes: [], broken, fingerprint: await sha256(stableJson({ hashes, texts })) };
}
