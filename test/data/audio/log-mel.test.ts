import { expect, test } from "vitest";
import { logMel, MEL40, melCorners } from "../../../src/data/audio/log-mel.ts";

const tone = (hertz: number, samples: number, amplitude = 1) => Float32Array.from({ length: samples }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 8000));

test("frames start every 80 samples and need 200 of them", () => {
  const frames = logMel();
  expect([199, 200, 279, 280, 8000].map((samples) => frames(new Float32Array(samples)).count)).toEqual([0, 1, 1, 2, 98]);
  expect(frames(new Float32Array(8000)).data.length).toBe(98 * 40);
});

test("silence is the logarithm of the floor", () => {
  for (const value of logMel()(new Float32Array(200)).data) expect(value).toBeCloseTo(Math.log(1e-6), 5);
});

test("corners are evenly spaced in mel from 50 to 3,800 Hz", () => {
  const corners = melCorners(MEL40);
  expect(corners).toHaveLength(42);
  expect(corners[0]).toBeCloseTo(50, 9);
  expect(corners[41]).toBeCloseTo(3800, 9);
  // half-way in mel: (2595 log10(1 + 50/700) + 2595 log10(1 + 3800/700)) / 2 -> sqrt(750 * 4500) - 700 Hz
  const middle = melCorners({ ...MEL40, bands: 1 })[1] as number;
  expect(middle).toBeCloseTo(Math.sqrt(750 * 4500) - 700, 6);
});

test.each([300, 1000, 2000, 3500])("a tone of %i Hz is loudest in the band whose peak is nearest", (hertz) => {
  const { data, bands } = logMel()(tone(hertz, 400));
  const corners = [...melCorners(MEL40)];
  const peaks = corners.slice(1, -1);
  const nearest = peaks.reduce((best, peak, band) => (Math.abs(peak - hertz) < Math.abs((peaks[best] as number) - hertz) ? band : best), 0);
  const frame = [...data.slice(bands, 2 * bands)];
  expect(Math.abs(frame.indexOf(Math.max(...frame)) - nearest)).toBeLessThanOrEqual(1);
});

test("ten times the amplitude adds log 100", () => {
  const frames = logMel({ ...MEL40, floor: 1e-30 });
  const quiet = frames(tone(1000, 200, 0.01)).data;
  const loud = frames(tone(1000, 200, 0.1)).data;
  quiet.forEach((value, i) => expect((loud[i] as number) - value).toBeCloseTo(Math.log(100), 2));
});

test("a frame's power is that of the plain Fourier sum", () => {
  // one band, one window: sum the definition directly
  const config = { ...MEL40, window: 8, hop: 8, fftSize: 8, bands: 1, lowest: 500, highest: 3500, floor: 0 };
  const wave = Float32Array.of(0.1, -0.4, 0.3, 0.9, -0.2, 0.5, -0.7, 0.2);
  const [low, peak, high] = melCorners(config) as unknown as [number, number, number];
  let expected = 0;
  for (const bin of [1, 2, 3]) {
    let re = 0;
    let im = 0;
    wave.forEach((value, n) => {
      const windowed = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 8));
      re += windowed * Math.cos((2 * Math.PI * bin * n) / 8);
      im -= windowed * Math.sin((2 * Math.PI * bin * n) / 8);
    });
    const hertz = bin * 1000;
    expected += (re * re + im * im) * Math.max(0, hertz < peak ? (hertz - low) / (peak - low) : (high - hertz) / (high - peak));
  }
  expect(logMel(config)(wave).data[0]).toBeCloseTo(Math.log(expected), 5);
});

test("bands too narrow for the spectrum are refused", () => {
  expect(() => logMel({ ...MEL40, bands: 400 })).toThrow(/holds no bin of 31\.3 Hz; use fewer bands or a larger fftSize/);
});
