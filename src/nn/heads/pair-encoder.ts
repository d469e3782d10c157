/** Both texts in one sequence, scored together: cross-encoders for ranking and matching. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { gatherTokens } from "../gather-tokens.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import type { TextEncoder, TextInputs } from "../transformer/text-encoder.ts";

export interface PairEncoderOptions {
  readonly random: RandomStream;
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Scores for each pair; default 1. */
  readonly outputs?: number;
  /** Number of tokens whose states are joined and scored; default 1. */
  readonly markers?: number;
  /** Dense map and tanh before the scores, as BERT's pooler; default false. */
  readonly pooler?: boolean;
  readonly init?: InitFactory;
}

export interface PairInputs extends TextInputs {
  /** Which tokens are scored, [B, markers]; default the first. */
  readonly markerIds?: Tensor;
}

/** ids [B, L] of joined pairs -> [B, outputs]. */
export class PairEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly pooler: Linear | null;
  readonly score: Linear;

  constructor({ random, encoder, width, outputs = 1, pooler = false, init, markers = 1 }: PairEncoderOptions) {
    super();
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), init: init?.(random.child(name, "weight")) });
    this.encoder = encoder;
    this.pooler = pooler ? map("pooler", markers * width, width) : null;
    this.score = map("score", pooler ? width : markers * width, outputs);
  }

  forward(tokens: Tensor, mode: Mode, { markerIds, ...inputs }: PairInputs = {}): Tensor {
    const { output } = this.encoder.forward(tokens, mode, inputs);
    const marked = markerIds === undefined ? output.select(1, 0) : gatherTokens(output, markerIds).flatten(1);
    return this.score.forward(this.pooler?.forward(marked).tanh() ?? marked);
  }
}
