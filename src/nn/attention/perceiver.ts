/** Perceiver resampler (arXiv 2204.14198): a fixed number of latents reads tokens through several layers. */
import { concat, Parameter } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { FeedForward } from "../feed-forward.ts";
import type { FeedForwardOptions } from "../feed-forward.ts";
import { normal } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { LayerNorm } from "../norm.ts";
import { CrossAttention } from "./cross-attention.ts";

export interface PerceiverOptions {
  readonly random: RandomStream;
  readonly width: number;
  readonly heads: number;
  readonly depth: number;
  /** Number of latents. */
  readonly latents: number;
  /** Width of the tokens; another than `width` is mapped by a Linear first. */
  readonly memoryWidth?: number;
  readonly feedForward?: Omit<FeedForwardOptions, "random" | "eps">;
  readonly eps?: number;
}

/** latents += attention(norm latents; [norm tokens; norm latents]); latents += feedForward(norm latents). */
class PerceiverBlock extends Module {
  readonly tokenNorm: LayerNorm;
  readonly latentNorm: LayerNorm;
  readonly attention: CrossAttention;
  readonly feedForwardNorm: LayerNorm;
  readonly feedForward: FeedForward;

  constructor({ random, width, heads, feedForward, eps }: PerceiverOptions) {
    super();
    this.tokenNorm = new LayerNorm(width, { eps });
    this.latentNorm = new LayerNorm(width, { eps });
    this.attention = new CrossAttention(width, { random: random.child("attention"), heads });
    this.feedForwardNorm = new LayerNorm(width, { eps });
    this.feedForward = new FeedForward(width, { ...feedForward, eps, random: random.child("feedForward") });
  }

  forward(latents: Tensor, tokens: Tensor, mode: Mode): Tensor {
    const asking = this.latentNorm.forward(latents);
    const asked = concat([this.tokenNorm.forward(tokens), asking], 1);
    const read = latents.add(this.attention.forward(asking, asked, mode).output);
    return read.add(this.feedForward.forward(this.feedForwardNorm.forward(read), mode));
  }
}

/** tokens [B, L, dm] -> [B, K, d]. */
export class PerceiverResampler extends Module {
  /** [1, K, d] */
  readonly latents: Parameter;
  readonly embed: Linear | null;
  readonly blocks: readonly PerceiverBlock[];
  readonly norm: LayerNorm;

  constructor(options: PerceiverOptions) {
    super();
    const { random, width, depth, latents, memoryWidth = width, eps } = options;
    this.latents = new Parameter([1, latents, width], normal(random.child("latents"), 0.02));
    this.embed = memoryWidth === width ? null : new Linear(memoryWidth, width, { random: random.child("embed") });
    this.blocks = Array.from({ length: depth }, (_, i) => new PerceiverBlock({ ...options, random: random.child("blocks", i) }));
    this.norm = new LayerNorm(width, { eps });
  }

  forward(tokens: Tensor, mode: Mode): Tensor {
    const [, count, width] = this.latents.shape as [number, number, number];
    const read = this.embed?.forward(tokens) ?? tokens;
    const start = this.latents.expand([tokens.dim(0), count, width]);
    return this.norm.forward(this.blocks.reduce((latents, block) => block.forward(latents, read, mode), start));
  }
}
