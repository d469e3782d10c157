/**
 * A slow zero-shot classifier behind a fast one with a guarantee (arXiv 2210.12619): the fast one leaves out labels that the
 * slow one would hardly choose, and the slow one reads the text with the labels that are left. Scorers are functions, so
 * any slow model and any cheap one will do.
 */
import { ConformalSets } from "../../train/index.ts";

/** A text with the position of a label. */
export type TextWithLabel = readonly [text: string, label: number];

/** The slow model: one score for each text with a label, the higher the better; each costs a pass. */
export type SlowScorer = (pairs: readonly TextWithLabel[]) => Promise<ArrayLike<number>>;

/** The fast model: for each text the scores of all labels, the higher the better. */
export type FastScorer = (texts: readonly string[]) => Promise<readonly ArrayLike<number>[]>;

/** What the paper allows: one answer in a hundred may be lost. */
export const ERROR_RATE = 0.01;

/** Position of the largest score among some labels, the first of equals. */
export const bestOf = (scores: ArrayLike<number>, among: readonly number[]): number => among.reduce((best, label) => ((scores[label] as number) > (scores[best] as number) ? label : best));

/** The sets for an error rate, from the fast scores of calibration texts and what the slow model answers for them. People's labels play no part: what is guaranteed is the slow model's own answer. */
export function calibrateSets(fast: readonly ArrayLike<number>[], answers: readonly number[], errorRate: number = ERROR_RATE): ConformalSets {
  if (fast.length !== answers.length) throw new RangeError(`calibrateSets: ${fast.length} rows of fast scores need as many answers of the slow model, got ${answers.length}`);
  return new ConformalSets(fast.map((scores, i) => -(scores[answers[i] as number] as number)), errorRate);
}

/** Labels the slow model has to read: the conformal set, or all labels if that is empty. */
export function keptLabels(sets: ConformalSets, scores: ArrayLike<number>): number[] {
  const kept = sets.setOf(Array.from(scores, (score) => -score));
  return kept.length > 0 ? kept : Array.from({ length: scores.length }, (_, label) => label);
}

export interface ZeroShotAnswer {
  /** Position of the label. */
  readonly label: number;
  /** Labels that were left for the slow model; with one label it did not have to run. */
  readonly set: readonly number[];
  /** Passes of the slow model that this text took. */
  readonly passes: number;
}

export interface ConformalZeroShotOptions {
  /** Number of labels. */
  readonly labels: number;
  readonly slow: SlowScorer;
  readonly fast: FastScorer;
}

export class ConformalZeroShot {
  readonly sets: ConformalSets;
  private readonly options: ConformalZeroShotOptions;

  constructor(sets: ConformalSets, options: ConformalZeroShotOptions) {
    this.sets = sets;
    this.options = options;
  }

  /**
   * Lets the slow model answer for texts of the sort that will come, and measures how the fast one scores these answers.
   * Throws when there are too few texts for any label to be left out.
   */
  static async calibrate(texts: readonly string[], { errorRate = ERROR_RATE, ...options }: ConformalZeroShotOptions & { readonly errorRate?: number }): Promise<ConformalZeroShot> {
    const needed = ConformalSets.needed(errorRate);
    if (texts.length < needed) throw new RangeError(`calibrate: an error rate of ${errorRate} needs at least ${needed} texts, got ${texts.length}; give more, or allow more errors`);
    const answers = await slowAnswers(texts, options);
    return new ConformalZeroShot(calibrateSets(await options.fast(texts), answers, errorRate), options);
  }

  /** The slow model's answers as long as they are in the sets. */
  async classify(texts: readonly string[]): Promise<ZeroShotAnswer[]> {
    if (texts.length === 0) return [];
    const sets = (await this.options.fast(texts)).map((scores) => keptLabels(this.sets, scores));
    const pairs = texts.flatMap((text, i) => readBySlow(sets[i] as number[]).map((label) => [text, label] as const));
    const scores = pairs.length === 0 ? [] : await this.options.slow(pairs);
    let at = 0;
    return sets.map((set) => {
      const passes = readBySlow(set).length;
      const own = new Map(readBySlow(set).map((label, i) => [label, scores[at + i] as number]));
      at += passes;
      return { label: set.reduce((best, label) => ((own.get(label) ?? 0) > (own.get(best) ?? 0) ? label : best)), set, passes };
    });
  }
}

/** A single label needs no reading. */
const readBySlow = (set: readonly number[]): readonly number[] => (set.length === 1 ? [] : set);

/** What the slow model alone answers, with a pass for every label. */
export async function slowAnswers(texts: readonly string[], { labels, slow }: Pick<ConformalZeroShotOptions, "labels" | "slow">): Promise<number[]> {
  const all = Array.from({ length: labels }, (_, label) => label);
  const scores = Array.from(await slow(texts.flatMap((text) => all.map((label) => [text, label] as const))));
  return texts.map((_, i) => bestOf(scores.slice(i * labels, (i + 1) * labels), all));
}
