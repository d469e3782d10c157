/** `reconstruct`: hidden patches of a picture filled in. */
import { hostArray, RandomStream } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import type { ImageSet } from "../data/index.ts";
import { pixelsFrom } from "../data/index.ts";
import type { PatchGrid } from "../lab/index.ts";
import { onePicture } from "./data-kinds.ts";
import { requireVerb } from "./find-system.ts";
import { RequestError } from "./request-error.ts";
import type { Answer, Cost, TrainedModel } from "./trained-model.ts";

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
  const { grid } = model.recipe.verbs.reconstruct as NonNullable<typeof model.recipe.verbs.reconstruct>;
  const request = await fillRequest("reconstruct", model, image, { grid: grid(model.settings), mask });
  return filledPicture(model, request, await model.answer("reconstruct", request.inputs));
}

interface FillRequest {
  readonly grid: PatchGrid;
  readonly hidden: Int32Array;
  readonly inputs: { readonly images: HostArray; readonly visible: HostArray; readonly predicted: HostArray };
}

/** A picture and the patches of it that are to be filled. */
export async function fillRequest(verb: "reconstruct" | "complete", model: TrainedModel, image: string | ImageSet, { grid, mask }: { readonly grid: PatchGrid; readonly mask: PatchMask }): Promise<FillRequest> {
  const { hidden, visible } = splitPatches(grid.rows * grid.columns, mask);
  const { set, inputs } = await onePicture(verb, model, image);
  const row = (ids: Int32Array): HostArray => hostArray(ids, [1, ids.length]);
  return { grid, hidden, inputs: { images: inputs(set), visible: row(visible), predicted: row(hidden) } };
}

/** The answer to a request. */
export function filledPicture({ system }: TrainedModel, { grid, hidden }: FillRequest, { output, cost }: Answer): ReconstructedPicture {
  const [, channels, height, width] = output.shape as [number, number, number, number];
  return { picture: { data: pixelsFrom({ data: output.data as Float32Array, channels, height, width }), width, height }, hidden, grid, model: system.slug, cost };
}

/** Ids of hidden and visible patches, ascending. */
export function splitPatches(count: number, mask: PatchMask): { readonly hidden: Int32Array; readonly visible: Int32Array } {
  const hidden = "hide" in mask ? namedPatches(count, mask.hide) : randomPatches(count, mask);
  const taken = new Set(hidden);
  return { hidden, visible: Int32Array.from({ length: count }, (_, i) => i).filter((id) => !taken.has(id)) };
}

function namedPatches(count: number, hide: readonly number[]): Int32Array {
  const wrong = hide.filter((id) => !Number.isInteger(id) || id < 0 || id >= count);
  if (wrong.length > 0) throw new RequestError(`hidden patches: no patch ${wrong.join(", ")}; patches are 0 to ${count - 1}, row by row`);
  const ids = [...new Set(hide)];
  if (ids.length === 0 || ids.length === count) throw new RequestError(`hidden patches: expected 1 to ${count - 1} hidden patches of ${count}, got ${ids.length}`);
  return Int32Array.from(ids).sort();
}

function randomPatches(count: number, { ratio, seed = 0 }: { readonly ratio: number; readonly seed?: number }): Int32Array {
  const wanted = Math.round(ratio * count);
  if (!(ratio > 0 && ratio < 1) || wanted === 0 || wanted === count) throw new RequestError(`hidden patches: ratio: expected a share between 0 and 1 that hides 1 to ${count - 1} of ${count} patches, got ${ratio}`);
  return RandomStream.of(seed, "hidden patches").permutation(count).slice(0, wanted).sort();
}
