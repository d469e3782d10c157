/** `pretrain`: a system's training on users' own unlabelled data. */
import { join } from "node:path";
import type { Json } from "../data/index.ts";
import { RandomStream } from "../engine/index.ts";
import type { Device } from "../engine/index.ts";
import { packageHome, provenance } from "../lab/node/provenance.ts";
import { ResumeRefused } from "../lab/run-identity.ts";
import { parseSettings, SILENT } from "../lab/index.ts";
import type { BlobStore, DataKind, Progress, RecipeData, RecipeResources, System, TrainingSettings } from "../lab/index.ts";
import { Trainer } from "../train/index.ts";
import type { TrainResult } from "../train/index.ts";
import { CheckpointDirectory, RunLog } from "../train/node/index.ts";
import { beginRun, begunRun, lastLoss, merged, removeCheckpoints, requireSameRun, showTraining } from "./begun-run.ts";
import { readData } from "./data-kinds.ts";
import type { ReadData } from "./data-kinds.ts";
import { findSystem, usable } from "./find-system.ts";
import { foundationsOf } from "./foundations.ts";
import type { SystemRegistry, UsableSystem } from "./find-system.ts";
import { buildModule, loadModel, readModelConfig, saveModel } from "./model-directory.ts";
import { TrainedModel } from "./trained-model.ts";

export interface PretrainOptions {
  /** Directory of the model; the run's checkpoints and log lie in `training/` below it. One run at a time may write to it. */
  readonly out: string;
  /** Updates; short for `settings.steps`. */
  readonly steps?: number;
  /** Settings of the recipe that are not to have their defaults, nested as in its schema. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Continue what was begun in `out`, if anything was; settings that are not given are those of the begun run. */
  readonly resume?: boolean;
  /** Stop at the first broken file instead of reporting it and going on. */
  readonly strict?: boolean;
  /** Steps between checkpoints; default 100. */
  readonly checkpointEvery?: number;
  readonly device?: Device;
  /** Stops between steps, leaving a checkpoint; `pretrain` then throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Where foundations that the system starts from are kept; default the cache directory. */
  readonly cache?: BlobStore;
  /** Systems to look among; default all. */
  readonly systems?: SystemRegistry;
}

/** What must be equal for a run to be continued. */
interface RunIdentity {
  readonly system: string;
  readonly recipe: number;
  readonly settings: TrainingSettings;
  readonly data: { readonly kind: DataKind; readonly count: number; readonly fingerprint: string };
  /** Content keys by id. */
  readonly foundations: Readonly<Record<string, string>>;
}

/**
 * Trains a system on a folder of the user's data, or on a set in memory, and leaves the model in a directory.
 *
 * ```ts
 * const model = await pretrain("crossmae", "photos", { steps: 10, out: "my-model" });
 * const { vectors, names } = await embed(model, "photos");
 * ```
 *
 * The same data, settings and seed give the same weights, also when the run was killed and continued with `resume`.
 * Throws `SettingsError`, `RequestError` or `ResumeRefused` when it cannot be done as asked.
 */
export async function pretrain(system: string | System, data: string | RecipeData[DataKind], options: PretrainOptions): Promise<TrainedModel> {
  const { out, resume = false, progress = SILENT, device } = options;
  const found = typeof system === "string" ? await findSystem(system, options.systems) : usable(system);
  const begun = await begunRun<RunIdentity>(out);
  const finished = await readModelConfig(out);
  if (!resume && (begun !== undefined || finished !== undefined)) throw new ResumeRefused(`${out} already holds a ${finished === undefined ? "begun run" : "model"}; pass --resume to continue it, or another directory`);
  const settings = chosenSettings(found, options, begun);
  const read = await readData(found.recipe.data, data, found.recipe.input(settings), { ...options, maps: found.recipe.maps?.(settings) });
  const { keys, resources } = await foundationsOf(found, options);
  const identity = { ...(await identify(found, settings, read, progress)), foundations: keys };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  if (finished !== undefined) {
    progress.message(`${out}: finished already`);
    await removeCheckpoints(out);
    return loadModel(out, { device, systems: { [found.system.slug]: () => Promise.resolve({ default: found.system }) } });
  }
  return beginRun(out, identity, async () => {
    const module = buildModule(found.recipe, identity.settings);
    const { step, history } = await train(found, module, identity, read, resources, options);
    const config = await saveModel(out, found, module, {
      settings: identity.settings,
      training: { steps: step, loss: lastLoss(history.steps["loss"] ?? []), data: { ...identity.data, broken: read.broken.length }, foundations: keys },
      provenance: await provenance(await packageHome()),
    });
    await removeCheckpoints(out);
    return new TrainedModel({ ...found, settings: identity.settings, module, config, device });
  });
}

function chosenSettings({ system, recipe }: UsableSystem, { settings = {}, steps, resume = false }: PretrainOptions, begun: RunIdentity | undefined): TrainingSettings {
  const given = { ...settings, ...(steps === undefined ? {} : { steps }) };
  return parseSettings(recipe.settings, resume && begun !== undefined ? merged(begun.settings, given) : given, `${system.slug}: settings`);
}

async function identify({ system, recipe }: UsableSystem, settings: TrainingSettings, { count, fingerprint }: ReadData, progress: Progress): Promise<Omit<RunIdentity, "foundations">> {
  if (settings.batch > count) progress.message(`${count} ${recipe.data} are fewer than a batch of ${settings.batch}: the batch is lowered to ${count}`);
  return {
    system: system.slug,
    recipe: recipe.version,
    settings: { ...settings, batch: Math.min(settings.batch, count) },
    data: { kind: recipe.data, count, fingerprint: await fingerprint() },
  };
}

async function train({ system, recipe }: UsableSystem, module: TrainedModel["module"], { settings, ...identity }: RunIdentity, { data }: ReadData, resources: RecipeResources, options: PretrainOptions): Promise<TrainResult> {
  const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
  const log = new RunLog(join(out, "training"));
  const batches = recipe.batches(data, settings, settings.seed);
  const trainer = new Trainer({
    ...(await recipe.training(module, settings, RandomStream.of(settings.seed, "training"), resources)),
    model: module,
    data: batches,
    steps: settings.steps,
    seed: settings.seed,
    settings: { ...identity, settings } as unknown as Json,
    device,
    signal,
    checkpoints: { store: new CheckpointDirectory(join(out, "training")), every: checkpointEvery },
    onEvent: (event) => {
      log.observe(event);
      showTraining(event, system.slug, progress);
    },
  });
  try {
    const result = await trainer.run();
    if (result.reason === "aborted") throw signal?.reason;
    if (result.reason !== "finished") throw new Error(`${system.slug}: ${result.message ?? result.reason}`);
    return result;
  } finally {
    log.close();
    await trainer.release();
    await batches.close();
  }
}
