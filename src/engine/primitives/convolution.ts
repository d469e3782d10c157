/**
 * Convolution in one and two dimensions and its two adjoints. The three are the partial derivatives of one trilinear
 * form, T(x, w, g) = sum over outputs of conv(x, w) * g: conv = dT/dg, convTranspose = dT/dx, convWeightGradient =
 * dT/dw. So each one's derivative is given by the other two, and derivatives of any order stay within the family.
 */
import type { Emitter } from "../onnx/emitter.ts";
import { definePrimitive } from "../primitive.ts";
import { sameShape, showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";

/** Geometry of a convolution, seen from its forward direction: from x [B, C, ..input] to y [B, O, ..output]. */
export interface ConvolutionAttributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros in front of and behind each spatial axis of x. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly groups: number;
  /** Spatial extents of x: an output does not determine them when the stride is above 1. */
  readonly input: Shape;
  /** Spatial extents of the weight [O, C / groups, ..kernel]. */
  readonly kernel: Shape;
}

/** Extent of a window with its holes. */
const reach = ({ kernel, dilations }: ConvolutionAttributes): number[] => kernel.map((extent, i) => (extent - 1) * (dilations[i] as number) + 1);

/** Spatial extents of the output. Throws when a window is larger than the padded input. */
function outputExtents(where: string, attributes: ConvolutionAttributes): number[] {
  const { strides, before, after, input } = attributes;
  return reach(attributes).map((window, i) => {
    const padded = (input[i] as number) + (before[i] as number) + (after[i] as number);
    if (window > padded) throw new RangeError(`${where}: a window of ${window} (kernel with dilation) exceeds the ${padded} positions of spatial axis ${i} of ${showShape(input)} with its padding`);
    return Math.floor((padded - window) / (strides[i] as number)) + 1;
  });
}

const requireShape = (where: string, what: string, got: Shape, expected: Shape): void => {
  if (!sameShape(got, expected)) throw new RangeError(`${where}: ${what} must be ${showShape(expected)}, got ${showShape(got)}`);
};

function requireBias(where: string, bias: Aval | undefined, channels: number): void {
  if (bias !== undefined) requireShape(where, "bias", requireDtype(where, bias, ["float32"]).shape, [channels]);
}

function requireGroups(where: string, channels: number, groups: number): void {
  if (channels % groups !== 0) throw new RangeError(`${where}: ${channels} channels do not divide into ${groups} groups`);
}

/** Sum over the batch and all spatial axes: the gradient of a bias. */
const channelSum = (ops: { sum(x: Tensor, axis: readonly number[]): Tensor }, gradient: Tensor): Tensor => ops.sum(gradient, gradient.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])));

/** Multiply-adds of all three members of the family, two FLOPs each; positions in the padding count. */
const convolutionFlops = (batch: number, weight: Shape, output: Shape): number => 2 * batch * sizeOf(weight) * sizeOf(output);

/** Cross-correlation: x [B, C, ..input], w [O, C / groups, ..kernel], optional bias [O] -> [B, O, ..output]. */
export const conv = definePrimitive<ConvolutionAttributes>({
  name: "conv",
  infer: ([x, w, bias], attributes) => {
    const [batch, channels, ...input] = requireDtype("conv", x as Aval, ["float32"]).shape as [number, number, ...number[]];
    const [out, inner, ...kernel] = requireDtype("conv", w as Aval, ["float32"]).shape as [number, number, ...number[]];
    const { groups } = attributes;
    requireShape("conv", "spatial axes of the input", input, attributes.input);
    requireShape("conv", "spatial axes of the weight", kernel, attributes.kernel);
    requireGroups("conv", channels, groups);
    requireGroups("conv", out, groups);
    if (inner * groups !== channels) throw new RangeError(`conv: input ${showShape((x as Aval).shape)} has ${channels} channels, weight ${showShape((w as Aval).shape)} with ${groups} group(s) expects ${inner * groups}`);
    requireBias("conv", bias, out);
    return [{ shape: [batch, out, ...outputExtents("conv", attributes)], dtype: "float32" }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const [x, w] = inputs as readonly [Tensor, Tensor];
    return [
      needs[0] ? ops.convInputGradient(gradient, w, attributes) : null,
      needs[1] ? ops.convWeightGradient(x, gradient, attributes) : null,
      ...(inputs.length > 2 ? [needs[2] ? channelSum(ops, gradient) : null] : []),
    ];
  },
  lower: ({ emitter, inputs, outputs, attributes: { strides, dilations, before, after, groups, kernel } }) =>
    emitter.emit("Conv", inputs, outputs, { strides, dilations, pads: [...before, ...after], group: groups, kernel_shape: kernel }),
  flops: ([x, w, bias], [y]) => convolutionFlops((x as Aval).shape[0] as number, (w as Aval).shape, (y as Aval).shape.slice(2)) + (bias === undefined ? 0 : sizeOf((y as Aval).shape)),
  samples: () => GEOMETRIES.flatMap(({ x, w, attributes, bias }) => samplesOf(attributes, [ramp(x), ramp(w, undefined, 0.5), ...(bias ? [ramp([w[0] as number], [0.5, -1, 2])] : [])])),
});

/** Adjoint of conv in its input: g [B, O, ..output], w [O, C / groups, ..kernel], optional bias [C] -> [B, C, ..input]. */
export const convTranspose = definePrimitive<ConvolutionAttributes>({
  name: "convTranspose",
  infer: ([g, w, bias], attributes) => {
    const [batch, channels, ...output] = requireDtype("convTranspose", g as Aval, ["float32"]).shape as [number, number, ...number[]];
    const [out, inner, ...kernel] = requireDtype("convTranspose", w as Aval, ["float32"]).shape as [number, number, ...number[]];
    const { groups, input } = attributes;
    requireShape("convTranspose", "spatial axes of the weight", kernel, attributes.kernel);
    requireShape("convTranspose", "spatial axes of the input", output, outputExtents("convTranspose", attributes));
    requireGroups("convTranspose", channels, groups);
    if (out !== channels) throw new RangeError(`convTranspose: input ${showShape((g as Aval).shape)} has ${channels} channels, weight ${showShape((w as Aval).shape)} expects ${out}`);
    requireBias("convTranspose", bias, inner * groups);
    return [{ shape: [batch, inner * groups, ...input], dtype: "float32" }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const [g, w] = inputs as readonly [Tensor, Tensor];
    return [
      needs[0] ? ops.convOf(gradient, w, attributes) : null,
      needs[1] ? ops.convWeightGradient(gradient, g, attributes) : null,
      ...(inputs.length > 2 ? [needs[2] ? channelSum(ops, gradient) : null] : []),
    ];
  },
  lower: ({ emitter, node, inputs, outputs, attributes }) => {
    const [g, w] = node.inputs as readonly [Tensor, Tensor];
    const [names, bias] = [inputs.slice(0, 2) as [string, string], inputs.slice(2)];
    const window = reach(attributes);
    const { strides, before, after } = attributes;
    const fits = window.every((extent, i) => Math.max(before[i] as number, after[i] as number) < extent);
    if (strides.every((stride) => stride === 1) && fits) lowerAsConv(emitter, names, w.shape, bias, outputs[0] as string, attributes);
    else lowerAsConvTranspose(emitter, names, [g.shape, w.shape], bias, outputs[0] as string, attributes);
  },
  flops: ([g, w, bias], [y]) => convolutionFlops((g as Aval).shape[0] as number, (w as Aval).shape, (g as Aval).shape.slice(2)) + (bias === undefined ? 0 : sizeOf((y as Aval).shape)),
  samples: () =>
    GEOMETRIES.flatMap(({ x, w, attributes, bias }) =>
      samplesOf(attributes, [ramp([x[0] as number, w[0] as number, ...outputExtents("sample", attributes)]), ramp(w, undefined, 0.5), ...(bias ? [ramp([x[1] as number], [0.5, -1, 2])] : [])]),
    ),
});

/** With stride 1 the adjoint is a convolution by the mirrored weight, which onnxruntime spreads over the batch: up to 17 times faster than ConvTranspose. */
function lowerAsConv(emitter: Emitter, [g, w]: [string, string], weight: Shape, bias: readonly string[], output: string, attributes: ConvolutionAttributes): void {
  const [out, inner, ...kernel] = weight as [number, number, ...number[]];
  const { groups, dilations, before, after } = attributes;
  const axes = kernel.map((_, i) => i + 2);
  const each = (value: number): number[] => kernel.map(() => value);
  const isPoint = kernel.every((extent) => extent === 1);
  const mirrored = isPoint ? w : emitter.value("Slice", [w, emitter.ints(each(-1)), emitter.ints(each(-(2 ** 31))), emitter.ints(axes), emitter.ints(each(-1))]);
  const grouped = emitter.value("Reshape", [mirrored, emitter.ints([groups, out / groups, inner, ...kernel])]);
  const swapped = emitter.value("Transpose", [grouped], { perm: [0, 2, 1, ...axes.map((axis) => axis + 1)] });
  const turned = emitter.value("Reshape", [swapped, emitter.ints([groups * inner, out / groups, ...kernel])]);
  const window = reach(attributes);
  const pads = [...window.map((extent, i) => extent - 1 - (before[i] as number)), ...window.map((extent, i) => extent - 1 - (after[i] as number))];
  emitter.emit("Conv", [g, turned, ...bias], [output], { strides: each(1), dilations, pads, group: groups, kernel_shape: kernel });
}

/** One dimension is lifted to two, for which onnxruntime has a loop of its own that is twice as fast or better. */
function lowerAsConvTranspose(emitter: Emitter, [g, w]: [string, string], [gShape, wShape]: [Shape, Shape], bias: readonly string[], output: string, attributes: ConvolutionAttributes): void {
  const flat = attributes.input.length === 1;
  const lift = (values: readonly number[], neutral: number): number[] => (flat ? [neutral, ...values] : [...values]);
  const lifted = (name: string, [a, b, ...spatial]: Shape): string => (flat ? emitter.value("Reshape", [name, emitter.ints([a as number, b as number, 1, ...spatial])]) : name);
  const { strides, dilations, before, after, groups, input, kernel } = attributes;
  // Positions behind the last window, which no output reaches.
  const rest = reach(attributes).map((window, i) => ((input[i] as number) + (before[i] as number) + (after[i] as number) - window) % (strides[i] as number));
  const target = flat ? emitter.fresh("lifted") : output;
  emitter.emit("ConvTranspose", [lifted(g, gShape), lifted(w, wShape), ...bias], [target], {
    strides: lift(strides, 1),
    dilations: lift(dilations, 1),
    pads: [...lift(before, 0), ...lift(after, 0)],
    output_padding: lift(rest, 0),
    group: groups,
    kernel_shape: lift(kernel, 1),
  });
  if (flat) emitter.emit("Reshape", [target, emitter.ints([gShape[0] as number, (wShape[1] as number) * groups, ...input])], [output]);
}

/** Below this many input channels per group one product over all kernel positions beats one for each. */
const NARROW = 12;

/** Adjoint of conv in its weight: x [B, C, ..input], g [B, O, ..output] -> [O, C / groups, ..kernel]. */
export const convWeightGradient = definePrimitive<ConvolutionAttributes>({
  name: "convWeightGradient",
  infer: ([x, g], attributes) => {
    const [batch, channels, ...input] = (x as Aval).shape as [number, number, ...number[]];
    const [, out, ...output] = (g as Aval).shape as [number, number, ...number[]];
    requireShape("convWeightGradient", "input", [batch, ...input], [(g as Aval).shape[0] as number, ...attributes.input]);
    requireShape("convWeightGradient", "spatial axes of the gradient", output, outputExtents("convWeightGradient", attributes));
    return [{ shape: [out, channels / attributes.groups, ...attributes.kernel], dtype: "float32" }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const [x, g] = inputs as readonly [Tensor, Tensor];
    return [needs[0] ? ops.convInputGradient(g, gradient, attributes) : null, needs[1] ? ops.convOf(x, gradient, attributes) : null];
  },
  lower: ({ emitter, node, inputs, outputs, attributes }) => {
    const [x, g] = node.inputs as readonly [Tensor, Tensor];
    const rule = attributes.groups === 1 && x.dim(1) < NARROW ? lowerByPatches : lowerByPositions;
    rule(emitter, inputs as [string, string], [x.shape, g.shape], outputs[0] as string, attributes);
  },
  flops: ([x], [w], attributes) => convolutionFlops((x as Aval).shape[0] as number, (w as Aval).shape, outputExtents("convWeightGradient", attributes)),
  samples: () => GEOMETRIES.flatMap(({ x, w, attributes }) => samplesOf(attributes, [ramp(x), ramp([x[0] as number, w[0] as number, ...outputExtents("sample", attributes)], undefined, 0.5)])),
});

type WeightRule = (emitter: Emitter, inputs: [string, string], shapes: [Shape, Shape], output: string, attributes: ConvolutionAttributes) => void;

/** `alpha A B^T` over the last two axes. */
function productTransposed(emitter: Emitter, a: string, b: string, rank: number): string {
  if (!emitter.fast) return emitter.value("MatMul", [a, emitter.value("Transpose", [b], { perm: [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2] })]);
  const output = emitter.fresh("product");
  emitter.emitContrib("FusedMatMul", [a, b], [output], { transA: 0, transB: 1, alpha: { float: 1 } });
  return output;
}

/** For each kernel position the elements of x that it meets, one for each output: the padded x sliced with the stride. */
function windows(emitter: Emitter, x: string, output: Shape, { strides, dilations, before, after, kernel }: ConvolutionAttributes): string[] {
  const isPadded = [...before, ...after].some((amount) => amount > 0);
  const padded = isPadded ? emitter.value("Pad", [x, emitter.ints([0, 0, ...before, 0, 0, ...after])]) : x;
  const positions = kernel.reduce<number[][]>((list, extent) => list.flatMap((head) => Array.from({ length: extent }, (_, i) => [...head, i])), [[]]);
  const axes = emitter.ints(kernel.map((_, i) => i + 2));
  return positions.map((position) => {
    const starts = position.map((at, i) => at * (dilations[i] as number));
    const ends = starts.map((start, i) => start + ((output[i] as number) - 1) * (strides[i] as number) + 1);
    return emitter.value("Slice", [padded, emitter.ints(starts), emitter.ints(ends), axes, emitter.ints(strides)]);
  });
}

/** Concatenation along the last axis but nothing for a single part. */
const join = (emitter: Emitter, parts: readonly string[], axis: number): string => (parts.length === 1 ? (parts[0] as string) : emitter.value("Concat", parts, { axis }));

/** One product for each kernel position, over batch and space at once: [groups, O', B n] x [groups, C', B n]^T. */
const lowerByPositions: WeightRule = (emitter, [x, g], [xShape, gShape], result, attributes) => {
  const [batch, channels] = xShape as [number, number];
  const [, out, ...output] = gShape as [number, number, ...number[]];
  const { groups } = attributes;
  const swap = { perm: xShape.map((_, axis) => (axis === 0 ? 1 : axis === 1 ? 0 : axis)) };
  const rows = batch * sizeOf(output);
  const gradient = emitter.value("Reshape", [emitter.value("Transpose", [g], swap), emitter.ints([groups, out / groups, rows])]);
  const products = windows(emitter, emitter.value("Transpose", [x], swap), output, attributes).map((window) => {
    const met = emitter.value("Reshape", [window, emitter.ints([groups, channels / groups, rows])]);
    return emitter.value("Reshape", [productTransposed(emitter, gradient, met, 3), emitter.ints([out, channels / groups, 1])]);
  });
  emitter.emit("Reshape", [join(emitter, products, 2), emitter.ints([out, channels / groups, ...attributes.kernel])], [result]);
};

/** Patches of all kernel positions as one matrix for each image, one product each, summed over the batch. */
const lowerByPatches: WeightRule = (emitter, [x, g], [xShape, gShape], result, attributes) => {
  const [batch, channels] = xShape as [number, number];
  const [, out, ...output] = gShape as [number, number, ...number[]];
  const columns = sizeOf(output);
  const parts = windows(emitter, x, output, attributes).map((window) => emitter.value("Reshape", [window, emitter.ints([batch, channels, 1, columns])]));
  const patches = emitter.value("Reshape", [join(emitter, parts, 2), emitter.ints([batch, channels * sizeOf(attributes.kernel), columns])]);
  const gradient = emitter.value("Reshape", [g, emitter.ints([batch, out, columns])]);
  const total = emitter.value("ReduceSum", [productTransposed(emitter, gradient, patches, 3), emitter.ints([0])], { keepdims: 0 });
  emitter.emit("Reshape", [total, emitter.ints([out, channels, ...attributes.kernel])], [result]);
};

interface Geometry {
  readonly x: Shape;
  readonly w: Shape;
  readonly bias: boolean;
  readonly attributes: ConvolutionAttributes;
}

const geometry = (x: Shape, w: Shape, options: Partial<ConvolutionAttributes> & { readonly bias?: boolean } = {}): Geometry => {
  const { bias = false, ...rest } = options;
  const ones = w.slice(2).map(() => 1);
  const zeros = w.slice(2).map(() => 0);
  return { x, w, bias, attributes: { strides: ones, dilations: ones, before: zeros, after: zeros, groups: 1, input: x.slice(2), kernel: w.slice(2), ...rest } };
};

/** Cases for all three primitives: both lowerings of each adjoint, strides with a rest, dilation, uneven padding, groups, depthwise, one axis. */
const GEOMETRIES: readonly Geometry[] = [
  geometry([2, 2, 4, 3], [3, 2, 3, 2], { before: [1, 0], after: [1, 1], bias: true }),
  geometry([1, 2, 6, 5], [2, 2, 2, 3], { strides: [2, 3], before: [1, 0], after: [0, 2], bias: true }),
  geometry([1, 4, 5, 4], [4, 2, 2, 2], { dilations: [2, 1], groups: 2, before: [1, 1], after: [1, 1] }),
  geometry([2, 3, 4, 4], [3, 1, 3, 3], { groups: 3, before: [1, 1], after: [1, 1], bias: true }),
  geometry([1, 2, 4, 4], [3, 2, 1, 1]),
  geometry([1, 13, 3, 3], [2, 13, 2, 2], { before: [1, 0], after: [0, 1] }),
  geometry([2, 2, 7], [2, 2, 3], { strides: [2], dilations: [2], before: [2], after: [1], bias: true }),
  geometry([2, 3, 6], [6, 1, 3], { groups: 3, before: [2], after: [0] }),
  geometry([1, 1, 4], [2, 1, 2], { before: [3], after: [2] }),
];

export const CONVOLUTION = [conv, convTranspose, convWeightGradient] as const;
