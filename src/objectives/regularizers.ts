/** Penalties on representations rather than on predictions. Each is a tensor of rank 0, to be added with a weight. */
import { arange, matmul, maximum, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

/** sum_j (mean over the batch of |w_j|)^2 of sparse weights [B, V]: the expected cost of an inverted index (arXiv 2004.05665). */
export const activationFlops = (weights: Tensor): Tensor => weights.abs().mean(0).square().sum();

/** Mean number of weights [B, V] that are not 0; for reports, no gradient passes. */
export const meanNonZero = (weights: Tensor): Tensor => weights.abs().greater(0).cast("float32").sum(-1).mean();

/** log of the mean over pairs i < j of exp(-t |x_i - x_j|^2), for vectors [n, d] of unit length (arXiv 2005.10242); t is 2 by default. */
export function uniformity(vectors: Tensor, t = 2): Tensor {
  const n = vectors.dim(0);
  if (n < 2) throw new RangeError(`uniformity: expected two or more vectors, got ${n}`);
  const lengths = vectors.square().sum(-1);
  const squared = maximum(lengths.unsqueeze(1).add(lengths.unsqueeze(0)).sub(matmul(vectors, vectors, { transB: true, alpha: 2 })), 0);
  const pairs = arange(n).unsqueeze(1).less(arange(n).unsqueeze(0));
  return where(pairs, squared.mul(-t), -1e9).reshape([-1]).logSumExp().sub(Math.log((n * (n - 1)) / 2));
}

/** (G V - sum of exp(entropy of mean use)) / (G V) of probabilities [.., G, V] of G codebooks: 0 when all codes are used alike (wav2vec 2.0, arXiv 2006.11477). */
export function codebookDiversity(probabilities: Tensor): Tensor {
  const [groups, entries] = probabilities.shape.slice(-2) as [number, number];
  const used = probabilities.reshape([-1, groups, entries]).mean(0); // [G, V]
  const perplexity = entropyOf(used).exp().sum();
  return perplexity.neg().add(groups * entries).div(groups * entries);
}

/** Mean entropy in nats of distributions [.., V]. */
export const entropy = (probabilities: Tensor): Tensor => entropyOf(probabilities).mean();

/** Mean square of features, which keeps them from growing. */
export const featurePenalty = (features: Tensor): Tensor => features.square().mean();

const entropyOf = (probabilities: Tensor): Tensor => probabilities.mul(maximum(probabilities, 1e-9).log()).sum(-1).neg();
