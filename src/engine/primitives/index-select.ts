/** Reading and writing at integer positions. Indices are int32; repeated indices accumulate when adding. */
import type { DType } from "../dtype.ts";
import { sameShape, showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype, requireSame } from "./elementwise.ts";
import { ids, ramp, samplesOf } from "./samples.ts";

interface AxisAttributes {
  readonly axis: number;
}

/** Whole slices by position: `x[.., index, ..]` along one axis. Output shape is x with the axis replaced by the index shape. */
export const gather = definePrimitive<AxisAttributes>({
  name: "gather",
  infer: ([x, index], { axis }) => {
    const { shape, dtype } = x as Aval;
    requireDtype("gather: index", index as Aval, ["int32", "int64"]);
    return [{ shape: [...shape.slice(0, axis), ...(index as Aval).shape, ...shape.slice(axis + 1)], dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient }) => {
    const [x, index] = inputs as readonly [Tensor, Tensor];
    return [ops.scatterRows(index, gradient, x.shape, attributes.axis), null];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Gather", inputs, outputs, { axis: attributes.axis }),
  flops: () => 0,
  samples: () => [
    ...samplesOf({ axis: 0 }, [ramp([4, 3]), ids([2, 2], [3, 0, 3, 1])]),
    ...samplesOf({ axis: 1 }, [ramp([2, 4]), ids([3], [1, 1, 2])]),
  ],
});

/** Types that add up. */
const SUMMED: readonly DType[] = ["float32", "int32", "int64", "uint32", "uint8"];

/** Adds rows into zeros of the given shape: `out[index[i]] += values[i]` along axis 0; index has any shape. */
export const scatterRows = definePrimitive<{ readonly shape: Shape }>({
  name: "scatterRows",
  infer: ([index, values], { shape }) => {
    requireDtype("scatterRows: index", index as Aval, ["int32", "int64"]);
    requireDtype("scatterRows", values as Aval, SUMMED);
    const expected = [...(index as Aval).shape, ...shape.slice(1)];
    if (!sameShape(expected, (values as Aval).shape)) throw new RangeError(`scatterRows: values for index ${showShape((index as Aval).shape)} into ${showShape(shape)} must be ${showShape(expected)}, got ${showShape((values as Aval).shape)}`);
    return [{ shape, dtype: (values as Aval).dtype }];
  },
  vjp: ({ ops, inputs, gradient }) => [null, ops.gather(gradient, inputs[0] as Tensor, 0)],
  lower: ({ emitter, node, inputs, outputs, attributes: { shape } }) => {
    const [index, values] = node.inputs as readonly [Tensor, Tensor];
    const count = sizeOf(index.shape);
    const rows = emitter.reshape(emitter.cast(inputs[0] as string, "int64"), [count, 1]);
    const updates = emitter.reshape(inputs[1] as string, [count, ...shape.slice(1)]);
    const zeros = emitter.value("Expand", [emitter.scalar(0, values.dtype), emitter.ints(shape)]);
    emitter.emit("ScatterND", [zeros, rows, updates], outputs, { reduction: "add" });
  },
  flops: ([, values]) => sizeOf((values as Aval).shape),
  samples: () => samplesOf({ shape: [4, 2] }, [ids([3], [3, 0, 3]), ramp([3, 2])]),
});

function requireAlong(where: string, x: Aval, index: Aval, axis: number): void {
  requireDtype(`${where}: index`, index, ["int32", "int64"]);
  if (index.shape.length !== x.shape.length || !index.shape.every((extent, i) => i === axis || extent <= (x.shape[i] as number))) {
    throw new RangeError(`${where}: index ${showShape(index.shape)} must have the rank of ${showShape(x.shape)} and fit it in all axes but ${axis}`);
  }
}

/** `out[i][j] = x[i][index[i][j]]` along one axis (NumPy's take_along_axis, PyTorch's gather). */
export const takeAlongAxis = definePrimitive<AxisAttributes>({
  name: "takeAlongAxis",
  infer: ([x, index], { axis }) => {
    requireAlong("takeAlongAxis", x as Aval, index as Aval, axis);
    return [{ shape: (index as Aval).shape, dtype: (x as Aval).dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient }) => {
    const [x, index] = inputs as readonly [Tensor, Tensor];
    return [ops.scatterAdd(ops.zerosLike(x), index, gradient, attributes.axis), null];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("GatherElements", inputs, outputs, { axis: attributes.axis }),
  flops: () => 0,
  samples: () => [
    ...samplesOf({ axis: 1 }, [ramp([2, 4]), ids([2, 3], [0, 3, 3, 2, 1, 0])]),
    ...samplesOf({ axis: 0 }, [ramp([3, 2]), ids([2, 2], [0, 2, 1, 1])]),
  ],
});

/** `out = x; out[i][index[i][j]] += values[i][j]` along one axis. */
export const scatterAdd = definePrimitive<AxisAttributes>({
  name: "scatterAdd",
  infer: ([x, index, values], { axis }) => {
    requireDtype("scatterAdd", x as Aval, SUMMED);
    requireAlong("scatterAdd", x as Aval, index as Aval, axis);
    requireSame("scatterAdd", x as Aval, values as Aval);
    if (!sameShape((index as Aval).shape, (values as Aval).shape)) throw new RangeError(`scatterAdd: index ${showShape((index as Aval).shape)} and values ${showShape((values as Aval).shape)} differ`);
    return [{ shape: (x as Aval).shape, dtype: (x as Aval).dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => [needs[0] ? gradient : null, null, needs[2] ? ops.takeAlongAxis(gradient, inputs[1] as Tensor, attributes.axis) : null],
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("ScatterElements", inputs, outputs, { axis: attributes.axis, reduction: "add" }),
  flops: ([, , values]) => sizeOf((values as Aval).shape),
  samples: () => samplesOf({ axis: 1 }, [ramp([2, 4]), ids([2, 3], [0, 3, 3, 2, 1, 0]), ramp([2, 3], [1, 2, 3, 4, 5, 6])]),
});

/** `out = x; out[i][index[i][j]] = values[i][j]` along one axis; indices must not repeat within a line. */
export const scatterSet = definePrimitive<AxisAttributes>({
  name: "scatterSet",
  infer: ([x, index, values], { axis }) => {
    requireAlong("scatterSet", x as Aval, index as Aval, axis);
    requireSame("scatterSet", x as Aval, values as Aval);
    if (!sameShape((index as Aval).shape, (values as Aval).shape)) throw new RangeError(`scatterSet: index ${showShape((index as Aval).shape)} and values ${showShape((values as Aval).shape)} differ`);
    return [{ shape: (x as Aval).shape, dtype: (x as Aval).dtype }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const index = inputs[1] as Tensor;
    return [needs[0] ? ops.scatterSet(gradient, index, ops.full(index.shape, 0), attributes.axis) : null, null, needs[2] ? ops.takeAlongAxis(gradient, index, attributes.axis) : null];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("ScatterElements", inputs, outputs, { axis: attributes.axis }),
  flops: () => 0,
  samples: () => samplesOf({ axis: 1 }, [ramp([2, 4]), ids([2, 2], [0, 3, 2, 1]), ramp([2, 2], [1, 2, 3, 4])]),
});

export const INDEX_SELECT = [gather, scatterRows, takeAlongAxis, scatterAdd, scatterSet] as const;
