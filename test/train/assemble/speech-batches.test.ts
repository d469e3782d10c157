/** Rows of recordings: like lengths together, targets between their marks, hidden parts in training alone, and what is refused. */
import { expect, test } from "vitest";
import type { HostArray } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { checkSpeech, parseConfig, speechBatches, speechCollate, speechReading, speechStream } from "../../../src/train/assemble/index.ts";

const TEXTS = ["up", "down", "up and down", "down and up", "nothing", "all of it"];
const COUNTS = [20, 22, 30, 90, 95, 100];
const BANDS = 4;
const tokenizer = trainBytePairs(TEXTS, { size: 280, reserved: 8, sentinels: 0 });
/** Recording i has the value i + 1 everywhere. */
const corpus = { frames: COUNTS.map((count, i) => ({ data: new Float32Array(count * BANDS).fill(i + 1), count, bands: BANDS })), texts: TEXTS.map((text) => tokenizer.encode(text)) };
const KEYS = { emb_size: 8, heads_num: 2, layers_num: 1, vocab_size: tokenizer.vocabularySize, audio_feature_size: BANDS, conv_channels: [8, 16], embedding: ["speech", "sinusoidalpos"], encoder: "transformer", tgt_embedding: ["word", "sinusoidalpos"], decoder: "transformer", target: ["lm"] };
const config = (changes: object = {}): ReturnType<typeof parseConfig> => parseConfig({ ...KEYS, ...changes });
const options = { corpus, tokenizer, length: 16, seed: 3 };

const row = ({ data, shape: [count = 1] }: HostArray, i: number): number[] => [...data.subarray(i * (data.length / count), (i + 1) * (data.length / count))].map(Number);

test("recordings of like length share a batch, padded with zeros to one of few lengths; every one comes", async () => {
  const stream = speechBatches(config(), { ...options, batch: 2, augment: null });
  const [seen, lengths] = [new Set<number>(), new Set<number>()];
  for (let step = 0; step < 24; step++) {
    const { frames, frameLengths, ...rest } = await stream.next() as Record<string, HostArray> & { frames: HostArray; frameLengths: HostArray };
    expect(Object.keys(rest).sort()).toEqual(["target", "targetSegments"]);
    lengths.add(frames.shape[1] as number);
    for (const i of [0, 1]) {
      const values = row(frames, i);
      const recording = (values[0] as number) - 1;
      seen.add(recording);
      const count = COUNTS[recording] as number;
      expect(frameLengths.data[i]).toBe(count);
      expect(values).toEqual(Array.from({ length: (frames.shape[1] as number) * BANDS }, (_, at) => (at < count * BANDS ? recording + 1 : 0)));
      expect(count > 32).toBe((frames.shape[1] as number) > 32);
      const said = [tokenizer.special.cls, ...tokenizer.encode(TEXTS[recording] as string), tokenizer.special.sep];
      expect(row(rest["target"] as HostArray, i)).toEqual([...said, ...Array<number>(16 - said.length).fill(tokenizer.special.pad ?? 0)]);
      expect(row(rest["targetSegments"] as HostArray, i)).toEqual(Array.from({ length: 16 }, (_, at) => Number(at < said.length)));
    }
  }
  expect(seen.size).toBe(6);
  expect(lengths.size).toBeLessThanOrEqual(3);
  for (const length of lengths) expect(length % 16).toBe(0);
});

test("a batch of all recordings is one length; no length is left without a full batch", async () => {
  for (const batch of [6, 5, 4, 3]) {
    const stream = speechBatches(config(), { ...options, batch, augment: null });
    const seen = new Set<number>();
    for (let step = 0; step < 30; step++) row((await stream.next())["frames"] as HostArray, step % batch).slice(0, 1).forEach((value) => seen.add(value));
    expect(seen.size).toBe(6);
  }
});

test("parts are hidden in training, differently each epoch and alike for the same seed; without a policy nothing is", () => {
  const { augment } = speechReading(config({ specaugment: { freq_mask_F: 2, time_mask_T: 10 } }));
  const collate = (seed: number): ReturnType<typeof speechCollate> => speechCollate(config(), { ...options, seed, augment });
  const read = (seed: number, epoch: number): HostArray => collate(seed)({ epoch, indices: Int32Array.of(3, 4, 5), length: 112 })["frames"] as HostArray;
  const zeros = (array: HostArray): number => [...array.data].filter((value) => value === 0).length;
  expect(read(1, 0)).toEqual(read(1, 0));
  expect(read(1, 0)).not.toEqual(read(1, 1));
  expect(read(1, 0)).not.toEqual(read(2, 0));
  const padding = (3 * 112 - 90 - 95 - 100) * BANDS;
  expect(zeros(read(1, 0))).toBeGreaterThan(padding);
  expect(zeros(speechCollate(config(), { ...options, augment: null })({ epoch: 0, indices: Int32Array.of(3, 4, 5), length: 112 })["frames"] as HostArray)).toBe(padding);
});

test("how recordings are read: published keys, what is usual without them, and what cannot be meant", () => {
  expect(speechReading(config())).toEqual({ sampleRate: 16_000, mostFrames: 6000, augment: { bandMasks: 2, mostBands: 27, timeMasks: 2, mostFrames: 100, mostShare: 0.2 } });
  const published = { sampling_rate: 8000, max_audio_frames: 3000, audio_preprocess: ["normalize_means", "normalize_vars", "ceptral_normalize"], specaugment: { freq_mask_F: 27, freq_mask_N: 1, time_mask_N: 1, time_mask_T: 100, time_mask_p: 1, time_wrap_W: 0 } };
  expect(speechReading(config(published))).toEqual({ sampleRate: 8000, mostFrames: 3000, augment: { bandMasks: 1, mostBands: 27, timeMasks: 1, mostFrames: 100, mostShare: 1 } });
  expect(speechReading(config({ specaugment: false })).augment).toBeNull();
  expect(() => speechReading(config({ specaugment: { time_wrap_W: 80 } }))).toThrow(/specaugment.*not warped/);
  expect(() => speechReading(config({ sampling_rate: "16k" }))).toThrow(/^sampling_rate: /);
  expect(() => speechReading(config({ audio_preprocess: ["normalize_means"] }))).toThrow(/leave it out/);
});

test("slots that recordings cannot fill are refused by name", () => {
  expect(speechStream(config())).toBeDefined();
  expect(() => checkSpeech(config())).not.toThrow();
  expect(() => checkSpeech(config({ data_processor: "s2tt" }))).toThrow(/did you mean "s2t"/);
  expect(() => checkSpeech(config({ target: ["cls"], labels_num: 2, decoder: null, tgt_embedding: undefined }))).toThrow(/gives no classes/);
  expect(() => speechBatches(config({ embedding: ["speech", "pos"], max_seq_length: 24 }), { ...options, batch: 2, augment: null })).toThrow(/25 tokens long.*the table has 24/);
  expect(() => speechBatches(config(), { ...options, length: 3, batch: 2, augment: null })).toThrow(RangeError);
});
