/** Clips in memory. */
import type { HostArray } from "../../engine/host-array.ts";

export interface ClipSet {
  /** uint8 [count, T, S, S, 3] */
  readonly frames: HostArray;
  /** Name of each clip. */
  readonly keys: readonly string[];
}
