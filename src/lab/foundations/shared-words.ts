/**
 * Which tokens of a row stand in the other segment too, asked of every visible word beside the masked ones. It is the first
 * thing that reading two texts together gives, and masked words alone hardly teach it at this size: without it cross-encoders
 * were still at chance after 300 steps.
 */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Linear, Module } from "../../nn/index.ts";
import { binaryCrossEntropy } from "../../objectives/index.ts";
import type { BinaryCrossEntropy } from "../../objectives/index.ts";
import type { TokenRows } from "./bert-model.ts";

/** 1 for tokens whose id the other segment has too, float32 [B, L], and 1 for the tokens that are asked: real words, neither special nor masked. */
export function sharedTokens({ ids, segments, valid }: TokenRows, lastSpecial: number): { readonly shared: Tensor; readonly asked: Tensor } {
  const asked = valid.logicalAnd(ids.greater(lastSpecial)).cast("float32");
  const equal = ids.unsqueeze(2).equal(ids.unsqueeze(1)); // [B, L, L]
  const apart = segments.unsqueeze(2).equal(segments.unsqueeze(1)).logicalNot();
  const shared = equal.logicalAnd(apart).cast("float32").mul(asked.unsqueeze(1)).max(2);
  return { shared, asked };
}

/** The head, which is thrown away after training. */
export class SharedWords extends Module {
  readonly score: Linear;
  /** Ids up to this one are special tokens. */
  readonly lastSpecial: number;

  constructor({ random, width, lastSpecial }: { readonly random: RandomStream; readonly width: number; readonly lastSpecial: number }) {
    super();
    this.score = new Linear(width, 1, { random: random.child("score") });
    this.lastSpecial = lastSpecial;
  }

  /** States [B, L, d] of the rows. */
  loss(states: Tensor, rows: TokenRows): BinaryCrossEntropy {
    const { shared, asked } = sharedTokens(rows, this.lastSpecial);
    return binaryCrossEntropy(this.score.forward(states).squeeze(2), shared, { weights: asked });
  }
}
