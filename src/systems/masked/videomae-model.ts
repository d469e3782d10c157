/**
 * Masked autoencoder of clips: VideoMAE (arXiv 2203.12602) and, with half of the places given to the decoder, VideoMAE V2
 * (arXiv 2303.16727). Also the classifier that its encoder becomes.
 */
import { concat, layerNorm } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { fromBytes, gatherTokens, init, Linear, MaeDecoder, Module, patchify, sinCos1d, VisionTransformer } from "../../nn/index.ts";
import type { Mode, PatchSize } from "../../nn/index.ts";
import { patchReconstruction } from "../../objectives/index.ts";
import type { MaskedBatch, StackSize } from "./masked-autoencoder.ts";
import type { ClipGrid } from "./videomae-masks.ts";

export interface ClipEncoderOptions extends StackSize {
  readonly random: RandomStream;
  /** Side of a frame in pixels, and frames of a clip. */
  readonly image: number;
  readonly frames: number;
  /** Size of a tubelet. */
  readonly patch: Required<PatchSize>;
}

/** No class token; fixed codes of the flattened index; a norm at the end. */
export const clipEncoder = ({ image, frames, ...options }: ClipEncoderOptions): VisionTransformer =>
  new VisionTransformer({ ...options, image: { height: image, width: image, frames }, classToken: false, init: init.xavierUniform });

export interface VideoMaskedAutoencoderOptions extends Pick<ClipEncoderOptions, "random" | "image" | "frames" | "patch"> {
  readonly encoder: StackSize;
  readonly decoder: StackSize;
}

/** `images` are clips [B, T, 3, H, W]. */
export interface MaskedClips extends MaskedBatch {
  /** [B, P], 1 where a predicted place is hidden from the encoder. */
  readonly scored: Tensor;
}

export class VideoMaskedAutoencoder extends Module {
  readonly encoder: VisionTransformer;
  readonly decoder: MaeDecoder;
  readonly patch: Required<PatchSize>;
  readonly epsilon = 1e-6;
  readonly normalize = "channel";

  constructor({ random, image, frames, patch, encoder, decoder }: VideoMaskedAutoencoderOptions) {
    super();
    this.encoder = clipEncoder({ ...encoder, random: random.child("encoder"), image, frames, patch });
    this.decoder = new MaeDecoder({
      ...decoder,
      random: random.child("decoder"),
      memoryWidth: encoder.width,
      outputs: patch.frames * patch.height * patch.width * 3,
      positions: sinCos1d(this.encoder.patches, decoder.width),
      embedBias: false,
      leading: 0,
      init: init.xavierUniform,
    });
    this.patch = patch;
  }

  get grid(): ClipGrid {
    return this.encoder.grid;
  }

  /** Standardised pixels of the asked places, [B, P, n]: the decoder runs on the visible tokens and one mask token for each. */
  predict({ images, visible, predicted }: MaskedBatch, mode: Mode): Tensor {
    const { output } = this.encoder.forward(images, mode, { keptIds: visible });
    return this.decoder.forward(output, mode, { keptIds: visible, predictedIds: predicted });
  }

  /**
   * Features of whole clips [B, T, 3, H, W]: the mean of the standardised tokens and, for each pair of successive time
   * steps, how much tokens of one place differ; what moves is small, and is lost in the mean alone. [B, steps * d]
   */
  features(clips: Tensor, mode: Mode): Tensor {
    const { steps, rows, columns } = this.grid;
    const tokens = layerNorm(this.encoder.forward(clips, mode).output); // [B, N, d]
    if (steps === 1) return tokens.mean(1);
    const [batch, , width] = tokens.shape as [number, number, number];
    const slices = tokens.reshape([batch, steps, rows * columns, width]);
    const changes = slices.sliceAxis(1, 1, steps).sub(slices.sliceAxis(1, 0, steps - 1)).abs().mean(2); // [B, steps - 1, d]
    return concat([tokens.mean(1), changes.reshape([batch, (steps - 1) * width])], 1);
  }

  /** Mean squared error over the asked places that the encoder does not see; each channel of a tubelet is standardised by itself. */
  loss(batch: MaskedClips, mode: Mode): Tensor {
    const targets = gatherTokens(patchify(batch.images, this.patch), batch.predicted);
    return patchReconstruction(this.predict(batch, mode), targets, { normalize: this.normalize, epsilon: this.epsilon, weights: batch.scored }).loss;
  }
}

/** The encoder on whole clips, its tokens averaged, and a linear map to classes. */
export class ClipClassifier extends Module {
  readonly encoder: VisionTransformer;
  readonly head: Linear;

  constructor(options: ClipEncoderOptions, classes: number) {
    super();
    const { random, width } = options;
    this.encoder = clipEncoder({ ...options, random: random.child("encoder") });
    this.head = new Linear(width, classes, { random: random.child("head"), init: init.truncatedNormal(random.child("head", "weight")) });
  }

  /** Clips [B, T, 3, H, W] -> scores [B, classes]. */
  forward(clips: Tensor, mode: Mode): Tensor {
    return this.head.forward(this.encoder.forward(clips, mode).output.mean(1));
  }
}

/** Clips in bytes [C, T, H, W, 3], each `views` times in a row: float32 [C * views, T, 3, H, W]. */
export function clipPixels(bytes: Tensor, views = 1): Tensor {
  const [clips, frames, height, width, channels] = bytes.shape as [number, number, number, number, number];
  const pixels = fromBytes(bytes.reshape([clips * frames, height, width, channels])); // [C * T, 3, H, W]
  return pixels.reshape([clips, 1, frames, channels, height, width]).expand([clips, views, frames, channels, height, width]).reshape([clips * views, frames, channels, height, width]);
}
