/** Learned vectors in front of an input sequence (prompt tuning, arXiv 2104.08691). */
import { concat, Parameter } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { normal } from "../init.ts";
import { Module } from "../module.ts";

export interface SoftPromptOptions {
  readonly random: RandomStream;
  /** Starting vectors [count, d], such as embeddings of words; default a normal of deviation 0.02. */
  readonly from?: HostArray;
}

export class SoftPrompt extends Module {
  /** [count, d] */
  readonly weight: Parameter;

  constructor(count: number, width: number, { random, from }: SoftPromptOptions) {
    super();
    this.weight = new Parameter([count, width], from ?? normal(random.child("weight"), 0.02));
  }

  /** x [B, L, d] -> [B, count + L, d] */
  forward(x: Tensor): Tensor {
    const [count, width] = this.weight.shape as [number, number];
    return concat([this.weight.unsqueeze(0).expand([x.dim(0), count, width]), x], 1);
  }
}
