/** How the paper's retriever answers: a vector of the first token's state beside the heaviest words of the text, one inner product for both. */
import { concat, full, where } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { DualEncoder, Linear, Module } from "../../nn/index.ts";
import type { LmHead, Mode, TextEncoder, Tower } from "../../nn/index.ts";
import { encodeRows } from "../../lab/text/index.ts";
import type { BiEncoder, MaskedModel, TokenRows } from "../../lab/text/index.ts";

/** Logits of the vocabulary [B, V]: for each word the largest over the tokens after the first. */
export function wordScores(head: LmHead, states: Tensor, valid: Tensor): Tensor {
  const length = states.dim(1);
  const shown = valid.sliceAxis(1, 1, length).unsqueeze(-1);
  return where(shown, head.forward(states.sliceAxis(1, 1, length)), full([], -1e9)).max(1);
}

/** The `kept` largest of each row [B, V]; the others are 0. */
export function heaviest(scores: Tensor, kept: number): Tensor {
  const least = scores.topK(kept).values.min(-1, { keepDims: true });
  return where(scores.greaterEqual(least), scores, full([], 0));
}

export interface DuplexTowerOptions {
  readonly bert: MaskedModel;
  /** Maps the first state to fewer features; null keeps it whole. Shared by both sides. */
  readonly reduce: Linear | null;
  /** Words of the vocabulary that a text keeps; null keeps all, as queries do: they are read where the document kept something. */
  readonly kept: number | null;
}

/** Rows [B, L] -> [B, w + V]: dense part and word scores side by side, so that an inner product adds up both. */
export class DuplexTower extends Module implements Tower<TokenRows> {
  readonly encoder: TextEncoder;
  readonly head: LmHead;
  readonly reduce: Linear | null;
  readonly kept: number | null;

  constructor({ bert: { encoder, head }, reduce, kept }: DuplexTowerOptions) {
    super();
    this.encoder = encoder;
    this.head = head;
    this.reduce = reduce;
    this.kept = kept;
  }

  forward(rows: TokenRows, mode: Mode): Tensor {
    const states = encodeRows(this.encoder, rows, mode).output;
    const first = states.select(1, 0);
    const words = wordScores(this.head, states, rows.valid);
    return concat([this.reduce?.forward(first) ?? first, this.kept === null ? words : heaviest(words, this.kept)], 1);
  }
}

/** The retriever with documents of `kept` words; with `width` the first state is mapped to so many features. Logits are scores / `kept`. */
export function duplexRetriever(bert: MaskedModel, { random, kept, width }: { readonly random: RandomStream; readonly kept: number; readonly width?: number }): BiEncoder {
  const reduce = width === undefined ? null : new Linear(bert.sizes.width, width, { random: random.child("reduce"), bias: false });
  const tower = (own: number | null): DuplexTower => new DuplexTower({ bert, reduce, kept: own });
  return new DualEncoder({ random, query: tower(null), passage: tower(kept), temperature: kept, learnedTemperature: false, normalize: false });
}
