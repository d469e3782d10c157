/** Picture files of the usual kinds, told apart by their first bytes and not by their names. */
import { decode as decodeWebp } from "@cwasm/webp";
import readExif from "exif-reader";
import jpeg from "jpeg-js";
import { hasPngSignature } from "fast-png";
import { upright } from "../image/orient.ts";
import { compositeOnWhite, decodePng } from "../image/png.ts";
import type { Picture } from "../image/png.ts";

/** A file that claims more pixels than this is refused before it takes the memory. */
const MAX_MEGAPIXELS = 200;
const MAX_MEGABYTES = 4096;

const ascii = (bytes: Uint8Array, start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));

/** Decodes a PNG, JPEG or WebP file to RGB, upright and on white. Throws with the reason if it cannot. */
export function decodePicture(bytes: Uint8Array): Picture {
  if (bytes.length === 0) throw new TypeError("the file is empty");
  if (hasPngSignature(bytes)) return decodePng(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes);
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") {
    const { data, width, height } = decodeWebp(bytes);
    return compositeOnWhite(data, width, height, 4);
  }
  throw new TypeError("neither PNG, JPEG nor WebP by its first bytes");
}

function decodeJpeg(bytes: Uint8Array): Picture {
  const picture = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false, // a cut-off file is broken, not grey
    maxResolutionInMP: MAX_MEGAPIXELS,
    maxMemoryUsageInMB: MAX_MEGABYTES,
  });
  const { exifBuffer } = picture as { exifBuffer?: Uint8Array }; // missing from the library's types
  return upright(picture, exifBuffer ? orientationOf(Buffer.from(exifBuffer.subarray(1))) : 1); // it starts with the last zero of "Exif\0\0"
}

/** Orientation from EXIF data; a picture is not refused for damaged notes about it. */
function orientationOf(exif: Buffer): number {
  try {
    const orientation = readExif(exif).Image?.Orientation;
    return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : 1;
  } catch {
    return 1;
  }
}
