/** `predict`: depth or classes of a picture. */
import type { ImageSet } from "../data/index.ts";
import type { MapName } from "../lab/index.ts";
import { onePicture } from "./data-kinds.ts";
import { requireVerb } from "./find-system.ts";
import { RequestError } from "./request-error.ts";
import type { Cost, TrainedModel } from "./trained-model.ts";

export interface PredictedMap {
  /** [height, width]: standardised depth, larger being what larger values were in the maps of training, or class numbers. */
  readonly map: { readonly data: Float32Array; readonly width: number; readonly height: number };
  /** Slug of the system. */
  readonly model: string;
  readonly cost: Cost;
}

/**
 * A map of a picture file, or of a set of one picture. The picture is cropped to its centre and has the size the model was
 * trained on. Depth has no unit: it is standardised picture by picture.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { map } = await predict(model, "photos/1.png", "depth");
 * ```
 *
 * Throws a `RequestError` when the model was trained without such maps.
 */
export async function predict(model: TrainedModel, image: string | ImageSet, want: MapName): Promise<PredictedMap> {
  requireVerb(model, "predict");
  const wants = (model.recipe.verbs.predict as NonNullable<typeof model.recipe.verbs.predict>).wants(model.settings);
  const place = wants.indexOf(want);
  if (place < 0) throw new RequestError(`predict: the model was trained without ${want}; it gives ${wants.join(", ")}`);
  const { set, inputs } = await onePicture("predict", model, image);
  const { output, cost } = await model.answer("predict", { images: inputs(set) });
  const [, , height, width] = output.shape as [number, number, number, number];
  const data = (output.data as Float32Array).slice(place * height * width, (place + 1) * height * width);
  return { map: { data, width, height }, model: model.system.slug, cost };
}
