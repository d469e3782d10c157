/** One score vector for a text, as encoders of Hugging Face make it: pool, dense map, norm, scores. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { activation } from "../activation.ts";
import type { Activation } from "../activation.ts";
import { dropout } from "../dropout.ts";
import { pool } from "../heads/pool.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm } from "../norm.ts";

export type HeadPooling = "first" | "mean" | "last" | "tokens";

export interface ClassificationHeadOptions {
  readonly random: RandomStream;
  readonly width: number;
  readonly labels: number;
  /** Which tokens speak for the text, or "tokens" for scores of each token. Default the first. */
  readonly pooling?: HeadPooling;
  /** Bias of the scores; default true. */
  readonly bias?: boolean;
  /** Dense map before the scores; null for none. */
  readonly dense: { readonly activation: Activation; readonly bias?: boolean; readonly norm?: { readonly eps: number; readonly bias: boolean } } | null;
  readonly dropout?: number;
}

/** states [B, L, d] -> scores [B, labels], or [B, L, labels]. */
export class ClassificationHead extends Module {
  readonly dense: Linear | null;
  readonly norm: Norm | null;
  readonly score: Linear;
  readonly activation: Activation;
  readonly pooling: HeadPooling;
  readonly dropout: number;

  constructor({ random, width, labels, pooling = "first", bias = true, dense, dropout: rate = 0 }: ClassificationHeadOptions) {
    super();
    this.dense = dense === null ? null : new Linear(width, width, { random: random.child("dense"), bias: dense.bias ?? true });
    this.norm = dense?.norm === undefined ? null : makeNorm("layer", width, dense.norm);
    this.score = new Linear(width, labels, { random: random.child("score"), bias });
    this.activation = dense?.activation ?? "tanh";
    this.pooling = pooling;
    this.dropout = rate;
  }

  forward(states: Tensor, mode: Mode, valid?: Tensor): Tensor {
    const pooled = this.pooling === "tokens" ? states : pool(states, this.pooling, this.pooling === "first" ? undefined : valid);
    const dense = this.dense === null ? pooled : activation(this.activation)(this.dense.forward(pooled));
    return this.score.forward(dropout(this.norm?.forward(dense) ?? dense, this.dropout, mode));
  }
}
