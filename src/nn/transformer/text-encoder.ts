/** Bidirectional encoder over token ids: embedding and self-attention layers (BERT, arXiv 1810.04805). */
import type { Tensor } from "../../engine/index.ts";
import { and, validKeys } from "../attention/mask.ts";
import type { MaskSpec } from "../attention/mask.ts";
import { TokenEmbedding } from "../embeddings/embedding.ts";
import type { TokenEmbeddingInputs, TokenEmbeddingOptions } from "../embeddings/embedding.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { TransformerEncoder } from "./encoder.ts";
import type { Encoded, EncoderInputs, EncoderOptions } from "./encoder.ts";

export interface TextEncoderOptions extends EncoderOptions {
  readonly vocabulary: number;
  readonly embedding?: Omit<TokenEmbeddingOptions, "random" | "vocabulary" | "width">;
}

export interface TextInputs extends TokenEmbeddingInputs, Omit<EncoderInputs, "mask"> {
  /** Real tokens, bool [B, L]; default all. Joined with the mask. */
  readonly valid?: Tensor;
  /** One for all layers, or one for each. */
  readonly mask?: MaskSpec | readonly MaskSpec[];
}

export class TextEncoder extends Module {
  readonly embedding: TokenEmbedding;
  readonly encoder: TransformerEncoder;

  constructor(options: TextEncoderOptions) {
    super();
    const { random, vocabulary, width, embedding } = options;
    this.embedding = new TokenEmbedding({ ...embedding, random: random.child("embedding"), vocabulary, width });
    this.encoder = new TransformerEncoder({ ...options, random: random.child("encoder") });
  }

  /** Token ids [B, L], or word vectors [B, L, d] made elsewhere. */
  forward(tokens: Tensor, mode: Mode, { valid, mask, positionIds, ids, ...inputs }: TextInputs = {}): Encoded {
    const x = tokens.rank === 3 ? this.embedding.finish(tokens, mode, { positionIds, ids }) : this.embedding.forward(tokens, mode, { positionIds, ids });
    return this.encoder.forward(x, mode, { ...inputs, mask: withPadding(mask, valid) });
  }
}

function withPadding(mask: TextInputs["mask"], valid: Tensor | undefined): EncoderInputs["mask"] {
  if (valid === undefined) return mask;
  const real = validKeys(valid);
  if (mask === undefined) return real;
  return "kind" in mask ? and(mask, real) : mask.map((layer) => and(layer, real));
}
