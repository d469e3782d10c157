/** From token states to one vector for a text: the stages after the transformer in sentence-transformers (arXiv 1908.10084). */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { activation } from "../activation.ts";
import type { Activation } from "../activation.ts";
import { pool } from "../heads/pool.ts";
import type { PoolKind } from "../heads/pool.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";

export interface DenseStage {
  readonly kind: "dense";
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  /** Null for none. */
  readonly activation: Activation | null;
}

export type SentenceStage = { readonly kind: "pooling"; readonly pooling: PoolKind } | DenseStage | { readonly kind: "normalize" };

/** Pooling comes first, then maps and normalisation in any order. */
export class SentenceStages extends Module {
  readonly stages: readonly SentenceStage[];
  /** One map for each dense stage, in order. */
  readonly dense: readonly Linear[];

  constructor(stages: readonly SentenceStage[], random: RandomStream) {
    super();
    if (stages[0]?.kind !== "pooling" || stages.slice(1).some(({ kind }) => kind === "pooling")) throw new RangeError(`SentenceStages: expected one pooling, at the beginning, got ${stages.map(({ kind }) => kind).join(", ")}`);
    this.stages = stages;
    this.dense = stages.filter((stage) => stage.kind === "dense").map(({ inputs, outputs, bias }, i) => new Linear(inputs, outputs, { random: random.child("dense", i), bias }));
  }

  /** states [B, L, d], valid bool [B, L] -> [B, D] */
  forward(states: Tensor, valid: Tensor): Tensor {
    let dense = 0;
    return this.stages.reduce((x, stage) => {
      if (stage.kind === "pooling") return pool(x, stage.pooling, valid);
      if (stage.kind === "normalize") return x.l2Normalize();
      const mapped = (this.dense[dense++] as Linear).forward(x);
      return stage.activation === null ? mapped : activation(stage.activation)(mapped);
    }, states);
  }
}
