/**
 * Training in stages, one after the other on the same weights: pre-training and fine-tuning, curricula, rounds in which a
 * teacher is made anew. Each stage has its own data, loss, groups, schedule and steps; there is one log and one count of
 * steps. A run that was stopped passes over finished stages and goes on within the one that was not.
 */
import type { HostArray } from "../engine/index.ts";
import type { Batch } from "../data/index.ts";
import type { Module } from "../nn/index.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import type { Evaluation } from "./history.ts";
import type { Optimizer } from "./optimizers/index.ts";
import type { StopReason, TrainEvent } from "./train-event.ts";
import { Trainer } from "./trainer.ts";
import type { TrainerOptions } from "./trainer.ts";

export interface Stage<B extends Batch> extends Omit<TrainerOptions<B>, "model" | "data" | "optimizer" | "checkpoints" | "signal" | "onEvent" | "device" | "threads" | "debug"> {
  /** Names its checkpoints and its part of the log; unique. */
  readonly name: string;
  /** Model of the stage; default that of the trainer. A module that the stage leaves out is simply not part of it. */
  readonly model?: Module;
  /**
   * Runs before the stage, also after a restart: transplanting, thawing, labels from a teacher. It must depend on nothing but
   * the weights and what was given.
   */
  readonly prepare?: () => void | Promise<void>;
  /** Opens the data; it is closed when the stage ends. */
  readonly data: () => TrainerOptions<B>["data"] | Promise<TrainerOptions<B>["data"]>;
  /** A new optimizer, or the one of the stage before to go on with its moments and step counter. */
  readonly optimizer: (before: Optimizer | null) => Optimizer;
}

export type StagedEvent = TrainEvent & {
  readonly stage: string;
  /** Updates made in all stages. */
  readonly totalStep: number;
  readonly totalSteps: number;
};

export interface StagedTrainerOptions {
  readonly model: Module;
  // Stages may have batches of different kinds; each is checked where it is made.
  readonly stages: readonly Stage<never>[];
  readonly checkpoints?: { readonly store: CheckpointStore; readonly every: number; readonly resume?: boolean };
  /** Keep the weights of the stage with the best value of a metric of its last evaluation; default those of the last stage. */
  readonly select?: { readonly metric: string; readonly order: "higher" | "lower" };
  readonly device?: string;
  readonly threads?: number;
  readonly debug?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: StagedEvent) => void;
}

export interface StageResult {
  readonly name: string;
  readonly steps: number;
  readonly reason: StopReason;
  /** Last evaluation; null without any. */
  readonly evaluation: Evaluation | null;
  /** Loss of each step. */
  readonly losses: readonly number[];
}

export interface StagedResult {
  readonly reason: StopReason;
  readonly message: string | null;
  readonly stages: readonly StageResult[];
  /** Stage whose weights the model has. */
  readonly selected: string | null;
}

/** A stage for a list of stages of different batches. */
export const stage = <B extends Batch>(options: Stage<B>): Stage<never> => options as unknown as Stage<never>;

export class StagedTrainer {
  private readonly options: StagedTrainerOptions;

  constructor(options: StagedTrainerOptions) {
    const names = options.stages.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (names.length === 0 || twice !== undefined) throw new RangeError(`StagedTrainer: expected stages with names of their own, got ${twice === undefined ? "none" : `"${twice}" twice`}`);
    const unmeasured = options.select === undefined ? undefined : options.stages.find(({ evaluate }) => evaluate === undefined);
    if (unmeasured !== undefined) throw new Error(`StagedTrainer: select needs the metrics of {evaluate}, stage "${unmeasured.name}" has none`);
    this.options = options;
  }

  /** Runs the stages in order. Ends early when one is aborted or stops being finite. */
  async run(): Promise<StagedResult> {
    const { model, stages, select } = this.options;
    const done: StageResult[] = [];
    let optimizer: Optimizer | null = null;
    let best: { readonly name: string; readonly value: number; readonly weights: ReadonlyMap<string, HostArray> } | null = null;
    for (const current of stages) {
      const finished = await this.runStage(current, optimizer, done);
      optimizer = finished.optimizer;
      done.push(finished.result);
      const { reason } = finished.result;
      if (reason === "aborted" || reason === "nonFinite") return { reason, message: `stage "${current.name}": ${finished.message ?? reason}`, stages: done, selected: current.name };
      if (select === undefined) continue;
      const value = finished.result.evaluation?.metrics[select.metric];
      if (value === undefined) throw new Error(`StagedTrainer: select: the evaluation of stage "${current.name}" gave no "${select.metric}"`);
      if (best === null || (select.order === "higher" ? value > best.value : value < best.value)) best = { name: current.name, value, weights: model.stateDict() };
    }
    if (best !== null) model.loadStateDict(best.weights);
    return { reason: "finished", message: null, stages: done, selected: best?.name ?? stages.at(-1)?.name ?? null };
  }

  private async runStage({ name, model = this.options.model, prepare, data: open, optimizer: make, ...stage }: Stage<never>, before: Optimizer | null, done: readonly StageResult[]): Promise<{ readonly result: StageResult; readonly optimizer: Optimizer; readonly message: string | null }> {
    const { stages, checkpoints, device, threads, debug, signal, onEvent } = this.options;
    const offset = done.reduce((total, { steps }) => total + steps, 0);
    const totalSteps = stages.reduce((total, { steps }) => total + steps, 0);
    await prepare?.();
    const optimizer = make(before);
    const data = await open();
    const trainer = new Trainer<never>({
      ...stage,
      model,
      data,
      optimizer,
      device,
      threads,
      debug,
      signal,
      checkpoints: checkpoints === undefined ? undefined : { ...checkpoints, store: within(checkpoints.store, name) },
      onEvent: (event) => onEvent?.({ ...event, stage: name, totalStep: offset + event.step, totalSteps }),
    });
    try {
      const { reason, step, history, message } = await trainer.run();
      return { result: { name, steps: step, reason, evaluation: history.last ?? null, losses: history.steps["loss"] ?? [] }, optimizer, message };
    } finally {
      await trainer.release();
      await data.close();
    }
  }
}

/** The store with the names of a stage. */
const within = (store: CheckpointStore, name: string): CheckpointStore => ({ read: (file) => store.read(`${name}-${file}`), write: (file, bytes) => store.write(`${name}-${file}`, bytes) });
