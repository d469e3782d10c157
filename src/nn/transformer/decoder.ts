/** Stack of layers that read a memory: self-attention (which may be absent), cross-attention, feed-forward. */
import type { Tensor } from "../../engine/index.ts";
import { Attention } from "../attention/attention.ts";
import type { AttentionInputs, AttentionOutput, KeysAndValues, KeyValueStore } from "../attention/attention.ts";
import { CrossAttention } from "../attention/cross-attention.ts";
import type { CrossAttentionInputs } from "../attention/cross-attention.ts";
import { resolveMask } from "../attention/mask.ts";
import type { Mask } from "../attention/mask.ts";
import { FeedForward } from "../feed-forward.ts";
import type { FeedForwardPart } from "../feed-forward.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm } from "../norm.ts";
import { residual } from "./encoder-block.ts";
import type { BlockOptions } from "./encoder-block.ts";
import { everyLayer } from "./encoder.ts";

export interface DecoderBlockOptions extends Omit<BlockOptions, "layerScale"> {
  /** Width of the memory; default `width`. */
  readonly memoryWidth?: number;
  /** Whether tokens attend to each other before they read the memory; default true. */
  readonly selfAttention?: boolean;
  /** Norm of the memory in every layer (croco); default false. */
  readonly memoryNorm?: boolean;
}

export interface DecoderBlockInputs {
  readonly self?: AttentionInputs;
  readonly cross?: CrossAttentionInputs;
}

export interface DecoderBlockOutput {
  readonly output: Tensor;
  readonly cross: AttentionOutput;
}

/** x = x + self(norm x); x = x + cross(norm x, norm memory); x = x + feedForward(norm x); or the post-norm form. */
export class DecoderBlock extends Module {
  readonly attentionNorm: Norm | null;
  readonly attention: Attention | null;
  readonly crossAttentionNorm: Norm;
  readonly memoryNorm: Norm | null;
  readonly crossAttention: CrossAttention;
  readonly feedForwardNorm: Norm;
  readonly feedForward: FeedForwardPart;
  readonly normPlace: "pre" | "post";
  readonly rates: { readonly dropout: number; readonly dropPath: number };

  constructor(options: DecoderBlockOptions) {
    super();
    const { random, width, memoryWidth = width, norm = "layer", eps, init, selfAttention = true, memoryNorm = false, makeFeedForward = (d, o) => new FeedForward(d, o) } = options;
    this.attentionNorm = selfAttention ? makeNorm(norm, width, { eps }) : null;
    this.attention = selfAttention ? new Attention(width, { ...options, random: random.child("attention"), dropout: options.attentionDropout }) : null;
    this.crossAttentionNorm = makeNorm(norm, width, { eps });
    this.memoryNorm = memoryNorm ? makeNorm(norm, memoryWidth, { eps }) : null;
    this.crossAttention = new CrossAttention(width, { ...options, random: random.child("crossAttention"), dropout: options.attentionDropout });
    this.feedForwardNorm = makeNorm(norm, width, { eps });
    this.feedForward = makeFeedForward(width, { ...options.feedForward, eps, init, random: random.child("feedForward") });
    this.normPlace = options.normPlace ?? "pre";
    this.rates = { dropout: options.dropout ?? 0, dropPath: options.dropPath ?? 0 };
  }

  forward(x: Tensor, memory: Tensor | KeysAndValues, mode: Mode, { self, cross }: DecoderBlockInputs = {}): DecoderBlockOutput {
    const pre = this.normPlace === "pre";
    const enter = (input: Tensor, norm: Norm): Tensor => (pre ? norm.forward(input) : input);
    const leave = (input: Tensor, branch: Tensor, norm: Norm): Tensor => {
      const sum = residual(input, branch, null, this.rates, mode);
      return pre ? sum : norm.forward(sum);
    };
    const { attention, attentionNorm } = this;
    const own = attention === null || attentionNorm === null ? x : leave(x, attention.forward(enter(x, attentionNorm), mode, self).output, attentionNorm);
    const source = "keys" in memory ? memory : this.keysAndValues(memory);
    const read = this.crossAttention.forward(enter(own, this.crossAttentionNorm), source, mode, cross);
    const informed = leave(own, read.output, this.crossAttentionNorm);
    const raised = this.feedForward.forward(enter(informed, this.feedForwardNorm), mode);
    return { output: leave(informed, raised, this.feedForwardNorm), cross: read };
  }

  /** Keys and values of a memory [B, S, dm] for this layer, its norm applied. */
  keysAndValues(memory: Tensor): KeysAndValues {
    return this.crossAttention.keysAndValues(this.memoryNorm?.forward(memory) ?? memory);
  }
}

export interface DecoderOptions extends DecoderBlockOptions {
  readonly depth: number;
  /** Norm after the last layer; default true for pre-norm layers. */
  readonly finalNorm?: boolean;
}

export interface DecoderInputs {
  /** Mask of self-attention; `mask.causal()` for generation. */
  readonly mask?: Mask;
  /** Mask over the memory. */
  readonly memoryMask?: Mask;
  /** Bias of self-attention scores. */
  readonly bias?: Tensor;
  readonly memoryBias?: Tensor;
  /** Factor on q . k of both attentions; default 1 / sqrt(dh). */
  readonly scale?: number;
  readonly rotary?: AttentionInputs["rotary"];
  readonly cache?: (layer: number) => KeyValueStore;
}

export interface Decoded {
  readonly output: Tensor;
  /** hidden[0] is the input, hidden[k] the result of the k-th layer. */
  readonly hidden: readonly Tensor[];
  /** Cross-attention weights of each layer, [B, H, L, S]. */
  readonly crossWeights: readonly Tensor[];
}

export class TransformerDecoder extends Module {
  readonly blocks: readonly DecoderBlock[];
  readonly norm: Norm | null;

  constructor(options: DecoderOptions) {
    super();
    const { depth, random, width, norm = "layer", eps, finalNorm = options.normPlace !== "post" } = options;
    this.blocks = Array.from({ length: depth }, (_, i) => new DecoderBlock({ ...options, random: random.child("blocks", i) }));
    this.norm = finalNorm ? makeNorm(norm, width, { eps }) : null;
  }

  /** x [B, L, d] embedded; memory [B, S, dm], one for all layers or one for each, as tokens or as keys and values. */
  forward(x: Tensor, memory: Tensor | KeysAndValues | readonly (Tensor | KeysAndValues)[], mode: Mode, inputs: DecoderInputs = {}): Decoded {
    const { mask, memoryMask, bias, memoryBias, scale, rotary, cache } = inputs;
    if (cache !== undefined && mask === undefined) throw new Error("TransformerDecoder: with a cache the mask must say which places are filled; pass mask: cache.mask(position, count)");
    const memories = everyLayer<Tensor | KeysAndValues>(memory, this.blocks.length);
    const first = memories[0] as Tensor | KeysAndValues;
    const sourceLength = "keys" in first ? first.keys.dim(2) : first.dim(1);
    const selfMask = mask === undefined || cache !== undefined ? mask : resolveMask(mask, { queries: x.dim(1), keys: x.dim(1) });
    const crossMask = memoryMask === undefined ? undefined : resolveMask(memoryMask, { queries: x.dim(1), keys: sourceLength });
    const hidden = [x];
    const crossWeights: Tensor[] = [];
    this.blocks.forEach((block, layer) => {
      const { output, cross } = block.forward(hidden[layer] as Tensor, memories[layer] as Tensor | KeysAndValues, mode, {
        self: { mask: selfMask, bias, scale, rotary, cache: cache?.(layer) },
        cross: { mask: crossMask, bias: memoryBias, scale },
      });
      hidden.push(output);
      crossWeights.push(cross.weights);
    });
    const top = hidden[hidden.length - 1] as Tensor;
    return { output: this.norm?.forward(top) ?? top, hidden, crossWeights };
  }

  /** Keys and values of the memory for each layer, to be computed once for many steps. */
  keysAndValues(memory: Tensor): KeysAndValues[] {
    return this.blocks.map((block) => block.keysAndValues(memory));
  }
}
