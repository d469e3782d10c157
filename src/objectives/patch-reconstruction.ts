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

export type NormalizationOptions = Omit<PatchReconstructionOptions, keyof ReductionOptions>;

/** What is subtracted from patches [.., n] and what they are then divided by, of their shape or broadcast to it; null for raw values. */
export function patchStatistics(patches: Tensor, { normalize = "patch", channels = 3, epsilon = 1e-6 }: NormalizationOptions): { readonly mean: Tensor; readonly deviation: Tensor } | null {
  const n = patches.dim(-1);
  switch (normalize) {
    case "none":
      return null;
    case "patch":
      return { mean: patches.mean(-1, { keepDims: true }), deviation: patches.variance(-1, { keepDims: true, correction: 1 }).add(epsilon).sqrt() };
    case "channel": {
      if (n % channels !== 0) throw new RangeError(`patchReconstruction: patches of ${n} values do not divide into ${channels} channels`);
      const pixels = patches.reshape([...patches.shape.slice(0, -1), n / channels, channels]);
      const spread = (values: Tensor): Tensor => values.expand(pixels.shape).reshape(patches.shape);
      return { mean: spread(pixels.mean(-2, { keepDims: true })), deviation: spread(pixels.variance(-2, { keepDims: true, correction: 1 }).sqrt().add(epsilon)) };
    }
  }
}

/** Patches [.., n], channel last, standardised. */
export function normalizePatches(patches: Tensor, options: NormalizationOptions = {}): Tensor {
  const found = patchStatistics(patches, options);
  return found === null ? patches : patches.sub(found.mean).div(found.deviation);
}

/** Standardised values [.., n] in the scale of the patches [.., n] whose mean and deviation they are to have. */
export function denormalizePatches(values: Tensor, patches: Tensor, options: NormalizationOptions = {}): Tensor {
  const found = patchStatistics(patches, options);
  return found === null ? values : values.mul(found.deviation).add(found.mean);
}

/** Predictions and target patches [.., N, n] for the patches to be scored; `weights` may be [.., N]. */
export function patchReconstruction(prediction: Tensor, patches: Tensor, options: PatchReconstructionOptions = {}): { readonly loss: Tensor } {
  if (prediction.shape.join() !== patches.shape.join()) throw new RangeError(`patchReconstruction: prediction [${prediction.shape.join(", ")}] and patches [${patches.shape.join(", ")}] must have one shape`);
  const target = stopGradient(normalizePatches(patches, options));
  return { loss: reduceLoss(prediction.sub(target).square().mean(-1), options) };
}
