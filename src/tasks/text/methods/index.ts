/** Ways to train a text model: the built-in ones, and every system that has a text recipe. */
import type { StagedTextRecipe, System, TextObjective, TextPretraining, TextRecipe } from "../../../lab/index.ts";
import { suggestion } from "../../../lab/suggestion.ts";
import { SYSTEMS } from "../../../systems/registry.ts";
import type { SystemRegistry } from "../../find-system.ts";
import { RequestError } from "../../request-error.ts";
import { biEncoder } from "./bi-encoder.ts";
import { classifier } from "./classifier.ts";
import { crossEncoder } from "./cross-encoder.ts";

/** By the name that `reprise train` takes. */
export const TEXT_METHODS: Readonly<Record<string, TextRecipe>> = { "bi-encoder": biEncoder, "cross-encoder": crossEncoder, classifier };

/** How a system of that name pre-trains on plain texts; undefined for other names. */
export async function findTextPretraining(name: string, systems: SystemRegistry = SYSTEMS): Promise<TextPretraining | undefined> {
  if (Object.hasOwn(TEXT_METHODS, name) || !Object.hasOwn(systems, name)) return undefined;
  return (await systems[name]?.())?.default.textPretraining;
}

/** The method of a name, or the text recipe of a system. Throws a `RequestError` with the nearest name. */
export async function findTextRecipe(name: string, systems: SystemRegistry = SYSTEMS): Promise<TextRecipe | StagedTextRecipe> {
  if (Object.hasOwn(TEXT_METHODS, name)) return TEXT_METHODS[name] as TextRecipe;
  const names = [...Object.keys(TEXT_METHODS), ...Object.keys(systems)];
  const load = Object.hasOwn(systems, name) ? systems[name] : undefined;
  if (load === undefined) throw new RequestError(`unknown method "${name}"${suggestion(name, names)}; choose one of ${Object.keys(TEXT_METHODS).join(", ")}, or a system that trains on texts`);
  const { default: system }: { default: System } = await load();
  if (system.textRecipe === undefined) throw new RequestError(`"${name}" does not train on texts${system.recipe === undefined ? "" : `; on ${system.recipe.data}, reprise pretrain ${name} does`}. Choose one of ${Object.keys(TEXT_METHODS).join(", ")}`);
  return system.textRecipe;
}

/** The objective called `name`, or the first that takes what the data holds. Throws a `RequestError` with those there are. */
export function chooseObjective(recipe: TextRecipe, data: { readonly kind: string; readonly severalLabels: boolean }, name?: string): { readonly name: string; readonly objective: TextObjective } {
  const fits = ({ data: kind, severalLabels = data.severalLabels }: TextObjective): boolean => kind === data.kind && severalLabels === data.severalLabels;
  const fitting = Object.entries(recipe.objectives).filter(([, objective]) => fits(objective));
  if (name !== undefined && !Object.hasOwn(recipe.objectives, name)) throw new RequestError(`train: unknown loss "${name}"${suggestion(name, Object.keys(recipe.objectives))}; losses are ${Object.keys(recipe.objectives).join(", ")}`);
  const chosen = name === undefined ? fitting[0] : fitting.find(([own]) => own === name);
  if (chosen === undefined) throw new RequestError(`train: ${name === undefined ? "no loss" : `the loss "${name}"`} is for ${data.severalLabels ? "records with several labels" : `records of kind ${data.kind}`}; ${fitting.length > 0 ? `choose one of ${fitting.map(([own]) => own).join(", ")}` : `this method takes ${[...new Set(Object.values(recipe.objectives).map(({ data: kind }) => kind))].join(", ")}`}`);
  return { name: chosen[0], objective: chosen[1] };
}
