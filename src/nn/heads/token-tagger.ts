/** Labels for words or tokens from their hidden states. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import { activation } from "../activation.ts";
import type { Activation } from "../activation.ts";
import { gatherTokens } from "../gather-tokens.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { spanPool } from "./pool.ts";

export interface TokenTaggerOptions {
  readonly random: RandomStream;
  readonly width: number;
  /** Number of labels; 1 for a binary decision. */
  readonly labels: number;
  /** Width of a hidden layer before the labels; default none. */
  readonly hidden?: number;
  /** Of the hidden layer; default GELU. */
  readonly activation?: Activation;
  readonly dropout?: number;
  readonly init?: InitFactory;
}

export interface TaggerInputs {
  /** First sub-token of each word, int32 [B, W]. */
  readonly firstIds?: Tensor;
  /** Or the sub-tokens of each word, weights [B, W, L], whose mean is taken. */
  readonly spans?: Tensor;
}

/** x [B, L, d] -> label scores [B, L, labels], or [B, W, labels] for words. */
export class TokenTagger extends Module {
  readonly dense: Linear | null;
  readonly score: Linear;
  readonly activation: Activation;
  readonly dropout: number;

  constructor({ random, width, labels, hidden, activation: kind = "gelu", dropout: rate = 0, init }: TokenTaggerOptions) {
    super();
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), init: init?.(random.child(name, "weight")) });
    this.dense = hidden === undefined ? null : map("dense", width, hidden);
    this.score = map("score", hidden ?? width, labels);
    this.activation = kind;
    this.dropout = rate;
  }

  forward(x: Tensor, mode: Mode, { firstIds, spans }: TaggerInputs = {}): Tensor {
    if (firstIds !== undefined && spans !== undefined) throw new Error("TokenTagger: give firstIds or spans, not both");
    const words = firstIds !== undefined ? gatherTokens(x, firstIds) : spans !== undefined ? spanPool(x, spans) : x;
    const states = dropout(words, this.dropout, mode);
    return this.score.forward(this.dense === null ? states : activation(this.activation)(this.dense.forward(states)));
  }
}
