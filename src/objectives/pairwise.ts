/** Ranking losses on all pairs of a list in which one candidate is more relevant than the other: scores and relevance [B, C]. */
import { argSort, full, softplus, stopGradient } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ratio } from "./reduction.ts";

export type PairwiseKind =
  /** log(1 + exp(-(s_i - s_j))) (RankNet, Burges et al. 2005). */
  | { readonly kind: "logistic" }
  /** relu(margin - (s_i - s_j)). */
  | { readonly kind: "hinge"; readonly margin: number }
  /** The logistic loss weighted by what exchanging the two would change in nDCG (LambdaRank, Burges et al. 2006; the weighting of LambdaLoss, arXiv 1811.04415). */
  | { readonly kind: "lambda" };

export interface PairwiseOptions {
  /** Default logistic. */
  readonly kind?: PairwiseKind;
  /** Candidates that are there, bool [B, C]; default all. */
  readonly candidates?: Tensor;
}

/** Mean over pairs i, j with relevance_i > relevance_j, weighted when `lambda`; 0 without any. */
export function pairwiseRanking(scores: Tensor, relevance: Tensor, { kind = { kind: "logistic" }, candidates }: PairwiseOptions = {}): { readonly loss: Tensor } {
  if (scores.rank !== 2 || scores.shape.join() !== relevance.shape.join()) throw new RangeError(`pairwiseRanking: expected scores and relevance [B, C], got [${scores.shape.join(", ")}] and [${relevance.shape.join(", ")}]`);
  const differences = (x: Tensor): Tensor => x.unsqueeze(2).sub(x.unsqueeze(1)); // [B, C, C]
  const counted = differences(relevance).greater(0).cast("float32");
  const there = candidates?.cast("float32");
  const pairs = there === undefined ? counted : counted.mul(there.unsqueeze(2)).mul(there.unsqueeze(1));
  const ahead = differences(scores);
  const errors = kind.kind === "hinge" ? ahead.neg().add(kind.margin).relu() : softplus(ahead.neg());
  const weights = kind.kind === "lambda" ? pairs.mul(gainOfExchange(stopGradient(scores), relevance, there)) : pairs;
  return { loss: ratio(errors.mul(weights).sum(), pairs.sum()) };
}

/** |gain_i - gain_j| |1 / log2(1 + rank_i) - 1 / log2(1 + rank_j)| / best possible gain, [B, C, C]. */
function gainOfExchange(scores: Tensor, relevance: Tensor, there: Tensor | undefined): Tensor {
  const hidden = there === undefined ? null : there.sub(1).mul(1e9); // 0 or -1e9
  const placed = (x: Tensor): Tensor => argSort(argSort(hidden === null ? x : x.add(hidden), -1, { descending: true })).cast("float32"); // places from 0
  const discount = (places: Tensor): Tensor => full([], Math.LN2).div(places.add(2).log());
  const raw = relevance.mul(Math.LN2).exp().sub(1);
  const gains = there === undefined ? raw : raw.mul(there);
  const ideal = gains.mul(discount(placed(relevance))).sum(-1, { keepDims: true });
  const apart = (x: Tensor): Tensor => x.unsqueeze(2).sub(x.unsqueeze(1)).abs();
  return ratio(apart(gains).mul(apart(discount(placed(scores)))), ideal.unsqueeze(2));
}
