/** Primitives that shape differentiation and evaluation rather than values: leaves, gradient stops, custom gradients, barriers. */
import { definePrimitive, NO_ATTRIBUTES } from "../primitive.ts";
import type { NoAttributes } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import type { Parameter } from "../parameter.ts";
import { ramp, samplesOf } from "./samples.ts";

const leafLowering = (): never => {
  throw new Error("internal: leaves are inputs of the graph and are not lowered");
};

/** An argument of a compiled function or of a scan body. */
export const input = definePrimitive<{ readonly name: string; readonly aval: Aval }>({
  name: "input",
  infer: (_, { aval }) => [aval],
  vjp: "leaf",
  lower: leafLowering,
  flops: () => 0,
  samples: () => [],
});

/** A value with storage of its own. */
export const parameter = definePrimitive<{ readonly parameter: Parameter; readonly aval: Aval }>({
  name: "parameter",
  infer: (_, { aval }) => [aval],
  vjp: "leaf",
  lower: leafLowering,
  flops: () => 0,
  samples: () => [],
});

/** The value without its gradient. */
export const stopGradient = definePrimitive<NoAttributes>({
  name: "stopGradient",
  infer: ([x]) => [{ shape: (x as Aval).shape, dtype: (x as Aval).dtype }],
  vjp: "zero almost everywhere",
  lower: ({ emitter, inputs, outputs }) => emitter.emit("Identity", inputs, outputs),
  flops: () => 0,
  samples: () => samplesOf(NO_ATTRIBUTES, [ramp([3])], []),
});

/** The first input, whose gradient is sent to the other inputs by a given rule. */
export const withGradient = definePrimitive<{ readonly rule: (gradient: Tensor) => readonly (Tensor | null)[] }>({
  name: "withGradient",
  infer: ([y]) => [{ shape: (y as Aval).shape, dtype: (y as Aval).dtype }],
  vjp: ({ attributes, gradient }) => [null, ...attributes.rule(gradient)],
  lower: ({ emitter, inputs, outputs }) => emitter.emit("Identity", [inputs[0] as string], outputs),
  flops: () => 0,
  samples: () => [],
});

/**
 * The first input, which no pass may recognise as equal to what it came from, and which is not computed before the
 * token (rank 0) exists: it makes recomputation happen in the backward pass. Costs one addition of 0 * token.
 */
export const barrier = definePrimitive<NoAttributes>({
  name: "barrier",
  infer: ([x]) => [{ shape: (x as Aval).shape, dtype: (x as Aval).dtype }],
  vjp: ({ gradient }) => [gradient, null],
  lower: ({ emitter, inputs, outputs }) => emitter.emit("Add", [inputs[0] as string, emitter.value("Mul", [inputs[1] as string, emitter.scalar(0)])], outputs),
  flops: () => 0,
  samples: () => samplesOf(NO_ATTRIBUTES, [ramp([3]), ramp([], [2])], [0]),
});

export const STRUCTURE = [input, parameter, stopGradient, withGradient, barrier] as const;
