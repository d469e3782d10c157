/**
 * Bag of words from token logits (RetroMAE v2, arXiv 2211.08769): the maximum of the logits over positions is one vector u
 * over the vocabulary, and the words of the text are predicted from it, -sum_v (count of v / length) log softmax(u)_v.
 */
import { full, logSoftmax, where } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { reduceLoss } from "./reduction.ts";

export interface BagOfWordsOptions {
  /** Places that take part in the maximum, bool [B, L]; default all. */
  readonly valid?: Tensor;
  /** 1 for the tokens that make up the bag, 0 for padding and special tokens, float32 [B, L]; default all 1. */
  readonly weights?: Tensor;
}

const HIDDEN = -1e9;

/** Logits [B, L, V] and the text's tokens [B, T] (weights shaped alike). The mean within each text, then over texts. */
export function bagOfWords(logits: Tensor, tokens: Tensor, { valid, weights }: BagOfWordsOptions = {}): { readonly loss: Tensor } {
  const shown = valid === undefined ? logits : where(valid.unsqueeze(-1), logits, full([], HIDDEN));
  const logProbabilities = logSoftmax(shown.max(1)); // [B, V]
  return { loss: reduceLoss(logProbabilities.takeAlongAxis(tokens).neg(), { weights, reduction: "perExample" }) };
}
