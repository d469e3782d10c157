/** `pretrain`: a system's training on users' own unlabelled data. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../data/node/atomic-file.node.ts";
import type { Json } from "../data/index.ts";
import { RandomStream } from "../engine/index.ts";
import type { Device } from "../engine/index.ts";
import { differences, isRecord } from "../lab/json.ts";
import { packageHome, provenance } from "../lab/node/provenance.ts";
import { ResumeRefused } from "../lab/run-identity.ts";
import { parseSettings, SILENT } from "../lab/index.ts";
import type { BlobStore, DataKind, Progress, RecipeData, RecipeResources, System, TrainingSettings } from "../lab/index.ts";
import { Trainer } from "../train/index.ts";
import type { TrainEvent, TrainResult } from "../train/index.ts";
import { CheckpointDirectory, RunLog } from "../train/node/index.ts";
import { readData } from "./data-kinds.ts";
import type { ReadData } from "./data-kinds.ts";
import { findSystem, usable } from "./find-system.ts";
import { foundationsOf } from "./foundations.ts";
import type { SystemRegistry, UsableSystem } from "./find-system.ts";
import { buildModule, loadModel, readIfThere, readModelConfig, saveModel } from "./model-directory.ts";
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

/** The places that the trainer's latest checkpoints take in turn. */
const CHECKPOINTS = ["checkpoint-0.safetensors", "checkpoint-1.safetensors"];

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
  const begun = await begunRun(out);
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
  await writeFileAtomic(join(out, "training", "run.json"), new TextEncoder().encode(`${JSON.stringify(identity, null, 2)}\n`));
  const module = buildModule(found.recipe, identity.settings);
  const { step, history } = await train(found, module, identity, read, resources, options);
  const config = await saveModel(out, found, module, {
    settings: identity.settings,
    training: { steps: step, loss: lastLoss(history.steps["loss"] ?? []), data: { ...identity.data, broken: read.broken.length }, foundations: keys },
    provenance: await provenance(await packageHome()),
  });
  await removeCheckpoints(out);
  return new TrainedModel({ ...found, settings: identity.settings, module, config, device });
}

/** Checkpoints are several times the model's size and end with the run. */
async function removeCheckpoints(out: string): Promise<void> {
  for (const name of CHECKPOINTS) await rm(join(out, "training", name), { force: true });
}

async function begunRun(out: string): Promise<RunIdentity | undefined> {
  const path = join(out, "training", "run.json");
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  const value = jsonOf(bytes);
  if (!isRecord(value)) throw new Error(`${path}: expected a JSON object, found ${bytes.length} bytes that are none; remove ${join(out, "training")} and run again`);
  return value as unknown as RunIdentity; // compared leaf by leaf before anything relies on it
}

/** The value of JSON text; undefined when it does not parse. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function chosenSettings({ system, recipe }: UsableSystem, { settings = {}, steps, resume = false }: PretrainOptions, begun: RunIdentity | undefined): TrainingSettings {
  const given = { ...settings, ...(steps === undefined ? {} : { steps }) };
  return parseSettings(recipe.settings, resume && begun !== undefined ? merged(begun.settings, given) : given, `${system.slug}: settings`);
}

/** `changes` over `base`, object by object. */
function merged(base: unknown, changes: unknown): unknown {
  if (!isRecord(base) || !isRecord(changes)) return changes;
  return { ...base, ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, merged(base[key], value)])) };
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

function requireSameRun(begun: RunIdentity, wanted: RunIdentity, out: string): void {
  const all = differences(begun, wanted);
  if (all.length === 0) return;
  const asked = all.filter(({ path }) => !path.startsWith("data.")); // other settings read the data otherwise
  const found = asked.length > 0 ? asked : all;
  const list = found.map(({ path, before, after }) => `  ${path}: the begun run has ${before}, this one ${after}`).join("\n");
  throw new ResumeRefused(`${out} holds a run that differs and cannot be continued:\n${list}\nUse the same settings and data, or another directory.`);
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
      show(event, system.slug, progress);
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

function show(event: TrainEvent, slug: string, progress: Progress): void {
  if (event.type === "step") progress.update({ label: `training ${slug}`, fraction: event.step / event.steps, secondsLeft: event.secondsLeft, values: { loss: event.loss } });
  if (event.type === "resumed") {
    for (const problem of event.problems) progress.message(`checkpoint: ${problem}`);
    progress.message(`continuing after step ${event.step}`);
  }
}

/** Mean of the last tenth. */
function lastLoss(losses: readonly number[]): number {
  const last = losses.slice(-Math.ceil(losses.length / 10));
  return last.reduce((a, b) => a + b, 0) / last.length;
}
