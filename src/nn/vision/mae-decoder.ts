/**
 * Predictor of masked autoencoders (arXiv 2111.06377) and, with cross-attention, of CrossMAE (arXiv 2401.14391): from
 * encoded visible tokens to predictions at chosen places.
 *
 * Attention does not depend on the order of tokens, so the self-attention form does not unshuffle: it runs on
 * [visible tokens; mask tokens of the chosen places], each with the code of its place. With all hidden places chosen
 * this equals the published decoder on the restored sequence.
 */
import { concat, gather, Parameter, tensor } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import type { AttentionInputs } from "../attention/attention.ts";
import { normal } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { TransformerDecoder } from "../transformer/decoder.ts";
import { TransformerEncoder } from "../transformer/encoder.ts";
import type { EncoderOptions } from "../transformer/encoder.ts";

export interface MaeDecoderOptions extends Omit<EncoderOptions, "makeBlock" | "order" | "finalNorm"> {
  /** Width of the encoder. */
  readonly memoryWidth: number;
  /** Values predicted for each token. */
  readonly outputs: number;
  /** Fixed codes of the places, [N, width]. */
  readonly positions: HostArray;
  /** "self": visible and mask tokens attend to each other. "cross": mask tokens read the encoder's tokens, never each other. "both": mask tokens attend to each other, then read. Default "self". */
  readonly attention?: "self" | "cross" | "both";
  /** Whether the map from the encoder's width has a bias ("self" only); VideoMAE has none. Default true. */
  readonly embedBias?: boolean;
  /** Tokens before the visible patches in the encoder's output (class token); they get no position. Default 1. */
  readonly leading?: number;
}

export interface MaeDecoderInputs {
  /** Places of the visible tokens, [B, K]. Only "self" reads them. */
  readonly keptIds: Tensor;
  /** Places to predict, [B, P]. */
  readonly predictedIds: Tensor;
  /** Told of each block's self-attention, first block first; only "self" has one over the whole sequence. */
  readonly observe?: AttentionInputs["observe"];
}

/** Norms have eps 1e-6 unless told otherwise. */
export class MaeDecoder extends Module {
  readonly embed: Linear | null;
  readonly maskToken: Parameter;
  readonly body: TransformerEncoder | TransformerDecoder;
  readonly head: Linear;
  readonly leading: number;
  private readonly codes: Tensor;

  constructor(options: MaeDecoderOptions) {
    super();
    const { random, width, memoryWidth, outputs, positions, attention = "self", embedBias = true, leading = 1, init } = options;
    const map = (name: string, from: number, to: number, bias = true): Linear => new Linear(from, to, { random: random.child(name), bias, init: init?.(random.child(name, "weight")) });
    const body = { ...options, eps: options.eps ?? 1e-6, random: random.child("body") };
    this.embed = attention === "self" ? map("embed", memoryWidth, width, embedBias) : null;
    this.maskToken = new Parameter([1, 1, width], normal(random.child("maskToken"), 0.02));
    this.body = attention === "self" ? new TransformerEncoder(body) : new TransformerDecoder({ ...body, selfAttention: attention === "both" });
    this.head = map("head", width, outputs);
    this.leading = leading;
    this.codes = tensor(positions);
  }

  /** encoded [B, leading + K, memoryWidth]; with cross-attention also one memory for each layer -> [B, P, outputs]. */
  forward(encoded: Tensor | readonly Tensor[], mode: Mode, { keptIds, predictedIds, observe }: MaeDecoderInputs): Tensor {
    const queries = this.maskToken.add(gather(this.codes, predictedIds)); // [B, P, width]
    if (this.body instanceof TransformerDecoder) return this.head.forward(this.body.forward(queries, encoded, mode).output);
    if (this.embed === null || Array.isArray(encoded)) throw new TypeError("MaeDecoder: self-attention reads one sequence of encoded tokens, got one for each layer");
    const tokens = this.embed.forward(encoded as Tensor);
    const visible = tokens.sliceAxis(1, this.leading, tokens.dim(1)).add(gather(this.codes, keptIds));
    const sequence = concat([...(this.leading > 0 ? [tokens.sliceAxis(1, 0, this.leading)] : []), visible, queries], 1);
    const output = this.body.forward(sequence, mode, { observe }).output;
    return this.head.forward(output.sliceAxis(1, sequence.dim(1) - predictedIds.dim(1), sequence.dim(1)));
  }
}
