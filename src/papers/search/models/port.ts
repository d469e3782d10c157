/**
 * What search needs of its two models. The shipped models, models of Hugging Face and test doubles all have this form, so
 * the pipeline never asks which one it has.
 */

/** Whether a text is what a person typed or what is to be found; models may treat them differently. */
export type TextRole = "query" | "document";

/** Texts to vectors: the first stage, whose document vectors are stored. */
export interface TextEncoderPort {
  /** Name of the model and of its weights. Vectors are comparable only under one id, so it is stored with them. */
  readonly id: string;
  /** Numbers in a vector. */
  readonly dimension: number;
  /** One vector of unit length for each text, in order; their dot product is the similarity. Texts beyond the model's length are cut at the end. */
  encode(texts: readonly string[], role: TextRole): Promise<Float32Array[]>;
  /** Frees what the model holds; it is not used again. */
  release(): Promise<void>;
}

/** Query and document read together: the second stage, for the few documents that the first stage found. */
export interface RerankerPort {
  readonly id: string;
  /** [documents] Scores of one query's documents, higher is better; comparable within the query only. */
  score(query: string, documents: readonly string[]): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface SearchModels {
  readonly encoder: TextEncoderPort;
  readonly reranker: RerankerPort;
  release(): Promise<void>;
}
