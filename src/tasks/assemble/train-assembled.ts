/** The training of an assembled model, whatever its batches are made of: AdamW under a cosine, checkpoints, a log. */
import { join } from "node:path";
import type { Batch, BatchStream, Json } from "../../data/index.ts";
import type { Device } from "../../engine/index.ts";
import type { Progress } from "../../lab/index.ts";
import { AdamW, schedules, Trainer } from "../../train/index.ts";
import { CheckpointDirectory, RunLog } from "../../train/node/index.ts";
import type { Assembled } from "../../train/assemble/index.ts";
import { beginRun } from "../begun-run.ts";

export interface AssembledRun {
  readonly model: Assembled;
  /** Directory of the model; checkpoints and log lie in `training/` below it. */
  readonly out: string;
  /** What makes the run the one it is; kept with it. */
  readonly identity: { readonly steps: number; readonly learningRate: number; readonly seed: number };
  readonly data: BatchStream<Batch>;
  readonly checkpointEvery: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

export interface Trained {
  readonly steps: number;
  /** Mean of the last tenth of the steps. */
  readonly loss: number;
}

/** Share of the steps in which the rate rises. */
const WARMUP = 0.1;

/** Trains, continuing what was begun, and hands over to `keep` while the directory is still ours. */
export async function trainAssembled<T>({ model, out, identity, data, checkpointEvery, device, signal, progress }: AssembledRun, keep: (trained: Trained) => Promise<T>): Promise<T> {
  const { steps, learningRate, seed } = identity;
  return beginRun(out, identity, async () => {
    const log = new RunLog(join(out, "training"));
    const store = new CheckpointDirectory(join(out, "training"));
    const trainer = new Trainer({
      model, data, steps, seed, device, signal,
      optimizer: new AdamW(model, { learningRate, schedule: schedules.cosine({ warmup: Math.round(WARMUP * steps), steps }) }),
      clip: 1,
      loss: (fields, mode) => model.forward(fields, mode),
      settings: identity as unknown as Json,
      checkpoints: { store, every: checkpointEvery },
      onEvent: (event) => {
        log.observe(event);
        if (event.type === "step") progress.update({ label: "training", fraction: event.step / steps, secondsLeft: event.secondsLeft, values: { loss: event.loss } });
        if (event.type === "resumed") progress.message(`continuing after step ${event.step}`);
      },
    });
    try {
      const { reason, message, history, step } = await trainer.run();
      if (reason === "aborted") throw signal?.reason;
      if (reason !== "finished") throw new Error(`pretrain: ${message ?? reason}`);
      const losses = (history.steps["loss"] ?? []).slice(-Math.ceil(steps / 10));
      return await keep({ steps: step, loss: losses.reduce((a, b) => a + b, 0) / losses.length });
    } finally {
      log.close();
      await trainer.release();
      await data.close();
    }
  });
}
