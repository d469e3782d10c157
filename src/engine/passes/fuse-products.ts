/** Moves transpositions, scale factors and bias additions into matrix products. */
import { countUses, rewrite } from "../graph.ts";
import type { Graph } from "../graph.ts";
import { add, mul } from "../primitives/elementwise.ts";
import { transpose } from "../primitives/layout.ts";
import { gemm, matmul } from "../primitives/product.ts";
import type { MatmulAttributes } from "../primitives/product.ts";
import { applyOne, isNodeOf } from "../tensor.ts";
import type { Node, Tensor } from "../tensor.ts";
import { uniformValue } from "./fold-constants.ts";


/** Whether a tensor is a swap of the last two axes. */
function swapsLastAxes(x: Tensor): boolean {
  if (!isNodeOf(x.node, transpose)) return false;
  const { permutation } = x.node.attributes as { readonly permutation: readonly number[] };
  const rank = permutation.length;
  return rank >= 2 && permutation.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}

export function fuseProducts(graph: Graph): Graph {
  const uses = countUses(graph);
  return rewrite(graph, (node, inputs) => {
    if (isNodeOf(node, matmul)) return absorbTransposes(node, inputs);
    if (isNodeOf(node, mul)) return absorbScale(node, inputs, uses);
    if (isNodeOf(node, add)) return absorbBias(node, inputs, uses);
    return null;
  });
}

function absorbTransposes(node: Node, inputs: readonly Tensor[]): readonly Tensor[] | null {
  const { transA, transB, alpha } = node.attributes as MatmulAttributes;
  const [a, b] = inputs as readonly [Tensor, Tensor];
  const swapA = swapsLastAxes(a);
  const swapB = swapsLastAxes(b);
  if (!swapA && !swapB) return null;
  const operands = [swapA ? (a.node.inputs[0] as Tensor) : a, swapB ? (b.node.inputs[0] as Tensor) : b];
  return [applyOne(matmul, operands, { transA: transA !== swapA, transB: transB !== swapB, alpha })];
}

/** c * (A B) = (c A) B, when the unscaled product is not used elsewhere. */
function absorbScale(node: Node, inputs: readonly Tensor[], uses: ReadonlyMap<Tensor, number>): readonly Tensor[] | null {
  const [x, factor] = inputs as readonly [Tensor, Tensor];
  const value = uniformValue(factor);
  if (value === null || factor.rank !== 0 || !isNodeOf(x.node, matmul) || (uses.get(node.inputs[0] as Tensor) ?? 0) > 1) return null;
  const attributes = x.node.attributes as MatmulAttributes;
  return [applyOne(matmul, x.node.inputs, { ...attributes, alpha: attributes.alpha * value })];
}

/** A B + row = Gemm, for matrices. */
function absorbBias(node: Node, inputs: readonly Tensor[], uses: ReadonlyMap<Tensor, number>): readonly Tensor[] | null {
  for (const [product, bias, position] of [[inputs[0], inputs[1], 0], [inputs[1], inputs[0], 1]] as const) {
    const x = product as Tensor;
    const row = bias as Tensor;
    const isRow = row.rank === 1 && x.rank === 2 && row.dim(0) === x.dim(1) && row.size > 1;
    if (isRow && isNodeOf(x.node, matmul) && x.node.inputs.every((operand) => operand.rank === 2) && (uses.get(node.inputs[position] as Tensor) ?? 0) <= 1) {
      return [applyOne(gemm, [...x.node.inputs, row], x.node.attributes as MatmulAttributes)];
    }
  }
  return null;
}
