/** Learned codes read a text by plain products, without projections: the codes of a Poly-encoder (arXiv 1905.01969). */
import { matmul, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { normal } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";
import { attend } from "./attend.ts";
import { validKeys } from "./mask.ts";

export interface CodePoolOptions {
  readonly random: RandomStream;
  /** Number of codes; default 1. */
  readonly codes?: number;
  /** Factor on the products, such as 1 / sqrt(width); default 1. */
  readonly scale?: number;
  /** Default a normal of deviation 1 / sqrt(width). With zeros the result is the mean. */
  readonly init?: InitFactory;
}

/** softmax(codes . tokens * scale) tokens: [B, L, d] -> [B, k, d]. */
export class CodePool extends Module {
  /** [k, d] */
  readonly codes: Parameter;
  readonly scale: number;

  constructor(width: number, { random, codes = 1, scale = 1, init = (stream) => normal(stream, width ** -0.5) }: CodePoolOptions) {
    super();
    this.codes = new Parameter([codes, width], init(random.child("codes")));
    this.scale = scale;
  }

  /** `valid`, bool [B, L], marks real tokens; an example without any gives zeros. */
  forward(tokens: Tensor, valid?: Tensor): Tensor {
    const [count, width] = this.codes.shape as [number, number];
    const queries = this.codes.reshape([1, 1, count, width]).expand([tokens.dim(0), 1, count, width]);
    const own = tokens.unsqueeze(1);
    return attend(queries, own, own, { scale: this.scale, mask: valid === undefined ? undefined : validKeys(valid) }).output.squeeze(1);
  }
}

/**
 * Final attention of a Poly-encoder: each candidate reads the k vectors of a context and meets what it read.
 * Contexts [B, k, d], candidates [N, d] shared by all contexts or [B, N, d] of their own -> scores [B, N].
 */
export function polyScores(contexts: Tensor, candidates: Tensor): Tensor {
  const shares = matmul(candidates, contexts, { transB: true }).softmax(); // [B, N, k]
  return matmul(shares, contexts).mul(candidates).sum(-1);
}
