/** `classify`: the nearest of labels given in words. */
import type { HostArray } from "../engine/index.ts";
import { hostArray } from "../engine/index.ts";
import type { ImageSet } from "../data/index.ts";
import type { BrokenFile } from "../data/node/index.ts";
import { similarities } from "../lab/index.ts";
import { embed } from "./embed.ts";
import type { EmbedOptions } from "./embed.ts";
import { requireVerb } from "./find-system.ts";
import { foundationsOf } from "./foundations.ts";
import type { FoundationOptions } from "./foundations.ts";
import { RequestError } from "./request-error.ts";
import type { Cost, TrainedModel } from "./trained-model.ts";

export type ClassifyOptions = EmbedOptions & Pick<FoundationOptions, "cache">;

export interface Classification {
  /** As they were given. */
  readonly labels: readonly string[];
  /** Index of the nearest label for each item. */
  readonly nearest: Int32Array;
  /** Cosine of each item with each label, float32 [n, labels]. */
  readonly scores: HostArray;
  /** Path or key of each item. */
  readonly names: readonly string[];
  readonly broken: readonly BrokenFile[];
  /** Slug of the system. */
  readonly model: string;
  /** Of the pictures; labels are few. */
  readonly cost: Cost;
}

/**
 * Says for each picture of a folder, or of a set in memory, which of the labels is nearest in the space that pictures and
 * texts share. No label needs an example; all are compared as they stand.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { names, labels, nearest } = await classify(model, "photos", ["red ball", "green tree"]);
 * ```
 *
 * Throws a `RequestError` when the labels are fewer than two, equal, or without letters and digits.
 */
export async function classify(model: TrainedModel, items: string | ImageSet, labels: readonly string[], options: ClassifyOptions = {}): Promise<Classification> {
  requireVerb(model, "classify");
  checkLabels(labels);
  const { labels: vectorsOf } = model.recipe.verbs.classify as NonNullable<typeof model.recipe.verbs.classify>;
  const { resources, keys } = await foundationsOf(model, { ...options, device: model.device });
  for (const [id, key] of Object.entries(keys)) {
    const trained = model.config.training.foundations[id];
    if (trained !== key) throw new Error(`classify: the model was trained with another ${id} (${trained?.slice(0, 16) ?? "none"}) than this version of reprise has (${key.slice(0, 16)}); use reprise ${model.config.provenance.version}, or train again`);
  }
  const texts = await vectorsOf(labels, resources);
  const { vectors, ...found } = await embed(model, items, options);
  const scores = similarities(vectors, texts); // both have unit length
  const rows = Array.from(found.names, (_, i) => scores.subarray(i * labels.length, (i + 1) * labels.length));
  return { ...found, labels, nearest: Int32Array.from(rows, (row) => row.indexOf(Math.max(...row))), scores: hostArray(Float32Array.from(scores), [rows.length, labels.length]) };
}

function checkLabels(labels: readonly string[]): void {
  if (labels.length < 2) throw new RequestError(`classify: expected at least two labels to choose from, got ${labels.length}`);
  const wordless = labels.find((label) => !/[\p{L}\p{N}]/u.test(label));
  if (wordless !== undefined) throw new RequestError(`classify: label ${JSON.stringify(wordless)} holds no letter or digit`);
  const repeated = labels.find((label, i) => labels.indexOf(label) < i);
  if (repeated !== undefined) throw new RequestError(`classify: label ${JSON.stringify(repeated)} is given twice`);
}
