/** Running sums along an axis. */
import { sizeOf } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { Aval } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ids, ramp, samplesOf } from "./samples.ts";

export interface CumulativeAttributes {
  readonly axis: number;
  /** From the last element to the first. */
  readonly reverse: boolean;
  /** Leaves the element itself out of its sum, so that the first sum is 0. */
  readonly exclusive: boolean;
}

/** `y[t]` = sum of `x[s]` for s <= t along one axis. */
export const cumSum = definePrimitive<CumulativeAttributes>({
  name: "cumSum",
  infer: ([x]) => [requireDtype("cumSum", x as Aval, ["float32", "int32", "int64"])],
  // x[s] enters every y[t] with t >= s: the gradient is the running sum from the other end.
  vjp: ({ ops, attributes: { axis, reverse, exclusive }, gradient }) => [ops.cumSum(gradient, axis, { reverse: !reverse, exclusive })],
  lower: ({ emitter, inputs, outputs, attributes: { axis, reverse, exclusive } }) =>
    emitter.emit("CumSum", [inputs[0] as string, emitter.scalar(axis, "int64")], outputs, { reverse: Number(reverse), exclusive: Number(exclusive) }),
  flops: ([x]) => sizeOf((x as Aval).shape),
  samples: () => [
    ...samplesOf({ axis: 1, reverse: false, exclusive: false }, [ramp([2, 4])]),
    ...samplesOf({ axis: 0, reverse: true, exclusive: false }, [ramp([3, 2])]),
    ...samplesOf({ axis: 1, reverse: false, exclusive: true }, [ramp([2, 3, 2])]),
    ...samplesOf({ axis: 0, reverse: true, exclusive: true }, [ids([4], [1, 2, 3, 4])]),
  ],
});

export const SCAN_SUM = [cumSum] as const;
