/** Fine-tuning of bi- and cross-encoders: the same optimizer, steps and data order for every arm that is given the same options. */
import type { Tensor } from "../../engine/index.ts";
import type { Batch, BatchStream } from "../../data/index.ts";
import type { Mode, Module, PairEncoder } from "../../nn/index.ts";
import { binaryCrossEntropy, cosineRegression, crossEntropy, infoNce } from "../../objectives/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { trainArm } from "../train-arm.ts";
import type { TrainArmOptions, TrainContext, TrainedArm } from "../train-arm.ts";
import type { BiEncoder } from "./bi-encoder.ts";
import { scoreRows } from "./cross-encoder.ts";
import { sideOf } from "./text-batches.ts";
import type { CandidateBatch, HardNegativeBatch, QueryDocumentBatch, ScoredBatch, ScoredSidesBatch, SeparateCandidateBatch } from "./text-batches.ts";

export interface TextTraining extends Pick<TrainArmOptions<never>, "stage" | "progress" | "random" | "settings"> {
  readonly steps: number;
  /** Default 3e-4, linear decay. */
  readonly learningRate?: number;
  /** Default a tenth of the steps. */
  readonly warmup?: number;
  /** Default 0.01. */
  readonly weightDecay?: number;
}

/** A loss for rows on a model, with further scalars worth watching. */
export type TextLoss<M, B extends Record<string, unknown>> = (model: M, batch: B, mode: Mode) => { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/** In-batch softmax in both directions, added up; hard negatives of the batch are further columns for the queries. Scale is the model's. */
export const inBatchSoftmax: TextLoss<BiEncoder, BatchTensors<QueryDocumentBatch>> = (model, batch, mode) => {
  const { query, passage, scale } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  const negatives = "negativeIds" in batch ? model.encodePassage(sideOf(batch, "negative"), mode) : undefined;
  const { loss, accuracy } = infoNce(query, passage, { scale, similarity: "dot", directions: { rows: 1, columns: 1 }, negatives });
  return { loss, accuracy };
};

/** Cross-entropy over each context's own candidates, by scaled similarity: what a bi-encoder learns from the batches a cross-encoder gets. */
export const amongOwnCandidates: TextLoss<BiEncoder, BatchTensors<SeparateCandidateBatch>> = (model, batch, mode) => {
  const { query, passage, scale } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  const [questions, width] = query.shape as [number, number];
  const scores = passage.reshape([questions, -1, width]).mul(query.unsqueeze(1)).sum(2).mul(scale); // [B, N]
  return { ...crossEntropy(scores, batch.answers) };
};

/** Squared error of the cosine of two texts against their label: what bi-encoders learn graded similarity by. */
export const cosineError: TextLoss<BiEncoder, BatchTensors<ScoredSidesBatch>> = (model, batch, mode) => {
  const { query, passage } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  return cosineRegression(query, passage, batch.labels);
};

/** Trains a bi-encoder in place on pairs; by default with `inBatchSoftmax`. */
export const fineTuneBiEncoder = <B extends QueryDocumentBatch | HardNegativeBatch>(context: TrainContext, model: BiEncoder, data: BatchStream<B>, { loss = inBatchSoftmax, ...training }: TextTraining & { readonly loss?: TextLoss<BiEncoder, BatchTensors<B>> }): Promise<TrainedArm> =>
  fineTune(context, model, data, (batch, mode) => loss(model, batch, mode), training);

/** Binary cross-entropy of the pair's score against its label, which may be soft. */
export const softBinary: TextLoss<PairEncoder, BatchTensors<ScoredBatch>> = (model, batch, mode) => ({ ...binaryCrossEntropy(scoreRows(model, batch, mode), batch.labels) });

/** Trains a cross-encoder in place on scored pairs; by default with `softBinary`. */
export const fineTuneCrossEncoder = (context: TrainContext, model: PairEncoder, data: BatchStream<ScoredBatch>, { loss = softBinary, ...training }: TextTraining & { readonly loss?: TextLoss<PairEncoder, BatchTensors<ScoredBatch>> }): Promise<TrainedArm> =>
  fineTune(context, model, data, (batch, mode) => loss(model, batch, mode), training);

/** Cross-entropy over the candidates of each question. */
export const amongCandidates: TextLoss<PairEncoder, BatchTensors<CandidateBatch>> = (model, batch, mode) => ({ ...crossEntropy(scoreRows(model, batch, mode).reshape([batch.answers.size, -1]), batch.answers) });

/** Trains a cross-encoder in place to pick the right candidate; by default with `amongCandidates`. */
export const fineTuneOnCandidates = <B extends CandidateBatch>(context: TrainContext, model: PairEncoder, data: BatchStream<B>, { loss = amongCandidates, ...training }: TextTraining & { readonly loss?: TextLoss<PairEncoder, BatchTensors<B>> }): Promise<TrainedArm> =>
  fineTune(context, model, data, (batch, mode) => loss(model, batch, mode), training);

/** Trains any text model in place, as the functions above train theirs. */
export function fineTune<B extends Batch>(context: TrainContext, model: Module, data: BatchStream<B>, loss: TrainArmOptions<B>["loss"], { steps, learningRate = 3e-4, warmup = Math.ceil(steps / 10), weightDecay = 0.01, ...rest }: TextTraining): Promise<TrainedArm> {
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.linear({ warmup, steps }) });
  return trainArm(context, { ...rest, model, data, optimizer, steps, clip: 1, loss, unused: "zero" });
}
