/** A masked language model as pre-training methods see it, whether it is a foundation or one that a user brought. */
import type { Tensor } from "../../engine/index.ts";
import type { LmHead, Mode, TextEncoder } from "../../nn/index.ts";
import { maskedLm } from "../../objectives/index.ts";
import { encodeRows } from "../foundations/bert-model.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";

export interface MaskedModel {
  /** Embeds words, positions and segments as BERT does. */
  readonly encoder: TextEncoder;
  readonly head: LmHead;
  /** Of a layer; further layers are made alike. */
  readonly sizes: { readonly width: number; readonly heads: number; readonly hidden: number };
}

export const maskedModelOf = ({ model: { encoder, head }, sizes: { width, heads } }: Pick<TrainedBert, "model" | "sizes">): MaskedModel => ({ encoder, head, sizes: { width, heads, hidden: 4 * width } });

/** Masked rows in a graph: ids, segments (int32) and valid (bool) [B, L]; places, labels (int32) and weights (float32) [B, k]. */
export type MaskedRows = TokenRows & Readonly<Record<"places" | "labels" | "weights", Tensor>>;

/** Masked language modelling with the states it reads: states [B, L, d] and the loss. */
export function maskedWords({ encoder, head }: MaskedModel, { ids, segments, valid, places, labels, weights }: MaskedRows, mode: Mode): { readonly states: Tensor; readonly masked: Tensor } {
  const states = encodeRows(encoder, { ids, segments, valid }, mode).output;
  return { states, masked: maskedLm(head, states, { ids: places, labels }, { weights }).loss };
}
