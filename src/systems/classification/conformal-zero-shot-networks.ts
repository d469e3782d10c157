/** The four fast scorers of the experiment, each with its cost: two that learn nothing, and two small networks trained on what the slow model answers. */
import { crossEntropy } from "../../objectives/index.ts";
import { rowAt } from "../../lab/index.ts";
import type { ArmContext, TrainedArm } from "../../lab/index.ts";
import { bertEnS, bertOf, crossEncoderOf, fineTuneCrossEncoder, scoredPairBatches, softBinary, textRows } from "../../lab/text/index.ts";
import { scoreRows } from "../../lab/text/cross-encoder.ts";
import { bestOf } from "./conformal-zero-shot-classifier.ts";
import type { FastScorer, TextWithLabel } from "./conformal-zero-shot-classifier.ts";
import { rowsOfPairs, RowScorer, SLOW_BATCH } from "./conformal-zero-shot-lab.ts";
import type { ZeroShotLab, ZeroShotSizes } from "./conformal-zero-shot-lab.ts";

export interface ScorerSettings extends Pick<ZeroShotSizes, "length" | "text"> {
  /** Of the small networks, with rows of 2,048 tokens in a batch. */
  readonly steps: number;
  readonly learningRate: number;
  /** Labels of a text that the distilled network learns from, the slow model's answer among them. */
  readonly labelsEach: number;
}

/** A scorer with what it costs and what it took to train. */
export interface Built {
  readonly fast: FastScorer;
  /** FLOPs of products for one text with all labels. */
  readonly flops: number;
  readonly trained: Pick<TrainedArm, "parameters" | "flopsPerStep" | "steps" | "seconds"> & Partial<Pick<TrainedArm, "curves">>;
  release(): Promise<void>;
}

/** `items` are the pool's texts that scorers may be trained on. */
export type Build = (context: ArmContext<ScorerSettings>, lab: ZeroShotLab, items: Int32Array) => Promise<Built>;

export const UNTRAINED = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0 };

export const untrained = (fast: (lab: ZeroShotLab, labels: readonly string[]) => FastScorer): Build => (_, lab) =>
  Promise.resolve({ fast: fast(lab, lab.classes.map(({ name, description }) => `${name} ${description}`)), flops: 0, trained: UNTRAINED, release: () => Promise.resolve() });

export const allOf = ({ classes }: ZeroShotLab): number[] => classes.map((_, label) => label);

/** A small encoder with a head for each label, trained on the slow model's answers. */
export const classifier: Build = async (context, lab, items) => {
  const { settings: { length, steps, learningRate }, seed, random, device } = context;
  const bert = bertOf(context.foundation(bertEnS));
  const model = crossEncoderOf(bert, { random: random.child("weights"), outputs: lab.classes.length });
  const rows = (texts: readonly string[]): ReturnType<typeof textRows> => textRows(bert.tokenizer, texts, length);
  const data = scoredPairBatches({ pairs: rows(Array.from(items, (i) => lab.pool.texts[i] as string)), labels: Array.from(items, (i) => bestOf(rowAt(lab.pool.scores, i), allOf(lab))), lengths: [32, length], tokens: 2048, seed });
  const trained = await fineTuneCrossEncoder(context, model, data, { steps, learningRate, loss: (own, batch, mode) => ({ ...crossEntropy(scoreRows(own, batch, mode), batch.labels.cast("int32")) }) });
  const scorer = new RowScorer(model, { length, batch: 32, device });
  return {
    fast: async (texts) => rowsOfScores(await scorer.scores(rows(texts)), lab.classes.length).map(logProbabilities),
    flops: scorer.flops(rows(["text"])),
    trained,
    release: () => scorer.release(),
  };
};

/** A small entailment model, trained to give the slow one's probabilities. */
export const distilled: Build = async (context, lab, items) => {
  const { settings: { length, steps, learningRate, labelsEach }, seed, random, device } = context;
  const bert = bertOf(context.foundation(bertEnS));
  const model = crossEncoderOf(bert, { random: random.child("weights") });
  const rows = (pairs: readonly TextWithLabel[]): ReturnType<typeof rowsOfPairs> => rowsOfPairs(bert.tokenizer, pairs, lab.classes, context.settings);
  const chosen = Array.from(items).flatMap((item) => {
    const scores = rowAt(lab.pool.scores, item);
    const answer = bestOf(scores, allOf(lab));
    const others = random.child("labels", item).shuffle(allOf(lab).filter((label) => label !== answer));
    return [answer, ...others.slice(0, labelsEach - 1)].map((label) => ({ pair: [lab.pool.texts[item] as string, label] as const, entailed: 1 / (1 + Math.exp(-(scores[label] as number))) }));
  });
  const data = scoredPairBatches({ pairs: rows(chosen.map(({ pair }) => pair)), labels: chosen.map(({ entailed }) => entailed), lengths: [length], tokens: 2048, seed });
  const trained = await fineTuneCrossEncoder(context, model, data, { steps, learningRate, loss: softBinary });
  const scorer = new RowScorer(model, { length, batch: SLOW_BATCH, device });
  return {
    fast: async (texts) => rowsOfScores(await scorer.scores(rows(texts.flatMap((text) => allOf(lab).map((label) => [text, label] as const)))), lab.classes.length),
    flops: scorer.flops(rows([["text", 0]])) * lab.classes.length,
    trained,
    release: () => scorer.release(),
  };
};

const rowsOfScores = (scores: Float32Array, width: number): Float32Array[] => Array.from({ length: scores.length / width }, (_, i) => scores.subarray(i * width, (i + 1) * width));

function logProbabilities(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest;
  return logits.map((logit) => logit - total);
}
