/** One layer of a transformer without memory: self-attention and a feed-forward network, each in a residual branch. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Attention } from "../attention/attention.ts";
import type { AttentionInputs, AttentionOptions } from "../attention/attention.ts";
import { dropout, dropPath } from "../dropout.ts";
import { FeedForward } from "../feed-forward.ts";
import type { FeedForwardOptions, FeedForwardPart } from "../feed-forward.ts";
import { gatherTokens } from "../gather-tokens.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm, NormKind } from "../norm.ts";
import { ResidualGate } from "../residual-gate.ts";

export interface BlockOptions extends Pick<AttentionOptions, "heads" | "kvHeads" | "headWidth" | "bias" | "headNorm"> {
  readonly random: RandomStream;
  readonly width: number;
  /** Feed-forward options, such as hidden width, activation and gating. */
  readonly feedForward?: Omit<FeedForwardOptions, "random" | "init" | "eps" | "dropout">;
  /** Makes the feed-forward part in place of FeedForward: adapted, mixture of experts. */
  readonly makeFeedForward?: (width: number, options: FeedForwardOptions) => FeedForwardPart;
  readonly norm?: NormKind;
  /** x + f(norm(x)), or norm(x + f(x)). Default "pre". */
  readonly normPlace?: "pre" | "post";
  /** Default 1e-5. */
  readonly eps?: number;
  /** Whether layer norms have a shift; default true. */
  readonly normBias?: boolean;
  /** Whether attention has a norm; false where its input has just been normalised, as in the first layer of ModernBERT. Default true. */
  readonly attentionNorm?: boolean;
  /** Dropout of both branches; default 0. */
  readonly dropout?: number;
  /** Dropout of attention weights; default 0. */
  readonly attentionDropout?: number;
  /** Probability of leaving out a branch; default 0. */
  readonly dropPath?: number;
  /** Initial value of a learned per-channel factor on both branches (LayerScale); default none. */
  readonly layerScale?: number;
  readonly init?: InitFactory;
  /** Keys start as queries; see `Attention`. */
  readonly mimetic?: boolean;
}

/** A layer [B, L, d] -> [B, L, d], such as EncoderBlock or a system's own. */
export interface TransformerBlock extends Module {
  forward(x: Tensor, mode: Mode, inputs?: AttentionInputs): Tensor;
}

export class EncoderBlock extends Module implements TransformerBlock {
  readonly attentionNorm: Norm | null;
  readonly attention: Attention;
  readonly attentionGate: ResidualGate | null;
  readonly feedForwardNorm: Norm;
  readonly feedForward: FeedForwardPart;
  readonly feedForwardGate: ResidualGate | null;
  readonly normPlace: "pre" | "post";
  readonly rates: { readonly dropout: number; readonly dropPath: number };

  constructor(options: BlockOptions) {
    super();
    const { random, width, norm = "layer", eps, normBias, init, layerScale, makeFeedForward = (d, o) => new FeedForward(d, o) } = options;
    const gate = (): ResidualGate | null => (layerScale === undefined ? null : new ResidualGate({ kind: "vector", width, init: layerScale }));
    this.attentionNorm = (options.attentionNorm ?? true) ? makeNorm(norm, width, { eps, bias: normBias }) : null;
    this.attention = new Attention(width, { ...options, random: random.child("attention"), dropout: options.attentionDropout });
    this.attentionGate = gate();
    this.feedForwardNorm = makeNorm(norm, width, { eps, bias: normBias });
    this.feedForward = makeFeedForward(width, { ...options.feedForward, eps, init, random: random.child("feedForward") });
    this.feedForwardGate = gate();
    this.normPlace = options.normPlace ?? "pre";
    this.rates = { dropout: options.dropout ?? 0, dropPath: options.dropPath ?? 0 };
  }

  forward(x: Tensor, mode: Mode, inputs: AttentionInputs = {}): Tensor {
    const pre = this.normPlace === "pre";
    const kept = inputs.queryIds === undefined ? x : gatherTokens(x, inputs.queryIds);
    const attended = this.attention.forward(pre ? (this.attentionNorm?.forward(x) ?? x) : x, mode, inputs).output;
    const middle = residual(kept, attended, this.attentionGate, this.rates, mode);
    const between = pre ? middle : (this.attentionNorm?.forward(middle) ?? middle);
    const raised = this.feedForward.forward(pre ? this.feedForwardNorm.forward(between) : between, mode);
    const result = residual(between, raised, this.feedForwardGate, this.rates, mode);
    return pre ? result : this.feedForwardNorm.forward(result);
  }
}

/** x + dropPath(gate * dropout(branch)) */
export function residual(x: Tensor, branch: Tensor, gate: ResidualGate | null, rates: { readonly dropout: number; readonly dropPath: number }, mode: Mode): Tensor {
  const dropped = dropPath(dropout(branch, rates.dropout, mode), rates.dropPath, mode);
  return gate === null ? x.add(dropped) : gate.forward(x, dropped);
}
