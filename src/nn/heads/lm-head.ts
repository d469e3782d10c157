/** From hidden states to scores of the vocabulary. */
import { linear, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { activation } from "../activation.ts";
import type { Activation } from "../activation.ts";
import { gatherTokens } from "../gather-tokens.ts";
import { normal, zeros } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm, NormKind } from "../norm.ts";

export interface LmHeadOptions {
  readonly random: RandomStream;
  readonly width: number;
  readonly vocabulary: number;
  /** Table [vocabulary, e] of the input embedding, used as weight too. */
  readonly tied?: Parameter;
  /** Width of what is scored, after the transform; default that of the tied table, else `width`. */
  readonly inner?: number;
  /** Dense map, activation and norm before the scores (BERT); default none. */
  readonly transform?: { readonly activation?: Activation; readonly norm?: NormKind; readonly eps?: number; /** Of the dense map; default true. */ readonly bias?: boolean; /** Of the norm; default true. */ readonly normBias?: boolean };
  /** Bias of the scores; default false. */
  readonly bias?: boolean;
  /** Factor on the hidden state, such as width^-0.5 (T5 with tied tables). Default 1. */
  readonly scale?: number;
  /** Default a normal of deviation 0.02. */
  readonly init?: InitFactory;
}

/** [.., d] -> [.., V]. */
export class LmHead extends Module {
  readonly dense: Linear | null;
  readonly norm: Norm | null;
  /** [V, e] */
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly activation: Activation;
  readonly scale: number;

  constructor({ random, width, vocabulary, tied, inner = tied?.dim(1) ?? width, transform, bias = false, scale = 1, init = (stream) => normal(stream, 0.02) }: LmHeadOptions) {
    super();
    if (tied !== undefined && tied.dim(0) !== vocabulary) throw new RangeError(`LmHead: tied table has ${tied.dim(0)} rows, the vocabulary ${vocabulary}`);
    if (tied !== undefined && tied.dim(1) !== inner) throw new RangeError(`LmHead: tied table has width ${tied.dim(1)}, what is scored ${inner}`);
    if (inner !== width && transform === undefined) throw new RangeError(`LmHead: a table of width ${inner} under states of width ${width} needs the transform`);
    this.dense = transform === undefined ? null : new Linear(width, inner, { random: random.child("dense"), bias: transform.bias ?? true, init: init(random.child("dense", "weight")) });
    this.norm = transform === undefined ? null : makeNorm(transform.norm ?? "layer", inner, { eps: transform.eps, bias: transform.normBias });
    this.weight = tied ?? new Parameter([vocabulary, inner], init(random.child("weight")));
    this.bias = bias ? new Parameter([vocabulary], zeros) : null;
    this.activation = transform?.activation ?? "gelu";
    this.scale = scale;
  }

  /** With `ids` [B, k], scores of these tokens of x [B, L, d] only: [B, k, V]. */
  forward(x: Tensor, ids?: Tensor): Tensor {
    const chosen = ids === undefined ? x : gatherTokens(x, ids);
    const dense = this.dense === null ? chosen : activation(this.activation)(this.dense.forward(chosen));
    const states = this.norm?.forward(dense) ?? dense;
    return linear(this.scale === 1 ? states : states.mul(this.scale), this.weight, this.bias ?? undefined);
  }
}
