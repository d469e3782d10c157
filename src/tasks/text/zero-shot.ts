/**
 * Zero-shot classification of texts: a model that reads two texts judges each label in words, and conformal prediction
 * (arXiv 2210.12619) spares it the labels that a cheap scorer finds implausible.
 */
import type { HostArray } from "../../engine/index.ts";
import { glove } from "../../data/sources/glove.ts";
import { ConformalZeroShot, ERROR_RATE, slowAnswers } from "../../systems/classification/conformal-zero-shot-classifier.ts";
import type { FastScorer, SlowScorer, ZeroShotAnswer } from "../../systems/classification/conformal-zero-shot-classifier.ts";
import { cosineScorer, overlapScorer } from "../../systems/classification/conformal-zero-shot-scorers.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";

export type { FastScorer, SlowScorer, ZeroShotAnswer };
export { ConformalZeroShot, cosineScorer, overlapScorer };

/** How a label is put to the model; `{}` stands for it. */
export const HYPOTHESIS = "This is about {}.";

export interface ZeroShotOptions {
  /** Default "This is about {}." */
  readonly hypothesis?: string;
}

export interface CalibrateOptions extends ZeroShotOptions {
  /** Texts of the sort that will come, without labels; the slow model reads each with every label, once. */
  readonly texts: readonly string[];
  /** The cheap scorer: shared words, averaged GloVe vectors (fetched on first use), the cosine of an embedding model, or a function. Default "overlap". */
  readonly fast?: "overlap" | "glove" | PretrainedText | FastScorer;
  /** Share of texts whose answer may get lost; default 0.01, which needs 99 texts. */
  readonly errorRate?: number;
}

/** Texts with labels as a cross-encoder with one score, or an entailment model, scores them. Throws a `RequestError` for models of other sorts. */
export function zeroShotScorer(model: PretrainedText, labels: readonly string[], { hypothesis = HYPOTHESIS }: ZeroShotOptions = {}): SlowScorer {
  checkLabels(labels, hypothesis);
  const entailment = model.labels.length === 1 ? 0 : model.labels.findIndex((label) => /^entail/i.test(label));
  if (model.pretrained.task !== "sequence-classification" || entailment < 0) throw new RequestError(`classify: labels in words need a cross-encoder with one score, or a model with the label "entailment"; the model is for ${model.pretrained.task}${model.labels.length > 0 ? ` with the labels ${model.labels.join(", ")}` : ""}`);
  return async (pairs) => columnOf(await model.scores(pairs.map(([text, label]) => [text, hypothesis.replace("{}", labels[label] as string)] as const)), entailment);
}

/** Log-probability of a column against the others; the score itself if there is one column. */
function columnOf({ data, shape }: HostArray, column: number): number[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from(data.subarray(i * width, (i + 1) * width), Number);
    if (width === 1) return row[0] as number;
    const largest = Math.max(...row);
    return (row[column] as number) - largest - Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  });
}

/** The label of each text, every label read: a pass of the model for each. */
export async function classifyZeroShot(model: PretrainedText, texts: readonly string[], labels: readonly string[], options?: ZeroShotOptions): Promise<ZeroShotAnswer[]> {
  const set = labels.map((_, label) => label);
  const answers = await slowAnswers(texts, { labels: labels.length, slow: zeroShotScorer(model, labels, options) });
  return answers.map((label) => ({ label, set, passes: labels.length }));
}

/**
 * A zero-shot classifier that reads few of the labels: on texts like those it was calibrated on, the model's own answer is
 * lost in at most `errorRate` of them.
 *
 * ```ts
 * const model = await fromPretrained("my-entailment-model");
 * const fast = await fromPretrained("my-embedding-model");
 * const classifier = await calibrateZeroShot(model, ["sport", "politics", "music"], { texts: unlabelled, fast });
 * const [{ label, set, passes }] = await classifier.classify(["The match was decided by a late goal."]);
 * ```
 */
export async function calibrateZeroShot(model: PretrainedText, labels: readonly string[], { texts, fast = "overlap", errorRate = ERROR_RATE, ...options }: CalibrateOptions): Promise<ConformalZeroShot> {
  const slow = zeroShotScorer(model, labels, options);
  try {
    return await ConformalZeroShot.calibrate(texts, { labels: labels.length, slow, fast: await fastOf(labels, fast), errorRate });
  } catch (error) {
    throw error instanceof RangeError ? new RequestError(error.message, { cause: error }) : error;
  }
}

async function fastOf(labels: readonly string[], fast: NonNullable<CalibrateOptions["fast"]>): Promise<FastScorer> {
  if (fast === "overlap") return overlapScorer(labels);
  if (fast === "glove") return cosineScorer(labels, await glove.load());
  if (typeof fast === "function") return fast;
  if (fast.pretrained.task !== "features") throw new RequestError(`classify: the fast model must be one that embeds texts; it is for ${fast.pretrained.task}`);
  const known = unitRows(await fast.embed(labels));
  return async (texts) => unitRows(await fast.embed(texts)).map((text) => known.map((label) => label.reduce((sum, value, d) => sum + value * (text[d] as number), 0)));
}

function unitRows({ data, shape }: HostArray): Float32Array[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => {
    const row = (data as Float32Array).slice(i * width, (i + 1) * width);
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
}

function checkLabels(labels: readonly string[], hypothesis: string): void {
  if (labels.length < 2) throw new RequestError(`classify: expected at least two labels to choose from, got ${labels.length}`);
  const repeated = labels.find((label, i) => labels.indexOf(label) < i);
  if (repeated !== undefined) throw new RequestError(`classify: label ${JSON.stringify(repeated)} is given twice`);
  if (!hypothesis.includes("{}")) throw new RequestError(`classify: the hypothesis ${JSON.stringify(hypothesis)} has no {} where the label goes`);
}
