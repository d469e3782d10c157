/** Ways to train a text model: the built-in ones, and every system that has a text recipe. */
import type { StagedTextRecipe, System, TextObjective, TextPretraining, TextRecipe } from "../../../lab/index.ts";
import { suggestion } from "../../../lab/suggestion.ts";
import { SYSTEMS } from "../../../systems/registry.ts";
import type { SystemRegistry } from "../../find-system.ts";
import { RequestError } from "../../request-error.ts";
import { biEncoder } from "./bi-encoder.ts";
import { classifier } from "./classifier.ts";
import { crossEncoder } from "./cross-encoder.ts";
import type { TextMethodName } from "./names.ts";

/** By the name that `reprise train` takes. */
export const TEXT_METHODS: Readonly<Record<string, TextRecipe>> = { "bi-encoder": biEncoder, "cross-encoder": crossEncoder, classifier } satisfies Record<TextMethodName, TextRecipe>;

/** How a system of that name pre-trains on plain texts; undefined for other names. */
export async function findTextPretraining(name: string, systems: SystemRegistry = SYSTEMS): Promise<TextPretraining | undefined> {
  if (Object.hasOwn(TEXT_METHODS, name) || !Object.hasOwn(systems, name)) return undefined;
  return (await systems[name]?.())?.default.textPretraining;
}

/** The method of a name, or the text recipe of a system. Throws a `RequestError` with the nearest name. */
export async function findTextRecipe(name: string, systems: SystemRegistry = SYSTEMS): Promise<TextRecipe | StagedTextRecipe> {
  if (Object.hasOwn(TEXT_METHODS, name)) return TEXT_METHODS[name] as TextRecipe;
  const load = Object.hasOwn(systems, name) ? systems[name] : undefined;
  if (load === undefined) {
    const names = await methodNames(systems);
    throw new RequestError(`unknown method "${name}"${suggestion(name, names)}; choose one of ${names.join(", ")}`);
  }
  const { default: system }: { default: System } = await load();
  if (system.textRecipe === undefined) throw new RequestError(`"${name}" does not train on texts${system.recipe === undefined ? "" : `; on ${system.recipe.data}, reprise pretrain ${name} does`}. Choose one of ${(await methodNames(systems)).join(", ")}`);
  return system.textRecipe;
}

/** Everything that `trainText` takes as a method: the built-in ones, then the systems that train on texts. */
async function methodNames(systems: SystemRegistry): Promise<string[]> {
  const names = Object.keys(TEXT_METHODS);
  for (const [name, load] of Object.entries(systems)) {
    const { textRecipe, textPretraining, ranker, fewShot } = (await load()).default;
    if ([textRecipe, textPretraining, ranker, fewShot].some((way) => way !== undefined)) names.push(name);
  }
  return names;
}

/** The objective called `name`, or the first that takes what the data holds. Throws a `RequestError` with those there are. */
export function chooseObjective(recipe: TextRecipe, data: { readonly kind: string; readonly severalLabels: boolean }, name?: string): { readonly name: string; readonly objective: TextObjective } {
  const fits = ({ data: kind, severalLabels = data.severalLabels }: TextObjective): boolean => kind === data.kind && severalLabels === data.severalLabels;
  const fitting = Object.entries(recipe.objectives).filter(([, objective]) => fits(objective));
  if (name !== undefined && !Object.hasOwn(recipe.objectives, name)) throw new RequestError(`train: unknown loss "${name}"${suggestion(name, Object.keys(recipe.objectives))}; losses are ${Object.keys(recipe.objectives).join(", ")}`);
  const chosen = name === undefined ? fitting[0] : fitting.find(([own]) => own === name);
  if (chosen === undefined) throw new RequestError(`train: ${name === undefined ? "no loss is" : `the loss "${name}" is not`} for ${data.severalLabels ? "records with several labels or none" : `records of kind ${data.kind}`}; ${fitting.length > 0 ? `choose one of ${fitting.map(([own]) => own).join(", ")}` : `this method takes ${[...new Set(Object.values(recipe.objectives).map(({ data: kind }) => kind))].join(", ")}`}`);
  return { name: chosen[0], objective: chosen[1] };
}
