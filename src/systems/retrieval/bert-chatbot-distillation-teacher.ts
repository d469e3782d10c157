/** The co-attention ranker: context and response are encoded apart, then each reads the other, and a small network scores what they found. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { allPairs, coAttend, compareFeatures, Linear, Module, poolConcat } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import { encodeRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";

/** Token states [B, L, E] with which tokens are real, bool [B, L]: all that a precomputed text needs to hold. */
export interface TextStates {
  readonly states: Tensor;
  readonly valid: Tensor;
}

/** What stands above the encoder. W: 5E -> E is shared by both sides; the score is Linear 15E -> E, ReLU, Linear E -> 1. */
export class CoAttentionHead extends Module {
  readonly fuse: Linear;
  readonly hidden: Linear;
  readonly score: Linear;

  constructor(random: RandomStream, width: number) {
    super();
    this.fuse = new Linear(5 * width, width, { random: random.child("fuse") });
    this.hidden = new Linear(15 * width, width, { random: random.child("hidden") });
    this.score = new Linear(width, 1, { random: random.child("score") });
  }

  /** Row i of the contexts with row i of the responses: [B]. */
  forward(context: TextStates, response: TextStates): Tensor {
    const { ofA, ofB } = coAttend(context.states, response.states, { validA: context.valid, validB: response.valid });
    const fused = (read: Tensor, own: Tensor): Tensor => this.fuse.forward(compareFeatures(read, own)).relu();
    const match = compareFeatures(poolConcat(fused(ofA, context.states), context.valid), poolConcat(fused(ofB, response.states), response.valid)); // [B, 15E]
    return this.score.forward(this.hidden.forward(match).relu()).squeeze(1);
  }
}

export class CoAttentionRanker extends Module {
  readonly encoder: TextEncoder;
  readonly head: CoAttentionHead;

  constructor(random: RandomStream, encoder: TextEncoder, width: number) {
    super();
    this.encoder = encoder;
    this.head = new CoAttentionHead(random.child("co-attention"), width);
  }

  /** The last layer's states. */
  encode(rows: TokenRows, mode: Mode): TextStates {
    return { states: encodeRows(this.encoder, rows, mode).output, valid: rows.valid };
  }

  /** Scores of every context with every response, [B, N]. */
  scores(contexts: TextStates, responses: TextStates): Tensor {
    const [states, others] = allPairs(contexts.states, responses.states);
    const [valid, otherValid] = allPairs(contexts.valid, responses.valid);
    return this.head.forward({ states, valid }, { states: others, valid: otherValid }).reshape([contexts.states.dim(0), responses.states.dim(0)]);
  }
}
