/** Weights of one assembled model into another with other objectives: what the toolkits call loading without strictness. */
import type { HostArray } from "../../engine/index.ts";
import { AssembleError } from "./assemble-error.ts";
import { keyDifferences } from "./config.ts";
import type { AssembleConfig } from "./config.ts";
import type { Assembled } from "./model.ts";

export interface Continued {
  /** Names that were filled. */
  readonly kept: readonly string[];
  /** Names that keep their initial values, such as those of new objectives. */
  readonly fresh: readonly string[];
  /** Names that nothing wanted, such as those of objectives that are gone. */
  readonly dropped: readonly string[];
}

/**
 * Fills embeddings, encoders and decoder from the state of another model; objectives of the same name too. Throws, changing
 * nothing, when a name is in both with different shapes, or when not one weight of the first stream is found. With the other
 * model's configuration, the error about shapes names the keys to set.
 */
export function continueFrom(model: Assembled, state: ReadonlyMap<string, HostArray>, of?: AssembleConfig): Continued {
  const parameters = model.namedParameters();
  const shared = [...parameters].filter(([name]) => state.has(name));
  const clashes = shared.filter(([name, parameter]) => state.get(name)?.shape.join() !== parameter.shape.join()).map(([name, parameter]) => `${name} is [${parameter.shape.join(", ")}], the other model's [${state.get(name)?.shape.join(", ") ?? ""}]`);
  if (clashes.length > 0) throw new AssembleError(`continueFrom: ${clashes.length} shapes differ: ${clashes.slice(0, 10).join("; ")}${clashes.length > 10 ? "; ..." : ""}. ${advice(model.config, of)}`);
  if (!shared.some(([name]) => name.startsWith("streams.0."))) throw new AssembleError("continueFrom: the other model has no weight of this one's embedding and encoder; assemble both from the same slots");
  for (const [name, parameter] of shared) parameter.set(state.get(name) as HostArray);
  const kept = shared.map(([name]) => name);
  return { kept, fresh: [...parameters.keys()].filter((name) => !state.has(name)), dropped: [...state.keys()].filter((name) => !parameters.has(name)) };
}

/** The keys that would give this model the other's sizes. */
function advice(own: AssembleConfig, other: AssembleConfig | undefined): string {
  const differing = other === undefined ? [] : keyDifferences(own, other);
  if (differing.length === 0) return "Give both models the same sizes and vocabulary";
  return `Set ${differing.map(({ key, own: here, other: there }) => `${key} to ${JSON.stringify(there)} (it is ${JSON.stringify(here)})`).join(", ")}, or leave ${differing.length === 1 ? "it" : "them"} out of the configuration to take over the other model's`;
}
