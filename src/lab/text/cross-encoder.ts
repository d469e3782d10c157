/** Cross-encoders: both texts in one row, every token sees every other, one score for the pair. */
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { EVALUATE, PairEncoder } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";
import { mapRows, pairRows } from "./rows.ts";
import type { MapRowsOptions, PairCut } from "./rows.ts";

export interface CrossEncoderOptions {
  readonly random: RandomStream;
  /** Scores of a pair; default 1. */
  readonly outputs?: number;
  /** Dense map and tanh before the score; default true. */
  readonly pooler?: boolean;
}

/** A cross-encoder on a trained BERT's encoder. The BERT's weights are trained on in place: read it anew for each arm. */
export const crossEncoderOf = ({ model, sizes }: Pick<TrainedBert, "model" | "sizes">, { random, outputs, pooler = true }: CrossEncoderOptions): PairEncoder =>
  new PairEncoder({ random: random.child("cross-encoder"), encoder: model.encoder, width: sizes.width, outputs, pooler });

/** Scores of rows of pairs: [B], or [B, outputs]. */
export function scoreRows(model: PairEncoder, { ids, segments, valid }: TokenRows, mode: Mode): Tensor {
  const scores = model.forward(ids, mode, { valid, ids: { segment: segments } });
  return scores.dim(1) === 1 ? scores.squeeze(1) : scores;
}

/** Scores of many pairs of texts, [n] (or [n, outputs]): logits, not probabilities. */
export const scorePairs = (model: PairEncoder, tokenizer: Tokenizer, pairs: readonly (readonly [first: string, second: string])[], { maximum, cut, ...options }: MapRowsOptions & { readonly maximum: number; readonly cut?: PairCut }): Promise<HostArray> =>
  mapRows((rows) => scoreRows(model, rows, EVALUATE), pairRows(tokenizer, pairs, maximum, cut), options);
