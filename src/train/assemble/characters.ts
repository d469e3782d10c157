/** What all subencoders begin with: a table of characters, and which of a word's places are filled. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Embedding, init, Module } from "../../nn/index.ts";
import type { StreamConfig } from "./config.ts";

export class Characters extends Module {
  readonly table: Embedding;

  constructor({ sub_vocab_size: vocabulary, emb_size: width }: StreamConfig, random: RandomStream) {
    super();
    this.table = new Embedding(vocabulary, width, { random: random.child("table"), init: (stream) => init.normal(stream, 0.02) });
  }

  /** int32 [B, L, C] -> one row for each word: vectors [B L, C, d], bool [B L, C]. */
  forward(characters: Tensor): { readonly vectors: Tensor; readonly valid: Tensor } {
    const [batch, words, length] = characters.shape as [number, number, number];
    const flat = characters.reshape([batch * words, length]);
    return { vectors: this.table.forward(flat), valid: flat.greater(0) };
  }
}

/** [B L, d] as [B, L, d]. */
export const perWord = (vectors: Tensor, characters: Tensor): Tensor => vectors.reshape([characters.dim(0), characters.dim(1), vectors.dim(-1)]);
