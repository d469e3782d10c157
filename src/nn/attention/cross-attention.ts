/** Attention from one sequence to another of possibly different width. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { attend } from "./attend.ts";
import type { AttendOptions } from "./attend.ts";
import { biasOf } from "./attention.ts";
import type { AttentionOutput, KeysAndValues, ProjectionBias } from "./attention.ts";
import { mergeHeads, splitHeads } from "./heads.ts";
import type { Mask } from "./mask.ts";

export interface CrossAttentionOptions {
  readonly random: RandomStream;
  readonly heads: number;
  /** Width of the memory; default that of the queries. */
  readonly memoryWidth?: number;
  readonly kvHeads?: number;
  /** Width of one head; default width / heads. */
  readonly headWidth?: number;
  readonly bias?: boolean | ProjectionBias;
  readonly dropout?: number;
  readonly init?: InitFactory;
}

export interface CrossAttentionInputs extends Pick<AttendOptions, "bias" | "scale" | "normalizer" | "postMask" | "renormalize"> {
  readonly mask?: Mask;
}

/** x [B, Lq, d], memory [B, Lk, dm] -> output [B, Lq, d]. Residual and norms are the caller's. */
export class CrossAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly heads: number;
  readonly kvHeads: number;
  readonly dropout: number;

  constructor(width: number, options: CrossAttentionOptions) {
    super();
    const { random, heads, memoryWidth = width, kvHeads = heads, headWidth = width / heads, bias, init } = options;
    if (!Number.isInteger(headWidth)) throw new RangeError(`CrossAttention: width ${width} does not divide into ${heads} heads; give headWidth`);
    const map = (name: keyof ProjectionBias, inputs: number, outputs: number): Linear =>
      new Linear(inputs, outputs, { random: random.child(name), bias: biasOf(bias, name), init: init?.(random.child(name, "weight")) });
    this.query = map("query", width, heads * headWidth);
    this.key = map("key", memoryWidth, kvHeads * headWidth);
    this.value = map("value", memoryWidth, kvHeads * headWidth);
    this.output = map("output", heads * headWidth, width);
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.dropout = options.dropout ?? 0;
  }

  /** The memory may come as tokens, or as keys and values computed before by `keysAndValues`. */
  forward(x: Tensor, memory: Tensor | KeysAndValues, mode: Mode, inputs: CrossAttentionInputs = {}): AttentionOutput {
    const { keys, values } = "keys" in memory ? memory : this.keysAndValues(memory);
    const queries = splitHeads(this.query.forward(x), this.heads);
    const { output, weights, scores } = attend(queries, keys, values, { ...inputs, onWeights: (shares) => dropout(shares, this.dropout, mode) });
    return { output: this.output.forward(mergeHeads(output)), weights, scores, keys, values };
  }

  keysAndValues(memory: Tensor): KeysAndValues {
    return { keys: splitHeads(this.key.forward(memory), this.kvHeads), values: splitHeads(this.value.forward(memory), this.kvHeads) };
  }
}
