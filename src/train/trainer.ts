/**
 * The trainer: a loop of compiled steps with evaluation, checkpoints and early stopping.
 *
 * What it promises: a run is a function of its options and of the streams' seeds. Stopped anywhere, even by kill -9, and
 * started again with the same checkpoint store, it gives the same losses and parameters bit for bit. Observers see what
 * happens and change nothing. Nothing is printed here.
 */
import { GraphRandom } from "../engine/index.ts";
import type { CostReport, HostArray } from "../engine/index.ts";
import type { Batch, BatchStream, Json } from "../data/index.ts";
import type { Module } from "../nn/index.ts";
import { CheckpointKeeper } from "./checkpoint.ts";
import type { Checkpoint, CheckpointStore, KeepOptions, StoredCheckpoint } from "./checkpoint.ts";
import { shouldStop } from "./early-stop.ts";
import type { EarlyStop } from "./early-stop.ts";
import { phaseOf } from "./gradients.ts";
import { History } from "./history.ts";
import { Prefetch } from "./prefetch.ts";
import type { Stateful } from "./prefetch.ts";
import { requireSameSettings } from "./settings.ts";
import { Speed } from "./speed.ts";
import type { StopReason, TrainEvent } from "./train-event.ts";
import { compileTrainStep, meanMetrics } from "./train-step.ts";
import type { StepRunner, TrainStepOptions } from "./train-step.ts";

export interface EvaluateOptions {
  /** Steps between evaluations; the last step is always evaluated. */
  readonly every: number;
  /** Metrics of the model as it is; with a moving average, of the averaged weights. */
  readonly run: (step: number) => Promise<Readonly<Record<string, number>>>;
}

export interface CheckpointOptions extends KeepOptions {
  readonly store: CheckpointStore;
  /** Steps between checkpoints; the end of a run is always stored. */
  readonly every: number;
  /** Continue from the newest intact checkpoint, if there is one; default true. */
  readonly resume?: boolean;
}

export interface TrainerOptions<B extends Batch> extends TrainStepOptions<B> {
  readonly model: Module;
  /** Batches, or micro-batches when gradients are accumulated. The caller closes it. */
  readonly data: BatchStream<B>;
  /** Updates in all, those before a resume included. */
  readonly steps: number;
  /** Seed of the in-graph random numbers when `random` is not given; default 0. */
  readonly seed?: number;
  readonly evaluate?: EvaluateOptions;
  readonly checkpoints?: CheckpointOptions;
  readonly earlyStop?: EarlyStop;
  /** Further positions to save with the run, by name, such as host-side random streams. */
  readonly streams?: Readonly<Record<string, Stateful>>;
  /** What the run depends on beside the optimizer: a checkpoint saved with other settings is refused. */
  readonly settings?: Json;
  /** Makes the step in place of the one compiled from `loss`, such as `gradientCache(...)` does. */
  readonly makeStep?: (options: Omit<TrainStepOptions<B>, "loss" | "random"> & { readonly random: GraphRandom }) => StepRunner<B>;
  /** Stops the run between steps, leaving a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
}

export interface TrainResult {
  readonly reason: StopReason;
  /** Updates made. */
  readonly step: number;
  readonly history: History;
  /** What happened, where there is something to say. */
  readonly message: string | null;
}

export class Trainer<B extends Batch> {
  private readonly options: TrainerOptions<B>;
  private readonly random: GraphRandom;
  private readonly compiled: StepRunner<B>;
  private readonly batches: Prefetch<B>;
  private readonly history = new History();
  private keeper: CheckpointKeeper | null = null;
  private step = 0;
  private savedStep = -1;

  constructor(options: TrainerOptions<B>) {
    for (const [name, value] of [["steps", options.steps], ["evaluate.every", options.evaluate?.every ?? 1], ["checkpoints.every", options.checkpoints?.every ?? 1]] as const) {
      if (!Number.isInteger(value) || value < 1) throw new RangeError(`trainer: ${name}: expected a positive integer, got ${value}`);
    }
    if (options.evaluate === undefined && (options.earlyStop !== undefined || options.checkpoints?.best !== undefined)) throw new Error("trainer: earlyStop and checkpoints.best need the metrics of {evaluate}");
    this.options = options;
    this.random = options.random ?? GraphRandom.of(options.seed ?? 0, "training");
    // A compiled step takes arrays where its type says tensors.
    this.compiled = options.makeStep?.({ ...options, random: this.random }) ?? (compileTrainStep({ ...options, random: this.random }) as unknown as StepRunner<B>);
    this.batches = new Prefetch(options.data, options.streams);
  }

  /** Trains until a reason to stop. Errors of the data, the model or an observer are thrown; nothing stored is lost. */
  async run(): Promise<TrainResult> {
    await this.openCheckpoints();
    const speed = new Speed(this.options.steps, this.step);
    try {
      for (;;) {
        if (this.options.earlyStop !== undefined && shouldStop(this.history.evaluations, this.options.earlyStop)) return await this.stop("earlyStopped", `no better ${this.options.earlyStop.metric} in ${this.options.earlyStop.patience} evaluations`);
        if (this.step >= this.options.steps) return await this.stop("finished", null);
        if (this.options.signal?.aborted === true) return await this.stop("aborted", `stopped by its signal after step ${this.step}`);
        const { metrics, examples } = await this.update();
        const problem = describeNonFinite(this.step + 1, metrics, this.savedStep);
        if (problem !== null) return await this.stop("nonFinite", problem);
        this.step++;
        this.history.add(this.step, metrics);
        this.emit({ type: "step", step: this.step, steps: this.options.steps, loss: metrics["loss"] as number, metrics, ...speed.after(this.step, examples) });
        if (this.isDue(this.options.evaluate?.every)) await this.evaluate();
        if (this.isDue(this.options.checkpoints?.every)) await this.save();
      }
    } finally {
      await this.batches.rewind();
    }
  }

  /** Cost of one micro-batch's part of a step, counted from its graph; takes no batch out of the stream. */
  async explain(): Promise<CostReport> {
    const { data } = this.options;
    const position = data.state();
    const batch = await data.next();
    data.restore(position);
    return this.compiled.explain(batch, phaseOf(0, this.options.accumulate ?? 1));
  }

  /** Frees the compiled programs. The parameters keep their values. */
  async release(): Promise<void> {
    await this.compiled.release();
  }

  /** One update: all micro-batches of a step. */
  private async update(): Promise<{ readonly metrics: Record<string, number>; readonly examples: number }> {
    const count = this.options.accumulate ?? 1;
    const results: Record<string, HostArray>[] = [];
    let examples = 0;
    for (let i = 0; i < count; i++) {
      const batch = await this.batches.take(i + 1 < count || this.step + 1 < this.options.steps);
      examples += Object.values(batch)[0]?.shape[0] ?? 1;
      results.push(await this.compiled(batch, phaseOf(i, count)));
    }
    return { metrics: meanMetrics(results), examples };
  }

  private isDue(every: number | undefined): boolean {
    return every !== undefined && (this.step % every === 0 || this.step === this.options.steps);
  }

  private async evaluate(): Promise<void> {
    const { evaluate, shadow } = this.options;
    if (evaluate === undefined) return;
    const run = (): Promise<Readonly<Record<string, number>>> => evaluate.run(this.step);
    const metrics = await (shadow === undefined ? run() : shadow.with(run));
    this.history.evaluations.push({ step: this.step, metrics });
    this.emit({ type: "evaluation", step: this.step, metrics });
    const name = (await this.keeper?.saveIfBest(this.checkpoint())) ?? null;
    if (name !== null) this.emit({ type: "checkpoint", step: this.step, name });
  }

  private async save(): Promise<void> {
    if (this.keeper === null || this.savedStep === this.step) return;
    const name = await this.keeper.save(this.checkpoint());
    this.savedStep = this.step;
    this.emit({ type: "checkpoint", step: this.step, name });
  }

  /** Ends the run; what was reached is stored, unless the last update spoiled it. */
  private async stop(reason: StopReason, message: string | null): Promise<TrainResult> {
    if (reason !== "nonFinite") await this.save();
    this.emit({ type: "stopped", step: this.step, reason, message });
    return { reason, step: this.step, history: this.history, message };
  }

  private checkpoint(): Checkpoint {
    const { model, optimizer, shadow } = this.options;
    const tensors = new Map<string, HostArray>([
      ...[...model.stateDict()].map(([name, array]) => [`model.${name}`, array] as const),
      ...optimizer.state(),
      ...(shadow?.state() ?? []),
      ["random", this.random.state.value()],
      ...this.history.tensors(),
    ]);
    return {
      step: this.step,
      tensors,
      state: { positions: this.batches.taken(), evaluations: this.history.evaluations as unknown as Json },
      settings: this.settings(),
      metrics: this.history.last?.metrics ?? {},
    };
  }

  private settings(): Json {
    const { optimizer, clip = null, accumulate = 1, seed = 0, settings = null } = this.options;
    return JSON.parse(JSON.stringify({ ...optimizer.settings, clip, accumulate, seed, run: settings })) as Json;
  }

  private async openCheckpoints(): Promise<void> {
    const { checkpoints } = this.options;
    if (checkpoints === undefined || this.keeper !== null) return;
    const { keeper, newest, problems } = await CheckpointKeeper.open(checkpoints.store, checkpoints, checkpoints.resume ?? true);
    if (newest !== null) this.restore(newest);
    this.keeper = keeper;
    if (newest !== null || problems.length > 0) this.emit({ type: "resumed", step: this.step, name: newest?.name ?? null, problems });
  }

  private restore(checkpoint: StoredCheckpoint): void {
    const { model, optimizer, shadow } = this.options;
    requireSameSettings(checkpoint.name, this.settings(), checkpoint.settings);
    const under = (prefix: string, strip: number): Map<string, HostArray> => new Map([...checkpoint.tensors].flatMap(([name, array]) => (name.startsWith(prefix) ? [[name.slice(strip), array]] : [])));
    model.loadStateDict(under("model.", "model.".length));
    optimizer.loadState(under("optimizer.", 0));
    shadow?.loadState(under("shadow.", 0));
    const draws = checkpoint.tensors.get("random");
    if (draws !== undefined) this.random.state.set(draws);
    const { positions, evaluations } = checkpoint.state as { readonly positions: Record<string, Json>; readonly evaluations: Json };
    this.batches.restore(positions);
    this.history.restore(checkpoint.tensors, evaluations);
    this.step = checkpoint.step;
    this.savedStep = checkpoint.step;
  }

  private emit(event: TrainEvent): void {
    this.options.onEvent?.(event);
  }
}

/** What to say when a step gave NaN or infinity; null when it did not. */
function describeNonFinite(step: number, metrics: Readonly<Record<string, number>>, savedStep: number): string | null {
  const { loss, gradientNorm, learningRate } = metrics as { readonly loss: number; readonly gradientNorm: number; readonly learningRate: number };
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return null;
  const what = Number.isFinite(loss) ? `gradient norm is ${gradientNorm} (loss ${loss})` : `loss is ${loss} (gradient norm ${gradientNorm})`;
  const from = savedStep >= 0 ? `resume from step ${savedStep}` : "run again";
  return `step ${step}: ${what}; learning rate ${learningRate}. To see the first operation that makes it, ${from} with {debug: true}; lower the learning rate or set {clip: 1} if it grew slowly`;
}
