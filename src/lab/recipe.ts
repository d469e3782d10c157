/**
 * A recipe: what a system gives to people who bring their own data. It says how the system is trained on a kind of data
 * and what the trained model can be asked; the tasks floor does the rest - folders, files, progress, export - alike for
 * all systems.
 */
import { z } from "zod";
import type { Device, HostArray, RandomStream, Tensor } from "../engine/index.ts";
import type { Batch, BatchStream, ClipSet, ImageSet, PairSet, SceneMaps, SceneSet } from "../data/index.ts";
import type { Module } from "../nn/index.ts";
import { AdamW, schedules } from "../train/index.ts";
import type { TrainerOptions } from "../train/index.ts";
import { foundationShape } from "./foundation.ts";
import type { BuiltFoundation, Foundation } from "./foundation.ts";
import { stableJson } from "./json.ts";
import { parseSettings, settingEntries } from "./settings.ts";
import type { SettingsSchema, TrainingSettings } from "./settings.ts";

/** Kinds of user data and what a recipe is handed of each. */
export interface RecipeData {
  /** Square pictures of the side that `input` says. */
  readonly images: ImageSet;
  /** Clips of square frames, as many and of the side that `input` says. */
  readonly clips: ClipSet;
  /** Pairs of square pictures of one scene, of the side that `input` says. */
  readonly pairs: PairSet;
  /** Square pictures of the side that `input` says, with the maps that `maps` says. */
  readonly scenes: SceneSet;
}

export type DataKind = keyof RecipeData;

export const DATA_KINDS = ["images", "clips", "pairs", "scenes"] as const satisfies readonly DataKind[];

/** Rows and columns of patches. */
export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
}

/** Pictures of which some patches are hidden. */
export interface HiddenPatches {
  /** float32 [B, 3, H, W], 0..1; hidden pixels may hold anything. */
  readonly images: Tensor;
  /** int32 [B, K], ids of the visible patches, row by row. */
  readonly visible: Tensor;
  /** int32 [B, P], ids of the patches to fill; with `visible` they are all patches. */
  readonly predicted: Tensor;
}

/** What stands ready when a recipe trains or answers. */
export interface RecipeResources {
  /** Where graphs run; undefined is the default. */
  readonly device: Device | undefined;
  /** The built files of a foundation that the recipe lists. */
  foundation(foundation: Foundation): BuiltFoundation;
}

/** Maps of a picture. */
export type MapName = "depth" | "classes";

/** What a trained model can be asked. Inputs are float32 [B, ...input(settings)], values 0..1 for pictures. */
export interface Verbs<S extends TrainingSettings, M extends Module> {
  /** One vector for each item, [B, d]. */
  embed?(module: M, inputs: Tensor): Tensor;
  readonly reconstruct?: {
    grid(settings: S): PatchGrid;
    /** The pictures with the hidden patches filled in, [B, 3, H, W], without reading hidden pixels. */
    fill(module: M, hidden: HiddenPatches): Tensor;
  };
  readonly complete?: {
    grid(settings: S): PatchGrid;
    /** The same with the help of another view of the scene, float32 [B, 3, H, W]. */
    fill(module: M, hidden: HiddenPatches & { readonly other: Tensor }): Tensor;
  };
  readonly predict?: {
    /** What can be had from a picture. */
    wants(settings: S): readonly MapName[];
    /** All of these in their order, [B, wants, H, W]: depth standardised picture by picture, classes by number. */
    maps(module: M, images: Tensor, settings: S): Tensor;
  };
  readonly jigsaw?: {
    /** The tiles of a picture. */
    grid(settings: S): PatchGrid;
    /** What it costs to put each tile of pictures with shuffled tiles into each place, [B, tiles, places]; the cheapest arrangement is sought. */
    costs(module: M, images: Tensor): Tensor;
  };
  readonly classify?: {
    /** Unit vectors of labels in words, float32 [labels, d], in the space of `embed`, whose vectors then have unit length too. */
    labels(texts: readonly string[], resources: RecipeResources): Promise<HostArray>;
  };
}

export type Verb = keyof Verbs<TrainingSettings, Module>;

/** The part of a training run that a recipe chooses: the loss, and how the weights are updated. */
export type RecipeTraining<B extends Batch = Batch> = Pick<TrainerOptions<B>, "loss" | "optimizer" | "shadow" | "clip" | "unused">;

export interface Recipe<S extends TrainingSettings = TrainingSettings, M extends Module = Module, B extends Batch = Batch, K extends DataKind = DataKind> {
  /** Raise it when models of the version before no longer load or no longer mean the same. */
  readonly version: number;
  readonly data: K;
  /** What `embed` takes; default what training takes. */
  readonly embeds?: DataKind;
  readonly settings: SettingsSchema<S>;
  /** The smallest sensible settings, for tests and for trying things out. */
  readonly tiny: object;
  /** Shape of one input without the batch: [3, height, width], or [frames, 3, height, width] of clips. */
  input(settings: S): readonly number[];
  /** Which maps of scenes training reads; for data of that kind only. */
  maps?(settings: S): SceneMaps;
  build(settings: S, random: RandomStream): M;
  /** Batches of `settings.batch` items; `data.count` is at least that. A function of its arguments alone. */
  batches(data: RecipeData[K], settings: S, seed: number): BatchStream<B>;
  /**
   * How a freshly built model is trained. May build what only training needs and users never see, such as a teacher: give
   * its moving average as `shadow`, and it is saved and restored with the run. `random` is not that of the weights.
   */
  training(module: M, settings: S, random: RandomStream, resources: RecipeResources): RecipeTraining<B> | Promise<RecipeTraining<B>>;
  /** Pre-trained models that training or answering starts from; built once, outside the run. */
  readonly foundations?: readonly Foundation[];
  readonly verbs: Verbs<S, M>;
}

/** Gives the parts of a recipe their types. What it returns hides them: a recipe is used with its own settings and modules only. */
export function defineRecipe<S extends TrainingSettings, M extends Module, B extends Batch, K extends DataKind>(recipe: Recipe<S, M, B, K>): Recipe {
  return recipe as unknown as Recipe;
}

/** AdamW with betas .9 and .95, linear warm-up and half a cosine to zero: what masked autoencoders are trained with. */
export function adamW(module: Module, { learningRate, weightDecay, warmup, steps }: TrainingSettings): AdamW {
  return new AdamW(module, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup: Math.round(warmup * steps), steps }) });
}

/** What `embed` of a recipe takes. */
export const embedsOf = ({ data, embeds = data }: Recipe): DataKind => embeds;

/** Verbs a recipe has. */
export const verbsOf = ({ verbs }: Recipe): Verb[] => (Object.keys(verbs) as Verb[]).filter((verb) => verbs[verb] !== undefined);

const method = z.custom<unknown>((value) => typeof value === "function", "expected a function");

const shape = z.strictObject({
  version: z.int().positive(),
  data: z.enum(DATA_KINDS),
  embeds: z.enum(DATA_KINDS).optional(),
  settings: z.custom<unknown>((value) => value instanceof z.ZodType, "expected a zod schema"),
  tiny: z.record(z.string(), z.unknown()),
  input: method,
  maps: method.optional(),
  build: method,
  batches: method,
  training: method,
  foundations: z.array(foundationShape).optional(),
  verbs: z.strictObject({ embed: method.optional(), reconstruct: z.strictObject({ grid: method, fill: method }).optional(), complete: z.strictObject({ grid: method, fill: method }).optional(), predict: z.strictObject({ wants: method, maps: method }).optional(), jigsaw: z.strictObject({ grid: method, costs: method }).optional(), classify: z.strictObject({ labels: method }).optional() }).refine((verbs) => Object.keys(verbs).length > 0, "expected at least one verb"),
});

/** Everything wrong with a recipe, each as `recipe.path: message`; empty when it is sound. */
export function checkRecipe(recipe: Recipe): string[] {
  const parsed = shape.safeParse(recipe);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${["recipe", ...path.map(String)].join(".")}: ${message}`);
  const entries = settingEntries(recipe.settings);
  const problems = entries.flatMap(({ path, default: value, description }) => [
    ...(description === "" ? [`recipe.settings.${path}: has no description`] : []),
    ...(value === undefined ? [`recipe.settings.${path}: has no default`] : []),
  ]);
  if (problems.length > 0) return problems;
  for (const [name, given] of [["defaults", {}], ["tiny", recipe.tiny]] as const) {
    try {
      stableJson(parseSettings(recipe.settings, given, `recipe.${name}`));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return problems;
}
