/** Classes from one vector of a sequence: pooled, a linear map, tanh, a linear map. */
import { tanh } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Linear, Module, pool } from "../../nn/index.ts";
import type { PoolKind } from "../../nn/index.ts";
import type { AssembleConfig } from "./config.ts";
import type { ObjectiveContext, Problem } from "./part.ts";

export class VectorHead extends Module {
  readonly dense: Linear;
  readonly output: Linear;
  private readonly pooling: PoolKind;

  constructor(width: number, classes: number, pooling: PoolKind, random: RandomStream) {
    super();
    this.dense = new Linear(width, width, { random: random.child("dense") });
    this.output = new Linear(width, classes, { random: random.child("output") });
    this.pooling = pooling;
  }

  /** States [B, L, d], segments int32 [B, L] -> [B, classes]. Padding is left out by a mask of zeros and ones. */
  forward(states: Tensor, segments: Tensor): Tensor {
    return this.output.forward(tanh(this.dense.forward(pool(states, this.pooling, segments.greater(0)))));
  }
}

/** A vector must have seen the sequence: the first token of a model that sees the past only has not. */
export function checkPooling(target: string, poolings: readonly PoolKind[], { sights, encoder }: ObjectiveContext): Problem[] {
  return sights.flatMap((sight, i): Problem[] => {
    const at = sights.length > 1 ? [`stream_${i}.pooling`, `stream_${i}.encoder`] : ["pooling", "encoder"];
    if (sight === "past" && poolings[i] === "first") return [{ fields: ["target", ...at], message: `${target} pools the first token, which under ${encoder} has seen itself alone`, fix: 'set pooling to "last" or "mean"' }];
    return [];
  });
}

/** Objectives over one stream. */
export const oneStream = (target: string, { sights }: ObjectiveContext): Problem[] => (sights.length > 1 ? [{ fields: ["target", "encoder"], message: `${target} reads one stream, dual models have two`, fix: 'use the target "clr", or one stream' }] : []);

/** Objectives over words. */
export const wordsOnly = (target: string, { tokens }: ObjectiveContext): Problem[] => (tokens === "words" ? [] : [{ fields: ["target", "embedding"], message: `${target} reads words, not ${tokens ?? "nothing"}`, fix: 'start embedding with "word"' }]);

export const classCount = (target: string, { labels_num: classes }: AssembleConfig): Problem[] => (classes === undefined ? [{ fields: ["labels_num", "target"], message: `${target} needs to know how many classes there are`, fix: 'add "labels_num"' }] : []);
