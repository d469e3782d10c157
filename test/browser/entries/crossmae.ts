/** Page side of the CrossMAE test. */
import { setWasmPath } from "../../../src/engine/index.ts";
import { trainCrossMae } from "../crossmae-training.ts";
import type { CrossMaeOptions } from "../crossmae-training.ts";

export default function (options: CrossMaeOptions): Promise<number[]> {
  setWasmPath(new URL("/wasm/", location.href).href);
  return trainCrossMae(options);
}
