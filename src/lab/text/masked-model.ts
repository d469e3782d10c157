/** A masked language model as pre-training methods see it, whether it is a foundation or one that a user brought. */
import type { LmHead, TextEncoder } from "../../nn/index.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";

export interface MaskedModel {
  /** Embeds words, positions and segments as BERT does. */
  readonly encoder: TextEncoder;
  readonly head: LmHead;
  /** Of a layer; further layers are made alike. */
  readonly sizes: { readonly width: number; readonly heads: number; readonly hidden: number };
}

export const maskedModelOf = ({ model: { encoder, head }, sizes: { width, heads } }: Pick<TrainedBert, "model" | "sizes">): MaskedModel => ({ encoder, head, sizes: { width, heads, hidden: 4 * width } });
