/** WAV files of several kinds as waves, waves as standardised frames, and what SpecAugment hides. */
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { readWave, specAugment, speechFrames, standardizeBands } from "../../../src/data/index.ts";
import { glide, waveFile } from "../../tasks/waves.ts";

const OPTIONS = { bands: 80, sampleRate: 16_000 };

test("a WAV file becomes floats; channels are averaged", () => {
  const { sampleRate, samples } = readWave(waveFile(Int16Array.of(0, 16_384, -32_768), { rate: 8000 }));
  expect(sampleRate).toBe(8000);
  [0, 0.5, -1].forEach((value, i) => expect(samples[i]).toBeCloseTo(value, 4));
  const both = readWave(waveFile(Int16Array.of(16_384, 0, 8192, 8192, -16_384, 16_384), { channels: 2 })).samples;
  expect(both).toHaveLength(3);
  [0.25, 0.25, 0].forEach((value, i) => expect(both[i]).toBeCloseTo(value, 4));
});

test("files that are torn or none are refused with the reason; one of unknown length is read", () => {
  expect(() => readWave(new TextEncoder().encode("no recording"))).toThrow(/is no WAV file that can be read/);
  expect(() => readWave(waveFile(Int16Array.of(1, 2, 3)).subarray(0, 40))).toThrow(/is no WAV file that can be read/);
  expect(() => readWave(waveFile(Int16Array.of(1, 2, 3), { bytes: 100 }))).toThrow("is cut short: its header tells of 100 bytes of sound, 6 are there");
  expect(readWave(waveFile(Int16Array.of(1, 2, 3), { bytes: 0xffff_ffff })).samples).toHaveLength(3);
});

test("frames: 25 ms every 10 ms, each band with mean 0 and deviation 1, and silence stays 0", () => {
  const { data, count, bands } = speechFrames(OPTIONS)(readWave(waveFile(glide(0.5, [200, 6000]))));
  expect([count, bands]).toEqual([48, 80]); // 1 + (8000 - 400) / 160
  for (const band of [0, 20, 40, 60]) {
    const values = Array.from({ length: count }, (_, frame) => data[frame * bands + band] as number);
    const mean = values.reduce((a, b) => a + b, 0) / count;
    expect(mean).toBeCloseTo(0, 4);
    expect(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count)).toBeCloseTo(1, 4);
  }
  expect(standardizeBands({ data: Float32Array.of(3, 1, 3, 5), count: 2, bands: 2 }).data).toEqual(Float32Array.of(0, -1, 0, 1));
  for (const value of speechFrames(OPTIONS)({ sampleRate: 16_000, samples: new Float32Array(1600) }).data) expect(value).toBe(0);
});

test("a glide is loudest in ever higher bands", () => {
  const raw = speechFrames(OPTIONS)(readWave(waveFile(glide(1, [300, 7000])))).data;
  // where a band is loudest over time
  const loudest = [10, 30, 50, 70].map((band) => Array.from({ length: 98 }, (_, frame) => raw[frame * 80 + band] as number)).map((values) => values.indexOf(Math.max(...values)));
  expect(loudest).toEqual([...loudest].sort((a, b) => a - b));
  expect(new Set(loudest).size).toBe(4);
});

test("a faster recording of the same sound gives nearly the same frames; a slower one and a short one are refused", () => {
  const framesOf = speechFrames({ bands: 20, sampleRate: 8000 });
  const [slow, fast] = [8000, 32_000].map((rate) => framesOf(readWave(waveFile(glide(1, [300, 3000], rate), { rate }))).data) as [Float32Array, Float32Array];
  expect(fast.length).toBe(slow.length);
  const product = slow.reduce((sum, value, i) => sum + value * (fast[i] as number), 0) / slow.length;
  expect(product).toBeGreaterThan(0.95); // correlation: both have mean 0 and deviation 1
  expect(() => speechFrames(OPTIONS)({ sampleRate: 8000, samples: new Float32Array(8000) })).toThrow("set sampling_rate to 8000");
  expect(() => speechFrames(OPTIONS)({ sampleRate: 16_000, samples: new Float32Array(399) })).toThrow("less than a frame of 25 ms");
});

test("SpecAugment hides whole bands and stretches of time within its limits, and leaves the frames it was given alone", () => {
  const ones = { data: new Float32Array(100 * 10).fill(1), count: 100, bands: 10 };
  const policy = { bandMasks: 1, mostBands: 3, timeMasks: 1, mostFrames: 50, mostShare: 0.2 };
  const widths = { bands: new Set<number>(), frames: new Set<number>() };
  for (let i = 0; i < 60; i++) {
    const { data } = specAugment(ones, policy, RandomStream.of(i));
    const at = (frame: number, band: number): number => data[frame * 10 + band] as number;
    const hiddenBands = [...Array(10).keys()].filter((band) => [...Array(100).keys()].every((frame) => at(frame, band) === 0));
    const hiddenFrames = [...Array(100).keys()].filter((frame) => [...Array(10).keys()].every((band) => at(frame, band) === 0));
    expect(data.every((value, place) => value === Number(!hiddenBands.includes(place % 10) && !hiddenFrames.includes(Math.floor(place / 10))))).toBe(true);
    for (const hidden of [hiddenBands, hiddenFrames]) expect(hidden).toEqual(hidden.map((_, k) => (hidden[0] as number) + k)); // next to each other
    widths.bands.add(hiddenBands.length);
    widths.frames.add(hiddenFrames.length);
  }
  expect([...widths.bands].sort()).toEqual([0, 1, 2, 3]);
  expect(Math.max(...widths.frames)).toBeLessThanOrEqual(20);
  expect(Math.max(...widths.frames)).toBeGreaterThan(15);
  expect(ones.data.every((value) => value === 1)).toBe(true);
});
