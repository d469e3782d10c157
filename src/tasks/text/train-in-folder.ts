/** Training whose checkpoints and log lie below the folder of the model it makes, so that the same call can continue it. */
import { join } from "node:path";
import type { Batch, Json } from "../../data/index.ts";
import { SILENT } from "../../lab/index.ts";
import type { Progress } from "../../lab/index.ts";
import { Trainer } from "../../train/index.ts";
import type { CheckpointOptions, TrainerOptions, TrainResult } from "../../train/index.ts";
import { CheckpointDirectory, RunLog } from "../../train/node/index.ts";
import { showTraining } from "../begun-run.ts";

export interface FolderTraining<B extends Batch> extends Omit<TrainerOptions<B>, "checkpoints" | "clip" | "onEvent" | "settings"> {
  /** Folder of the model. */
  readonly out: string;
  /** Shown with the progress and in errors. */
  readonly method: string;
  /** What must be equal for the run to be continued. */
  readonly identity: object;
  readonly progress?: Progress;
  /** Steps between checkpoints; default 100. */
  readonly checkpointEvery?: number;
  /** Metric of evaluations whose best weights are kept. */
  readonly best?: CheckpointOptions["best"];
}

/** Trains to the last step and closes the data. Rejects with the signal's reason when stopped, and when training fails. */
export async function trainInFolder<B extends Batch>({ out, method, identity, progress = SILENT, checkpointEvery = 100, best, ...options }: FolderTraining<B>): Promise<TrainResult> {
  const log = new RunLog(join(out, "training"));
  const trainer = new Trainer<B>({
    ...options,
    clip: 1,
    settings: identity as Json,
    checkpoints: { store: new CheckpointDirectory(join(out, "training")), every: checkpointEvery, best },
    onEvent: (event) => {
      log.observe(event);
      showTraining(event, method, progress);
    },
  });
  try {
    const result = await trainer.run();
    if (result.reason === "aborted") throw options.signal?.reason;
    if (result.reason !== "finished") throw new Error(`${method}: ${result.message ?? result.reason}`);
    return result;
  } finally {
    log.close();
    await trainer.release();
    await options.data.close();
  }
}
