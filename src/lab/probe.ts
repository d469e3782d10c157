/**
 * Probes: how much of a label can be read off frozen features. Standardised with the training features' statistics, so
 * that encoders of different scale compare; the report shows raw inputs and a random encoder beside them.
 */
import { compile, hostArray } from "../engine/index.ts";
import type { Device, HostArray, Tensor } from "../engine/index.ts";
import { crossEntropy } from "../objectives/index.ts";
import { linearFit, standardized } from "./linear-fit.ts";
import type { LinearFitOptions, Sides } from "./linear-fit.ts";

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

export type LinearProbeOptions = LinearFitOptions;

/** Share of test labels that a linear classifier on standardised features gets right. */
export async function linearProbe(data: ProbeData, options: LinearProbeOptions = {}): Promise<number> {
  return share(await linearClasses(data, options), data.test.labels);
}

/** The class a linear classifier on standardised features gives each test item, int32 [m]. */
export async function linearClasses({ train, test, classes }: ProbeData, options: LinearProbeOptions = {}): Promise<HostArray> {
  const features = { train: train.features, test: test.features };
  const scores = await linearFit({ ...options, features, outputs: classes, targets: train.labels, loss: (prediction, labels) => crossEntropy(prediction, labels).loss });
  return hostArray(Int32Array.from({ length: test.labels.data.length }, (_, i) => largest(scores.data as Float32Array, i * classes, classes)), test.labels.shape);
}

/** Position of the largest of `count` values from `start`, the first of equals. */
function largest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[start + i] as number) > (values[start + best] as number)) best = i;
  return best;
}

/** Share of test labels given by the majority of the k most similar (cosine) training items; ties go to the nearer ones. */
export async function nearestNeighbours(data: ProbeData, k = 5, device?: Device): Promise<number> {
  const { train, test }: Sides = standardized({ train: data.train.features, test: data.test.features });
  const similarity = compile((a: Tensor, b: Tensor) => a.l2Normalize().matmul(b.l2Normalize(), { transB: true }), { device, name: "nearest neighbours" });
  const { data: scores } = await similarity(test, train); // [tests, trains]
  await similarity.release();
  const count = train.shape[0] as number;
  const votes = Int32Array.from({ length: test.shape[0] as number }, (_, i) => {
    const row = scores.subarray(i * count, (i + 1) * count) as Float32Array;
    const nearest = Array.from(row.keys()).sort((a, b) => (row[b] as number) - (row[a] as number)).slice(0, k);
    return majority(nearest.map((j) => Number(data.train.labels.data[j])));
  });
  return share(hostArray(votes, [votes.length]), data.test.labels);
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
