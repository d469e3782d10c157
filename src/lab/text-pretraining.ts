/**
 * How a masked language model goes on learning from plain texts, so that its vectors serve search: what a system gives as
 * `textPretraining`. The tasks floor does the rest - reading texts, base models, checkpoints, folders of Hugging Face.
 */
import type { RandomStream, Tensor } from "../engine/index.ts";
import type { Batch, BatchStream, Tokenizer } from "../data/index.ts";
import type { Mode, Module, PoolKind } from "../nn/index.ts";
import type { BatchTensors } from "../train/index.ts";
import type { MaskedModel } from "./text/masked-model.ts";
import type { RowSet } from "./text/rows.ts";

export interface PretrainingBatches {
  readonly tokenizer: Tokenizer;
  readonly batch: number;
  /** Tokens that rows are padded to; no row is longer. */
  readonly length: number;
  readonly seed: number;
}

export interface TextPretraining<M extends Module = Module, B extends Batch = Batch> {
  /** Raise it when runs of the version before can no longer be continued. */
  readonly version: number;
  readonly summary: string;
  /** How the finished model makes one vector of its states. */
  readonly pooling: PoolKind;
  /** Everything that trains: the model, and what is thrown away afterwards. */
  build(model: MaskedModel, random: RandomStream): M;
  /** Endless batches of the texts' rows; a function of its arguments alone. */
  batches(rows: RowSet, options: PretrainingBatches): BatchStream<B>;
  loss(module: M, batch: BatchTensors<B>, mode: Mode): { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;
}

/** Gives the parts their types. What it returns hides them: they are used with modules and batches of their own only. */
export function defineTextPretraining<M extends Module, B extends Batch>(pretraining: TextPretraining<M, B>): TextPretraining {
  return pretraining as unknown as TextPretraining;
}
