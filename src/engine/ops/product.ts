/** Matrix products and linear maps. */
import * as product from "../primitives/product.ts";
import { showShape, sizeOf } from "../shape.ts";
import { applyOne } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { reshape, unsqueeze } from "./layout.ts";

export interface MatmulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
}

/** `alpha * A B` over the last two axes with broadcast batch axes; a vector operand is a row on the left, a column on the right. */
export function matmul(a: Tensor, b: Tensor, { transA = false, transB = false, alpha = 1 }: MatmulOptions = {}): Tensor {
  if (a.rank === 1) return reshape(matmul(unsqueeze(a, 0), b, { transB, alpha }), [...b.shape.slice(0, -2), b.dim(transB ? -2 : -1)]);
  if (b.rank === 1) return reshape(matmul(a, unsqueeze(b, 1), { transA, alpha }), a.shape.slice(0, -1));
  // A batch times one matrix is one tall product: a single large multiplication, and no sum over batches in the gradient.
  if (b.rank === 2 && a.rank > 2 && !transA) {
    const flat = applyOne(product.matmul, [reshape(a, [-1, a.dim(-1)]), b], { transA, transB, alpha });
    return reshape(flat, [...a.shape.slice(0, -1), flat.dim(1)]);
  }
  return applyOne(product.matmul, [a, b], { transA, transB, alpha });
}

/** `x W^T + bias` for x [.., in], W [out, in] (the layout of PyTorch), bias [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  if (x.dim(-1) !== weight.dim(-1)) throw new RangeError(`linear: input ${showShape(x.shape)} x weight ${showShape(weight.shape)}: the last axis of the input is ${x.dim(-1)}, the weight expects ${weight.dim(-1)}`);
  if (bias === undefined) return matmul(x, weight, { transB: true });
  const rows = sizeOf(x.shape.slice(0, -1));
  const y = applyOne(product.gemm, [reshape(x, [rows, x.dim(-1)]), weight, bias], { transA: false, transB: true, alpha: 1 });
  return reshape(y, [...x.shape.slice(0, -1), weight.dim(0)]);
}

/** Inner product of vectors along the last axis. */
export const dot = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum(-1);
