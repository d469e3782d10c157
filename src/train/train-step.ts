/** One compiled step: forward, backward, accumulation, clipping, schedule, update, moving average. */
import { compile, grad, ones } from "../engine/index.ts";
import type { Compiled, CostReport, GraphRandom, HostArray, Tensor } from "../engine/index.ts";
import type { Batch } from "../data/index.ts";
import type { Mode } from "../nn/index.ts";
import { clipFactor, globalNorm, GradientAccumulator } from "./gradients.ts";
import type { Phase } from "./gradients.ts";
import type { Optimizer } from "./optimizers/index.ts";
import type { Shadow } from "./shadow.ts";

/** A batch as the loss sees it: tensors of the same names. */
export type BatchTensors<B extends Batch> = { readonly [K in keyof B]: Tensor };

/** A loss and further scalars worth watching. */
export type LossFunction<B extends Batch> = (batch: BatchTensors<B>, mode: Mode) => { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

export interface TrainStepOptions<B extends Batch> {
  readonly loss: LossFunction<B>;
  readonly optimizer: Optimizer;
  /** Largest global norm of the gradients. */
  readonly clip?: number;
  /** Micro-batches in a step; default 1. */
  readonly accumulate?: number;
  /** Moving average of the weights. */
  readonly shadow?: Shadow;
  /** In-graph random numbers for the loss, as for dropout; they advance with every micro-batch. */
  readonly random?: GraphRandom;
  /** What to do for trained parameters that a batch's loss does not reach; default "error", which names them. */
  readonly unused?: "error" | "zero";
  readonly device?: string;
  readonly threads?: number;
  /** Stop at the first operation that makes a NaN or infinity, naming it; slow. */
  readonly debug?: boolean;
}

export type TrainStep<B extends Batch> = Compiled<readonly [BatchTensors<B>, Phase], Record<string, Tensor>>;

/** A training step as the trainer sees it: it updates, and returns the loss, the metrics, `gradientNorm` and `learningRate`. */
export interface StepRunner<B extends Batch> {
  (batch: B, phase: Phase): Promise<Record<string, HostArray>>;
  explain(batch: B, phase: Phase): CostReport;
  release(): Promise<void>;
}

/**
 * The step as a compiled function of a micro-batch and its place in the batch. It returns the loss and the metrics, and
 * where the batch is complete also `gradientNorm` (before clipping) and `learningRate`. Each shape of batch is a program
 * of its own.
 */
export function compileTrainStep<B extends Batch>({ loss, optimizer, clip, accumulate = 1, shadow, random, unused = "error", device, threads, debug }: TrainStepOptions<B>): TrainStep<B> {
  const accumulator = new GradientAccumulator(optimizer.trained, accumulate);
  const step = (batch: BatchTensors<B>, phase: Phase): Record<string, Tensor> => {
    const result = loss(batch, random === undefined ? { train: true } : { train: true, random });
    random?.advance();
    requireScalars(result);
    const total = accumulator.add(grad(result.loss, optimizer.targets, { unused }), phase);
    if (total === null) return result;
    const norm = globalNorm(total.gradients).mul(1 / total.divisor);
    const factor = clip === undefined ? undefined : clipFactor(norm, clip);
    const scale = total.divisor === 1 ? factor : (factor ?? ones([])).mul(1 / total.divisor);
    const learningRate = optimizer.learningRate();
    const values = optimizer.apply(total.gradients, scale);
    shadow?.update(values, optimizer.step);
    return { ...result, gradientNorm: norm, learningRate };
  };
  return compile(step, { name: "training step", device, threads, debug });
}

/** Mean of each metric over the micro-batches of a step; values of the last one where only it has them. */
export function meanMetrics(results: readonly Readonly<Record<string, HostArray>>[]): Record<string, number> {
  const last = results.at(-1) ?? {};
  return Object.fromEntries(
    Object.keys(last).map((name) => {
      const values = results.flatMap((result) => (name in result ? [Number(result[name]?.data[0])] : []));
      return [name, Math.fround(values.reduce((total, value) => total + value, 0) / values.length)];
    }),
  );
}

function requireScalars(result: Readonly<Record<string, Tensor>>): void {
  for (const [name, value] of Object.entries(result)) {
    if (value.size !== 1) throw new RangeError(`training step: "${name}" must be a single number, got shape [${value.shape.join(", ")}]; reduce it with mean() or sum()`);
    if (name === "gradientNorm" || name === "learningRate") throw new Error(`training step: the loss may not return "${name}", the trainer does`);
  }
}
