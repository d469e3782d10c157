/** Masked language modelling (arXiv 1810.04805): the head's cross-entropy at the hidden places, and only there. */
import type { Tensor } from "../engine/index.ts";
import type { LmHead } from "../nn/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";

export interface MaskedLmTargets {
  /** Places of the hidden tokens, int32 [B, k]. */
  readonly ids: Tensor;
  /** The tokens that stood there, int32 [B, k]. */
  readonly labels: Tensor;
}

export interface MaskedLmOptions extends Pick<CrossEntropyOptions, "weights" | "reduction" | "smoothing"> {
  /** The state so many places before predicts: 1 for models trained to predict the next token. Default 0; places must then be at least that far in. */
  readonly shift?: number;
}

/** States [B, L, d]; weights [B, k] are 0 for places that only fill the batch. */
export function maskedLm(head: Pick<LmHead, "forward">, states: Tensor, { ids, labels }: MaskedLmTargets, { shift = 0, ...options }: MaskedLmOptions = {}): CrossEntropy {
  return crossEntropy(head.forward(states, shift === 0 ? ids : ids.sub(shift)), labels, options);
}
