/** Linear maps fitted to frozen features: what the probes are made of. */
import { compile, grad, hostArray, RandomStream } from "../engine/index.ts";
import type { Device, HostArray, Tensor } from "../engine/index.ts";
import { init, Linear } from "../nn/index.ts";
import { AdamW } from "../train/index.ts";

/** Arrays [n, d] of the two sides of a split. */
export interface Sides {
  readonly train: HostArray;
  readonly test: HostArray;
}

export interface LinearFitOptions {
  /** Full-batch updates; default 400. */
  readonly steps?: number;
  /** Default 1e-2. */
  readonly learningRate?: number;
  /** Default 1e-2. */
  readonly weightDecay?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

export interface LinearFit extends LinearFitOptions {
  readonly features: Sides;
  readonly outputs: number;
  /** Of the training rows. */
  readonly targets: HostArray;
  /** Loss of predictions [n, outputs] against the targets. */
  readonly loss: (prediction: Tensor, targets: Tensor) => Tensor;
}

/** Fits a linear map from standardised features, zero at first, by full-batch AdamW; returns its outputs for the test rows, [m, outputs]. */
export async function linearFit({ features, outputs, targets, loss, steps = 400, learningRate = 1e-2, weightDecay = 1e-2, device, signal }: LinearFit): Promise<HostArray> {
  const { train, test } = standardized(features);
  const map = new Linear(train.shape[1] as number, outputs, { random: RandomStream.of(0, "probe"), init: init.zeros });
  const optimizer = new AdamW(map, { learningRate, weightDecay });
  const step = compile(
    (inputs: Tensor, wanted: Tensor) => {
      const value = loss(map.forward(inputs), wanted);
      optimizer.apply(grad(value, optimizer.targets));
      return { loss: value };
    },
    { device, name: "linear probe" },
  );
  const predict = compile((inputs: Tensor) => map.forward(inputs), { device, name: "linear probe prediction" });
  try {
    for (let i = 0; i < steps; i++) {
      signal?.throwIfAborted();
      await step(train, targets);
    }
    const { data, shape } = await predict(test);
    return hostArray(data, shape);
  } finally {
    await step.release();
    await predict.release();
  }
}

/** Both sides minus the training mean over the training deviation, column by column; constant columns become 0. */
export function standardized({ train, test }: Sides): Sides {
  const { mean, deviation } = columnStatistics(train);
  const apply = ({ data, shape }: HostArray): HostArray =>
    hostArray((data as Float32Array).map((value, i) => {
      const column = i % mean.length;
      const spread = deviation[column] as number;
      return spread > 0 ? (value - (mean[column] as number)) / spread : 0;
    }), shape);
  return { train: apply(train), test: apply(test) };
}

/** Mean and deviation of the columns of [n, d]; a deviation below 1e-6 counts as 0. */
export function columnStatistics({ data, shape }: HostArray): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const [count, width] = shape as [number, number];
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  (data as Float32Array).forEach((value, i) => {
    mean[i % width] = (mean[i % width] as number) + value / count;
    square[i % width] = (square[i % width] as number) + (value * value) / count;
  });
  const deviation = square.map((s, j) => {
    const variance = s - (mean[j] as number) ** 2;
    return variance > 1e-12 ? Math.sqrt(variance) : 0;
  });
  return { mean, deviation };
}
