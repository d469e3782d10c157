/** Page side of the trajectory test. */
import { setWasmPath } from "../../../src/engine/index.ts";
import { trainAttention } from "../attention-training.ts";
import type { Trajectory, TrajectoryOptions } from "../attention-training.ts";

export default function (options: TrajectoryOptions): Promise<Trajectory> {
  setWasmPath(new URL("/wasm/", location.href).href);
  return trainAttention(options);
}
