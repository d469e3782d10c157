/** Causal language modelling: mean_w( -log p(x_{t+a} | x_<=t) ), a = 1 for the next token. */
import type { Tensor } from "../engine/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";
import { reduceLoss } from "./reduction.ts";

export interface CausalLmLossOptions extends Pick<CrossEntropyOptions, "reduction" | "smoothing"> {
  /** Weight of each token as a target, [B, L]: 0 for padding and for prompts. Default 1. */
  readonly weights?: Tensor;
  /** a: how far ahead the target lies; default 1. */
  readonly ahead?: number;
  /** Weight of (log Z)^2, Z the sum of the exponentials, which keeps the logits from drifting (PaLM, arXiv 2204.02311); default 0. */
  readonly zLoss?: number;
}

/** Logits [B, L, V] and the tokens [B, L] they were computed from; the last `ahead` logits have no target. */
export function causalLmLoss(logits: Tensor, tokens: Tensor, { weights, ahead = 1, zLoss = 0, ...options }: CausalLmLossOptions = {}): CrossEntropy {
  const length = tokens.dim(1);
  if (!Number.isInteger(ahead) || ahead < 1 || ahead >= length) throw new RangeError(`causalLmLoss: ahead: expected a whole number from 1 to ${length - 1}, got ${ahead}`);
  const predicting = logits.sliceAxis(1, 0, length - ahead);
  const scored = weights?.sliceAxis(1, ahead, length);
  const result = crossEntropy(predicting, tokens.sliceAxis(1, ahead, length), { ...options, weights: scored });
  if (zLoss === 0) return result;
  const penalty = reduceLoss(predicting.logSumExp(-1).square(), { weights: scored, reduction: options.reduction });
  return { ...result, loss: result.loss.add(penalty.mul(zLoss)) };
}
