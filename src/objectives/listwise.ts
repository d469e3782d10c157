/** Ranking losses on the scores of a list of candidates, [B, C] for B lists. */
import { softmax, softplus, stopGradient, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";
import { reduceLoss } from "./reduction.ts";
import type { ReductionOptions } from "./reduction.ts";

const HIDDEN = -1e9;

const shown = (scores: Tensor, candidates: Tensor | undefined): Tensor => (candidates === undefined ? scores : where(candidates, scores, HIDDEN));

export interface ListwiseOptions extends Pick<CrossEntropyOptions, "weights" | "reduction" | "smoothing"> {
  /** Candidates that are there, bool [B, C]; default all. */
  readonly candidates?: Tensor;
  /** Scores [B, C] the list came with, and the weight of the Euclidean distance to them (rank regularisation of xMEN); default none. */
  readonly near?: { readonly scores: Tensor; readonly weight: number };
}

/** -log softmax(scores)_gold. Gold is a place in each list, int32 [B], or a distribution over it, float32 [B, C]; "none of these" is a candidate like others. */
export function listwiseSoftmax(scores: Tensor, gold: Tensor, { candidates, near, ...options }: ListwiseOptions = {}): CrossEntropy {
  const result = crossEntropy(shown(scores, candidates), gold, options);
  if (near === undefined || near.weight === 0) return result;
  const apart = scores.sub(stopGradient(near.scores)).square();
  const squared = (candidates === undefined ? apart : apart.mul(candidates.cast("float32"))).sum(-1);
  // The norm has no gradient at 0; there it is left out.
  const distance = where(squared.greater(0), where(squared.greater(0), squared, 1).sqrt(), 0);
  return { ...result, loss: result.loss.add(reduceLoss(distance, { weights: options.weights, reduction: options.reduction }).mul(near.weight)) };
}

/** ListNet (Cao et al. 2007): cross-entropy of softmax(scores) against softmax(relevance / temperature). */
export function listNet(scores: Tensor, relevance: Tensor, { candidates, temperature = 1, ...options }: ReductionOptions & { readonly candidates?: Tensor; readonly temperature?: number } = {}): CrossEntropy {
  return crossEntropy(shown(scores, candidates), stopGradient(softmax(shown(relevance.mul(1 / temperature), candidates))), options);
}

/**
 * A relevant and an irrelevant candidate [..]: -log softmax(s+, s-)_+, or with `bounded` 1 - softmax(s+, s-)_+, which
 * forgives hopeless pairs. At equal scores ln 2 and 1/2.
 */
export function pairSoftmax(relevant: Tensor, irrelevant: Tensor, { bounded = false, ...reduction }: ReductionOptions & { readonly bounded?: boolean } = {}): { readonly loss: Tensor } {
  const behind = irrelevant.sub(relevant);
  return { loss: reduceLoss(bounded ? behind.sigmoid() : softplus(behind), reduction) };
}
