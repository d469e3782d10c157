/** Stack of self-attention layers: BERT's, ViT's or, with a causal mask, GPT's body. Embedding and positions are the caller's. */
import type { Tensor } from "../../engine/index.ts";
import type { AttentionInputs, KeyValueStore } from "../attention/attention.ts";
import { resolveMask } from "../attention/mask.ts";
import type { Mask } from "../attention/mask.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm } from "../norm.ts";
import { EncoderBlock } from "./encoder-block.ts";
import type { BlockOptions, TransformerBlock } from "./encoder-block.ts";

export interface EncoderOptions extends BlockOptions {
  /** Number of layers. */
  readonly depth: number;
  /** Norm after the last layer; default true for pre-norm layers, false for post-norm. */
  readonly finalNorm?: boolean;
  /** Probability of leaving out a branch of the last layer; rises linearly from 0 in the first. Default 0. */
  readonly dropPath?: number;
  /** Which layer runs at each place, for shared or repeated layers: `[0, 0, 1, 1]`. Default each once. */
  readonly order?: readonly number[];
  /** Makes layer i; default EncoderBlock. */
  readonly makeBlock?: (options: BlockOptions, i: number) => TransformerBlock;
}

export interface EncoderInputs extends Omit<AttentionInputs, "mask" | "bias" | "rotary" | "queryIds" | "prefix" | "cache"> {
  /** One for all layers or one for each. */
  readonly mask?: Mask | readonly Mask[];
  readonly bias?: Tensor | readonly Tensor[];
  readonly rotary?: AttentionInputs["rotary"] | readonly AttentionInputs["rotary"][];
  /** Extra keys and values of chosen layers. */
  readonly prefix?: readonly (AttentionInputs["prefix"] | null)[];
  readonly cache?: (layer: number) => KeyValueStore;
  /** The last layer answers only for these tokens, [B, Q]. */
  readonly lastQueryIds?: Tensor;
  /** Number of layers to run; default all. The final norm still applies. */
  readonly stopAfter?: number;
  /** Whether the scores of each layer are added to those of the next, before the softmax (RealFormer, arXiv 2012.11747). For layers that attend to x alone. Default false. */
  readonly residualAttention?: boolean;
  /** x are states after that many layers, which are passed over: the rest of a pass that was stopped there. Masks and biases are still given for all layers. Default 0. */
  readonly startAfter?: number;
}

export interface Encoded {
  /** After the final norm if there is one: [B, L, d]. */
  readonly output: Tensor;
  /** hidden[0] is the input, hidden[k] the result of the k-th layer that was run, before the final norm. */
  readonly hidden: readonly Tensor[];
}

export class TransformerEncoder extends Module {
  readonly blocks: readonly TransformerBlock[];
  readonly norm: Norm | null;
  readonly order: readonly number[];

  constructor(options: EncoderOptions) {
    super();
    const { depth, random, width, norm = "layer", eps, normBias, finalNorm = options.normPlace !== "post", dropPath = 0, makeBlock = (block) => new EncoderBlock(block) } = options;
    this.blocks = Array.from({ length: depth }, (_, i) => makeBlock({ ...options, random: random.child("blocks", i), dropPath: depth > 1 ? (dropPath * i) / (depth - 1) : dropPath }, i));
    this.norm = finalNorm ? makeNorm(norm, width, { eps, bias: normBias }) : null;
    this.order = options.order ?? this.blocks.map((_, i) => i);
    const unknown = this.order.find((i) => !(i in this.blocks));
    if (unknown !== undefined) throw new RangeError(`TransformerEncoder: order names layer ${unknown} of ${depth}`);
  }

  /** x [B, L, d], embedded. */
  forward(x: Tensor, mode: Mode, inputs: EncoderInputs = {}): Encoded {
    const { mask, bias, rotary, prefix, cache, lastQueryIds, stopAfter = this.order.length, startAfter = 0, residualAttention = false, ...shared } = inputs;
    if (cache !== undefined && mask === undefined) throw new Error("TransformerEncoder: with a cache the mask must say which places are filled; pass mask: cache.mask(position, count)");
    if (residualAttention && (prefix ?? cache ?? lastQueryIds ?? inputs.keyIds) !== undefined) throw new Error("TransformerEncoder: scores of one layer fit those of the next only where all tokens ask all; leave out prefix, cache, lastQueryIds and keyIds, or residualAttention");
    const length = inputs.keyIds?.dim(1) ?? x.dim(1);
    // A mask over a cache has more keys than x has tokens, and is resolved where it is used.
    const masks = everyLayer(mask, this.order.length).map((m) => (m === undefined || cache !== undefined ? m : resolveMask(m, { queries: x.dim(1), keys: length })));
    const biases = everyLayer(bias, this.order.length);
    const tables = everyLayer(rotary, this.order.length);
    const hidden = [x];
    let before: Tensor | undefined;
    const observe: AttentionInputs["observe"] = residualAttention
      ? (result) => {
          before = result.scores();
          shared.observe?.(result);
        }
      : shared.observe;
    const places = this.order.slice(startAfter, stopAfter);
    places.forEach((block, i) => {
      const layer = startAfter + i;
      const last = i === places.length - 1;
      const input: AttentionInputs = {
        ...shared,
        mask: masks[layer],
        bias: before === undefined ? biases[layer] : (biases[layer]?.add(before) ?? before),
        ...(observe === undefined ? {} : { observe }),
        rotary: tables[layer],
        prefix: prefix?.[layer] ?? undefined,
        cache: cache?.(layer),
        queryIds: last ? lastQueryIds : undefined,
      };
      hidden.push((this.blocks[block] as TransformerBlock).forward(hidden[i] as Tensor, mode, input));
    });
    const top = hidden[hidden.length - 1] as Tensor;
    return { output: this.norm?.forward(top) ?? top, hidden };
  }
}

/** One value for each of `count` layers. */
export function everyLayer<T>(value: T | readonly T[] | undefined, count: number): (T | undefined)[] {
  if (!Array.isArray(value)) return new Array<T | undefined>(count).fill(value as T | undefined);
  if (value.length !== count) throw new RangeError(`expected one entry for each of ${count} layers, got ${value.length}`);
  return value as T[];
}
