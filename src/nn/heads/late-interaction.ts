/** Similarity of token sets: each token finds its best partners on the other side (ColBERT, arXiv 2004.12832; FILIP, arXiv 2111.07783). */
import { full, matmul, where } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";

export interface LateInteractionOptions {
  /** Tokens that count, bool [Bq, Lq] and [Bp, Lp]; default all. */
  readonly queryValid?: Tensor;
  readonly passageValid?: Tensor;
  /** The best partner, or the mean of partners weighted by the softmax of similarity / temperature. Default "max". */
  readonly partner?: "max" | { readonly temperature: number };
  /** How the tokens of a side are joined: mean or sum over valid ones. Default "mean". */
  readonly combine?: "mean" | "sum";
  /** Learned weights of tokens, [Bq, Lq] and [Bp, Lp], used as they are in place of `combine`; zero for padding. */
  readonly queryWeights?: Tensor;
  readonly passageWeights?: Tensor;
}

export interface LateInteraction {
  /** Each query token with its best partners in the passage: [Bq, Bp]. */
  readonly query: Tensor;
  /** Each passage token with its best partners in the query: [Bq, Bp]. */
  readonly passage: Tensor;
}

const HIDDEN = -1e9;

/** query [Bq, Lq, d], passage [Bp, Lp, d], as a rule of unit vectors -> similarities of all pairs, both directions apart. */
export function lateInteraction(query: Tensor, passage: Tensor, options: LateInteractionOptions = {}): LateInteraction {
  const { queryValid, passageValid, queryWeights, passageWeights, partner = "max", combine = "mean" } = options;
  const [queries, queryLength, width] = query.shape as [number, number, number];
  const [passages, passageLength] = passage.shape as [number, number];
  const flat = matmul(query.reshape([-1, width]), passage.reshape([-1, width]), { transB: true });
  const pairs = flat.reshape([queries, queryLength, passages, passageLength]);
  const best = (axis: number, valid: Tensor | undefined): Tensor => {
    const shown = valid === undefined ? pairs : where(valid, pairs, full([], HIDDEN));
    if (partner === "max") return shown.max(axis);
    return shown.div(partner.temperature).softmax(axis).mul(pairs).sum(axis);
  };
  const toPassage = best(3, passageValid); // [Bq, Lq, Bp]
  const toQuery = best(1, queryValid?.reshape([queries, queryLength, 1, 1])); // [Bq, Bp, Lp]
  const byQuery = queryWeights ?? shares(queryValid, queries, queryLength, combine);
  const byPassage = passageWeights ?? shares(passageValid, passages, passageLength, combine);
  return { query: toPassage.mul(byQuery.unsqueeze(2)).sum(1), passage: toQuery.mul(byPassage.unsqueeze(0)).sum(2) };
}

/** Weight of each token, [B, L]: 1, or 1 / number of valid tokens; 0 for the others. */
function shares(valid: Tensor | undefined, batch: number, length: number, combine: "mean" | "sum"): Tensor {
  if (valid === undefined) return full([batch, length], combine === "mean" ? 1 / length : 1);
  const counted = valid.cast("float32");
  return combine === "mean" ? counted.div(counted.sum(1, { keepDims: true }).maximum(1)) : counted;
}
