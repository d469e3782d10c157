/**
 * A model that reads queries and documents differently: a text encoder with parts of its own put into it or beside it, while
 * most of the encoder stays as it is. A system says how it is built on a model of Hugging Face, and what is not trained; the
 * tasks floor trains it as it does other models for vectors, keeps it and asks it.
 */
import type { RandomStream, Tensor } from "../engine/index.ts";
import type { Mode, Module, PoolKind, TextEncoder } from "../nn/index.ts";
import type { TextModel } from "../nn/pretrained/index.ts";
import type { TokenRows } from "./foundations/bert-model.ts";

export const SIDES = ["query", "document"] as const;
export type Side = (typeof SIDES)[number];

/** Rows of a side -> states [B, L, d]. */
export interface SidedModel extends Module {
  forward(side: Side, rows: TokenRows, mode: Mode): Tensor;
}

/** How much is put beside the encoder. */
export interface SidedSettings {
  /** Rank of low-rank changes; 0 for none. */
  readonly rank: number;
  /** Seed vectors of a prefix; 0 for none. */
  readonly prefix: number;
}

export interface SidedParts extends SidedSettings {
  /** Changed in place. */
  readonly model: TextModel;
  /** The one stack of the model. */
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Id of the token that ends texts. */
  readonly end: number;
  readonly random: RandomStream;
}

export interface SidedRecipe {
  /** Raise it when models of the version before no longer load or no longer mean the same. */
  readonly version: number;
  /** What it is built on: models of type BERT, or causal language models with biases. */
  readonly base: "bert" | "causal";
  /** How states become a vector; default as the base does it. */
  readonly pooling?: PoolKind;
  /** Whether a token stands before and behind each text, in whose places the sides put tokens of their own; default false. */
  readonly roleTokens?: boolean;
  build(parts: SidedParts): SidedModel;
  /** Paths in what is built of the weights that are not trained. */
  readonly frozen: RegExp;
  /** Peak learning rate for a base that was read. */
  readonly learningRate: number;
}
