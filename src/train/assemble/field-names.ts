/** What a batch must hold for a model. */
import type { AssembleConfig } from "./config.ts";
import { viewsOf } from "./model.ts";
import type { ObjectivePart } from "./part.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import OBJECTIVES from "./registry/objective.ts";

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** Fields a batch must have for this model, sorted. */
export function fieldNames(config: AssembleConfig): string[] {
  const dual = config.streams.length > 1;
  const views = viewsOf(config);
  const ofStream = config.streams.flatMap(({ embedding, subencoder }, i) => {
    const parts = embedding.map((name) => EMBEDDINGS[name]);
    const words = parts[0]?.tokens?.includes("words") ? (views.length === 0 ? ["tokens"] : views.map((view) => view.words)) : [];
    return [...words, ...parts.flatMap((part) => part?.reads ?? []), ...(subencoder === undefined ? [] : ["characters"])].map((name) => (dual ? `${name}_${i}` : name));
  });
  const ofTarget = config.decoder === null ? [] : ["target", "targetSegments"];
  return unique([...ofStream, ...ofTarget, ...config.target.flatMap((name) => (OBJECTIVES[name] as ObjectivePart).reads(config))]).sort();
}
