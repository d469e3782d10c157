/**
 * Convolution in one and two dimensions and its two adjoints. The three are the partial derivatives of one trilinear
 * form, T(x, w, g) = sum over outputs of conv(x, w) * g: conv = dT/dg, convTranspose = dT/dx, convWeightGradient =
 * dT/dw. So each one's derivative is given by the other two, and derivatives of any order stay within the family.
 */
import { definePrimitive } from "../primitive.ts";
import { sameShape, showShape, sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { lowerAsConv, lowerAsConvTranspose, weightRule } from "./convolution-lowering.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";
import { outputExtents, reach } from "./windows.ts";
import type { Windows } from "./windows.ts";

/** Geometry of a convolution, seen from its forward direction: from x [B, C, ..input] to y [B, O, ..output]. */
export interface ConvolutionAttributes extends Windows {
  readonly groups: number;
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
    weightRule(x.dim(1), attributes)(emitter, inputs as [string, string], [x.shape, g.shape], outputs[0] as string, attributes);
  },
  flops: ([x], [w], attributes) => convolutionFlops((x as Aval).shape[0] as number, (w as Aval).shape, outputExtents("convWeightGradient", attributes)),
  samples: () => GEOMETRIES.flatMap(({ x, w, attributes }) => samplesOf(attributes, [ramp(x), ramp([x[0] as number, w[0] as number, ...outputExtents("sample", attributes)], undefined, 0.5)])),
});

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
  geometry([1, 2, 40], [2, 1, 33], { strides: [2], groups: 2, before: [1] }),
];

export const CONVOLUTION = [conv, convTranspose, convWeightGradient] as const;
