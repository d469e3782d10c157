/** Masks by their names in configurations. */
import type { Tensor } from "../../engine/index.ts";
import { mask as masks } from "../../nn/index.ts";
import type { MaskSpec } from "../../nn/index.ts";
import type { MaskName } from "./config.ts";

/** Who sees whom before padding is taken away; `segments` int32 [B, L]. Segment 1 is the prefix: all tokens see it. */
export function maskOf(name: MaskName, segments: Tensor): MaskSpec {
  const specs: Readonly<Record<MaskName, () => MaskSpec>> = {
    fully_visible: masks.full,
    causal: masks.causal,
    causal_with_prefix: () => masks.or(masks.causal(), masks.validKeys(segments.equal(1))),
  };
  return specs[name]();
}
