/**
 * Shallow decoders that must rebuild a text from one vector, so that pre-training forces the meaning into that vector. They
 * are thrown away afterwards. Embeddings and the head are the encoder's.
 */
import { arange, concat, equal } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { CrossAttention } from "../attention/cross-attention.ts";
import { perExample, validKeys } from "../attention/mask.ts";
import { dropout } from "../dropout.ts";
import { FeedForward } from "../feed-forward.ts";
import type { FeedForwardPart } from "../feed-forward.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm } from "../norm.ts";
import { TransformerEncoder } from "./encoder.ts";
import type { EncoderOptions } from "./encoder.ts";
import type { BlockOptions } from "./encoder-block.ts";

/** Ordinary layers over [vector; embedded masked text] (MASTER, arXiv 2212.07841): the vector takes the place of the first token. */
export class BottleneckDecoder extends Module {
  readonly encoder: TransformerEncoder;

  /** Post-norm unless the options say otherwise. */
  constructor(options: EncoderOptions) {
    super();
    this.encoder = new TransformerEncoder({ normPlace: "post", ...options });
  }

  /** vector [B, d] and the decoder's own embedded input [B, L, d] -> states [B, L, d] for the head. */
  forward(vector: Tensor, tokens: Tensor, mode: Mode, { valid }: { readonly valid?: Tensor } = {}): Tensor {
    const x = concat([vector.unsqueeze(1), tokens.sliceAxis(1, 1, tokens.dim(1))], 1);
    return this.encoder.forward(x, mode, { mask: valid === undefined ? undefined : validKeys(valid) }).output;
  }
}

/**
 * Enhanced decoding (RetroMAE, arXiv 2205.12035): one post-norm layer in which every place asks with the vector and reads the
 * clean tokens that its own row of a mask shows it, so that every token can be predicted at once. As many parameters as an
 * encoder layer.
 */
export class EnhancedDecoder extends Module {
  readonly attention: CrossAttention;
  readonly attentionNorm: Norm;
  readonly feedForward: FeedForwardPart;
  readonly feedForwardNorm: Norm;
  readonly dropout: number;

  constructor(options: Omit<BlockOptions, "normPlace" | "layerScale" | "dropPath" | "headNorm">) {
    super();
    const { random, width, norm = "layer", eps, init, makeFeedForward = (d, o) => new FeedForward(d, o) } = options;
    this.attention = new CrossAttention(width, { ...options, random: random.child("attention"), dropout: options.attentionDropout });
    this.attentionNorm = makeNorm(norm, width, { eps });
    this.feedForward = makeFeedForward(width, { ...options.feedForward, eps, init, random: random.child("feedForward") });
    this.feedForwardNorm = makeNorm(norm, width, { eps });
    this.dropout = options.dropout ?? 0;
  }

  /**
   * Queries [B, L, d]: the vector embedded at every position. vector [B, d] stands for the first of the clean tokens [B, L, d].
   * `visible` bool [B, L, L], as `enhancedVisibility` makes it.
   */
  forward(queries: Tensor, vector: Tensor, tokens: Tensor, visible: Tensor, mode: Mode): Tensor {
    const memory = concat([vector.unsqueeze(1), tokens.sliceAxis(1, 1, tokens.dim(1))], 1);
    const read = this.attention.forward(queries, memory, mode, { mask: perExample(visible.unsqueeze(1)) }).output;
    const middle = this.attentionNorm.forward(queries.add(dropout(read, this.dropout, mode)));
    return this.feedForwardNorm.forward(middle.add(dropout(this.feedForward.forward(middle, mode), this.dropout, mode)));
  }
}

/** Row i sees the first place and what `chosen`, bool [B, L, L], offers it of the real tokens (`valid`, bool [B, L]), never place i. */
export function enhancedVisibility(chosen: Tensor, valid?: Tensor): Tensor {
  const length = chosen.dim(2);
  const [query, key] = [arange(length).reshape([1, length, 1]), arange(length).reshape([1, 1, length])];
  const offered = chosen.logicalOr(key.equal(0)).logicalAnd(equal(query, key).logicalNot());
  return valid === undefined ? offered : offered.logicalAnd(valid.unsqueeze(1));
}
