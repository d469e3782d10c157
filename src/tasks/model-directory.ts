/**
 * A trained model on disk: `config.json`, `model.safetensors` and `README.md` in a directory. Files are written whole or
 * not at all, the config last, so a directory with a config holds a finished model. Nothing in the files is trusted.
 */
import { join } from "node:path";
import { removePartialFiles, writeFileAtomic } from "../data/node/atomic-file.node.ts";
import { RandomStream } from "../engine/index.ts";
import type { Device } from "../engine/index.ts";
import { sha256 } from "../lab/json.ts";
import { parseSettings } from "../lab/index.ts";
import type { Recipe, TrainingSettings } from "../lab/index.ts";
import type { Module } from "../nn/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../train/index.ts";
import { readIfThere } from "./begun-run.ts";
import { findSystem } from "./find-system.ts";
import type { SystemRegistry, UsableSystem } from "./find-system.ts";
import { modelCard } from "./model-card.ts";
import { MODEL_FORMAT, parseModelConfig } from "./model-config.ts";
import type { ModelConfig } from "./model-config.ts";
import { TrainedModel } from "./trained-model.ts";

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";
const CARD = "README.md";

export interface LoadModelOptions {
  /** Where its graphs run; default `REPRISE_DEVICE`, else the CPU. */
  readonly device?: Device;
  /** Systems to look among; default all. */
  readonly systems?: SystemRegistry;
}

/** The config of the finished model in a directory, or undefined when there is none. */
export async function readModelConfig(directory: string): Promise<ModelConfig | undefined> {
  const path = join(directory, CONFIG);
  const bytes = await readIfThere(path);
  return bytes === undefined ? undefined : parseModelConfig(bytes, path);
}

/** The model a recipe builds, with the weights of its seed. */
export function buildModule(recipe: Recipe, settings: TrainingSettings): Module {
  const module = recipe.build(settings, RandomStream.of(settings.seed, "weights"));
  module.namedParameters(); // names its modules, for messages and exported graphs
  return module;
}

/**
 * The model that `pretrain` left in a directory. Throws, naming the file, when something is missing, damaged, of another
 * version or of an unknown system.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { vectors } = await embed(model, "photos");
 * ```
 */
export async function loadModel(directory: string, { device, systems }: LoadModelOptions = {}): Promise<TrainedModel> {
  const config = await readModelConfig(directory);
  if (config === undefined) {
    if ((await readIfThere(join(directory, "assemble.json"))) !== undefined) throw new Error(`${directory}: an assembled model; loadAssembled of reprise/tasks opens it, and reprise pretrain CONFIG --from ${directory} trains on from it`);
    const begun = (await readIfThere(join(directory, "training", "run.json"))) !== undefined;
    throw new Error(`${directory}: ${begun ? "its training has not finished; continue it with --resume" : `expected a model directory with ${CONFIG}, ${WEIGHTS} and ${CARD}, found no ${CONFIG}`}`);
  }
  const path = join(directory, CONFIG);
  const { system, recipe } = await findSystem(config.system, systems).catch((cause: unknown) => {
    throw new Error(`${path}: system: ${(cause as Error).message}`, { cause });
  });
  if (config.recipe !== recipe.version) throw new Error(`${path}: written for version ${config.recipe} of ${system.slug}'s recipe, this is version ${recipe.version}; use reprise ${config.provenance.version}, or train again`);
  const settings = parseSettings(recipe.settings, config.settings, `${path}: settings`);
  const module = buildModule(recipe, settings);
  await loadWeights(module, join(directory, WEIGHTS), config.weights);
  return new TrainedModel({ system, recipe, settings, module, config, device });
}

async function loadWeights(module: Module, path: string, expected: string): Promise<void> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new Error(`${path}: the file is missing; restore it or train again`);
  const { tensors } = decodeSafetensors(bytes, path);
  try {
    module.loadStateDict(tensors);
  } catch (cause) {
    throw new Error(`${path}: the weights do not fit the settings in ${CONFIG}: ${(cause as Error).message}`, { cause });
  }
  if ((await sha256(bytes)) !== expected) throw new Error(`${path}: not the file that ${CONFIG} was written with (its SHA-256 differs); restore both from one place, or train again`);
}

/** Writes weights, card and config of a freshly trained model; returns the config. */
export async function saveModel(directory: string, { system, recipe }: UsableSystem, module: Module, facts: Pick<ModelConfig, "training" | "provenance"> & { readonly settings: TrainingSettings }): Promise<ModelConfig> {
  const weights = encodeSafetensors(module.stateDict(), { metadata: { format: `reprise-model-${MODEL_FORMAT}`, system: system.slug } });
  const { settings, training, provenance } = facts;
  const config: ModelConfig = {
    format: MODEL_FORMAT,
    system: system.slug,
    recipe: recipe.version,
    settings: { ...settings },
    parameters: module.parameterCount(),
    weights: await sha256(weights),
    training,
    provenance,
    createdAt: new Date().toISOString(),
  };
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const files = [[WEIGHTS, weights], [CARD, text(modelCard({ system, recipe }, config))], [CONFIG, text(`${JSON.stringify(config, null, 2)}\n`)]] as const;
  for (const [name, bytes] of files) {
    await writeFileAtomic(join(directory, name), bytes);
    await removePartialFiles(join(directory, name));
  }
  return config;
}
