/** Concrete inputs for the tests that run over all primitives: small, irregular, deterministic. */
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import type { Sample } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";

/** float32 array of a shape from given values, or from an irregular sequence without ties or zeros. */
export function ramp(shape: Shape, values?: readonly number[], scale = 1): HostArray {
  const size = sizeOf(shape);
  const at = (i: number): number => values?.[i % values.length] ?? scale * (((i * 37 + 11) % 29) / 7 - 1.93 + i * 0.013);
  return hostArray(Float32Array.from({ length: size }, (_, i) => at(i)), shape);
}

/** int32 array. */
export const ids = (shape: Shape, values: readonly number[]): HostArray => hostArray(Int32Array.from(values), shape);

/** bool array. */
export const flags = (shape: Shape, values: readonly (0 | 1)[]): HostArray => hostArray(Uint8Array.from(values), shape, "bool");

/** One sample as a list, so that lists of samples can be spread together. */
export const samplesOf = <A>(attributes: A, inputs: readonly HostArray[], checkGradient?: readonly number[]): readonly Sample<A>[] => [
  checkGradient === undefined ? { inputs, attributes } : { inputs, attributes, checkGradient },
];
