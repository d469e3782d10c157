/** Scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762), the one function behind every attention module. */
import { concat, maximum, mul, Tensor, zeros } from "../../engine/index.ts";
import { resolveMask } from "./mask.ts";
import type { Mask } from "./mask.ts";

export interface AttendOptions {
  /** Visible keys. Queries that see none give zeros and pass no gradient. */
  readonly mask?: Mask;
  /** Added to the scaled scores, broadcastable to [B, H, Lq, Lk]: relative positions, log sizes. */
  readonly bias?: Tensor;
  /** Factor on q . k; default 1 / sqrt(dh). A tensor (learned, broadcastable to [B, H, Lq, 1]) multiplies the queries. */
  readonly scale?: number | Tensor;
  /** "softmaxOne" adds 1 to the denominator, so that a head may attend to nothing. Default "softmax". */
  readonly normalizer?: "softmax" | "softmaxOne";
  /** Multiplies the weights after the normaliser, broadcastable to [B, H, Lq, Lk]. */
  readonly postMask?: Tensor;
  /** Whether weights are made to sum to 1 again after `postMask`; emptied rows stay zero. Default false. */
  readonly renormalize?: boolean;
  /** Applied to the weights before they meet the values: dropout. */
  readonly onWeights?: (weights: Tensor) => Tensor;
}

export interface Attended {
  /** [B, H, Lq, dv] */
  readonly output: Tensor;
  /** [B, H, Lq, Lk]; costs nothing unless it is used. */
  readonly weights: Tensor;
  /** Scores before the mask and the normaliser, the bias included, [B, H, Lq, Lk]; made when asked for. */
  readonly scores: () => Tensor;
}

/**
 * softmax(q k^T * scale + bias) v with q [B, H, Lq, dh], k [B, G, Lk, dh], v [B, G, Lk, dv]; H is a multiple of G, and
 * neighbouring heads share keys and values (grouped-query attention, arXiv 2305.13245). k and v may have batch 1.
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, options: AttendOptions = {}): Attended {
  const [batch, heads, queries, width] = q.shape as [number, number, number, number];
  const [, groups, keys] = k.shape as [number, number, number, number];
  checkShapes(q, k, v);
  const mask = options.mask === undefined ? null : resolveMask(options.mask, { queries, keys });
  const fold = (x: Tensor): Tensor => (groups === heads ? x : x.reshape([batch, groups, (heads / groups) * queries, x.dim(3)]));
  const unfold = (x: Tensor): Tensor => x.reshape([batch, heads, queries, x.dim(3)]);

  const scale = options.scale ?? 1 / Math.sqrt(width);
  const scaled = scale instanceof Tensor ? mul(q, scale) : q;
  const products = unfold(fold(scaled).matmul(k, { transB: true, alpha: scale instanceof Tensor ? 1 : scale })); // [B, H, Lq, Lk]
  const bias = mask === null || mask.bias === null ? options.bias : options.bias === undefined ? mask.bias : options.bias.add(mask.bias);
  const scores = bias === undefined ? products : products.add(bias);
  const unmasked = (): Tensor => (options.bias === undefined ? products : products.add(options.bias));
  const shares = reweight(options.normalizer === "softmaxOne" ? softmaxOne(scores) : scores.softmax(), options);
  const applied = options.onWeights?.(shares) ?? shares;
  const output = unfold(fold(applied).matmul(v)); // [B, H, Lq, dv]
  if (mask === null || mask.rows === null) return { output, weights: shares, scores: unmasked };
  return { output: output.mul(mask.rows), weights: shares.mul(mask.rows), scores: unmasked };
}

/** exp(s_i) / (1 + sum_j exp(s_j)): softmax with one more key of score 0 and value 0. */
function softmaxOne(scores: Tensor): Tensor {
  const rest = zeros([...scores.shape.slice(0, -1), 1]);
  return concat([scores, rest], -1).softmax().sliceAxis(-1, 0, scores.dim(-1));
}

function reweight(weights: Tensor, { postMask, renormalize = false }: AttendOptions): Tensor {
  if (postMask === undefined) return weights;
  const product = weights.mul(postMask);
  return renormalize ? product.div(maximum(product.sum(-1, { keepDims: true }), 1e-20)) : product;
}

function checkShapes(q: Tensor, k: Tensor, v: Tensor): void {
  const show = (x: Tensor): string => `[${x.shape.join(", ")}]`;
  const fits =
    q.rank === 4 && k.rank === 4 && v.rank === 4 && k.dim(3) === q.dim(3) && q.dim(1) % k.dim(1) === 0 &&
    v.dim(1) === k.dim(1) && v.dim(2) === k.dim(2) && v.dim(0) === k.dim(0) && (k.dim(0) === q.dim(0) || k.dim(0) === 1);
  if (!fits) throw new RangeError(`attend: expected q [B, H, Lq, dh], k [B, G, Lk, dh], v [B, G, Lk, dv] with H a multiple of G, got ${show(q)}, ${show(k)}, ${show(v)}`);
}
