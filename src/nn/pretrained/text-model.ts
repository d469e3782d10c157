/** What every imported text model takes and gives. */
import type { Tensor } from "../../engine/index.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";

/** A batch of texts of one padded length. */
export interface TextBatch {
  /** Token ids, int32 or int64 [B, L]; for causal models of one stack also word vectors [B, L, d] made elsewhere. */
  readonly ids: Tensor;
  /** Real tokens, bool [B, L]. */
  readonly valid: Tensor;
  /** Which text of a pair a token belongs to, integer [B, L]; default all the first. */
  readonly segments?: Tensor;
  /** Target ids of models that read one text and write another, [B, T]. */
  readonly targetIds?: Tensor;
}

export interface TextOutputs {
  /** [B, L, d]; of the decoder where there are two stacks. */
  readonly lastHiddenState: Tensor;
  /** hidden[0] is the embedding, hidden[k] the result of the k-th layer. */
  readonly hidden: readonly Tensor[];
  /** Result of the pooler, [B, d]. */
  readonly pooled?: Tensor;
  /** Of the head: [B, labels], [B, L, labels] or [B, L, V]. */
  readonly logits?: Tensor;
  /** Scores of whether the two texts of a row belong together, [B, 2], of models for pre-training. */
  readonly pairs?: Tensor;
}

/** What a model is for: the part above the last layer. */
export const TEXT_TASKS = ["features", "masked-lm", "sequence-classification", "token-classification", "replaced-token-detection", "causal-lm", "seq2seq-lm", "pre-training"] as const;
export type TextTask = (typeof TEXT_TASKS)[number];

export abstract class TextModel extends Module {
  abstract forward(batch: TextBatch, mode: Mode): TextOutputs;
}
