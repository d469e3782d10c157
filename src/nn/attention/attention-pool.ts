/** A few vectors from many tokens, by attention. */
import { Parameter, tanh } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { normal, zeros } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { LayerNorm } from "../norm.ts";
import { CrossAttention } from "./cross-attention.ts";
import { resolveMask, validKeys } from "./mask.ts";
import type { Mask } from "./mask.ts";

export interface AttentionPoolOptions {
  readonly random: RandomStream;
  readonly heads: number;
  /** Number of learned queries; default 1. */
  readonly queries?: number;
  /** Width of the tokens; default `width`. */
  readonly memoryWidth?: number;
  /** Whether queries and tokens are layer-normalised first; default false. */
  readonly norms?: boolean;
  readonly eps?: number;
}

/** Learned queries read the tokens once: [B, L, dm] -> [B, n, d]. */
export class AttentionPool extends Module {
  /** [1, n, d] */
  readonly queries: Parameter;
  readonly queryNorm: LayerNorm | null;
  readonly memoryNorm: LayerNorm | null;
  readonly attention: CrossAttention;

  constructor(width: number, { random, heads, queries = 1, memoryWidth = width, norms = false, eps }: AttentionPoolOptions) {
    super();
    this.queries = new Parameter([1, queries, width], normal(random.child("queries"), 0.02));
    this.queryNorm = norms ? new LayerNorm(width, { eps }) : null;
    this.memoryNorm = norms ? new LayerNorm(memoryWidth, { eps }) : null;
    this.attention = new CrossAttention(width, { random: random.child("attention"), heads, memoryWidth });
  }

  forward(tokens: Tensor, mode: Mode, inputs: { readonly mask?: Mask } = {}): Tensor {
    const [, count, width] = this.queries.shape as [number, number, number];
    const queries = (this.queryNorm?.forward(this.queries) ?? this.queries).expand([tokens.dim(0), count, width]);
    return this.attention.forward(queries, this.memoryNorm?.forward(tokens) ?? tokens, mode, inputs).output;
  }
}

/** Weighted mean of tokens by the softmax of w2 tanh(W1 x + b1) (Bahdanau-type scorer): [B, L, d] -> [B, n, d], n scorers. */
export class AdditivePool extends Module {
  readonly hidden: Linear;
  readonly score: Linear;

  constructor(width: number, { random, hidden = width, queries = 1 }: { readonly random: RandomStream; readonly hidden?: number; readonly queries?: number }) {
    super();
    this.hidden = new Linear(width, hidden, { random: random.child("hidden") });
    this.score = new Linear(hidden, queries, { random: random.child("score"), bias: false });
  }

  /** `valid`, bool [B, L], marks real tokens; an example without any gives zeros. */
  forward(tokens: Tensor, valid?: Tensor): Tensor {
    return poolByScores(tokens, this.score.forward(tanh(this.hidden.forward(tokens))), valid);
  }
}

/** Weighted mean of tokens by softmax(v . x_i / sqrt d), v learned and zero at first, which is the mean: [B, L, d] -> [B, d]. */
export class DotPool extends Module {
  /** v [d] */
  readonly query: Parameter;

  constructor(width: number) {
    super();
    this.query = new Parameter([width], zeros);
  }

  /** `valid`, bool [B, L], marks real tokens; an example without any gives zeros. */
  forward(tokens: Tensor, valid?: Tensor): Tensor {
    const width = this.query.size;
    const scores = tokens.matmul(this.query.reshape([width, 1])).mul(width ** -0.5);
    return poolByScores(tokens, scores, valid).select(1, 0);
  }
}

/** TokenLearner (arXiv 2106.11297): weights over tokens by an MLP; out_k = sum_n softmax_n(MLP(norm x))[n, k] x_n. */
export class TokenLearner extends Module {
  readonly norm: LayerNorm;
  readonly hiddenNorm: LayerNorm;
  readonly hidden: Linear;
  readonly score: Linear;

  constructor(width: number, count: number, { random, eps }: { readonly random: RandomStream; readonly eps?: number }) {
    super();
    this.norm = new LayerNorm(width, { eps });
    this.hiddenNorm = new LayerNorm(width, { eps });
    this.hidden = new Linear(width, 2 * count, { random: random.child("hidden"), bias: false });
    this.score = new Linear(2 * count, count, { random: random.child("score"), bias: false });
  }

  /** [B, L, d] -> [B, count, d] */
  forward(tokens: Tensor, valid?: Tensor): Tensor {
    const normed = this.hiddenNorm.forward(this.norm.forward(tokens));
    return poolByScores(tokens, this.score.forward(this.hidden.forward(normed).gelu()), valid);
  }
}

/** Scores [B, L, n] of tokens [B, L, d] -> softmax over tokens -> [B, n, d]. */
function poolByScores(tokens: Tensor, scores: Tensor, valid: Tensor | undefined): Tensor {
  const byQuery = scores.transpose(); // [B, n, L]
  if (valid === undefined) return byQuery.softmax().matmul(tokens);
  const { bias, rows } = resolveMask(validKeys(valid), { queries: 1, keys: tokens.dim(1) });
  const flat = (x: Tensor): Tensor => x.squeeze(1); // no head axis here
  const pooled = (bias === null ? byQuery : byQuery.add(flat(bias))).softmax().matmul(tokens);
  return rows === null ? pooled : pooled.mul(flat(rows));
}
