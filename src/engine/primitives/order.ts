/** Order along an axis: the largest or smallest elements, and reversal of the real part of padded sequences. */
import { DTYPES } from "../dtype.ts";
import { sameShape, showShape, sizeOf } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ids, ramp, samplesOf } from "./samples.ts";

export interface TopKAttributes {
  readonly k: number;
  readonly axis: number;
  readonly largest: boolean;
}

/** The k largest (or smallest) elements along an axis in order, equal ones by lower position: values, and positions int32. */
export const topK = definePrimitive<TopKAttributes>({
  name: "topK",
  infer: ([x], { k, axis }) => {
    const { shape, dtype } = requireDtype("topK", x as Aval, ["float32", "int32", "int64"]);
    const extent = shape[axis] as number;
    if (!Number.isInteger(k) || k < 0 || k > extent) throw new RangeError(`topK: k must be an integer from 0 to ${extent}, the extent of axis ${axis} of ${showShape(shape)}, got ${k}`);
    const taken = shape.map((size, i) => (i === axis ? k : size));
    return [{ shape: taken, dtype }, { shape: taken, dtype: "int32" }];
  },
  // The order is piecewise constant, so values carry their gradient to where they came from and positions carry none.
  vjp: ({ ops, inputs, outputs, attributes, gradient }) => [ops.scatterAdd(ops.zerosLike(inputs[0] as Tensor), outputs[1] as Tensor, gradient, attributes.axis)],
  lower: ({ emitter, node, inputs, outputs, attributes: { k, axis, largest } }) => {
    if ((node.outputs[0] as Tensor).size === 0) {
      // The operator divides by the number of lines.
      emitter.emit("Slice", [inputs[0] as string, emitter.ints([0]), emitter.ints([k]), emitter.ints([axis])], [outputs[0] as string]);
      emitter.emit("Cast", [outputs[0] as string], [outputs[1] as string], { to: DTYPES.int32.onnx });
      return;
    }
    const positions = emitter.fresh("positions");
    emitter.emit("TopK", [inputs[0] as string, emitter.ints([k])], [outputs[0] as string, positions], { axis, largest: Number(largest), sorted: 1 });
    emitter.emit("Cast", [positions], [outputs[1] as string], { to: DTYPES.int32.onnx });
  },
  flops: ([x]) => sizeOf((x as Aval).shape),
  samples: () => [
    ...samplesOf({ k: 2, axis: 1, largest: true }, [ramp([2, 4])]),
    ...samplesOf({ k: 3, axis: 0, largest: false }, [ramp([3, 2])]),
    ...samplesOf({ k: 3, axis: 0, largest: true }, [ids([4], [5, 7, 7, -1])]),
    ...samplesOf({ k: 2, axis: 1, largest: true }, [ramp([0, 3])]),
  ],
});

/** Reverses the first lengths[b] steps of each sequence of x [B, T, ...]; the rest stays where it is. */
export const reverseSequence = definePrimitive<Readonly<Record<string, never>>>({
  name: "reverseSequence",
  infer: ([x, lengths]) => {
    const { shape, dtype } = x as Aval;
    requireDtype("reverseSequence: lengths", lengths as Aval, ["int32", "int64"]);
    if (shape.length < 2 || !sameShape((lengths as Aval).shape, shape.slice(0, 1))) throw new RangeError(`reverseSequence: expected x [batch, time, ...] and lengths [batch], got ${showShape(shape)} and ${showShape((lengths as Aval).shape)}`);
    return [{ shape, dtype }];
  },
  // A reversal is its own inverse, and as a permutation its own transpose.
  vjp: ({ ops, inputs, gradient }) => [ops.reverseSequence(gradient, inputs[1] as Tensor), null],
  lower: ({ emitter, inputs, outputs }) => emitter.emit("ReverseSequence", [inputs[0] as string, emitter.cast(inputs[1] as string, "int64")], outputs, { batch_axis: 0, time_axis: 1 }),
  flops: () => 0,
  samples: () => [...samplesOf({}, [ramp([3, 4]), ids([3], [4, 2, 1])]), ...samplesOf({}, [ramp([2, 3, 2]), ids([2], [2, 3])])],
});

export const ORDER = [topK, reverseSequence] as const;
