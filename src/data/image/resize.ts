/**
 * Bilinear resizing of a box of a picture.
 *
 * Output pixel i covers the input around b + (i + 0.5) s - 0.5, with s input pixels per output pixel. Its weights are a
 * triangle of half-width max(s, 1): plain bilinear interpolation when enlarging, an average without aliasing when
 * reducing. Weights beyond the box are dropped and the rest renormalised.
 */
import { newPlanes } from "./planes.ts";
import type { Planes } from "./planes.ts";

/** Part of a picture in input pixels; edges may be fractional. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where an output pixel takes its value from, along one axis. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function taps(start: number, extent: number, length: number, outputs: number): Taps[] {
  const step = extent / outputs;
  const radius = Math.max(step, 1);
  const low = Math.max(0, Math.floor(start));
  const high = Math.min(length, Math.ceil(start + extent)) - 1;
  return Array.from({ length: outputs }, (_, i) => {
    const centre = Math.min(Math.max(start + (i + 0.5) * step - 0.5, low), high);
    const first = Math.max(low, Math.ceil(centre - radius));
    const last = Math.min(high, Math.floor(centre + radius));
    const weights = Array.from({ length: last - first + 1 }, (_, k) => Math.max(0, 1 - Math.abs(first + k - centre) / radius));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Resizes a box of the picture to `height` x `width`. */
export function resizeBox(image: Planes, box: Box, height: number, width: number): Planes {
  const outside = box.left < 0 || box.top < 0 || box.left + box.width > image.width || box.top + box.height > image.height;
  if (outside || box.width <= 0 || box.height <= 0) {
    throw new RangeError(`resizeBox: box left ${box.left} top ${box.top} width ${box.width} height ${box.height} does not lie in a picture of ${image.width} x ${image.height}`);
  }
  const columns = taps(box.left, box.width, image.width, width);
  const rows = taps(box.top, box.height, image.height, height);
  const out = newPlanes(image.channels, height, width);
  const band = new Float32Array(image.height * width); // [input rows, output columns]
  for (let c = 0; c < image.channels; c++) {
    const plane = image.data.subarray(c * image.height * image.width, (c + 1) * image.height * image.width);
    const lastRow = rows[height - 1] as Taps;
    for (let y = (rows[0] as Taps).first; y < lastRow.first + lastRow.weights.length; y++) {
      for (let x = 0; x < width; x++) band[y * width + x] = mix(plane, y * image.width, 1, columns[x] as Taps);
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) out.data[(c * height + y) * width + x] = mix(band, x, width, rows[y] as Taps);
    }
  }
  return out;
}

function mix(values: Float32Array, offset: number, stride: number, { first, weights }: Taps): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += (values[offset + (first + k) * stride] as number) * (weights[k] as number);
  return sum;
}

/** The largest centred box with the aspect ratio of `height` x `width`, resized to that size. */
export function resizeAndCenterCrop(image: Planes, height: number, width: number): Planes {
  const scale = Math.min(image.height / height, image.width / width);
  const box = { width: width * scale, height: height * scale };
  return resizeBox(image, { ...box, left: (image.width - box.width) / 2, top: (image.height - box.height) / 2 }, height, width);
}
