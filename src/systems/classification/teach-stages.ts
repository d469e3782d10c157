/** Teaching one set of items after the other. Nobody tells a learner where a task ends, so its optimizer lives through all of them, with whatever it remembers. */
import type { HostArray, Tensor } from "../../engine/index.ts";
import type { Mode, Module } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import type { Optimizer } from "../../train/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import { takeRows, trainArm } from "../../lab/index.ts";
import type { TrainContext, TrainedArm } from "../../lab/index.ts";
import { labelsOf } from "./class-incremental.ts";

/** What is taught: rows in, logits for all classes out. */
export interface Learner {
  readonly model: Module;
  /** A row for each item: its features, or the keys found for them. */
  readonly rows: HostArray;
  logits(rows: Tensor, mode: Mode): Tensor;
  /** A new one, which has seen nothing. */
  optimizer(): Optimizer;
}

export interface Stage {
  readonly name: string;
  readonly items: Int32Array;
}

export interface Teaching {
  /** Of all items. */
  readonly labels: Int32Array;
  readonly batch: number;
  /** Passes over the items of each stage. */
  readonly epochs: number;
  readonly clip: number;
  readonly smoothing: number;
  readonly seed: number;
  /** Share of the arm's progress that the stages make up: [from, to]. */
  readonly progress: readonly [number, number];
  /** Called after each stage. */
  readonly after?: (stage: number) => Promise<void>;
}

/** Trains the stages in turn with one optimizer. */
export async function teachStages(context: TrainContext, learner: Learner, stages: readonly Stage[], { labels, batch, epochs, clip, smoothing, seed, progress: [from, to], after }: Teaching): Promise<Record<string, TrainedArm>> {
  const optimizer = learner.optimizer();
  const trained: Record<string, TrainedArm> = {};
  const at = (stage: number): number => from + ((to - from) * stage) / stages.length;
  for (const [stage, { name, items }] of stages.entries()) {
    trained[name] = await trainArm(context, {
      model: learner.model,
      optimizer,
      stage: name.replaceAll(" ", "-"),
      progress: [at(stage), at(stage + 1)],
      clip,
      steps: epochs * Math.floor(items.length / batch),
      data: shuffledBatches({ indices: items, batchSize: batch, seed }, ({ indices }) => ({ x: takeRows(learner.rows, indices), labels: labelsOf(labels, indices) })),
      loss: ({ x, labels: wanted }, mode) => ({ loss: crossEntropy(learner.logits(x, mode), wanted, { smoothing }).loss }),
    });
    await after?.(stage);
  }
  return trained;
}
