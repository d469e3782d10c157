/** Uniform masking of image tokens: which tokens the encoder sees and which the decoder predicts (MAE, CrossMAE). */
import type { RandomStream } from "../../engine/random/stream.ts";
import { floorShare } from "../../nn/vision/token-subset.ts";

export interface SubsetCounts {
  readonly visible: number;
  readonly predicted: number;
}

export interface TokenIds {
  /** Tokens the encoder sees, in random order. */
  readonly visible: Int32Array;
  /** Tokens to predict, all of them hidden. */
  readonly predicted: Int32Array;
}

/**
 * How many of `tokens` are visible and predicted, rounded as the released CrossMAE code does: both ratios are fractions
 * of ALL tokens; visible = floor(L (1 - m)), predicted = L - visible - floor(L (m - p)).
 * Throws unless 0 < predictionRatio <= maskRatio < 1.
 */
export function subsetCounts(tokens: number, maskRatio: number, predictionRatio = maskRatio): SubsetCounts {
  if (!(predictionRatio > 0 && predictionRatio <= maskRatio && maskRatio < 1)) {
    throw new RangeError(`subsetCounts: expected 0 < predictionRatio <= maskRatio < 1, got ${predictionRatio} and ${maskRatio}`);
  }
  const visible = floorShare(1 - maskRatio, tokens);
  return { visible, predicted: tokens - visible - floorShare(maskRatio - predictionRatio, tokens) };
}

/** One draw: the first tokens of a random order are visible, the last are predicted, those between touch nothing. */
export function uniformSubset(random: RandomStream, tokens: number, { visible, predicted }: SubsetCounts): TokenIds {
  const order = random.permutation(tokens);
  return { visible: order.slice(0, visible), predicted: order.slice(tokens - predicted) };
}
