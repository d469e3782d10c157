/** Softmax, layer normalisation and the activations that onnxruntime computes in one pass. All act along the last axis. */
import { sameShape, showShape, sizeOf } from "../shape.ts";
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ids, ramp, samplesOf } from "./samples.ts";

/** exp(x) / sum exp(x) over the last axis. */
export const softmax = definePrimitive<NoAttributes>({
  name: "softmax",
  infer: ([x]) => [requireDtype("softmax", x as Aval, ["float32"])],
  vjp: ({ ops, outputs, gradient }) => {
    const y = outputs[0] as Tensor;
    const weighted = ops.mul(gradient, y);
    return [ops.sub(weighted, ops.mul(y, ops.sum(weighted, -1, { keepDims: true })))];
  },
  lower: ({ emitter, inputs, outputs }) => emitter.emit("Softmax", inputs, outputs, { axis: -1 }),
  flops: ([x]) => 5 * sizeOf((x as Aval).shape),
  samples: () => samplesOf(NO_ATTRIBUTES, [ramp([2, 4])]),
});

/** x - log sum exp(x) over the last axis. */
export const logSoftmax = definePrimitive<NoAttributes>({
  name: "logSoftmax",
  infer: ([x]) => [requireDtype("logSoftmax", x as Aval, ["float32"])],
  vjp: ({ ops, outputs, gradient }) => [ops.sub(gradient, ops.mul(ops.exp(outputs[0] as Tensor), ops.sum(gradient, -1, { keepDims: true })))],
  lower: ({ emitter, inputs, outputs }) => emitter.emit("LogSoftmax", inputs, outputs, { axis: -1 }),
  flops: ([x]) => 5 * sizeOf((x as Aval).shape),
  samples: () => samplesOf(NO_ATTRIBUTES, [ramp([2, 4])]),
});

/**
 * Cross-entropy of logits [n, V] against class ids [n]: losses [n], and the log-probabilities [n, V] kept for the
 * gradient softmax(z) - onehot(y), which is built by one exponential, one product and one scatter.
 */
export const softmaxCrossEntropy = definePrimitive<NoAttributes>({
  name: "softmaxCrossEntropy",
  infer: ([logits, labels]) => {
    const { shape } = requireDtype("softmaxCrossEntropy: logits", logits as Aval, ["float32"]);
    requireDtype("softmaxCrossEntropy: labels", labels as Aval, ["int32", "int64"]);
    if (shape.length !== 2 || !sameShape((labels as Aval).shape, shape.slice(0, 1))) throw new RangeError(`softmaxCrossEntropy: expected logits [n, classes] and labels [n], got ${showShape(shape)} and ${showShape((labels as Aval).shape)}`);
    return [{ shape: shape.slice(0, 1), dtype: "float32" }, { shape, dtype: "float32" }];
  },
  vjp: ({ ops, inputs, outputs, gradients }) => {
    const labels = inputs[1] as Tensor;
    const logProbabilities = outputs[1] as Tensor;
    if (gradients[1] !== null) throw new Error("internal: the log-probabilities of softmaxCrossEntropy are not differentiable; use logSoftmax");
    const g = ops.reshape(gradients[0] as Tensor, [labels.size, 1]);
    return [ops.scatterAdd(ops.mul(ops.exp(logProbabilities), g), ops.reshape(labels, [labels.size, 1]), ops.neg(g), 1), null];
  },
  lower: ({ emitter, node, inputs, outputs }) => {
    const [logits, labels] = node.inputs as readonly [Tensor, Tensor];
    emitter.emit("LogSoftmax", [inputs[0] as string], [outputs[1] as string], { axis: -1 });
    const column = emitter.reshape(inputs[1] as string, [labels.size, 1]);
    const picked = emitter.value("GatherElements", [outputs[1] as string, column], { axis: 1 });
    emitter.emit("Neg", [emitter.reshape(picked, [logits.dim(0)])], [outputs[0] as string]);
  },
  flops: ([x]) => 5 * sizeOf((x as Aval).shape),
  samples: () => samplesOf(NO_ATTRIBUTES, [ramp([3, 4]), ids([3], [2, 0, 3])]),
});

/** (x - mean) / sqrt(var + eps) * scale + bias over the last axis; also returns mean and 1/sqrt(var + eps), [.., 1]. */
export const layerNorm = definePrimitive<{ readonly epsilon: number }>({
  name: "layerNorm",
  infer: ([x, scale, bias]) => {
    const { shape } = requireDtype("layerNorm", x as Aval, ["float32"]);
    const width = shape.slice(-1);
    for (const [name, value] of [["scale", scale], ["bias", bias]] as const) {
      if (!sameShape((value as Aval).shape, width)) throw new RangeError(`layerNorm: ${name} must be ${showShape(width)} to match the last axis of ${showShape(shape)}, got ${showShape((value as Aval).shape)}`);
    }
    const statistics: Aval = { shape: [...shape.slice(0, -1), 1], dtype: "float32" };
    return [{ shape, dtype: "float32" }, statistics, statistics];
  },
  vjp: ({ ops, inputs, outputs, gradients, gradient, needs }) => {
    const [x, scale] = inputs as readonly [Tensor, Tensor, Tensor];
    const [, mean, inverse] = outputs as readonly [Tensor, Tensor, Tensor];
    if (gradients[1] !== null || gradients[2] !== null) throw new Error("internal: the statistics of layerNorm are not differentiable");
    const normalized = ops.mul(ops.sub(x, mean), inverse);
    const rows = Array.from({ length: x.rank - 1 }, (_, i) => i);
    const dx = (): Tensor => {
      const g = ops.mul(gradient, scale);
      const along = ops.mean(ops.mul(g, normalized), -1, { keepDims: true });
      return ops.mul(inverse, ops.sub(ops.sub(g, ops.mean(g, -1, { keepDims: true })), ops.mul(normalized, along)));
    };
    return [needs[0] ? dx() : null, needs[1] ? ops.sum(ops.mul(gradient, normalized), rows) : null, needs[2] ? ops.sum(gradient, rows) : null];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("LayerNormalization", inputs, outputs, { axis: -1, epsilon: { float: attributes.epsilon } }),
  flops: ([x]) => 8 * sizeOf((x as Aval).shape),
  samples: () => samplesOf({ epsilon: 1e-5 }, [ramp([2, 3, 4]), ramp([4], [1, 0.5, 2, -1]), ramp([4], [0.1, 0, -0.3, 1])]),
});

/** Gaussian error linear unit, x Phi(x), exactly or by its tanh approximation (arXiv 1606.08415). */
export const gelu = definePrimitive<{ readonly approximate: "none" | "tanh" }>({
  name: "gelu",
  infer: ([x]) => [requireDtype("gelu", x as Aval, ["float32"])],
  vjp: ({ ops, inputs, attributes, gradient }) => {
    const x = inputs[0] as Tensor;
    if (attributes.approximate === "tanh") {
      const c = Math.sqrt(2 / Math.PI);
      const square = ops.mul(x, x);
      const t = ops.tanh(ops.mul(ops.mul(x, c), ops.add(ops.mul(square, 0.044715), 1)));
      const slope = ops.mul(ops.sub(1, ops.mul(t, t)), ops.add(ops.mul(square, 3 * 0.044715 * c), c)); // dt/dx
      return [ops.mul(gradient, ops.mul(ops.add(ops.add(t, ops.mul(x, slope)), 1), 0.5))];
    }
    // d/dx x Phi(x) = Phi(x) + x phi(x), in terms of a = x / sqrt 2: Phi = (1 + erf a) / 2, x phi = a exp(-a^2) / sqrt pi
    const a = ops.mul(x, Math.SQRT1_2);
    const cumulative = ops.affineClipped(ops.erf(a), 0.5, 0.5);
    const density = ops.mul(ops.mul(a, 1 / Math.sqrt(Math.PI)), ops.exp(ops.mul(a, ops.neg(a))));
    return [ops.mul(gradient, ops.add(cumulative, density))];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("Gelu", inputs, outputs, { approximate: attributes.approximate }),
  flops: ([x]) => 8 * sizeOf((x as Aval).shape),
  samples: () => [...samplesOf({ approximate: "none" as const }, [ramp([2, 4])]), ...samplesOf({ approximate: "tanh" as const }, [ramp([2, 4])])],
});

/** min(1, max(0, scale * x + shift)): an affine map of values known to land in [0, 1], in one pass over memory. */
export const affineClipped = definePrimitive<{ readonly scale: number; readonly shift: number }>({
  name: "affineClipped",
  infer: ([x]) => [requireDtype("affineClipped", x as Aval, ["float32"])],
  vjp: ({ ops, outputs, attributes, gradient }) => {
    const y = outputs[0] as Tensor;
    const inside = ops.logicalAnd(ops.greater(y, 0), ops.less(y, 1));
    return [ops.where(inside, ops.mul(gradient, attributes.scale), 0)];
  },
  lower: ({ emitter, inputs, outputs, attributes }) => emitter.emit("HardSigmoid", inputs, outputs, { alpha: { float: attributes.scale }, beta: { float: attributes.shift } }),
  flops: ([x]) => 2 * sizeOf((x as Aval).shape),
  samples: () => samplesOf({ scale: 0.5, shift: 0.5 }, [ramp([5], [-2, -0.5, 0.1, 0.9, 3])]),
});

export const NORMALIZE = [softmax, logSoftmax, softmaxCrossEntropy, layerNorm, gelu, affineClipped] as const;
