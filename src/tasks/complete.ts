/** `complete`: hidden patches of a picture filled in with the help of another view of its scene. */
import type { ImageSet } from "../data/index.ts";
import { onePicture } from "./data-kinds.ts";
import { requireVerb } from "./find-system.ts";
import { filledPicture, fillRequest } from "./reconstruct.ts";
import type { PatchMask, ReconstructedPicture } from "./reconstruct.ts";
import type { TrainedModel } from "./trained-model.ts";

/**
 * Fills the hidden patches of a picture, reading all of another picture of the same scene. Either is a file or a set of
 * one; both are cropped to their centre. The pixels of hidden patches are not looked at.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { picture } = await complete(model, "photos/1.png", "photos/2.png", { ratio: 0.9 });
 * ```
 *
 * Throws a `RequestError` when the mask names patches that do not exist, or hides none or all.
 */
export async function complete(model: TrainedModel, image: string | ImageSet, other: string | ImageSet, mask: PatchMask): Promise<ReconstructedPicture> {
  requireVerb(model, "complete");
  const { grid } = model.recipe.verbs.complete as NonNullable<typeof model.recipe.verbs.complete>;
  const request = await fillRequest("complete", model, image, { grid: grid(model.settings), mask });
  const beside = await onePicture("complete", model, other);
  return filledPicture(model, request, await model.answer("complete", { ...request.inputs, other: beside.inputs(beside.set) }));
}
