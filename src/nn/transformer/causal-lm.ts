/** Decoder-only language model: embedding, causal self-attention layers, scores of the next token. */
import type { Tensor } from "../../engine/index.ts";
import { causal } from "../attention/mask.ts";
import { TokenEmbedding } from "../embeddings/embedding.ts";
import type { TokenEmbeddingInputs, TokenEmbeddingOptions } from "../embeddings/embedding.ts";
import { LmHead } from "../heads/lm-head.ts";
import type { LmHeadOptions } from "../heads/lm-head.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { TransformerEncoder } from "./encoder.ts";
import type { Encoded, EncoderInputs, EncoderOptions } from "./encoder.ts";

export interface CausalLmOptions extends EncoderOptions {
  readonly vocabulary: number;
  readonly embedding?: Omit<TokenEmbeddingOptions, "random" | "vocabulary" | "width">;
  readonly head?: Omit<LmHeadOptions, "random" | "vocabulary" | "width" | "tied">;
  /** Whether scores use the word table; default true. */
  readonly tied?: boolean;
}

export interface CausalLmInputs extends EncoderInputs, TokenEmbeddingInputs {
  /** Tokens whose next token is scored, [B, k]; default all. */
  readonly scoredIds?: Tensor;
}

export interface CausalLmOutput extends Encoded {
  /** [B, L or k, V] */
  readonly logits: Tensor;
}

/** Causal unless the inputs give a mask; positions are learned, or come as `rotary` or `bias`. */
export class CausalLm extends Module {
  readonly embedding: TokenEmbedding;
  readonly body: TransformerEncoder;
  readonly head: LmHead;

  constructor(options: CausalLmOptions) {
    super();
    const { random, width, vocabulary, embedding, head, tied = true } = options;
    this.embedding = new TokenEmbedding({ ...embedding, random: random.child("embedding"), vocabulary, width });
    this.body = new TransformerEncoder({ ...options, random: random.child("body") });
    this.head = new LmHead({ ...head, random: random.child("head"), width, vocabulary, tied: tied ? this.embedding.word.weight : undefined });
  }

  /** Token ids [B, L], or word vectors [B, L, d] made elsewhere. */
  forward(tokens: Tensor, mode: Mode, { scoredIds, positionIds, ids, ...inputs }: CausalLmInputs = {}): CausalLmOutput {
    const x = tokens.rank === 3 ? this.embedding.finish(tokens, mode, { positionIds, ids }) : this.embedding.forward(tokens, mode, { positionIds, ids });
    const encoded = this.body.forward(x, mode, { ...inputs, mask: inputs.mask ?? (inputs.cache === undefined ? causal() : undefined) });
    return { ...encoded, logits: this.head.forward(encoded.output, scoredIds) };
  }
}
