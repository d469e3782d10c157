import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.ts";
import { augment, cropBox, flipHorizontally, placeOnWhite } from "../../../src/data/image/augment.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "../../../src/data/image/color.ts";
import { planesOf, pixelsFrom } from "../../../src/data/image/planes.ts";
import type { Planes } from "../../../src/data/image/planes.ts";
import { resizeAndCenterCrop, resizeBox } from "../../../src/data/image/resize.ts";

const row = (...values: number[]): Planes => ({ data: Float32Array.from(values), channels: 1, height: 1, width: values.length });
const pixel = (red: number, green: number, blue: number): Planes => ({ data: Float32Array.of(red, green, blue), channels: 3, height: 1, width: 1 });
const close = (image: Planes, expected: readonly number[]) => {
  expect(image.data.length).toBe(expected.length);
  expected.forEach((value, i) => expect(image.data[i]).toBeCloseTo(value, 6));
};

test("pixels become planes in 0..1 and come back", () => {
  const pixels = Uint8Array.of(0, 51, 102, 153, 204, 255); // two RGB pixels
  const planes = planesOf(pixels, 1, 2, 3);
  close(planes, [0, 0.6, 0.2, 0.8, 0.4, 1]); // red plane, green plane, blue plane
  expect(pixelsFrom(planes)).toEqual(pixels);
});

test("enlarging two pixels to four interpolates between pixel centres", () => {
  close(resizeBox(row(0, 1), { left: 0, top: 0, width: 2, height: 1 }, 1, 4), [0, 0.25, 0.75, 1]);
});

test("halving averages with a triangle of half-width two", () => {
  // first output: centre 0.5, weights 3/4, 3/4, 1/4 over 0, 1, 2 -> 1.25 / 1.75
  close(resizeBox(row(0, 1, 2, 3), { left: 0, top: 0, width: 4, height: 1 }, 1, 2), [5 / 7, 3 - 5 / 7]);
});

test("a box at its own size is cut out unchanged, and reads nothing outside itself", () => {
  const image: Planes = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), channels: 1, height: 3, width: 3 };
  close(resizeBox(image, { left: 1, top: 1, width: 2, height: 2 }, 2, 2), [5, 6, 8, 9]);
  close(resizeBox(image, { left: 1, top: 1, width: 1, height: 1 }, 2, 2), [5, 5, 5, 5]);
  expect(() => resizeBox(image, { left: 2, top: 0, width: 2, height: 2 }, 2, 2)).toThrow(/does not lie in a picture of 3 x 3/);
});

test("center crop keeps the middle of the longer side", () => {
  close(resizeAndCenterCrop(row(9, 1, 9), 1, 1), [1]);
});

test("flip mirrors each row", () => {
  const image: Planes = { data: Float32Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
  close(flipHorizontally(image), [2, 1, 4, 3]);
});

test("placing on white shifts, and scales about the centre", () => {
  close(placeOnWhite(row(0, 0.2, 0.4), 1, 0, 1), [1, 0, 0.2]);
  close(placeOnWhite(row(0, 0.2, 0.4), 0, 0, 2), [0.1, 0.2, 0.3]);
  close(placeOnWhite(row(0, 0.2, 0.4), 0.5, 0, 1), [0.5, 0.1, 0.3]); // half paper, half first pixel
});

test("colour changes give the values of their formulas", () => {
  close(adjustBrightness(pixel(0.2, 0.4, 0.8), 1.5), [0.3, 0.6, 1]);
  const blackAndWhite: Planes = { data: Float32Array.of(0, 1, 0, 1, 0, 1), channels: 3, height: 1, width: 2 };
  close(adjustContrast(blackAndWhite, 0.5), [0.25, 0.75, 0.25, 0.75, 0.25, 0.75]);
  close(adjustSaturation(pixel(1, 0, 0), 0), [0.299, 0.299, 0.299]);
  close(adjustHue(pixel(1, 0, 0), 1 / 3), [0, 1, 0]);
  close(adjustHue(pixel(1, 0, 0), -1 / 3), [0, 0, 1]);
  close(adjustHue(pixel(0.5, 0.25, 0.25), 0.5), [0.25, 0.5, 0.5]);
  close(adjustHue(pixel(0.3, 0.3, 0.3), 0.4), [0.3, 0.3, 0.3]);
  expect(() => adjustHue(row(1), 0.1)).toThrow(/expected 3 channels, got 1/);
});

test("crop boxes lie in the picture and have the area and aspect asked for", () => {
  for (let i = 0; i < 200; i++) {
    const { left, top, width, height } = cropBox(64, 64, { kind: "randomResizedCrop", scale: [0.5, 1] }, RandomStream.of(i));
    expect(left >= 0 && top >= 0 && left + width <= 64 && top + height <= 64).toBe(true);
    expect((width * height) / 4096).toBeGreaterThan(0.48); // rounding to whole pixels
    expect(width / height).toBeGreaterThan(0.74);
    expect(width / height).toBeLessThan(1.36);
  }
});

test("a crop that cannot fit falls back to the whole picture", () => {
  expect(cropBox(1, 64, { kind: "randomResizedCrop", scale: [1, 1], ratio: [1, 1] }, RandomStream.of(1))).toEqual({ left: 0, top: 0, width: 64, height: 1 });
});

test("a step's draws depend on its place alone, and the picture is left as it was", () => {
  const image = planesOf(Uint8Array.from({ length: 48 }, (_, i) => i * 5), 4, 4, 3);
  const before = image.data.slice();
  const jitter = { kind: "colorJitter", brightness: 0.4, hue: 0.1 } as const;
  const never = augment(image, [{ kind: "horizontalFlip", probability: 0 }, jitter], RandomStream.of(5));
  const always = augment(image, [{ kind: "horizontalFlip", probability: 1 }, jitter], RandomStream.of(5));
  expect(flipHorizontally(never).data).toEqual(always.data);
  expect(never.data).not.toEqual(before);
  expect(image.data).toEqual(before);
});

test("an unknown step is named with its alternatives", () => {
  expect(() => augment(row(1), [{ kind: "rotate" } as never], RandomStream.of(1))).toThrow(/unknown step "rotate"; choose from randomResizedCrop/);
});
