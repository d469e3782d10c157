/** Pairs of pictures in memory, two views of one scene each. */
import type { HostArray } from "../../engine/host-array.ts";

export interface PairSet {
  /** uint8 [count, 2, S, S, 3] */
  readonly frames: HostArray;
  /** Name of each pair. */
  readonly keys: readonly string[];
}
