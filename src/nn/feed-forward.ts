/** Position-wise feed-forward network of transformers, plain or gated (GLU variants, arXiv 2002.05202). */
import type { RandomStream, Tensor } from "../engine/index.ts";
import { activation } from "./activation.ts";
import type { Activation } from "./activation.ts";
import { dropout } from "./dropout.ts";
import type { InitFactory } from "./init.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import type { Mode } from "./module.ts";
import { makeNorm } from "./norm.ts";
import type { Norm, NormKind } from "./norm.ts";

export interface FeedForwardOptions {
  readonly random: RandomStream;
  /** Width of the hidden layer; default 4 times the input. */
  readonly hidden?: number;
  /** Default "gelu". Gated: "silu" makes SwiGLU, "gelu" GEGLU. */
  readonly activation?: Activation;
  /** down(act(gate x) * up x) instead of down(act(up x)). Default false. */
  readonly gated?: boolean;
  /** Default true. */
  readonly bias?: boolean;
  /** Norm of the hidden layer before the last map; default none. */
  readonly innerNorm?: NormKind;
  readonly eps?: number;
  /** Dropout after the last map; default 0. */
  readonly dropout?: number;
  /** Width of the result; default that of the input. */
  readonly outputs?: number;
  readonly init?: InitFactory;
}

/** What a transformer block runs on each token: [.., d] -> [.., d]. */
export interface FeedForwardPart extends Module {
  forward(x: Tensor, mode: Mode): Tensor;
}

/** [.., d] -> [.., d]. */
export class FeedForward extends Module implements FeedForwardPart {
  readonly up: Linear;
  readonly gate: Linear | null;
  readonly norm: Norm | null;
  readonly down: Linear;
  readonly activation: Activation;
  readonly dropout: number;

  constructor(width: number, options: FeedForwardOptions) {
    super();
    const { random, hidden = 4 * width, gated = false, bias = true, init } = options;
    const map = (name: string, inputs: number, outputs: number): Linear => new Linear(inputs, outputs, { random: random.child(name), bias, init: init?.(random.child(name, "weight")) });
    this.up = map("up", width, hidden);
    this.gate = gated ? map("gate", width, hidden) : null;
    this.norm = options.innerNorm === undefined ? null : makeNorm(options.innerNorm, hidden, { eps: options.eps });
    this.down = map("down", hidden, options.outputs ?? width);
    this.activation = options.activation ?? "gelu";
    this.dropout = options.dropout ?? 0;
  }

  forward(x: Tensor, mode: Mode): Tensor {
    const act = activation(this.activation);
    const raised = this.up.forward(x); // [.., hidden]
    const hidden = this.gate === null ? act(raised) : act(this.gate.forward(x)).mul(raised);
    return dropout(this.down.forward(this.norm?.forward(hidden) ?? hidden), this.dropout, mode);
  }
}
