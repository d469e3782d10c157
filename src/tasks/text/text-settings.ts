/** Settings of training text models on users' own texts. */
import { z } from "zod";
import { trainingSettings } from "../../lab/settings.ts";

/** Settings of training on records. */
export const TEXT_TRAINING_SETTINGS = z.strictObject({
  ...trainingSettings,
  steps: trainingSettings.steps.default(1000),
  batch: trainingSettings.batch.default(32),
  learningRate: z.number().positive().max(10).nullable().default(null).describe("peak learning rate of AdamW; null: 5e-5 for a model that was read, 1e-3 for a new one"),
  warmup: trainingSettings.warmup.default(0.1),
  weightDecay: trainingSettings.weightDecay.default(0.01),
  length: z.int().min(8).max(8192).default(128).describe("most tokens of a text in training, no more than the model takes"),
  negatives: z.int().min(0).max(64).default(4).describe("hard negatives of a pair that are used; mined by BM25 for pairs that bring none"),
  scale: z.number().positive().max(1000).default(20).describe("factor on cosines before a softmax"),
  part: z.int().min(0).max(65_536).default(0).describe("examples encoded at once by gradient caching, for batches larger than memory; 0: all"),
  evaluateEvery: z.int().min(0).max(1_000_000).default(0).describe("steps between evaluations; 0: ten times in a run"),
  sides: z.strictObject({
    rank: z.int().min(0).max(1024).default(16).describe("rank of low-rank changes beside a frozen encoder; 0: none"),
    prefix: z.int().min(0).max(1024).default(0).describe("seed vectors of a prefix beside a frozen encoder; 0: none"),
  }).prefault({}),
  tiny: z.strictObject({
    vocabulary: z.int().min(64).max(1_000_000).default(4096).describe("pieces of a new model's vocabulary, made from the data"),
    width: z.int().min(8).max(4096).default(128).describe("width of a new model"),
    depth: z.int().min(1).max(48).default(2).describe("layers of a new model"),
    heads: z.int().min(1).max(64).default(4).describe("attention heads of a new model"),
    longest: z.int().min(8).max(8192).default(256).describe("most tokens of a text of a new model"),
  }).prefault({}),
});

/** Settings of a classifier from a few examples on top of a model that is not trained. */
export const FEW_SHOT_SETTINGS = TEXT_TRAINING_SETTINGS.pick({ seed: true, tiny: true }).extend({
  steps: trainingSettings.steps.default(300).describe("updates at most, each on all examples"),
  learningRate: trainingSettings.learningRate.default(1e-3).describe("learning rate of AdamW"),
  template: z.string().max(1000).nullable().default(null).describe('what stands behind a text, with one [MASK] at which a masked language model is asked; "": the model\'s vectors of texts; null: "This is about [MASK]." for a base that fills in masks, vectors for one of sentence-transformers'),
});

export type FewShotSettings = z.output<typeof FEW_SHOT_SETTINGS>;

export type TextTrainingSettings = z.output<typeof TEXT_TRAINING_SETTINGS>;

/** Settings of pre-training on plain texts: those of training that have a meaning there. */
export const TEXT_PRETRAINING_SETTINGS = TEXT_TRAINING_SETTINGS.omit({ negatives: true, scale: true, part: true, evaluateEvery: true, sides: true }).extend({
  learningRate: z.number().positive().max(10).nullable().default(null).describe("peak learning rate of AdamW; null: 1e-4 for a model that was read, 1e-3 for a new one"),
  length: z.int().min(8).max(8192).default(128).describe("most tokens of a row, no more than the model takes; longer texts become several rows"),
});

export type TextPretrainingSettings = z.output<typeof TEXT_PRETRAINING_SETTINGS>;
