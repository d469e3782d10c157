/** Learned position embeddings: a table indexed by position. */
import { gather, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { truncatedNormal } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";

export interface LearnedPositionsOptions {
  readonly random: RandomStream;
  /** Added to every position before the look-up; RoBERTa's layout has 2. Default 0. */
  readonly offset?: number;
  /** Default a normal of deviation 0.02 cut at two deviations. */
  readonly init?: InitFactory;
}

/** Table [offset + length, d]. */
export class LearnedPositions extends Module {
  readonly weight: Parameter;
  readonly offset: number;

  constructor(length: number, width: number, { random, offset = 0, init = truncatedNormal }: LearnedPositionsOptions) {
    super();
    this.weight = new Parameter([length + offset, width], init(random.child("weight")));
    this.offset = offset;
  }

  /** Codes of positions 0..length-1, [length, d]; or of position ids [B, L], [B, L, d]. */
  forward(positions: number | Tensor): Tensor {
    if (typeof positions !== "number") return gather(this.weight, this.offset === 0 ? positions : positions.add(this.offset));
    if (positions + this.offset > this.weight.dim(0)) throw new RangeError(`LearnedPositions: ${positions} positions asked of a table of ${this.weight.dim(0) - this.offset}`);
    return this.weight.sliceAxis(0, this.offset, this.offset + positions);
  }
}
