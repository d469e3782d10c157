/** Tube masking of clip tokens (VideoMAE): the same places are hidden in every time slice. */
import type { RandomStream } from "../../engine/random/stream.ts";
import { floorShare } from "../../nn/vision/token-subset.ts";

export interface TubeIds {
  readonly visible: Int32Array;
  readonly hidden: Int32Array;
}

/** Token ids of a clip of `slices` x `places` tokens, time-major; floor(ratio x places) places are hidden throughout. */
export function tubeMask(random: RandomStream, slices: number, places: number, ratio: number): TubeIds {
  const hiddenPlaces = floorShare(ratio, places);
  const order = random.permutation(places);
  const over = (chosen: Int32Array): Int32Array => Int32Array.from({ length: slices * chosen.length }, (_, i) => Math.floor(i / chosen.length) * places + (chosen[i % chosen.length] as number));
  return { hidden: over(order.slice(0, hiddenPlaces).sort()), visible: over(order.slice(hiddenPlaces).sort()) };
}
