/** `fitFewShot`: a classifier from a few examples and a description of each class, on any model that gives vectors (CrossTune, arXiv 2403.12468). */
import { CrossTuneClassifier } from "../../systems/classification/crosstune-classifier.ts";
import type { Example, FewShotOptions } from "../../systems/classification/crosstune-classifier.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";

/**
 * The model's weights stay as they are; a small head is trained on its vectors of the examples and of the descriptions, each
 * asked for once.
 *
 * ```ts
 * const classifier = await fitFewShot(await fromPretrained("my-model"), examples, { games: "Programs to play for fun.", fonts: "Typefaces." });
 * const [best] = await classifier.predict(["a puzzle with falling blocks"]);
 * ```
 *
 * `examples` are `{ text, label }`, two of each class at least. Throws a `RangeError` that names a label without a description.
 */
export async function fitFewShot(model: Pick<PretrainedText, "embed">, examples: readonly Example[], descriptions: Readonly<Record<string, string>>, options: FewShotOptions = {}): Promise<CrossTuneClassifier> {
  const [, width] = (await model.embed(Object.values(descriptions).slice(0, 1))).shape as [number, number];
  const embed = (texts: readonly string[]): ReturnType<PretrainedText["embed"]> => model.embed(texts);
  return CrossTuneClassifier.fit({ width, texts: embed, labels: embed }, examples, descriptions, { heads: width % 4 === 0 ? 4 : 1, ...options });
}
