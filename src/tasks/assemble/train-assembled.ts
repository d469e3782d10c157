/** The training of an assembled model, whatever its batches are made of: AdamW under a cosine, checkpoints, a log. */
import { join } from "node:path";
import type { Batch, BatchStream, Json } from "../../data/index.ts";
import type { Device, Tensor } from "../../engine/index.ts";
import type { Progress } from "../../lab/index.ts";
import type { Mode, Module } from "../../nn/index.ts";
import { AdamW, schedules, Trainer } from "../../train/index.ts";
import { CheckpointDirectory, RunLog } from "../../train/node/index.ts";
import { beginRun, lastLoss } from "../begun-run.ts";
import { isAssembledFolder, jsonIfThere, saveAssembled, writeJson } from "./assembled-folder.ts";
import type { FinishedAssembled } from "./assembled-folder.ts";

/** The training of a module in a directory. */
export interface ModuleRun {
  readonly model: Module;
  readonly loss: (fields: Readonly<Record<string, Tensor>>, mode: Mode) => { readonly loss: Tensor };
  /** What it is called where people see it. */
  readonly label: string;
  /** Directory of the model; checkpoints and log lie in `training/` below it. */
  readonly out: string;
  /** What makes the run the one it is; kept with it. */
  readonly identity: { readonly steps: number; readonly learningRate: number; readonly seed: number };
  /** Makes the batches, and whatever they need before, when the run is noted and its directory locked. */
  readonly open: () => BatchStream<Batch> | Promise<BatchStream<Batch>>;
  readonly checkpointEvery: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

export interface AssembledRun extends Omit<ModuleRun, "model" | "loss" | "label"> {
  /** What is trained, and kept when it is. */
  readonly folder: FinishedAssembled;
}

export interface Trained {
  readonly steps: number;
  /** Mean of the last tenth of the steps. */
  readonly loss: number;
}

/** Share of the steps in which the rate rises. */
const WARMUP = 0.1;
const RESULT = join("training", "result.json");

/** What a finished run found; undefined where none is finished. */
export const finishedRun = async <F>(out: string): Promise<F | undefined> => ((await isAssembledFolder(out)) ? ((await jsonIfThere(join(out, RESULT))) as F | undefined) : undefined);

/** Trains, continuing what was begun, and leaves the folder with what was found. */
export const trainAssembled = <F>({ folder, ...run }: AssembledRun, factsOf: (trained: Trained) => F): Promise<F> =>
  trainModule({ ...run, model: folder.model, loss: (fields, mode) => folder.model.forward(fields, mode), label: "training" }, async (trained) => {
    const facts = factsOf(trained);
    await writeJson(join(run.out, RESULT), facts);
    await saveAssembled(run.out, folder);
    return facts;
  });

/** Trains a module, continuing what was begun, and finishes while the directory is locked. */
export async function trainModule<F>({ model, loss, label, out, identity, open, checkpointEvery, device, signal, progress }: ModuleRun, finish: (trained: Trained) => Promise<F>): Promise<F> {
  const { steps, learningRate, seed } = identity;
  return beginRun(out, identity, async () => {
    const data = await open();
    const log = new RunLog(join(out, "training"));
    const store = new CheckpointDirectory(join(out, "training"));
    const trainer = new Trainer({
      model, data, steps, seed, device, signal, loss,
      optimizer: new AdamW(model, { learningRate, schedule: schedules.cosine({ warmup: Math.round(WARMUP * steps), steps }) }),
      clip: 1,
      settings: identity as unknown as Json,
      checkpoints: { store, every: checkpointEvery },
      onEvent: (event) => {
        log.observe(event);
        if (event.type === "step") progress.update({ label, fraction: event.step / steps, secondsLeft: event.secondsLeft, values: { loss: event.loss } });
        if (event.type === "resumed") progress.message(`${label}: continuing after step ${event.step}`);
      },
    });
    try {
      const { reason, message, history, step } = await trainer.run();
      if (reason === "aborted") throw signal?.reason;
      if (reason !== "finished") throw new Error(`pretrain: ${message ?? reason}`);
      return await finish({ steps: step, loss: lastLoss(history.steps["loss"] ?? []) });
    } finally {
      log.close();
      await trainer.release();
      await data.close();
    }
  });
}
