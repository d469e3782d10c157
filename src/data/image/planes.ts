/** Pictures as planes of floats, the layout models read. */

/** One picture, [channels, height, width]; values 0..1 unless standardised. */
export interface Planes {
  readonly data: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export function newPlanes(channels: number, height: number, width: number): Planes {
  return { data: new Float32Array(channels * height * width), channels, height, width };
}

/** [height, width, channels] of 0..255 -> [channels, height, width] of 0..1. */
export function planesOf(pixels: Uint8Array, height: number, width: number, channels: number): Planes {
  const planes = newPlanes(channels, height, width);
  const area = height * width;
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < channels; c++) planes.data[c * area + i] = (pixels[i * channels + c] as number) / 255;
  }
  return planes;
}

/** [channels, height, width] of 0..1 -> [height, width, channels] of 0..255, rounded and clamped. */
export function pixelsFrom({ data, channels, height, width }: Planes): Uint8Array {
  const area = height * width;
  const pixels = new Uint8ClampedArray(area * channels);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < channels; c++) pixels[i * channels + c] = (data[c * area + i] as number) * 255;
  }
  return new Uint8Array(pixels.buffer);
}
