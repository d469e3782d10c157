/** PNG files as plain pictures. */
import { convertIndexedToRgb, decode } from "fast-png";

/** A decoded picture, [height, width, 3], 0..255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Lays a picture with 1 (grey), 2 (grey + alpha), 3 (RGB) or 4 (RGBA) channels of depth 8 or 16 on white paper. */
export function compositeOnWhite(data: ArrayLike<number>, width: number, height: number, channels: number, depth: 8 | 16 = 8): Picture {
  if (channels < 1 || channels > 4) throw new RangeError(`compositeOnWhite: expected 1 to 4 channels, got ${channels}`);
  const pixels = width * height;
  const out = new Uint8Array(pixels * 3);
  const scale = depth === 16 ? 257 : 1;
  const colours = channels < 3 ? 1 : 3;
  const alphaAt = channels % 2 === 0 ? channels - 1 : -1;
  for (let i = 0; i < pixels; i++) {
    const alpha = alphaAt < 0 ? 1 : (data[i * channels + alphaAt] as number) / scale / 255;
    for (let c = 0; c < 3; c++) {
      const value = (data[i * channels + (colours === 3 ? c : 0)] as number) / scale;
      out[i * 3 + c] = Math.round(value * alpha + 255 * (1 - alpha));
    }
  }
  return { width, height, data: out };
}

/** Decodes a PNG, transparent parts becoming white. Throws if the file is damaged. */
export function decodePng(bytes: Uint8Array): Picture {
  const png = decode(bytes, { checkCrc: true });
  const { width, height } = png;
  const palette = png.palette ?? (png.depth < 8 ? greys(png.depth) : undefined);
  if (palette) {
    const data = convertIndexedToRgb({ ...png, palette });
    return compositeOnWhite(data, width, height, data.length / (width * height));
  }
  const picture = compositeOnWhite(png.data, width, height, png.channels, png.depth === 16 ? 16 : 8);
  if (png.transparency) whiten(picture.data, png.data, png.transparency, png.channels);
  return picture;
}

/** Grey levels of a depth below 8, whose pixels are packed like indices into a palette. */
function greys(depth: number): [number, number, number][] {
  const levels = 2 ** depth;
  return Array.from({ length: levels }, (_, level) => {
    const grey = Math.round((255 * level) / (levels - 1));
    return [grey, grey, grey];
  });
}

/** Makes white the pixels of the one colour that a file without alpha declares transparent. */
function whiten(rgb: Uint8Array, samples: ArrayLike<number>, key: Uint16Array, channels: number): void {
  for (let i = 0; i < rgb.length / 3; i++) {
    if (key.every((value, c) => samples[i * channels + c] === value)) rgb.fill(255, i * 3, i * 3 + 3);
  }
}
