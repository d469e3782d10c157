/**
 * A system: one paper as code. Its file ends in `export default defineSystem({...})`, and everything that lists, runs,
 * tests or describes systems reads this one declaration.
 */
import type { Experiment } from "./experiment.ts";
import { checkSystem } from "./check-system.ts";
import type { Table } from "./measurement.ts";
import type { FewShotRecipe } from "./few-shot-recipe.ts";
import type { RankerRecipe } from "./ranker-recipe.ts";
import type { Recipe } from "./recipe.ts";
import type { TextPretraining } from "./text-pretraining.ts";
import type { StagedTextRecipe, TextRecipe } from "./text-recipe.ts";

/** Where this code departs from the paper. */
export interface Deviation {
  readonly what: string;
  readonly why: string;
}

/** What the system gives to users. */
export interface Use {
  /** A call, as users write it: `embed(images)`. */
  readonly verb: string;
  readonly description: string;
}

/** A choice the paper studies and a user may turn: the name of a setting, and values worth trying. */
export interface Knob {
  readonly name: string;
  readonly description: string;
  readonly values: readonly (string | number | boolean)[];
}

/**
 * The system at its smallest, for properties that must hold for all of them: finite gradients, a falling loss, save and
 * load. The lab does not look inside: modules and batches belong to the floors below.
 */
export interface Probe<Module = unknown, Batch = unknown, Loss = unknown> {
  readonly module: Module;
  readonly batch: Batch;
  loss(module: Module, batch: Batch): Loss;
}

export interface SystemDefinition<Settings extends object = object, Shared = unknown> {
  readonly slug: string;
  readonly family: string;
  readonly title: string;
  /** arXiv identifier, such as `2401.14391`. */
  readonly arxiv: string;
  /** Year of first publication. */
  readonly year: number;
  /** Address of the authors' code. */
  readonly code?: string;
  /** The idea in two sentences of our own. */
  readonly summary: string;
  /** The mechanism in steps. */
  readonly mechanism: readonly string[];
  /** What is checked exactly, by tests: parameter counts, identities, invariants. */
  readonly checks: readonly string[];
  readonly deviations: readonly Deviation[];
  readonly use: readonly Use[];
  readonly knobs?: readonly Knob[];
  readonly experiment: Experiment<Settings, Shared>;
  /** Tables worked out at the paper's own sizes, without running anything: costs and counts. For the report and `reprise info`. */
  published?(): readonly Table[];
  probe?(): Promise<Probe>;
  /** How it is trained on users' own data, and what the trained model can be asked. */
  readonly recipe?: Recipe;
  /** How text models are trained its way on users' own records. */
  readonly textRecipe?: TextRecipe | StagedTextRecipe;
  /** How it is trained to rank users' own texts. */
  readonly ranker?: RankerRecipe;
  /** How it classifies users' own texts from a few examples. */
  readonly fewShot?: FewShotRecipe;
  /** How a masked language model is trained its way on users' own plain texts. */
  readonly textPretraining?: TextPretraining;
}

/** A checked definition whose settings and shared data are its own business. */
export type System = SystemDefinition;

/** Checks a definition and returns it. Throws one error that lists everything wrong with it. */
export function defineSystem<Settings extends object, Shared>(definition: SystemDefinition<Settings, Shared>): System {
  const problems = checkSystem(definition);
  if (problems.length > 0) throw new TypeError(`system "${definition.slug}": ${problems.join("; ")}`);
  return Object.freeze(definition);
}
