/** Losses that bring the cosine of two embeddings in line with a graded judgement of the pair. */
import { concat, dot, l2Normalize, where, zeros } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { regression } from "./regression.ts";
import type { ReductionOptions } from "./reduction.ts";

const cosines = (a: Tensor, b: Tensor): Tensor => dot(l2Normalize(a), l2Normalize(b));

/** (cos(a, b) - score)^2 of vectors [n, d] and scores [n] (Sentence-BERT, arXiv 1908.10084). */
export const cosineRegression = (a: Tensor, b: Tensor, scores: Tensor, options: ReductionOptions = {}): { readonly loss: Tensor } => regression(cosines(a, b), scores, options);

/**
 * CoSENT: log(1 + sum over pairs of pairs with score_i > score_j of exp(scale (cos_j - cos_i))), which asks for the order of the
 * scores only. Vectors [n, d], scores [n].
 */
export function coSent(a: Tensor, b: Tensor, scores: Tensor, { scale = 20 }: { readonly scale?: number } = {}): { readonly loss: Tensor } {
  const similarity = cosines(a, b);
  const wrong = similarity.unsqueeze(0).sub(similarity.unsqueeze(1)).mul(scale); // [i, j]: cos_j - cos_i
  const ordered = scores.unsqueeze(1).greater(scores.unsqueeze(0));
  return { loss: concat([zeros([1]), where(ordered, wrong, -1e9).reshape([-1])]).logSumExp() };
}
