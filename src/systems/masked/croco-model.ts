/**
 * Cross-view completion (arXiv 2210.10716): one encoder sees few patches of a picture and all of another one of the same
 * scene; a decoder restores the hidden patches of the first, reading the second.
 *
 * Attention does not depend on the order of tokens, so the canvas of the paper is the sequence [visible tokens; mask
 * tokens of the asked places], each with the code of its place.
 */
import { concat, gather, Parameter, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { gatherTokens, init, Linear, Module, patchify, sinCos2d, TransformerDecoder, TransformerEncoder, VisionTransformer } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { patchReconstruction } from "../../objectives/index.ts";
import type { MaskedBatch, StackSize } from "./masked-autoencoder.ts";

export interface CompletionBatch extends MaskedBatch {
  /** The second view, [B, 3, image, image]. A model without a second view does not read it. */
  readonly other: Tensor;
}

export interface CrossViewCompletionOptions {
  readonly random: RandomStream;
  /** Side of the pictures and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  readonly encoder: StackSize;
  readonly decoder: StackSize;
  /** Whether the decoder has cross-attention to the second view; without, this is a masked autoencoder. Default true. */
  readonly secondView?: boolean;
  /** Added to the variance of a patch. Default 1e-6. */
  readonly epsilon?: number;
}

export class CrossViewCompletion extends Module {
  readonly encoder: VisionTransformer;
  /** From the encoder's width to the decoder's, for both views. */
  readonly embed: Linear;
  readonly maskToken: Parameter;
  readonly decoder: TransformerDecoder | TransformerEncoder;
  readonly head: Linear;
  readonly patch: number;
  readonly epsilon: number;
  private readonly codes: Tensor;

  constructor({ random, image, patch, encoder, decoder, secondView = true, epsilon = 1e-6 }: CrossViewCompletionOptions) {
    super();
    const xavier = init.xavierUniform;
    const map = (name: string, from: number, to: number): Linear => new Linear(from, to, { random: random.child(name), init: xavier(random.child(name, "weight")) });
    const stack = { ...decoder, random: random.child("decoder"), init: xavier, eps: 1e-6 };
    this.encoder = new VisionTransformer({ ...encoder, random: random.child("encoder"), image, patch, classToken: false, init: xavier });
    this.embed = map("embed", encoder.width, decoder.width);
    this.maskToken = new Parameter([1, 1, decoder.width], init.normal(random.child("maskToken"), 0.02));
    this.decoder = secondView ? new TransformerDecoder({ ...stack, memoryNorm: true }) : new TransformerEncoder(stack);
    this.head = map("head", decoder.width, patch * patch * 3);
    this.patch = patch;
    this.epsilon = epsilon;
    this.codes = tensor(sinCos2d(image / patch, image / patch, decoder.width));
  }

  /** Standardised pixels predicted for the patches asked for, [B, P, patch * patch * 3]. */
  predict({ images, visible, predicted, other }: CompletionBatch, mode: Mode): Tensor {
    const seen = this.embed.forward(this.encoder.forward(images, mode, { keptIds: visible }).output).add(gather(this.codes, visible)); // [B, K, dd]
    const canvas = concat([seen, this.maskToken.add(gather(this.codes, predicted))], 1); // [B, K + P, dd]
    const { output } = this.decode(canvas, other, mode);
    return this.head.forward(output.sliceAxis(1, visible.dim(1), canvas.dim(1)));
  }

  /** Mean squared error over the predicted patches of the first view. */
  loss(batch: CompletionBatch, mode: Mode): Tensor {
    const patches = gatherTokens(patchify(batch.images, { height: this.patch, width: this.patch }), batch.predicted);
    return patchReconstruction(this.predict(batch, mode), patches, { epsilon: this.epsilon }).loss;
  }

  /** Encoder tokens of whole pictures, for tasks on one view: [B, N, d]. */
  encode(images: Tensor, mode: Mode): Tensor {
    return this.encoder.forward(images, mode).output;
  }

  /**
   * What the decoder makes of every patch of a whole picture beside another one, for tasks on two views (flow, relative
   * pose): the result of each block, [B, N, dd].
   */
  relate(images: Tensor, other: Tensor, mode: Mode): readonly Tensor[] {
    return this.decode(this.embed.forward(this.encode(images, mode)).add(this.codes), other, mode).hidden.slice(1);
  }

  private decode(canvas: Tensor, other: Tensor, mode: Mode): { readonly output: Tensor; readonly hidden: readonly Tensor[] } {
    if (this.decoder instanceof TransformerEncoder) return this.decoder.forward(canvas, mode);
    return this.decoder.forward(canvas, this.embed.forward(this.encode(other, mode)).add(this.codes), mode);
  }
}
