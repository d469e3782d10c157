/** Turning a picture the way its EXIF orientation says it was taken. */
import type { Picture } from "./png.ts";

/** Orientation 1..8 of the EXIF standard (tag 0x0112) -> the upright picture. */
export function upright({ width, height, data }: Picture, orientation: number): Picture {
  if (orientation === 1) return { width, height, data };
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8) throw new RangeError(`EXIF orientation: expected 1..8, got ${orientation}`);
  const transposed = orientation >= 5;
  const mirrorColumns = [2, 3, 7, 8].includes(orientation);
  const mirrorRows = [3, 4, 6, 7].includes(orientation);
  const [outWidth, outHeight] = transposed ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const column = transposed ? y : x;
      const row = transposed ? x : y;
      const from = (mirrorRows ? height - 1 - row : row) * width + (mirrorColumns ? width - 1 - column : column);
      for (let c = 0; c < 3; c++) out[(y * outWidth + x) * 3 + c] = data[from * 3 + c] as number;
    }
  }
  return { width: outWidth, height: outHeight, data: out };
}
