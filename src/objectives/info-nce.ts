/**
 * Contrastive loss with in-batch negatives (arXiv 1807.03748): for anchor i with positives P and candidates D,
 *   -log( sum_{p in P} exp(s_ip) / sum_{j in D} exp(s_ij) ),  s = scale * similarity.
 * Two-sided by default, the mean of rows and columns (CLIP, arXiv 2103.00020).
 */
import { arange, argMax, concat, dot, equal, full, l2Normalize, logicalAnd, logicalOr, logSoftmax, matmul, topK, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { ratio, reduceLoss } from "./reduction.ts";

export interface InfoNceOptions {
  /** Factor on similarities (1 / temperature): a number, or a tensor such as `logitScale(parameter)`. Default 20. */
  readonly scale?: number | Tensor;
  /** Default cosine. */
  readonly similarity?: "cosine" | "dot";
  /** Share of each direction; default one half each. Zero leaves a direction out. */
  readonly directions?: { readonly rows: number; readonly columns: number };
  /** bool [n, m]: which pairs are positive; default the diagonal. Anchors without positives are left out. */
  readonly positives?: Tensor;
  /** Several positives: `inside` takes the logarithm of their sum (MIL-NCE), `outside` the mean of their logarithms (SupCon). Default inside. */
  readonly combine?: "inside" | "outside";
  /**
   * float32 [n, m]: soft targets >= 0 in place of `positives`, brought to sum 1 in each row, and in each column for the
   * columns. Rows without any are left out.
   */
  readonly targets?: Tensor;
  /** bool [n, m]: pairs that count at all; false removes false negatives. Positives always count. */
  readonly candidates?: Tensor;
  /** Further negatives [k, d] for the rows: hard negatives, a queue. */
  readonly negatives?: Tensor;
  /** bool [n, k]: which of the further negatives count for which row; default all. */
  readonly negativeCandidates?: Tensor;
  /**
   * `separate`: rows and columns are two losses. `rowAndColumn`: one loss whose denominator is the sum over the anchor's row
   * and its column, for n = m; `directions` and further negatives do not apply. Default separate.
   */
  readonly denominator?: "separate" | "rowAndColumn";
  /**
   * How often positives stand in the denominator. `excluded`: not at all, so that the loss may be negative. `twice`: in the
   * row and in the column of a pooled denominator. Default once.
   */
  readonly positive?: "once" | "excluded" | "twice";
  /** Only so many negatives count for each anchor, those most similar; default all. */
  readonly hardest?: number;
  /** Subtracted from the similarity of positives before scaling; default 0. */
  readonly margin?: number;
  /** Weights of the anchors [n], for both directions when n = m. */
  readonly weights?: Tensor;
}

export interface InfoNce {
  readonly loss: Tensor;
  /** Share of rows whose most similar column is a positive. */
  readonly accuracy: Tensor;
  /** Mean similarity of positive pairs, before scaling. */
  readonly positiveSimilarity: Tensor;
}

/** Stands for "no candidate": far below any scaled similarity, yet finite. */
const EXCLUDED = -1e9;

/** exp(l), at most 100: a learned scale, clamped in the forward pass so that no gradient passes above. */
export const logitScale = (logarithm: Tensor): Tensor => logarithm.exp().minimum(100);

/** Rows [n, d] against columns [m, d]; n = m unless `positives` is given. */
export function infoNce(rows: Tensor, columns: Tensor, options: InfoNceOptions = {}): InfoNce {
  if (rows.rank !== 2 || columns.rank !== 2 || rows.dim(1) !== columns.dim(1)) throw new RangeError(`infoNce: expected rows [n, d] and columns [m, d], got [${rows.shape.join(", ")}] and [${columns.shape.join(", ")}]`);
  const prepare = (x: Tensor): Tensor => (options.similarity === "dot" ? x : l2Normalize(x));
  const a = prepare(rows);
  const extra = options.negatives === undefined ? undefined : matmul(a, prepare(options.negatives), { transB: true }); // [n, k]
  return infoNceOfSimilarities(matmul(a, prepare(columns), { transB: true }), options, extra);
}

/** The same for similarities [n, m] computed elsewhere, as by late interaction; `extra` [n, k] are further negatives of the rows. */
export function infoNceOfSimilarities(similarities: Tensor, options: Omit<InfoNceOptions, "similarity" | "negatives">, extra?: Tensor): InfoNce {
  const { scale = 20, directions = { rows: 0.5, columns: 0.5 }, combine = "inside", candidates, margin = 0, weights, denominator = "separate", positive = "once", hardest } = options;
  const [n, m] = similarities.shape as [number, number];
  if (options.positives !== undefined && options.targets !== undefined) throw new Error("infoNce: give either {positives} or {targets}");
  if (options.positives === undefined && options.targets === undefined && n !== m) throw new RangeError(`infoNce: ${n} rows and ${m} columns need {positives}, a bool tensor [${n}, ${m}]`);
  if (directions.rows < 0 || directions.columns < 0 || directions.rows + directions.columns === 0) throw new RangeError(`infoNce: directions: expected shares >= 0 that are not all 0, got rows ${directions.rows} and columns ${directions.columns}`);
  if (denominator === "rowAndColumn" && (n !== m || extra !== undefined)) throw new RangeError(`infoNce: a pooled denominator needs as many rows as columns and no further negatives, got ${n} rows and ${m} columns${extra === undefined ? "" : ` and ${extra.dim(1)} negatives`}`);
  if (positive === "twice" && denominator !== "rowAndColumn") throw new Error('infoNce: {positive: "twice"} needs {denominator: "rowAndColumn"}');
  const positives = options.targets?.greater(0) ?? options.positives ?? equal(arange(n).unsqueeze(1), arange(m).unsqueeze(0));
  const isPositive = positives.cast("float32");
  const scored = (margin === 0 ? similarities : similarities.sub(isPositive.mul(margin))).mul(scale);
  const kept = candidates === undefined ? scored : where(candidates.logicalOr(positives), scored, EXCLUDED);
  // The mean of logarithms is the cross-entropy against equal shares, so `outside` and soft targets are one form.
  const shares = options.targets ?? (combine === "outside" ? isPositive : null);
  const rule: DirectionRule = { shares, weights, positive, hardest };
  const losses: Tensor[] = [];
  if (denominator === "rowAndColumn") losses.push(direction(concat([kept, kept.transpose()], 1), positives, positives.transpose(), rule));
  else {
    if (directions.rows > 0) {
      const further = extra === undefined ? [] : [mask(extra.mul(scale), options.negativeCandidates)];
      losses.push(direction(concat([kept, ...further], 1), positives, null, rule).mul(directions.rows));
    }
    if (directions.columns > 0) losses.push(direction(kept.transpose(), positives.transpose(), null, { ...rule, shares: shares?.transpose() ?? null, weights: n === m ? weights : undefined }).mul(directions.columns));
  }
  const best = equal(arange(m).unsqueeze(0), argMax(similarities).unsqueeze(1));
  return {
    loss: losses.reduce((total, loss) => total.add(loss)),
    accuracy: logicalAnd(best, positives).cast("float32").sum(1).mean(),
    positiveSimilarity: ratio(similarities.mul(isPositive).sum(), isPositive.sum()),
  };
}

interface DirectionRule extends Required<Pick<InfoNceOptions, "positive">>, Pick<InfoNceOptions, "hardest" | "weights"> {
  /** Shares of the positives [n, m]; null to add them up inside the logarithm. */
  readonly shares: Tensor | null;
}

/**
 * One direction: scaled similarities [n, m + k] with positives [n, m] among the first m. `mirrored` [n, m] are the positives
 * among the last m, when those are a second reading of the same pairs.
 */
function direction(scores: Tensor, positives: Tensor, mirrored: Tensor | null, { shares, weights, positive, hardest }: DirectionRule): Tensor {
  const m = positives.dim(1);
  const rest = scores.dim(1) - m;
  const others = mirrored === null ? (rest === 0 ? [] : [full([positives.dim(0), rest], 0, "bool")]) : [mirrored];
  const isPositive = concat([positives, ...others], 1); // [n, m + k]
  const counted = hardest === undefined ? scores : where(logicalOr(isPositive, scores.greaterEqual(largest(where(isPositive, EXCLUDED, scores), hardest))), scores, EXCLUDED);
  const plain = mirrored === null ? positive === "once" : positive === "twice";
  const logProbabilities = (plain ? logSoftmax(counted) : counted.sub(withoutPositives(counted, positives, isPositive, positive).logSumExp(1).unsqueeze(1))).sliceAxis(1, 0, m); // [n, m]
  const losses = shares === null ? where(positives, logProbabilities, EXCLUDED).logSumExp(1).neg() : ratio(logProbabilities.mul(shares).sum(1).neg(), shares.sum(1));
  const scored = positives.cast("float32").max(1); // [n]: 1 where there is a positive
  return reduceLoss(where(scored.greater(0), losses, 0), { weights: weights === undefined ? scored : scored.mul(weights) });
}

/** Scores of the denominator: without any positive, or without their second reading. */
function withoutPositives(scores: Tensor, positives: Tensor, isPositive: Tensor, positive: "once" | "excluded" | "twice"): Tensor {
  if (positive === "excluded") return where(isPositive, EXCLUDED, scores);
  const m = positives.dim(1);
  return concat([scores.sliceAxis(1, 0, m), where(isPositive.sliceAxis(1, m, scores.dim(1)), EXCLUDED, scores.sliceAxis(1, m, scores.dim(1)))], 1);
}

/** The k-th largest score of each row, [n, 1]. */
function largest(scores: Tensor, k: number): Tensor {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`infoNce: hardest: expected a whole number above 0, got ${k}`);
  const place = Math.min(k, scores.dim(1));
  return topK(scores, place).values.sliceAxis(1, place - 1, place);
}

const mask = (scores: Tensor, candidates: Tensor | undefined): Tensor => (candidates === undefined ? scores : where(candidates, scores, EXCLUDED));

/** Cosine of each row with its own column, [n]: what a two-tower model reports for pairs. */
export const pairSimilarity = (rows: Tensor, columns: Tensor): Tensor => dot(l2Normalize(rows), l2Normalize(columns));
