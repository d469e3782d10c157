/** The shape of the English BERTs: a post-norm encoder with learned positions and two segments, and the head that restores masked words. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { init, LmHead, Module, TextEncoder } from "../../nn/index.ts";
import type { Encoded, Mode, TextInputs } from "../../nn/index.ts";

export interface BertSizes {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Longest row in tokens. */
  readonly positions: number;
}

export interface BertOptions extends BertSizes {
  readonly random: RandomStream;
  readonly vocabulary: number;
  /** Of embeddings and of both branches of each layer; default 0. */
  readonly dropout?: number;
}

/**
 * The encoder alone: what fine-tuning starts from. Tokens first attend to their like, and words weigh more than places: from
 * there an encoder of this size learns to match words of two texts, and from an ordinary start hardly.
 */
export function bertEncoder({ random, vocabulary, width, depth, heads, positions, dropout = 0 }: BertOptions): TextEncoder {
  return new TextEncoder({
    random: random.child("encoder"),
    vocabulary,
    width,
    depth,
    heads,
    dropout,
    normPlace: "post",
    mimetic: true,
    embedding: { positions, tables: { segment: 2 }, norm: "layer", dropout, placeInit: (stream) => init.normal(stream, 0.01) },
  });
}

/** Encoder and tied head. */
export class Bert extends Module {
  readonly encoder: TextEncoder;
  readonly head: LmHead;

  constructor(options: BertOptions) {
    super();
    const { random, width, vocabulary } = options;
    this.encoder = bertEncoder(options);
    this.head = new LmHead({ random: random.child("head"), width, vocabulary, tied: this.encoder.embedding.word.weight, transform: {}, bias: true });
  }
}

/** Rows of ids [B, L] with the segment of each token [B, L] and which tokens are real, bool [B, L]. */
export interface TokenRows {
  readonly ids: Tensor;
  readonly segments: Tensor;
  readonly valid: Tensor;
}

/** States of rows: [B, L, d]. */
export const encodeRows = (encoder: TextEncoder, { ids, segments, valid }: TokenRows, mode: Mode, inputs: Omit<TextInputs, "valid" | "ids"> = {}): Encoded =>
  encoder.forward(ids, mode, { ...inputs, valid, ids: { segment: segments } });

