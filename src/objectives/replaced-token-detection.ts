/** Replaced token detection (ELECTRA, arXiv 2003.10555): a generator fills hidden places, a discriminator tells which tokens are not the original ones. */
import { argMax, scatterSet, stopGradient } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import type { RandomSource } from "../nn/index.ts";
import { binaryCrossEntropy } from "./binary.ts";
import type { ReductionOptions } from "./reduction.ts";

export interface Replacement {
  /** int32 [B, L]: the text with sampled tokens at the hidden places. */
  readonly tokens: Tensor;
  /** float32 [B, L]: 1 where a token differs from the original; a sample that hits the original is 0. */
  readonly replaced: Tensor;
}

/** Samples from the generator's logits [B, k, V] at places ids [B, k] of the original tokens [B, L]. No gradient passes. Places must not repeat. */
export function replaceTokens(logits: Tensor, ids: Tensor, original: Tensor, random: RandomSource): Replacement {
  // The largest of logit + Gumbel noise is a draw from their softmax.
  const noise = random.uniform(logits.shape).mul(1 - 2e-7).add(1e-7).log().neg().log().neg();
  const sampled = argMax(stopGradient(logits).add(noise)).cast(original.dtype);
  const tokens = scatterSet(original, ids, sampled, 1);
  return { tokens, replaced: tokens.equal(original).logicalNot().cast("float32") };
}

/** generatorLoss + factor * mean_w BCE(scores, replaced). Scores and replaced [B, L]; the factor is 50 in ELECTRA. */
export function replacedTokenDetection(generatorLoss: Tensor, scores: Tensor, replaced: Tensor, { factor = 50, ...reduction }: ReductionOptions & { readonly factor?: number } = {}): { readonly loss: Tensor; readonly generator: Tensor; readonly discriminator: Tensor; readonly accuracy: Tensor } {
  const { loss: discriminator, accuracy } = binaryCrossEntropy(scores, replaced, reduction);
  return { loss: generatorLoss.add(discriminator.mul(factor)), generator: generatorLoss, discriminator, accuracy };
}
