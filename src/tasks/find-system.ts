/** Systems by slug, with the recipes that users' own data need. */
import { suggestion } from "../lab/suggestion.ts";
import { verbsOf } from "../lab/index.ts";
import type { Recipe, System, Verb } from "../lab/index.ts";
import { SYSTEMS } from "../systems/registry.ts";
import { RequestError } from "./request-error.ts";

/** Systems by slug, loaded when asked for. */
export type SystemRegistry = Readonly<Record<string, () => Promise<{ default: System }>>>;

/** A system and its recipe. */
export interface UsableSystem {
  readonly system: System;
  readonly recipe: Recipe;
}

/** The system called `slug`. Throws a `RequestError` when there is none, or none that takes users' data. */
export async function findSystem(slug: string, registry: SystemRegistry = SYSTEMS): Promise<UsableSystem> {
  const names = Object.keys(registry);
  const load = Object.hasOwn(registry, slug) ? registry[slug] : undefined;
  if (load === undefined) throw new RequestError(`unknown system "${slug}"${suggestion(slug, names)}; choose one of ${names.join(", ")}`);
  return usable((await load()).default);
}

/** A system with its recipe. Throws a `RequestError` when it has none. */
export function usable(system: System): UsableSystem {
  if (system.recipe === undefined) throw new RequestError(`"${system.slug}" runs its paper's experiment but cannot be trained on your own data yet; "reprise info SLUG" shows what a system gives`);
  return { system, recipe: system.recipe };
}

/** Throws a `RequestError` unless the system has the verb. */
export function requireVerb({ system: { slug }, recipe }: UsableSystem, verb: Verb): void {
  const verbs = verbsOf(recipe);
  if (!verbs.includes(verb)) throw new RequestError(`"${slug}" cannot ${verb}; it can ${verbs.join(", ")}`);
}
