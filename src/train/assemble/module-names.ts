/** What the weights of an assembled model are called in this project's own modules: rules for the parts that modules have too. */
import type { NameTable } from "../../nn/pretrained/index.ts";

export interface StreamNames {
  /** The stream here; default `streams.0`. */
  readonly from?: string;
  /** Path of the module's `TokenEmbedding`. */
  readonly embedding: string;
  /** Path of its `TransformerEncoder`. */
  readonly encoder: string;
}

/** A stack of embeddings of words as a `TokenEmbedding`. */
export const wordNames = (from: string, to: string): NameTable => [
  [`${from}.parts.word.table.*`, `${to}.word.*`],
  [`${from}.parts.pos.table.*`, `${to}.position.*`],
  [`${from}.parts.seg.table.*`, `${to}.tables.segment.*`],
  [`${from}.norm.*`, `${to}.norm.*`],
];

/** A stream of words: embedding and transformer. */
export const textNames = ({ from = "streams.0", embedding, encoder }: StreamNames): NameTable => [...wordNames(`${from}.embedding`, embedding), [`${from}.encoder.encoder.*`, `${encoder}.*`]];

/** A stream of patches as a `VisionTransformer`. */
export const visionNames = (from: string, to: string): NameTable => [
  [`${from}.embedding.parts.patch.patches.*`, `${to}.patchEmbed.*`],
  [`${from}.embedding.parts.patch.classToken`, `${to}.classToken`],
  [`${from}.embedding.parts.pos.table.*`, `${to}.positions.*`],
  [`${from}.encoder.encoder.*`, `${to}.encoder.*`],
];
