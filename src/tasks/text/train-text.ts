/** `trainText`: a text model on the user's own records, by a method in one stage or in several. */
import { RequestError } from "../request-error.ts";
import { findTextPretraining, findTextRecipe } from "./methods/index.ts";
import { pretrainText } from "./pretrain-text.ts";
import type { ChoiceData, TextData } from "./read-text-data.ts";
import { findRanker } from "./text-ranker.ts";
import { findFewShot } from "./few-shot.ts";
import { trainFewShot } from "./train-few-shot.ts";
import { trainRanker } from "./train-ranker.ts";
import { trainByRecipe } from "./train-recipe.ts";
import type { TrainedText, TrainTextOptions } from "./train-recipe.ts";
import { trainInStages } from "./train-stages.ts";

/**
 * Trains by a method ("bi-encoder", "cross-encoder", "classifier") or a system with a text recipe, on a file, a folder or
 * records in memory, or pre-trains by a system on plain texts, and leaves a folder that `fromPretrained`, sentence-transformers and transformers.js open.
 *
 * ```ts
 * const { model } = await trainText("bi-encoder", "docs/examples/pairs.jsonl", { out: "my-model", settings: { steps: 4 } });
 * const vectors = await model.embed(["how do I list hidden files?"]);
 * ```
 *
 * The same data, settings and seed give the same weights, also when the run was killed and continued with `resume`.
 * Throws `SettingsError`, `RequestError` or `ResumeRefused` when it cannot be done as asked.
 */
export async function trainText(method: string, data: string | TextData | ChoiceData, options: TrainTextOptions): Promise<TrainedText> {
  for (const place of [data, options.evaluation, options.descriptions, options.graph]) if (place === "-") throw new RequestError("training reads its data more than once, and again when it is resumed: give a file, not standard input");
  const ranker = await findRanker(method, options.systems);
  if (options.graph !== undefined && ranker?.relations === undefined) throw new RequestError(`${method} does not read relations between concepts; eee-qa does`);
  if (ranker !== undefined) return trainRanker(method, ranker, data, options);
  const fewShot = await findFewShot(method, options.systems);
  if (fewShot === undefined && options.descriptions !== undefined) throw new RequestError(`${method} does not read descriptions of labels; crosstune does`);
  if (typeof data !== "string" && data.kind === "choices") throw new RequestError(`${method} does not learn from questions with choices; eee-qa does`);
  if (fewShot !== undefined) return trainFewShot(method, fewShot, data, options);
  const pretraining = await findTextPretraining(method, options.systems);
  if (pretraining !== undefined) return pretrainText(method, pretraining, data, options);
  const recipe = await findTextRecipe(method, options.systems);
  return "run" in recipe ? trainInStages(method, recipe, data, options) : trainByRecipe(method, recipe, data, options);
}
