/** How likely a language model thinks a query is after a document: ranking without any training for it (Ponte and Croft 1998; arXiv 2204.07496). */
import { softmaxCrossEntropy } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { CausalLm, Mode } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import { nextTokenLogits } from "../foundations/lm-en.ts";
import { mapRows } from "./rows.ts";
import type { MapRowsOptions, RowSet } from "./rows.ts";

export interface LikelihoodLengths {
  /** Tokens of a query and of a document; longer ones are cut. */
  readonly query: number;
  readonly document: number;
}

/** Rows `separator document newline query`, the query in segment 1, as documents of the model's training text begin and go on. */
export function likelihoodRows(tokenizer: Pick<Tokenizer, "encode" | "special">, pairs: readonly (readonly [query: string, document: string])[], lengths: LikelihoodLengths): RowSet {
  const { sep, pad } = tokenizer.special;
  if (sep === undefined || pad === undefined) throw new RangeError("likelihoodRows: the tokenizer has no separator or no padding");
  const newline = tokenizer.encode("\n");
  const rows = pairs.map(([asked, text]) => {
    const [query, document] = [tokenizer.encode(asked).subarray(0, lengths.query), tokenizer.encode(text).subarray(0, lengths.document)];
    const ids = Int32Array.of(sep, ...document, ...newline, ...query);
    const segments = new Int32Array(ids.length).fill(1, ids.length - query.length);
    return { ids, segments, special: new Uint8Array(ids.length) };
  });
  return { rows, pad };
}

/** Sum of ln p of the tokens of segment 1, given all before: [B] from logits [B, L, V]. */
export function segmentLikelihood(logits: Tensor, { ids, segments, valid }: TokenRows): Tensor {
  const [rows, length] = ids.shape as [number, number];
  const predicting = logits.sliceAxis(1, 0, length - 1).reshape([rows * (length - 1), -1]);
  const after = (x: Tensor): Tensor => x.sliceAxis(1, 1, length);
  const losses = softmaxCrossEntropy(predicting, after(ids).reshape([-1])).reshape([rows, length - 1]);
  return losses.mul(after(segments).cast("float32")).mul(after(valid).cast("float32")).sum(1).neg();
}

/** Of rows by `likelihoodRows`. */
export const queryLikelihood = (model: CausalLm, rows: TokenRows, mode: Mode): Tensor => segmentLikelihood(nextTokenLogits(model, rows.ids, mode), rows);

/** ln p(query | document) of many pairs, [n]. */
export const likelihoodScores = (model: CausalLm, tokenizer: Pick<Tokenizer, "encode" | "special">, pairs: readonly (readonly [query: string, document: string])[], lengths: LikelihoodLengths, options?: MapRowsOptions): Promise<HostArray> =>
  mapRows((rows) => queryLikelihood(model, rows, EVALUATE), likelihoodRows(tokenizer, pairs, lengths), { tokens: 2048, ...options });
