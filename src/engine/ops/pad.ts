/** Padding with a constant, mirrored or repeated border. */
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { gather } from "./index-select.ts";
import { padConstant } from "./layout.ts";

/** Padding by a constant, or by reflected or repeated border values. `amounts` gives [before, after] of every axis. */
export function pad(x: Tensor, amounts: readonly (readonly [number, number])[], { mode = "constant", value = 0 }: { readonly mode?: "constant" | "reflect" | "edge"; readonly value?: number } = {}): Tensor {
  if (mode === "constant") return padConstant(x, amounts, value);
  return amounts.reduce((result, [before, after], axis) => {
    if (before === 0 && after === 0) return result;
    const extent = x.dim(axis);
    if (extent === 0) throw new RangeError(`pad: axis ${axis} of ${showShape(x.shape)} has no border to ${mode === "edge" ? "repeat" : "reflect"}`);
    if (mode === "reflect" && Math.max(before, after) >= extent) throw new RangeError(`pad: reflecting ${Math.max(before, after)} elements needs more than the ${extent} of axis ${axis}`);
    const source = Array.from({ length: before + extent + after }, (_, i) => borderPosition(i - before, extent, mode));
    return gather(result, source, axis);
  }, x);
}

function borderPosition(i: number, extent: number, mode: "reflect" | "edge"): number {
  if (mode === "edge") return Math.min(Math.max(i, 0), extent - 1);
  return i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i;
}
