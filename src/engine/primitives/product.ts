/** Matrix products. Transposition and scaling are attributes, so that a backward product needs no extra node. */
import { broadcastShapes, showShape, sizeOf } from "../shape.ts";
import { definePrimitive } from "../primitive.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";

export interface MatmulAttributes {
  /** Whether the last two axes of the first (second) operand are swapped before multiplying. */
  readonly transA: boolean;
  readonly transB: boolean;
  /** Factor on the product. */
  readonly alpha: number;
}

interface ProductSizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function productSizes(where: string, a: Aval, b: Aval, { transA, transB }: MatmulAttributes): ProductSizes {
  if (a.shape.length < 2 || b.shape.length < 2) throw new RangeError(`${where} ${showShape(a.shape)} x ${showShape(b.shape)}: both operands need two axes or more`);
  const m = a.shape.at(transA ? -1 : -2) as number;
  const k = a.shape.at(transA ? -2 : -1) as number;
  const inner = b.shape.at(transB ? -1 : -2) as number;
  const n = b.shape.at(transB ? -2 : -1) as number;
  if (k !== inner) {
    const turned = (flag: boolean): string => (flag ? " transposed" : "");
    throw new RangeError(`${where} ${showShape(a.shape)}${turned(transA)} x ${showShape(b.shape)}${turned(transB)}: inner dimensions ${k} and ${inner} differ`);
  }
  return { m, k, n };
}

/** `alpha * A B` over the last two axes, earlier axes broadcast. */
export const matmul = definePrimitive<MatmulAttributes>({
  name: "matmul",
  infer: ([a, b], attributes) => {
    requireDtype("matmul", a as Aval, ["float32"]);
    requireDtype("matmul", b as Aval, ["float32"]);
    const { m, n } = productSizes("matmul", a as Aval, b as Aval, attributes);
    return [{ shape: [...broadcastShapes("matmul: batch axes", (a as Aval).shape.slice(0, -2), (b as Aval).shape.slice(0, -2)), m, n], dtype: "float32" }];
  },
  // Y = A B: dA = G B^T, dB = A^T G, with the operands' own transpositions carried through.
  vjp: ({ ops, inputs, attributes: { transA, transB, alpha }, gradient, needs }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const da = (): Tensor => (transA ? ops.matmul(b, gradient, { transA: transB, transB: true, alpha }) : ops.matmul(gradient, b, { transB: !transB, alpha }));
    const db = (): Tensor => (transB ? ops.matmul(gradient, a, { transA: true, transB: transA, alpha }) : ops.matmul(a, gradient, { transA: !transA, alpha }));
    return [needs[0] ? ops.sumTo(da(), a.shape) : null, needs[1] ? ops.sumTo(db(), b.shape) : null];
  },
  lower: ({ emitter, node, inputs, outputs, attributes: { transA, transB, alpha } }) => {
    const { shape, size } = node.outputs[0] as Tensor;
    if (size === 0) return emitter.emit("Expand", [emitter.scalar(0), emitter.ints(shape)], outputs); // the operator does not broadcast batches of none
    if (emitter.fast && (transA || transB || alpha !== 1)) {
      emitter.emitContrib("FusedMatMul", inputs, outputs, { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } });
      return;
    }
    const turn = (name: string, rank: number): string => emitter.value("Transpose", [name], { perm: [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2] });
    const [a, b] = node.inputs as readonly [Tensor, Tensor];
    const left = transA ? turn(inputs[0] as string, a.rank) : (inputs[0] as string);
    const right = transB ? turn(inputs[1] as string, b.rank) : (inputs[1] as string);
    if (alpha === 1) emitter.emit("MatMul", [left, right], outputs);
    else emitter.emit("Mul", [emitter.value("MatMul", [left, right]), emitter.scalar(alpha)], outputs);
  },
  flops: ([a], [y], { transA }) => 2 * sizeOf((y as Aval).shape) * ((a as Aval).shape.at(transA ? -2 : -1) as number),
  samples: () => [
    ...samplesOf({ transA: false, transB: false, alpha: 1 }, [ramp([2, 3]), ramp([3, 4])]),
    ...samplesOf({ transA: true, transB: false, alpha: 0.5 }, [ramp([3, 2]), ramp([3, 4])]),
    ...samplesOf({ transA: false, transB: true, alpha: -2 }, [ramp([2, 2, 3]), ramp([2, 4, 3])]),
    ...samplesOf({ transA: true, transB: true, alpha: 1 }, [ramp([2, 1, 3, 2]), ramp([3, 4, 3])]),
  ],
});

/** `alpha * A B + C` of matrices, C a row [N] or a matrix [M, N]: a linear layer with its bias in one operator. */
export const gemm = definePrimitive<MatmulAttributes>({
  name: "gemm",
  infer: ([a, b, c], attributes) => {
    if ((a as Aval).shape.length !== 2 || (b as Aval).shape.length !== 2) throw new RangeError(`gemm: expected matrices, got ${showShape((a as Aval).shape)} and ${showShape((b as Aval).shape)}`);
    const { m, n } = productSizes("gemm", a as Aval, b as Aval, attributes);
    broadcastShapes("gemm: bias", (c as Aval).shape, [m, n]);
    return [{ shape: [m, n], dtype: "float32" }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const [a, b, c] = inputs as readonly [Tensor, Tensor, Tensor];
    const { transA, transB, alpha } = attributes;
    return [
      needs[0] ? (transA ? ops.matmul(b, gradient, { transA: transB, transB: true, alpha }) : ops.matmul(gradient, b, { transB: !transB, alpha })) : null,
      needs[1] ? (transB ? ops.matmul(gradient, a, { transA: true, transB: transA, alpha }) : ops.matmul(a, gradient, { transA: !transA, alpha })) : null,
      needs[2] ? ops.sumTo(gradient, c.shape) : null,
    ];
  },
  lower: ({ emitter, inputs, outputs, attributes: { transA, transB, alpha } }) => emitter.emit("Gemm", inputs, outputs, { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } }),
  flops: ([a], [y], { transA }) => 2 * sizeOf((y as Aval).shape) * ((a as Aval).shape[transA ? 0 : 1] as number) + sizeOf((y as Aval).shape),
  samples: () => [
    ...samplesOf({ transA: false, transB: false, alpha: 1 }, [ramp([2, 3]), ramp([3, 4]), ramp([4], [1, 2, 3, 4])]),
    ...samplesOf({ transA: true, transB: true, alpha: 0.5 }, [ramp([3, 2]), ramp([4, 3]), ramp([2, 4])]),
  ],
});

export const PRODUCT = [matmul, gemm] as const;
