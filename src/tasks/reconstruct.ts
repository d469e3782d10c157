/** `reconstruct`: hidden patches of a picture filled in. */
import { hostArray, RandomStream } from "../engine/index.ts";
import type { ImageSet } from "../data/index.ts";
import { pixelsFrom } from "../data/index.ts";
import type { PatchGrid } from "../lab/index.ts";
import { onePicture } from "./data-kinds.ts";
import { requireVerb } from "./find-system.ts";
import { RequestError } from "./request-error.ts";
import type { Cost, TrainedModel } from "./trained-model.ts";

/** Which patches are hidden: their ids, row by row from 0, or a random share of them. */
export type PatchMask = { readonly hide: readonly number[] } | { readonly ratio: number; readonly seed?: number };

/** `data` is [height, width, 3], 0..255. */
export interface RgbPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface ReconstructedPicture {
  readonly picture: RgbPicture;
  /** Ids of the patches that were filled, ascending. */
  readonly hidden: Int32Array;
  readonly grid: PatchGrid;
  /** Slug of the system. */
  readonly model: string;
  readonly cost: Cost;
}

/**
 * Fills the hidden patches of a picture file, or of a set of one picture; their pixels are not looked at. The picture is
 * cropped to its centre and has the size the model was trained on.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { picture } = await reconstruct(model, "photos/1.png", { hide: [0, 1, 2] });
 * ```
 *
 * Throws a `RequestError` when the mask names patches that do not exist, or hides none or all.
 */
export async function reconstruct(model: TrainedModel, image: string | ImageSet, mask: PatchMask): Promise<ReconstructedPicture> {
  requireVerb(model, "reconstruct");
  const verb = model.recipe.verbs.reconstruct as NonNullable<typeof model.recipe.verbs.reconstruct>;
  const [, height, width] = model.inputShape as [number, number, number];
  const grid = verb.grid(model.settings);
  const { hidden, visible } = splitPatches(grid.rows * grid.columns, mask);
  const { set, inputs: collate } = await onePicture("reconstruct", model, image);
  const row = (ids: Int32Array): ReturnType<typeof hostArray> => hostArray(ids, [1, ids.length]);
  const inputs = { images: collate(set), visible: row(visible), predicted: row(hidden) };
  const program = model.program("reconstruct");
  const began = performance.now();
  const { data } = await program(inputs);
  const seconds = (performance.now() - began) / 1000;
  const pixels = pixelsFrom({ data: data as Float32Array, channels: 3, height, width });
  return { picture: { data: pixels, width, height }, hidden, grid, model: model.system.slug, cost: { seconds, flops: program.explain(inputs).flops.products } };
}

/** Ids of hidden and visible patches, ascending. */
export function splitPatches(count: number, mask: PatchMask): { readonly hidden: Int32Array; readonly visible: Int32Array } {
  const hidden = "hide" in mask ? namedPatches(count, mask.hide) : randomPatches(count, mask);
  const taken = new Set(hidden);
  return { hidden, visible: Int32Array.from({ length: count }, (_, i) => i).filter((id) => !taken.has(id)) };
}

function namedPatches(count: number, hide: readonly number[]): Int32Array {
  const wrong = hide.filter((id) => !Number.isInteger(id) || id < 0 || id >= count);
  if (wrong.length > 0) throw new RequestError(`reconstruct: no patch ${wrong.join(", ")}; patches are 0 to ${count - 1}, row by row`);
  const ids = [...new Set(hide)];
  if (ids.length === 0 || ids.length === count) throw new RequestError(`reconstruct: expected 1 to ${count - 1} hidden patches of ${count}, got ${ids.length}`);
  return Int32Array.from(ids).sort();
}

function randomPatches(count: number, { ratio, seed = 0 }: { readonly ratio: number; readonly seed?: number }): Int32Array {
  const wanted = Math.round(ratio * count);
  if (!(ratio > 0 && ratio < 1) || wanted === 0 || wanted === count) throw new RequestError(`reconstruct: ratio: expected a share between 0 and 1 that hides 1 to ${count - 1} of ${count} patches, got ${ratio}`);
  return RandomStream.of(seed, "hidden patches").permutation(count).slice(0, wanted).sort();
}
