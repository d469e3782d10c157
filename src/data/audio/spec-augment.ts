/** SpecAugment (arXiv 1904.08779) without its time warp: bands and stretches of time are hidden. */
import type { RandomStream } from "../../engine/random/stream.ts";
import type { Frames } from "./log-mel.ts";

export interface SpecAugmentPolicy {
  /** Number of masks over bands, and the most bands that one hides. */
  readonly bandMasks: number;
  readonly mostBands: number;
  /** Number of masks over time, the most frames that one hides, and the largest share of the recording. */
  readonly timeMasks: number;
  readonly mostFrames: number;
  readonly mostShare: number;
}

/** Frames of mean 0 with some hidden: masks are zeros. Widths are uniform from 0 to their limit, places uniform. */
export function specAugment({ data, count, bands }: Frames, { bandMasks, mostBands, timeMasks, mostFrames, mostShare }: SpecAugmentPolicy, random: RandomStream): Frames {
  const values = data.slice();
  const draw = (extent: number, most: number): readonly [start: number, end: number] => {
    const width = random.integer(Math.min(most, extent) + 1);
    const start = random.integer(extent - width + 1);
    return [start, start + width];
  };
  for (let mask = 0; mask < bandMasks; mask++) {
    const [start, end] = draw(bands, mostBands);
    for (let frame = 0; frame < count; frame++) values.fill(0, frame * bands + start, frame * bands + end);
  }
  for (let mask = 0; mask < timeMasks; mask++) {
    const [start, end] = draw(count, Math.min(mostFrames, Math.floor(mostShare * count)));
    values.fill(0, start * bands, end * bands);
  }
  return { data: values, count, bands };
}
