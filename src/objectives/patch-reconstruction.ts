/**
 * Reconstruction of image or video patches: mean_w (prediction - t')^2 with t' = (t - mean) / sqrt(variance + eps) of each
 * patch, the variance being the unbiased one (MAE, arXiv 2111.06377). Predicting 0 for a patch that is not flat costs
 * (n - 1) / n as eps goes to 0.
 */
import { stopGradient } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

export type PatchNormalization =
  /** Raw values. */
  | "none"
  /** Mean and variance over all values of a patch. */
  | "patch"
  /** Mean and deviation over each channel of a patch, eps added to the deviation (VideoMAE). */
  | "channel";

export interface PatchReconstructionOptions extends ReductionOptions {
  /** Default patch. */
  readonly normalize?: PatchNormalization;
  /** Channels of a pixel, which lie together in the patch vector; default 3. */
  readonly channels?: number;
  /** Default 1e-6; larger where many patches are nearly flat. */
  readonly epsilon?: number;
}

/** Patches [.., n], channel last, standardised. */
export function normalizePatches(patches: Tensor, { normalize = "patch", channels = 3, epsilon = 1e-6 }: Omit<PatchReconstructionOptions, keyof ReductionOptions> = {}): Tensor {
  const n = patches.dim(-1);
  switch (normalize) {
    case "none":
      return patches;
    case "patch": {
      const variance = patches.variance(-1, { keepDims: true, correction: 1 });
      return patches.sub(patches.mean(-1, { keepDims: true })).div(variance.add(epsilon).sqrt());
    }
    case "channel": {
      if (n % channels !== 0) throw new RangeError(`patchReconstruction: patches of ${n} values do not divide into ${channels} channels`);
      const pixels = patches.reshape([...patches.shape.slice(0, -1), n / channels, channels]);
      const deviation = pixels.variance(-2, { keepDims: true, correction: 1 }).sqrt();
      return pixels.sub(pixels.mean(-2, { keepDims: true })).div(deviation.add(epsilon)).reshape(patches.shape);
    }
  }
}

/** Predictions and target patches [.., N, n] for the patches to be scored; `weights` may be [.., N]. */
export function patchReconstruction(prediction: Tensor, patches: Tensor, options: PatchReconstructionOptions = {}): { readonly loss: Tensor } {
  if (prediction.shape.join() !== patches.shape.join()) throw new RangeError(`patchReconstruction: prediction [${prediction.shape.join(", ")}] and patches [${patches.shape.join(", ")}] must have one shape`);
  const target = stopGradient(normalizePatches(patches, options));
  return { loss: reduceLoss(prediction.sub(target).square().mean(-1), options) };
}
