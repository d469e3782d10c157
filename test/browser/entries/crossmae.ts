/** Page side of the CrossMAE test. */
import { setWasmPath } from "../../../src/engine/index.ts";
import { trainCrossMae } from "../../../web/in-tab/train-crossmae.ts";
import type { CrossMaeOptions } from "../../../web/in-tab/train-crossmae.ts";

export default function (options: CrossMaeOptions): Promise<number[]> {
  setWasmPath(new URL("/wasm/", location.href).href);
  return trainCrossMae(options);
}
