/** Colour changes of RGB planes; factor 1 (hue: shift 0) leaves a picture as it is. Results are clamped to 0..1. */
import { newPlanes } from "./planes.ts";
import type { Planes } from "./planes.ts";

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** Luma of ITU-R BT.601. */
const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

type Rgb = readonly [number, number, number];

function mapPixels(image: Planes, change: (red: number, green: number, blue: number) => Rgb): Planes {
  if (image.channels !== 3) throw new RangeError(`color change: expected 3 channels, got ${image.channels}`);
  const out = newPlanes(3, image.height, image.width);
  const area = image.height * image.width;
  for (let i = 0; i < area; i++) {
    const [red, green, blue] = change(image.data[i] as number, image.data[area + i] as number, image.data[2 * area + i] as number);
    out.data[i] = clamp(red);
    out.data[area + i] = clamp(green);
    out.data[2 * area + i] = clamp(blue);
  }
  return out;
}

/** Multiplies by `factor`. */
export function adjustBrightness(image: Planes, factor: number): Planes {
  return mapPixels(image, (red, green, blue) => [red * factor, green * factor, blue * factor]);
}

/** Moves values away from (factor > 1) or towards (factor < 1) the mean luma of the picture. */
export function adjustContrast(image: Planes, factor: number): Planes {
  const area = image.height * image.width;
  let sum = 0;
  for (let i = 0; i < area; i++) sum += luma(image.data[i] as number, image.data[area + i] as number, image.data[2 * area + i] as number);
  const offset = (1 - factor) * (sum / area);
  return mapPixels(image, (red, green, blue) => [red * factor + offset, green * factor + offset, blue * factor + offset]);
}

/** Moves each pixel away from (factor > 1) or towards (factor < 1) its own grey. */
export function adjustSaturation(image: Planes, factor: number): Planes {
  return mapPixels(image, (red, green, blue) => {
    const grey = (1 - factor) * luma(red, green, blue);
    return [red * factor + grey, green * factor + grey, blue * factor + grey];
  });
}

/** Turns the hue by `shift` of a full circle (HSV), -0.5..0.5. */
export function adjustHue(image: Planes, shift: number): Planes {
  return mapPixels(image, (red, green, blue) => {
    const high = Math.max(red, green, blue);
    const chroma = high - Math.min(red, green, blue);
    if (chroma === 0) return [red, green, blue];
    const sector = high === red ? (green - blue) / chroma : high === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4;
    const hue = (((sector / 6 + shift) % 1) + 1) % 1;
    const channel = (n: number): number => {
      const k = (n + hue * 6) % 6;
      return high - chroma * clamp(Math.min(k, 4 - k));
    };
    return [channel(5), channel(3), channel(1)];
  });
}
