/**
 * How the adjoints of a convolution are written in ONNX. Each rule is the fastest of several that were timed on
 * onnxruntime's CPU kernels; all use operators of every stock build.
 */
import type { Emitter } from "../onnx/emitter.ts";
import { sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { ConvolutionAttributes } from "./convolution.ts";
import { reach, unreached } from "./windows.ts";

/** With stride 1 the adjoint is a convolution by the mirrored weight, which onnxruntime spreads over the batch: up to 17 times faster than ConvTranspose. */
export function lowerAsConv(emitter: Emitter, [g, w]: [string, string], weight: Shape, bias: readonly string[], output: string, attributes: ConvolutionAttributes): void {
  const [out, inner, ...kernel] = weight as [number, number, ...number[]];
  const { groups, dilations, before, after } = attributes;
  const axes = kernel.map((_, i) => i + 2);
  const each = (value: number): number[] => kernel.map(() => value);
  const isPoint = kernel.every((extent) => extent === 1);
  const mirrored = isPoint ? w : emitter.value("Slice", [w, emitter.ints(each(-1)), emitter.ints(each(-(2 ** 31))), emitter.ints(axes), emitter.ints(each(-1))]);
  const grouped = emitter.reshape(mirrored, [groups, out / groups, inner, ...kernel]);
  const swapped = emitter.value("Transpose", [grouped], { perm: [0, 2, 1, ...axes.map((axis) => axis + 1)] });
  const turned = emitter.reshape(swapped, [groups * inner, out / groups, ...kernel]);
  const window = reach(attributes);
  const pads = [...window.map((extent, i) => extent - 1 - (before[i] as number)), ...window.map((extent, i) => extent - 1 - (after[i] as number))];
  emitter.emit("Conv", [g, turned, ...bias], [output], { strides: each(1), dilations, pads, group: groups, kernel_shape: kernel });
}

/** One dimension is lifted to two, for which onnxruntime has a loop of its own that is twice as fast or better. */
export function lowerAsConvTranspose(emitter: Emitter, [g, w]: [string, string], [gShape, wShape]: [Shape, Shape], bias: readonly string[], output: string, attributes: ConvolutionAttributes): void {
  const flat = attributes.input.length === 1;
  const lift = (values: readonly number[], neutral: number): number[] => (flat ? [neutral, ...values] : [...values]);
  const lifted = (name: string, [a, b, ...spatial]: Shape): string => (flat ? emitter.reshape(name, [a as number, b as number, 1, ...spatial]) : name);
  const { strides, dilations, before, after, groups, input, kernel } = attributes;
  const target = flat ? emitter.fresh("lifted") : output;
  emitter.emit("ConvTranspose", [lifted(g, gShape), lifted(w, wShape), ...bias], [target], {
    strides: lift(strides, 1),
    dilations: lift(dilations, 1),
    pads: [...lift(before, 0), ...lift(after, 0)],
    output_padding: lift(unreached(attributes), 0),
    group: groups,
    kernel_shape: lift(kernel, 1),
  });
  if (flat) emitter.reshape(target, [gShape[0] as number, (wShape[1] as number) * groups, ...input], output);
}

type WeightRule = (emitter: Emitter, inputs: [string, string], shapes: [Shape, Shape], output: string, attributes: ConvolutionAttributes) => void;

/** `A B^T` of stacks of matrices. */
function productTransposed(emitter: Emitter, a: string, b: string): string {
  if (!emitter.fast) return emitter.value("MatMul", [a, emitter.value("Transpose", [b], { perm: [0, 2, 1] })]);
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

/** Concatenation, which a single part does not need. */
const join = (emitter: Emitter, parts: readonly string[], axis: number): string => (parts.length === 1 ? (parts[0] as string) : emitter.value("Concat", parts, { axis }));

/** One product for each kernel position, over batch and space at once: [groups, O', B n] x [groups, C', B n]^T. */
const lowerByPositions: WeightRule = (emitter, [x, g], [xShape, gShape], result, attributes) => {
  const [batch, channels] = xShape as [number, number];
  const [, out, ...output] = gShape as [number, number, ...number[]];
  const { groups } = attributes;
  const swap = { perm: xShape.map((_, axis) => (axis === 0 ? 1 : axis === 1 ? 0 : axis)) };
  const rows = batch * sizeOf(output);
  const gradient = emitter.reshape(emitter.value("Transpose", [g], swap), [groups, out / groups, rows]);
  const products = windows(emitter, emitter.value("Transpose", [x], swap), output, attributes).map((window) => {
    const met = emitter.reshape(window, [groups, channels / groups, rows]);
    return emitter.reshape(productTransposed(emitter, gradient, met), [out, channels / groups, 1]);
  });
  emitter.reshape(join(emitter, products, 2), [out, channels / groups, ...attributes.kernel], result);
};

/** Patches of all kernel positions as one matrix for each image, one product each, summed over the batch. */
const lowerByPatches: WeightRule = (emitter, [x, g], [xShape, gShape], result, attributes) => {
  const [batch, channels] = xShape as [number, number];
  const [, out, ...output] = gShape as [number, number, ...number[]];
  const columns = sizeOf(output);
  const parts = windows(emitter, x, output, attributes).map((window) => emitter.reshape(window, [batch, channels, 1, columns]));
  const patches = emitter.reshape(join(emitter, parts, 2), [batch, channels * sizeOf(attributes.kernel), columns]);
  const gradient = emitter.reshape(g, [batch, out, columns]);
  const total = emitter.value("ReduceSum", [productTransposed(emitter, gradient, patches), emitter.ints([0])], { keepdims: 0 });
  emitter.reshape(total, [out, channels, ...attributes.kernel], result);
};

/**
 * One convolution of x by g with batch and channels exchanged and stride and dilation exchanged:
 * [C', groups B, ..input] by [O, B, ..output] gives [C', O, ..kernel]. Its matrix products are as wide as the kernel.
 */
const lowerBySwappedConv: WeightRule = (emitter, [x, g], [xShape, gShape], result, attributes) => {
  const [batch, channels, ...input] = xShape as [number, number, ...number[]];
  const { groups, strides, dilations, before, after, kernel } = attributes;
  const spatial = kernel.map((_, i) => i + 2);
  const inner = channels / groups;
  const apart = emitter.reshape(x, [batch, groups, inner, ...input]);
  const turned = emitter.value("Transpose", [apart], { perm: [2, 1, 0, ...spatial.map((axis) => axis + 1)] });
  const images = emitter.reshape(turned, [inner, groups * batch, ...input]);
  const gradient = emitter.value("Transpose", [g], { perm: [1, 0, ...spatial] });
  const convolved = emitter.value("Conv", [images, gradient], { strides: dilations, dilations: strides, pads: [...before, ...after], group: groups, kernel_shape: gShape.slice(2) });
  // Positions that no window reaches may give extents beyond the kernel's.
  const cut = emitter.value("Slice", [convolved, emitter.ints(kernel.map(() => 0)), emitter.ints(kernel), emitter.ints(spatial)]);
  emitter.emit("Transpose", [cut], [result], { perm: [1, 0, ...spatial] });
};

/** The fastest rule for a shape, by timings over channels 1 to 128 and kernels 1 to 256 in one and two dimensions. */
export function weightRule(channels: number, { groups, kernel }: ConvolutionAttributes): WeightRule {
  const positions = sizeOf(kernel);
  if (positions >= 32 && (channels / groups < 16 || positions > 64)) return lowerBySwappedConv;
  return groups === 1 && channels < 12 ? lowerByPatches : lowerByPositions;
}
