/** Scenes in memory: pictures with maps of them. */
import type { HostArray } from "../../engine/host-array.ts";

/** Which maps are wanted beside pictures. */
export interface SceneMaps {
  readonly depth: boolean;
  /** Number of classes in class maps, or null when these are not wanted. */
  readonly classes: number | null;
}

export interface SceneSet {
  /** uint8 [count, S, S, 3] */
  readonly pixels: HostArray;
  /** float32 [count, S, S], in any unit; null when not wanted. */
  readonly depth: HostArray | null;
  /** uint8 [count, S, S], class numbers; null when not wanted. */
  readonly classes: HostArray | null;
  /** Name of each scene. */
  readonly keys: readonly string[];
}
