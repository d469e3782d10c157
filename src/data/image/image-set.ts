/** Labelled pictures in memory. */
import type { Provenance } from "../source.ts";

export interface ImageSet {
  /** [count, height, width, channels], 0..255. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Class of each picture, an index into `labelNames`. */
  readonly labels: Int32Array;
  readonly labelNames: readonly string[];
  /** What must not stand in two splits, per picture. */
  readonly keys: readonly string[];
  /** Fold of each picture's key, 0..9; see `folds.ts`. */
  readonly folds: Uint8Array;
  readonly provenance?: Provenance;
}

/** Pixels of one picture, [height, width, channels], a view. */
export function pixelsOf(set: Pick<ImageSet, "pixels" | "count" | "height" | "width" | "channels">, index: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= set.count) throw new RangeError(`picture ${index}: the set holds ${set.count}`);
  const size = set.height * set.width * set.channels;
  return set.pixels.subarray(index * size, (index + 1) * size);
}
