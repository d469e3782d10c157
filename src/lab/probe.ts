/**
 * Probes: how much of a label can be read off frozen features. Standardised with the training features' statistics, so
 * that encoders of different scale compare; the report shows raw inputs and a random encoder beside them.
 */
import { compile, grad, hostArray, RandomStream } from "../engine/index.ts";
import type { Device, HostArray, Tensor } from "../engine/index.ts";
import { init, Linear } from "../nn/index.ts";
import { AdamW } from "../train/index.ts";
import { crossEntropy } from "../objectives/index.ts";

/** Feature vectors with their labels. */
export interface LabelledFeatures {
  /** float32 [n, d] */
  readonly features: HostArray;
  /** int32 [n], class numbers from 0. */
  readonly labels: HostArray;
}

export interface ProbeData {
  readonly train: LabelledFeatures;
  readonly test: LabelledFeatures;
  readonly classes: number;
}

export interface LinearProbeOptions {
  /** Full-batch updates; default 400. */
  readonly steps?: number;
  /** Default 1e-2. */
  readonly learningRate?: number;
  /** Default 1e-2. */
  readonly weightDecay?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** Share of test labels that a linear classifier on standardised features gets right. */
export async function linearProbe(data: ProbeData, { steps = 400, learningRate = 1e-2, weightDecay = 1e-2, device, signal }: LinearProbeOptions = {}): Promise<number> {
  const { train, test } = standardized(data);
  const width = train.features.shape[1] as number;
  const classifier = new Linear(width, data.classes, { random: RandomStream.of(0, "probe"), init: init.zeros });
  const optimizer = new AdamW(classifier, { learningRate, weightDecay });
  const step = compile(
    (features: Tensor, labels: Tensor) => {
      const { loss } = crossEntropy(classifier.forward(features), labels);
      optimizer.apply(grad(loss, optimizer.targets));
      return { loss };
    },
    { device, name: "linear probe" },
  );
  const predict = compile((features: Tensor) => classifier.forward(features).argMax(), { device, name: "linear probe prediction" });
  try {
    for (let i = 0; i < steps; i++) {
      signal?.throwIfAborted();
      await step(train.features, train.labels);
    }
    return share(await predict(test.features), test.labels);
  } finally {
    await step.release();
    await predict.release();
  }
}

/** Share of test labels given by the majority of the k most similar (cosine) training items; ties go to the nearer ones. */
export async function nearestNeighbours(data: ProbeData, k = 5, device?: Device): Promise<number> {
  const { train, test } = standardized(data);
  const similarity = compile((a: Tensor, b: Tensor) => a.l2Normalize().matmul(b.l2Normalize(), { transB: true }), { device, name: "nearest neighbours" });
  const { data: scores } = await similarity(test.features, train.features); // [tests, trains]
  await similarity.release();
  const count = train.features.shape[0] as number;
  const votes = Int32Array.from({ length: test.features.shape[0] as number }, (_, i) => {
    const row = scores.subarray(i * count, (i + 1) * count) as Float32Array;
    const nearest = Array.from(row.keys()).sort((a, b) => (row[b] as number) - (row[a] as number)).slice(0, k);
    return majority(nearest.map((j) => Number(train.labels.data[j])));
  });
  return share(hostArray(votes, [votes.length]), test.labels);
}

/** The most frequent value, the earliest of equals. */
function majority(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function share(predicted: HostArray, labels: HostArray): number {
  const right = Array.from(labels.data as Int32Array).filter((label, i) => label === Number(predicted.data[i])).length;
  return right / labels.data.length;
}

/** Both sets minus the training mean over the training deviation, feature by feature; constant features become 0. */
function standardized({ train, test }: ProbeData): Pick<ProbeData, "train" | "test"> {
  const [count, width] = train.features.shape as [number, number];
  const values = train.features.data as Float32Array;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  values.forEach((value, i) => {
    mean[i % width] = (mean[i % width] as number) + value / count;
    square[i % width] = (square[i % width] as number) + (value * value) / count;
  });
  const scale = Float64Array.from(square, (s, j) => {
    const variance = s - (mean[j] as number) ** 2;
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
  });
  const apply = ({ features, labels }: LabelledFeatures): LabelledFeatures => ({
    features: hostArray((features.data as Float32Array).map((value, i) => (value - (mean[i % width] as number)) * (scale[i % width] as number)), features.shape),
    labels,
  });
  return { train: apply(train), test: apply(test) };
}
