/**
 * Dense probes: what a linear map reads off each frozen token by itself - depth, classes - and off whole items. The lab's
 * linear probe, with the places of all pictures as rows.
 */
import { hostArray } from "../engine/index.ts";
import type { HostArray, Tensor } from "../engine/index.ts";
import { regression } from "../objectives/index.ts";
import { metrics } from "../train/index.ts";
import { columnStatistics, linearFit, standardized } from "./linear-fit.ts";
import type { LinearFitOptions, Sides } from "./linear-fit.ts";
import { linearClasses } from "./probe.ts";

/** Frozen tokens with what is true at their places. */
export interface LabelledTokens {
  /** float32 [n, N, d] */
  readonly tokens: HostArray;
  /** [n, N]: depth in float32, or class numbers in int32. */
  readonly labels: HostArray;
}

export interface DenseProbeData {
  readonly train: LabelledTokens;
  readonly test: LabelledTokens;
}

/** [n, N, d] -> [n * N, d] */
function rowsOf({ data, shape }: HostArray): HostArray {
  const width = shape[shape.length - 1] as number;
  return hostArray(data, [data.length / width, width]);
}

const columnOf = ({ data }: HostArray): HostArray => hostArray(Float32Array.from(data as Float32Array), [data.length, 1]);
const squaredError = (prediction: Tensor, targets: Tensor): Tensor => regression(prediction, targets).loss;

/** Predicts targets [n, k] from features [n, d] by a linear map with squared error; in the targets' own scale, [m, k]. */
export async function linearRegression(features: Sides, targets: HostArray, options: LinearFitOptions = {}): Promise<HostArray> {
  const { mean, deviation } = columnStatistics(targets);
  const outputs = mean.length;
  const fitted = await linearFit({ ...options, features, outputs, targets: standardized({ train: targets, test: targets }).train, loss: squaredError });
  return hostArray((fitted.data as Float32Array).map((value, i) => value * (deviation[i % outputs] as number) + (mean[i % outputs] as number)), fitted.shape);
}

/**
 * Mean absolute relative error of depth read off each token. The map is fitted to the logarithm of depth, so that near
 * and far places weigh alike, as they do in this error.
 */
export async function depthProbe({ train, test }: DenseProbeData, options: LinearFitOptions = {}): Promise<number> {
  const logarithm = columnOf(train.labels);
  const features = { train: rowsOf(train.tokens), test: rowsOf(test.tokens) };
  const predicted = await linearRegression(features, hostArray((logarithm.data as Float32Array).map(Math.log), logarithm.shape), options);
  return metrics.absoluteRelativeError(test.labels.data as Float32Array, (predicted.data as Float32Array).map(Math.exp));
}

/** The error of saying the training mean everywhere: the floor of `depthProbe`. */
export function meanDepthError(train: HostArray, test: HostArray): number {
  const mean = columnStatistics(columnOf(train)).mean[0] as number;
  return metrics.absoluteRelativeError(test.data as Float32Array, new Float32Array(test.data.length).fill(mean));
}

/** Mean intersection over union of the class read off each token. */
export async function segmentationProbe({ train, test }: DenseProbeData, classes: number, options: LinearFitOptions = {}): Promise<number> {
  const side = ({ tokens, labels }: LabelledTokens): { readonly features: HostArray; readonly labels: HostArray } => ({ features: rowsOf(tokens), labels: hostArray(labels.data, [labels.data.length]) });
  const predicted = await linearClasses({ train: side(train), test: side(test), classes }, options);
  return metrics.meanIoU(test.labels.data as Int32Array, predicted.data as Int32Array, classes);
}

/** Mean absolute error of a number read off each item: features [n, d], truth [n]. */
export async function regressionProbe(features: Sides, truth: Sides, options: LinearFitOptions = {}): Promise<number> {
  const predicted = await linearRegression(features, columnOf(truth.train), options);
  const errors = Array.from(truth.test.data as Float32Array, (value, i) => Math.abs(value - Number(predicted.data[i])));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
