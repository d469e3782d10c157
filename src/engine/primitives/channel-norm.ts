/** Normalisation and affine maps of the channel axis (axis 1) of x [B, C, ..], any number of further axes. */
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes } from "../primitive.ts";
import { sameShape, showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";

function requireChannels(where: string, x: Aval, vectors: Readonly<Record<string, Aval | undefined>>): number {
  const { shape } = requireDtype(where, x, ["float32"]);
  if (shape.length < 2) throw new RangeError(`${where}: expected [B, C, ..], got ${showShape(shape)}`);
  for (const [name, vector] of Object.entries(vectors)) {
    if (!sameShape((vector as Aval).shape, [shape[1] as number])) throw new RangeError(`${where}: ${name} must be [${shape[1]}] to match the channels of ${showShape(shape)}, got ${showShape((vector as Aval).shape)}`);
  }
  return shape[1] as number;
}

/** All axes but the channels. */
const otherAxes = (shape: Shape): number[] => shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));

/** `x * scale[c] + shift[c]`, in one pass over memory by the kernel of batch normalisation with mean 0 and variance 1. */
export const channelAffine = definePrimitive<NoAttributes>({
  name: "channelAffine",
  infer: ([x, scale, shift]) => {
    requireChannels("channelAffine", x as Aval, { scale, shift });
    return [{ shape: (x as Aval).shape, dtype: "float32" }];
  },
  vjp: ({ ops, inputs, gradient, needs }) => {
    const [x, scale, shift] = inputs as readonly [Tensor, Tensor, Tensor];
    const axes = otherAxes(x.shape);
    return [needs[0] ? ops.channelAffine(gradient, scale, ops.zerosLike(shift)) : null, needs[1] ? ops.sum(ops.mul(gradient, x), axes) : null, needs[2] ? ops.sum(gradient, axes) : null];
  },
  lower: ({ emitter, node, inputs, outputs }) => {
    const channels = emitter.ints((node.inputs[1] as Tensor).shape);
    const [zeros, ones] = [0, 1].map((value) => emitter.value("Expand", [emitter.scalar(value), channels])) as [string, string];
    emitter.emit("BatchNormalization", [...inputs, zeros, ones], outputs, { epsilon: { float: 0 } });
  },
  flops: ([x]) => 2 * sizeOf((x as Aval).shape),
  samples: () => [...samplesOf(NO_ATTRIBUTES, [ramp([2, 3, 2, 2]), ramp([3], [0.5, -1, 2]), ramp([3], [1, 0, -0.5])]), ...samplesOf(NO_ATTRIBUTES, [ramp([3, 2]), ramp([2]), ramp([2])])],
});

/**
 * Batch normalisation (arXiv 1502.03167): (x - mean) / sqrt(variance + epsilon) * scale + bias with the statistics of
 * each channel over all other axes. Also returns mean and biased variance, [C], through which gradients flow as well.
 */
export const batchNorm = definePrimitive<{ readonly epsilon: number }>({
  name: "batchNorm",
  infer: ([x, scale, bias]) => {
    const channels = requireChannels("batchNorm", x as Aval, { scale, bias });
    const statistics: Aval = { shape: [channels], dtype: "float32" };
    return [{ shape: (x as Aval).shape, dtype: "float32" }, statistics, statistics];
  },
  vjp: ({ ops, inputs, outputs, attributes: { epsilon }, gradients, gradient, needs }) => {
    const [x, scale, bias] = inputs as readonly [Tensor, Tensor, Tensor];
    const [, mean, variance] = outputs as readonly [Tensor, Tensor, Tensor];
    const axes = otherAxes(x.shape);
    const count = x.size / x.dim(1);
    const inverse = ops.rsqrt(ops.add(variance, epsilon));
    const centered = ops.sub(x, ops.reshape(mean, x.shape.map((_, axis) => (axis === 1 ? mean.size : 1))));
    const total = ops.sum(gradient, axes); // sum g
    const along = ops.sum(ops.mul(gradient, centered), axes); // sum g (x - mean)
    const toInput = (): Tensor => {
      const slope = ops.mul(scale, inverse);
      // Gradients of the statistics: what y sends them, and what arrives from elsewhere.
      const plus = (a: Tensor, b: Tensor | null | undefined): Tensor => (b === null || b === undefined ? a : ops.add(a, b));
      const toMean = plus(ops.neg(ops.mul(slope, total)), gradients[1]);
      const toVariance = plus(ops.mul(ops.mul(slope, ops.square(inverse)), ops.mul(along, -0.5)), gradients[2]);
      // d mean / dx = 1 / n, d variance / dx = 2 (x - mean) / n
      return ops.add(ops.channelAffine(gradient, slope, ops.mul(toMean, 1 / count)), ops.channelAffine(centered, ops.mul(toVariance, 2 / count), ops.zerosLike(bias)));
    };
    return [needs[0] ? toInput() : null, needs[1] ? ops.mul(along, inverse) : null, needs[2] ? total : null];
  },
  lower: ({ emitter, node, inputs, outputs, attributes }) => {
    const [x, scale, bias] = inputs as readonly [string, string, string];
    const [y, mean, variance] = outputs as readonly [string, string, string];
    const { shape } = node.inputs[0] as Tensor;
    const axes = emitter.ints(otherAxes(shape));
    emitter.emit("ReduceMean", [x, axes], [mean], { keepdims: 0 });
    const centered = emitter.value("Sub", [x, emitter.reshape(mean, shape.map((extent, axis) => (axis === 1 ? extent : 1)))]);
    emitter.emit("ReduceMean", [emitter.value("Mul", [centered, centered]), axes], [variance], { keepdims: 0 });
    emitter.emit("BatchNormalization", [x, scale, bias, mean, variance], [y], { epsilon: { float: attributes.epsilon } });
  },
  flops: ([x]) => 6 * sizeOf((x as Aval).shape),
  samples: () => [
    ...samplesOf({ epsilon: 1e-5 }, [ramp([2, 3, 2, 2]), ramp([3], [0.5, -1, 2]), ramp([3], [1, 0, -0.5])]),
    ...samplesOf({ epsilon: 1e-2 }, [ramp([4, 2]), ramp([2], [1, 0.5]), ramp([2], [0.2, -1])]),
  ],
});

export const CHANNEL_NORM = [channelAffine, batchNorm] as const;
