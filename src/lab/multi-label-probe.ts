/** A probe for several yes-or-no labels of one item: linear classifiers on frozen features, judged by ranking. */
import { softplus } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import { metrics } from "../train/index.ts";
import { linearFit } from "./linear-fit.ts";
import type { LinearFitOptions } from "./linear-fit.ts";
import type { ProbeData } from "./probe.ts";

/**
 * Mean over labels of the area under the ROC curve on the test items. Labels are float32 [n, W] of zeros and ones.
 * 200 updates and weight decay 0.1 unless told otherwise: such probes have more features than items. Throws when a label
 * is the same for all test items.
 */
export async function multiLabelProbe({ train, test }: Pick<ProbeData, "train" | "test">, options: LinearFitOptions = {}): Promise<number> {
  const [count, labels] = test.labels.shape as [number, number];
  const scores = await linearFit({
    steps: 200,
    weightDecay: 0.1,
    ...options,
    features: { train: train.features, test: test.features },
    outputs: labels,
    targets: train.labels,
    loss: (logits, truth) => softplus(logits).sub(logits.mul(truth)).mean(), // binary cross-entropy
  });
  const column = ({ data }: HostArray, label: number): number[] => Array.from({ length: count }, (_, i) => Number(data[i * labels + label]));
  const areas = Array.from({ length: labels }, (_, label) => areaUnderCurve(column(test.labels, label), column(scores, label)));
  return areas.reduce((a, b) => a + b, 0) / labels;
}

/** Probability that a positive item scores above a negative one, ties counted half: from the ranks of the positives. */
export function areaUnderCurve(truth: readonly number[], scores: readonly number[]): number {
  const positives = truth.filter((value) => value === 1).length;
  if (positives === 0 || positives === truth.length) throw new RangeError(`areaUnderCurve: expected positive and negative items, got ${positives} positive ones of ${truth.length}`);
  const ranks = metrics.meanRanks(scores);
  const total = truth.reduce((sum, value, i) => (value === 1 ? sum + (ranks[i] as number) : sum), 0);
  return (total - (positives * (positives + 1)) / 2) / (positives * (truth.length - positives));
}
