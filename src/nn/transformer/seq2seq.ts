/** Encoder and decoder over token ids (arXiv 1706.03762), tables shared or apart. */
import type { Tensor } from "../../engine/index.ts";
import type { KeysAndValues } from "../attention/attention.ts";
import { causal, validKeys } from "../attention/mask.ts";
import { TokenEmbedding } from "../embeddings/embedding.ts";
import type { Embedding, TokenEmbeddingOptions } from "../embeddings/embedding.ts";
import { LmHead } from "../heads/lm-head.ts";
import type { LmHeadOptions } from "../heads/lm-head.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { TransformerDecoder } from "./decoder.ts";
import type { Decoded, DecoderInputs, DecoderOptions } from "./decoder.ts";
import { TransformerEncoder } from "./encoder.ts";
import type { Encoded, EncoderInputs, EncoderOptions } from "./encoder.ts";

export interface Seq2SeqOptions extends Omit<EncoderOptions, "depth"> {
  readonly vocabulary: number;
  readonly encoderDepth: number;
  readonly decoderDepth: number;
  readonly embedding?: Omit<TokenEmbeddingOptions, "random" | "vocabulary" | "width">;
  /** One embedding for source and target, or "words": one word table, but positions and norms of their own (BART). Default true. */
  readonly sharedEmbedding?: boolean | "words";
  /** Whether scores use the target table; default true. */
  readonly tied?: boolean;
  readonly head?: Omit<LmHeadOptions, "random" | "vocabulary" | "width" | "tied">;
  /** Deviations of the decoder. */
  readonly decoder?: Partial<Omit<DecoderOptions, "random" | "width" | "depth">>;
}

export interface Seq2SeqInputs {
  /** Real source tokens, bool [B, S]; default all. */
  readonly sourceValid?: Tensor;
  readonly encoder?: EncoderInputs;
  readonly decoder?: DecoderInputs;
}

export interface Seq2SeqOutput extends Decoded {
  /** [B, L, V] */
  readonly logits: Tensor;
}

export class Seq2Seq extends Module {
  readonly embedding: TokenEmbedding;
  readonly targetEmbedding: TokenEmbedding;
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  readonly head: LmHead;

  constructor(options: Seq2SeqOptions) {
    super();
    const { random, width, vocabulary, encoderDepth, decoderDepth, embedding, sharedEmbedding = true, tied = true, head, decoder } = options;
    const table = (name: string, word?: Embedding): TokenEmbedding => new TokenEmbedding({ ...embedding, word, random: random.child(name), vocabulary, width });
    this.embedding = table("embedding");
    this.targetEmbedding = sharedEmbedding === true ? this.embedding : table("targetEmbedding", sharedEmbedding === "words" ? this.embedding.word : undefined);
    this.encoder = new TransformerEncoder({ ...options, depth: encoderDepth, random: random.child("encoder") });
    this.decoder = new TransformerDecoder({ ...options, ...decoder, depth: decoderDepth, random: random.child("decoder") });
    this.head = new LmHead({ ...head, random: random.child("head"), width, vocabulary, tied: tied ? this.targetEmbedding.word.weight : undefined });
  }

  /** source [B, S] and target [B, L] ids, the target beginning with the start token -> scores of the token after each. */
  forward(source: Tensor, target: Tensor, mode: Mode, inputs: Seq2SeqInputs = {}): Seq2SeqOutput {
    return this.decode(target, this.encode(source, mode, inputs).output, mode, inputs);
  }

  encode(source: Tensor, mode: Mode, { sourceValid, encoder }: Seq2SeqInputs = {}): Encoded {
    const mask = sourceValid === undefined ? undefined : validKeys(sourceValid);
    return this.encoder.forward(this.embedding.forward(source, mode), mode, { mask, ...encoder });
  }

  /** With memory as the encoder's output, or as keys and values of `decoder.keysAndValues`. Causal unless the inputs give a mask. */
  decode(target: Tensor, memory: Tensor | readonly (Tensor | KeysAndValues)[], mode: Mode, { sourceValid, decoder }: Seq2SeqInputs = {}, positionIds?: Tensor): Seq2SeqOutput {
    const memoryMask = sourceValid === undefined ? undefined : validKeys(sourceValid);
    const x = this.targetEmbedding.forward(target, mode, { positionIds });
    const decoded = this.decoder.forward(x, memory, mode, { mask: decoder?.cache === undefined ? causal() : undefined, memoryMask, ...decoder });
    return { ...decoded, logits: this.head.forward(decoded.output) };
  }
}
