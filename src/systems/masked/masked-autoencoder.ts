/**
 * The masked autoencoder (arXiv 2111.06377) of which the systems of this family are variations, and CrossMAE's form of
 * it (arXiv 2401.14391): an encoder sees some patches, a decoder predicts others, the loss is on standardised pixels.
 */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { gatherTokens, MaeDecoder, Module, patchify, sinCos2d, VisionTransformer, WeightedFeatureMaps, init } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { patchReconstruction } from "../../objectives/index.ts";
import type { PatchNormalization } from "../../objectives/index.ts";

export interface StackSize {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

/**
 * What each block of a cross-attention decoder reads: "all" mixes the encoder's input and the output of every block (the
 * default), a number mixes that many maps from the last one back, "last" is the normalised last map alone.
 */
export type EncoderMaps = "all" | "last" | number;

export interface MaskedAutoencoderOptions {
  readonly random: RandomStream;
  /** Side of the picture and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  readonly encoder: StackSize;
  readonly decoder: StackSize;
  /**
   * How mask tokens learn of the visible ones: "self" is MAE, "cross" is CrossMAE, "both" adds self-attention among mask
   * tokens to it.
   */
  readonly attention: "self" | "cross" | "both";
  readonly maps?: EncoderMaps;
  /** Added to the variance of a patch. Larger where many patches are nearly flat. Default 1e-6. */
  readonly epsilon?: number;
  /** Scale of what is predicted; default "patch". */
  readonly normalize?: PatchNormalization;
}

export interface MaskedBatch {
  /** [B, 3, image, image] */
  readonly images: Tensor;
  /** [B, K] int32, patches the encoder sees. */
  readonly visible: Tensor;
  /** [B, P] int32, patches to predict. */
  readonly predicted: Tensor;
}

export class MaskedAutoencoder extends Module {
  readonly encoder: VisionTransformer;
  /** Mixtures of encoder maps, one for each decoder block; null when the decoder reads the last map only. */
  readonly mixtures: WeightedFeatureMaps | null;
  readonly decoder: MaeDecoder;
  readonly patch: number;
  readonly epsilon: number;
  readonly normalize: PatchNormalization;

  constructor({ random, image, patch, encoder, decoder, attention, maps = "all", epsilon = 1e-6, normalize = "patch" }: MaskedAutoencoderOptions) {
    super();
    const available = encoder.depth + 1;
    const mixed = maps === "all" ? available : maps;
    if (typeof mixed === "number" && !(Number.isInteger(mixed) && mixed >= 1 && mixed <= available)) {
      throw new RangeError(`MaskedAutoencoder: maps must be "all", "last" or 1 to ${available} (an encoder of ${encoder.depth} blocks has that many maps), got ${mixed}`);
    }
    const mixes = attention !== "self" && typeof mixed === "number";
    const rows = image / patch;
    this.encoder = new VisionTransformer({ ...encoder, random: random.child("encoder"), image, patch, init: init.xavierUniform, finalNorm: !mixes });
    this.mixtures = mixes ? new WeightedFeatureMaps({ random: random.child("mixtures"), maps: mixed, mixtures: decoder.depth, width: encoder.width }) : null;
    this.decoder = new MaeDecoder({
      ...decoder,
      random: random.child("decoder"),
      memoryWidth: encoder.width,
      outputs: patch * patch * 3,
      positions: sinCos2d(rows, rows, decoder.width),
      attention,
      init: init.xavierUniform,
    });
    this.patch = patch;
    this.epsilon = epsilon;
    this.normalize = normalize;
  }

  /** Pixels predicted, standardised unless `normalize` is "none", for the patches asked for, [B, P, patch * patch * 3]. */
  predict({ images, visible, predicted }: MaskedBatch, mode: Mode): Tensor {
    const { output, hidden } = this.encoder.forward(images, mode, { keptIds: visible });
    const memory = this.mixtures === null ? output : this.mixtures.forward(hidden.slice(-this.mixtures.weight.dim(1)));
    return this.decoder.forward(memory, mode, { keptIds: visible, predictedIds: predicted });
  }

  /** Mean squared error over the predicted patches. */
  loss(batch: MaskedBatch, mode: Mode): Tensor {
    const patches = gatherTokens(patchify(batch.images, { height: this.patch, width: this.patch }), batch.predicted);
    return patchReconstruction(this.predict(batch, mode), patches, { epsilon: this.epsilon, normalize: this.normalize }).loss;
  }

  /** Encoder tokens of whole pictures, class token first: what is kept after pre-training. [B, 1 + N, d] */
  encode(images: Tensor, mode: Mode): Tensor {
    return this.encoder.forward(images, mode).output;
  }
}
