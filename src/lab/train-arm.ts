/** Training an arm: the trainer with the lab's progress, checkpoints, counting and curves around it. */
import type { Batch, BatchStream, Json } from "../data/index.ts";
import type { Module } from "../nn/index.ts";
import { Trainer } from "../train/index.ts";
import type { History, TrainerOptions } from "../train/index.ts";
import type { ArmContext } from "./context.ts";
import type { ArmResult, Curve } from "./measurement.ts";

export interface TrainArmOptions<B extends Batch> extends Pick<TrainerOptions<B>, "loss" | "optimizer" | "clip" | "shadow" | "random" | "unused"> {
  readonly model: Module;
  readonly data: BatchStream<B>;
  readonly steps: number;
  /** Names the checkpoints of arms that train in several stages. */
  readonly stage?: string;
  /** What the run depends on beside the optimizer. */
  readonly settings?: Json;
  /** Share of the arm's progress this training makes up, for arms of several stages: [from, to]; default [0, 1]. */
  readonly progress?: readonly [number, number];
}

/** What training needs of an arm's context; gates of foundations make one of their own. */
export type TrainContext = Pick<ArmContext<object>, "arm" | "artifacts" | "device" | "signal" | "report">;

/** The counted part of an arm's result. */
export type TrainedArm = Required<Pick<ArmResult, "parameters" | "flopsPerStep" | "steps" | "seconds" | "curves">>;

const CHECKPOINT_EVERY = 100;
const CURVE_POINTS = 160;

/**
 * Trains `steps` updates, going on from this arm's checkpoint if there is one. `seconds` is the time of the steps with
 * compilation left out: that of the first step is taken to be the mean of the others.
 * Throws when the loss stops being finite, and when the run is aborted.
 */
export async function trainArm<B extends Batch>(context: TrainContext, { model, data, steps, stage = "train", settings, progress = [0, 1], ...step }: TrainArmOptions<B>): Promise<TrainedArm> {
  const { artifacts, device, signal, report } = context;
  let clock = performance.now();
  const durations: number[] = [];
  const trainer = new Trainer<B>({
    ...step,
    model,
    data,
    steps,
    device,
    settings,
    signal,
    checkpoints: { store: prefixed(artifacts, stage), every: CHECKPOINT_EVERY },
    onEvent: (event) => {
      if (event.type === "step") {
        durations.push(performance.now() - clock);
        report(Math.round(1000 * (progress[0] + ((progress[1] - progress[0]) * event.step) / steps)), 1000, { loss: event.loss });
      }
      clock = performance.now(); // what follows an event is the next step
    },
  });
  try {
    const { flops } = await trainer.explain();
    const { reason, message, history } = await trainer.run();
    signal.throwIfAborted();
    if (reason !== "finished") throw new Error(`arm "${context.arm}", ${stage}: ${message ?? reason}`);
    const counted = durations.slice(1);
    const seconds = counted.length === 0 ? 0 : ((counted.reduce((a, b) => a + b, 0) / counted.length) * steps) / 1000;
    return { parameters: model.parameterCount(), flopsPerStep: flops.products, steps, seconds, curves: curvesOf(history) };
  } finally {
    await trainer.release();
    await data.close();
  }
}

/** An arm of stages that train one after the other: steps, seconds and FLOPs add up, parameters are those of the largest, curves are named after their stage. */
export function joinStages(stages: Readonly<Record<string, TrainedArm>>): TrainedArm {
  const parts = Object.values(stages);
  const total = (of: (stage: TrainedArm) => number): number => parts.reduce((sum, stage) => sum + of(stage), 0);
  const steps = total((stage) => stage.steps);
  return {
    parameters: Math.max(...parts.map(({ parameters }) => parameters)),
    flopsPerStep: total((stage) => stage.flopsPerStep * stage.steps) / steps,
    steps,
    seconds: total(({ seconds }) => seconds),
    curves: Object.fromEntries(Object.entries(stages).flatMap(([stage, { curves }]) => Object.entries(curves).map(([name, curve]) => [`${stage}: ${name}`, curve] as const))),
  };
}

/** The loss and each further scalar that the loss function returns. */
function curvesOf({ steps }: History): Record<string, Curve> {
  const { gradientNorm: _, learningRate: __, ...own } = steps;
  return Object.fromEntries(Object.entries(own).map(([name, values]) => [name, thinned(values)]));
}

/** Means of equal runs of steps, so that a curve has few points and little noise. */
function thinned(values: readonly number[]): Curve {
  const width = Math.max(1, Math.ceil(values.length / CURVE_POINTS));
  return Array.from({ length: Math.ceil(values.length / width) }, (_, i) => {
    const part = values.slice(i * width, (i + 1) * width);
    return [i * width + part.length, part.reduce((a, b) => a + b, 0) / part.length] as const;
  });
}

function prefixed(store: ArmContext<object>["artifacts"], stage: string): Pick<ArmContext<object>["artifacts"], "read" | "write"> {
  return { read: (name) => store.read(`${stage}-${name}`), write: (name, bytes) => store.write(`${stage}-${name}`, bytes) };
}
