/**
 * Random changes of pictures, as a JSON list of steps.
 *
 * The draws of a picture come from a stream keyed by (seed, epoch, item), and those of a step from its place in the
 * list: no draw depends on what was drawn before, for other pictures or in other steps.
 */
import type { RandomStream } from "../../engine/random/stream.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.ts";
import { newPlanes } from "./planes.ts";
import type { Planes } from "./planes.ts";
import { resizeBox } from "./resize.ts";
import type { Box } from "./resize.ts";

type Range = readonly [number, number];

/** A box of random area and aspect, resized to the size of the picture (Szegedy et al. 2015, "Going Deeper with Convolutions", section 6). */
export interface RandomResizedCrop {
  readonly kind: "randomResizedCrop";
  /** Share of the picture's area; [0.08, 1] is usual for photographs. */
  readonly scale: Range;
  /** Width / height, drawn evenly in logarithm; [3/4, 4/3] if left out. */
  readonly ratio?: Range;
}

export interface HorizontalFlip {
  readonly kind: "horizontalFlip";
  readonly probability: number;
}

/** Brightness, contrast, saturation (factors within 1 +- amount) and hue (shift within +- amount), in random order. */
export interface ColorJitter {
  readonly kind: "colorJitter";
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  /** Share of a full circle, up to 0.5. */
  readonly hue?: number;
}

/** Moves and scales the picture about its centre on white paper, and turns its hue: takes the edge off raw-pixel probes. */
export interface ProbeJitter {
  readonly kind: "probeJitter";
  /** Largest shift along each axis, pixels. */
  readonly shift: number;
  readonly scale: Range;
  readonly hue: number;
}

export type AugmentStep = RandomResizedCrop | HorizontalFlip | ColorJitter | ProbeJitter;

/** Tries before a crop falls back to the whole picture. */
const CROP_ATTEMPTS = 10;

/** Box of a random resized crop in a picture of `height` x `width`; whole pixels. */
export function cropBox(height: number, width: number, { scale, ratio = [3 / 4, 4 / 3] }: RandomResizedCrop, random: RandomStream): Box {
  for (let attempt = 0; attempt < CROP_ATTEMPTS; attempt++) {
    const area = height * width * random.uniform(...scale);
    const aspect = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const boxWidth = Math.round(Math.sqrt(area * aspect));
    const boxHeight = Math.round(Math.sqrt(area / aspect));
    if (boxWidth >= 1 && boxWidth <= width && boxHeight >= 1 && boxHeight <= height) {
      return { left: random.integer(width - boxWidth + 1), top: random.integer(height - boxHeight + 1), width: boxWidth, height: boxHeight };
    }
  }
  return { left: 0, top: 0, width, height };
}

/** Mirror image, left to right. */
export function flipHorizontally(image: Planes): Planes {
  const out = newPlanes(image.channels, image.height, image.width);
  for (let row = 0; row < image.channels * image.height; row++) {
    for (let x = 0; x < image.width; x++) out.data[row * image.width + x] = image.data[(row + 1) * image.width - 1 - x] as number;
  }
  return out;
}

/** Scales about the centre, then shifts by (dx, dy) pixels; bilinear, white (1) where the picture does not reach. */
export function placeOnWhite(image: Planes, dx: number, dy: number, scale: number): Planes {
  const { channels, height, width } = image;
  const out = newPlanes(channels, height, width);
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const at = (c: number, y: number, x: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 1 : (image.data[(c * height + y) * width + x] as number));
  for (let y = 0; y < height; y++) {
    const sourceY = (y - centreY - dy) / scale + centreY;
    const top = Math.floor(sourceY);
    const down = sourceY - top;
    for (let x = 0; x < width; x++) {
      const sourceX = (x - centreX - dx) / scale + centreX;
      const left = Math.floor(sourceX);
      const right = sourceX - left;
      for (let c = 0; c < channels; c++) {
        const above = at(c, top, left) * (1 - right) + at(c, top, left + 1) * right;
        const below = at(c, top + 1, left) * (1 - right) + at(c, top + 1, left + 1) * right;
        out.data[(c * height + y) * width + x] = above * (1 - down) + below * down;
      }
    }
  }
  return out;
}

function colorJitter(image: Planes, { brightness = 0, contrast = 0, saturation = 0, hue = 0 }: ColorJitter, random: RandomStream): Planes {
  const factor = (amount: number): number => random.uniform(Math.max(0, 1 - amount), 1 + amount);
  const changes = [
    [brightness, adjustBrightness, factor(brightness)],
    [contrast, adjustContrast, factor(contrast)],
    [saturation, adjustSaturation, factor(saturation)],
    [hue, adjustHue, random.uniform(-hue, hue)],
  ] as const;
  let out = image;
  for (const i of random.permutation(changes.length)) {
    const [amount, adjust, value] = changes[i] as (typeof changes)[number];
    if (amount > 0) out = adjust(out, value);
  }
  return out;
}

function probeJitter(image: Planes, { shift, scale, hue }: ProbeJitter, random: RandomStream): Planes {
  const placed = placeOnWhite(image, random.uniform(-shift, shift), random.uniform(-shift, shift), random.uniform(...scale));
  return hue > 0 ? adjustHue(placed, random.uniform(-hue, hue)) : placed;
}

const AUGMENTATIONS: { [K in AugmentStep["kind"]]: (image: Planes, step: Extract<AugmentStep, { kind: K }>, random: RandomStream) => Planes } = {
  randomResizedCrop: (image, step, random) => resizeBox(image, cropBox(image.height, image.width, step, random), image.height, image.width),
  horizontalFlip: (image, step, random) => (random.bernoulli(step.probability) ? flipHorizontally(image) : image),
  colorJitter,
  probeJitter,
};

/** Applies the steps in order; the picture itself is left as it was. */
export function augment(image: Planes, steps: readonly AugmentStep[], random: RandomStream): Planes {
  return steps.reduce((current, step, place) => {
    const apply = AUGMENTATIONS[step.kind] as ((image: Planes, step: AugmentStep, random: RandomStream) => Planes) | undefined;
    if (!apply) throw new Error(`augment: unknown step "${step.kind}"; choose from ${Object.keys(AUGMENTATIONS).join(", ")}`);
    return apply(current, step, random.child(place, step.kind));
  }, image);
}
