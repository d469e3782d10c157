/**
 * A ranker: a system that scores a query and its candidates together, with parts of its own around an encoder. It says how it
 * is built on any encoder with segments and what it scores; the tasks floor trains it on users' pairs, keeps it and asks it.
 */
import type { Batch, ConceptRelation, Tokenizer } from "../data/index.ts";
import type { RandomStream, Tensor } from "../engine/index.ts";
import type { Mode, Module, TextEncoder } from "../nn/index.ts";
import type { TokenRows } from "./foundations/bert-model.ts";

export interface RankerParts {
  /** Trained on in place; kept under `encoder` of what is built. */
  readonly encoder: TextEncoder;
  readonly width: number;
  readonly random: RandomStream;
  /** Tokens that queries are padded to. */
  readonly queryLength: number;
  /** Kinds of relations between concepts that it is to read around each candidate; null: it reads none. */
  readonly relations: readonly string[] | null;
}

/** Relations between concepts, and what of them lies around a candidate. */
export interface RelationReader<G = unknown> {
  /** Kinds of relations there are. */
  readonly kinds: readonly string[];
  around(query: string, candidate: string): G;
  /** As fields of a batch, one after the other, filled up to `count` by empty ones. */
  rows(graphs: readonly G[], count: number): Batch;
}

export interface RankerRecipe<M extends Module = Module> {
  /** Raise it when models of the version before no longer load or no longer mean the same. */
  readonly version: number;
  /** What it is, in a line. */
  readonly summary: string;
  /** Records it learns from: pairs with wrong answers, or questions with choices; default pairs. */
  readonly data?: "pairs" | "choices";
  /** Whether candidates follow the query in one row: each of their tokens then takes a position, and they are shuffled in training. */
  readonly inRow?: boolean;
  /** How a candidate's row begins: a text of its own, `[CLS] text [SEP]`, or the rest of the query's row, `text [SEP]`. */
  readonly candidates: "own" | "rest";
  /** Candidates that can be scored at once, where their scores depend on each other; default any number. */
  readonly most?: number;
  build(parts: RankerParts): M;
  /** Reads relations between concepts, for a ranker that can. `kinds`: those its model knows; default those there are. Throws a `RangeError` for relations that cannot be read. */
  relations?(relations: readonly ConceptRelation[], tokenizer: Pick<Tokenizer, "encode">, kinds?: readonly string[]): RelationReader;
  /** Queries [B, Lq] with n candidates each, [B * n, L] -> [B, n]. `graphs`: what the reader gives for each candidate, where there are relations. */
  scores(module: M, query: TokenRows, candidates: TokenRows, mode: Mode, graphs?: Readonly<Record<string, Tensor>>): Tensor;
}

/** Gives the parts of a recipe their types. What it returns hides them: it is used with its own modules only. */
export function defineRanker<M extends Module>(recipe: RankerRecipe<M>): RankerRecipe {
  return recipe as unknown as RankerRecipe;
}
