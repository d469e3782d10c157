/** Transforms against the defining sum, energy conservation, and signals whose spectrum is known. */
import { expect, test } from "vitest";
import { complexMul, dft, evaluate, fft2, grad, hostArray, magnitude, melSpectrogram, Parameter, rfft, stft, sum, tensor } from "../../src/engine/index.ts";
import type { ComplexTensor, HostArray } from "../../src/engine/index.ts";

const signal = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i * i * 0.7) + 0.3 * Math.cos(i));
const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number>, Number);
const valuesOf = async ({ real, imag }: ComplexTensor): Promise<readonly [number[], number[]]> => {
  const [a, b] = await evaluate([real, imag]);
  return [numbers(a as HostArray), numbers(b as HostArray)];
};
const expectClose = (got: readonly number[], wanted: readonly number[], tolerance = 1e-4): void => {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => expect(Math.abs(value - (wanted[i] as number)), `element ${i}`).toBeLessThan(tolerance));
};

/** The defining sum, in float64. */
function naive(x: ArrayLike<number>): { readonly real: number[]; readonly imag: number[] } {
  const bins = Array.from({ length: x.length }, (_, k) => k);
  const at = (k: number, wave: (angle: number) => number): number => Array.from(x).reduce((total, value, j) => total + value * wave((2 * Math.PI * j * k) / x.length), 0);
  return { real: bins.map((k) => at(k, Math.cos)), imag: bins.map((k) => -at(k, Math.sin)) };
}

test.each([8, 15])("dft of %d samples equals the defining sum, rfft its first half, and the inverse undoes it", async (n) => {
  const x = signal(n);
  const wanted = naive(x);
  const spectrum = dft(tensor(hostArray(x, [n])));
  const [real, imag] = await valuesOf(spectrum);
  expectClose(real, wanted.real);
  expectClose(imag, wanted.imag);
  const [halfReal, halfImag] = await valuesOf(rfft(tensor(hostArray(x, [n]))));
  expectClose(halfReal, wanted.real.slice(0, Math.floor(n / 2) + 1));
  expectClose(halfImag, wanted.imag.slice(0, Math.floor(n / 2) + 1));
  const [back, nothing] = await valuesOf(dft(spectrum, { inverse: true }));
  expectClose(back, Array.from(x));
  expectClose(nothing, Array.from(x, () => 0));
});

test("energy is conserved (Parseval): sum |x|^2 = sum |X|^2 / n, also in two dimensions", async () => {
  const image = tensor(hostArray(signal(6 * 10), [6, 10]));
  const { real, imag } = fft2(image);
  const [before, after] = await evaluate([sum(image.square()), sum(real.square().add(imag.square()))]);
  expect(after?.item()).toBeCloseTo((before?.item() as number) * 60, 1);
});

test("fft2 of a shifted impulse is a plane wave, and its inverse gives the impulse back", async () => {
  const impulse = new Float32Array(4 * 4);
  impulse[1 * 4 + 2] = 1;
  const spectrum = fft2(tensor(hostArray(impulse, [4, 4])));
  const [real, imag] = await valuesOf(spectrum);
  // exp(-2 pi i (u / 4 + 2 v / 4)) = (-i)^u (-1)^v
  const turns = [[1, 0], [0, -1], [-1, 0], [0, 1]] as const;
  const at = (part: 0 | 1): number[] => Array.from({ length: 16 }, (_, i) => (turns[Math.floor(i / 4)] as readonly [number, number])[part] * (i % 2 === 0 ? 1 : -1));
  expectClose(real, at(0));
  expectClose(imag, at(1));
  expectClose((await valuesOf(fft2(spectrum, { inverse: true })))[0], Array.from(impulse));
});

test("multiplying spectra convolves in a circle", async () => {
  const [a, b] = [[1, 2, 0, 0], [3, 0, 0, 1]];
  const product = complexMul(dft(tensor(a)), dft(tensor(b)));
  // (a * b)[t] = sum_j a[j] b[t - j mod 4]
  expectClose((await valuesOf(dft(product, { inverse: true })))[0], [1 * 3 + 2 * 1, 2 * 3, 0, 1]);
});

test("stft frames equal windowed transforms of the pieces, for a hop that does and does not divide the size", async () => {
  for (const hop of [4, 3]) {
    const x = signal(20);
    const [real, imag] = await valuesOf(stft(tensor(hostArray(x, [1, 20])), { size: 8, hop, center: false }));
    const frames = 1 + Math.floor((20 - 8) / hop);
    const wanted = Array.from({ length: frames }, (_, t) => naive(x.slice(t * hop, t * hop + 8).map((v, j) => v * (0.5 - 0.5 * Math.cos((2 * Math.PI * j) / 8)))));
    expectClose(real, wanted.flatMap((w) => w.real.slice(0, 5)));
    expectClose(imag, wanted.flatMap((w) => w.imag.slice(0, 5)));
  }
});

test("a centred stft has a frame for each hop, and a pure tone stands in its own bin", async () => {
  const tone = Float32Array.from({ length: 256 }, (_, i) => Math.cos((2 * Math.PI * 4 * i) / 32));
  const spectrum = magnitude(stft(tensor(hostArray(tone, [256])), { size: 32, hop: 16 }));
  expect(spectrum.shape).toEqual([17, 17]);
  const middle = numbers(await spectrum.select(0, 8).array());
  expect(middle.indexOf(Math.max(...middle))).toBe(4);
  expect(middle[4]).toBeCloseTo(8, 3); // half the sum of the window, which is 16
});

test("a mel spectrogram puts a tone into the band around it", async () => {
  const sampleRate = 8000;
  const options = { size: 256, hop: 128, sampleRate, mels: 20 };
  for (const hertz of [500, 2000]) {
    const tone = Float32Array.from({ length: 1024 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / sampleRate));
    const bands = numbers(await melSpectrogram(tensor(hostArray(tone, [1024])), options).select(0, 4).array());
    const mel = (f: number): number => 2595 * Math.log10(1 + f / 700);
    const wanted = mel(hertz) / (mel(4000) / 21) - 1;
    expect(Math.abs(bands.indexOf(Math.max(...bands)) - wanted)).toBeLessThanOrEqual(1);
  }
});

test("the gradient of a spectral loss equals that of the samples: d sum |X|^2 / dx = 2 n x", async () => {
  const x = new Parameter([2, 6], hostArray(signal(12), [2, 6]));
  const { real, imag } = dft(x);
  const [gradient] = await evaluate(grad(sum(real.square().add(imag.square())), [x]));
  expectClose(numbers(gradient as HostArray), Array.from(signal(12), (v) => 12 * v), 1e-3);
});

test("too short a signal and bands beyond half the sample rate are refused", () => {
  const x = tensor(hostArray(new Float32Array(10), [10]));
  expect(() => stft(x, { size: 16, hop: 4, center: false })).toThrow("frame: 10 samples are fewer than the 16 of one frame; pad the signal");
  expect(() => melSpectrogram(x, { size: 8, hop: 4, sampleRate: 8000, mels: 4, range: [0, 5000] })).toThrow("within 0 to 4000 Hz, half the sample rate, got 0 to 5000");
});
