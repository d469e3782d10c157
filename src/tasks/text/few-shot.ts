/** Classifiers from a few examples and a description of each class, on any model that gives vectors (CrossTune, arXiv 2403.12468): in memory, and as folders. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/index.ts";
import type { Device, HostArray } from "../../engine/index.ts";
import type { FewShotClassifier, FewShotOptions, FewShotRecipe, LabelledExample, TextBox } from "../../lab/index.ts";
import { CrossTuneClassifier } from "../../systems/classification/crosstune-classifier.ts";
import { SYSTEMS } from "../../systems/registry.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { readIfThere } from "../begun-run.ts";
import type { SystemRegistry } from "../find-system.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import { localFiles, readJson } from "../huggingface/model-files.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import type { TextInput } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";
import { maskBox } from "./mask-box.ts";
import { labelScores } from "./score-texts.ts";
import type { LabelScore } from "./score-texts.ts";

const FORMAT = 1;
const FILES = { about: "few-shot.json", weights: "few-shot.safetensors" } as const;

/** A model as the box that a classifier asks: at the mask of a template, or for its vectors of texts where there is none. */
const boxFor = (model: PretrainedText, template: string): Promise<TextBox> => (template === "" ? boxOf(model) : Promise.resolve(maskBox(model, template)));

/** A model as a box that gives vectors. */
async function boxOf(model: Pick<PretrainedText, "embed">): Promise<TextBox> {
  const [, width] = (await model.embed(["a"])).shape as [number, number];
  const embed = (texts: readonly string[]): ReturnType<PretrainedText["embed"]> => model.embed(texts);
  return { width, texts: embed, labels: embed };
}

/** Heads of the attention between vectors of a width. */
const headsOf = (width: number): number => (width % 4 === 0 ? 4 : 1);

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
export async function fitFewShot(model: Pick<PretrainedText, "embed">, examples: readonly LabelledExample[], descriptions: Readonly<Record<string, string>>, options: FewShotOptions = {}): Promise<CrossTuneClassifier> {
  const box = await boxOf(model);
  return CrossTuneClassifier.fit(box, examples, descriptions, { heads: headsOf(box.width), ...options });
}

/** How a method classifies from a few examples; undefined for a method that does not. */
export const findFewShot = async (method: string, systems: SystemRegistry = SYSTEMS): Promise<FewShotRecipe | undefined> => (Object.hasOwn(systems, method) ? (await systems[method]?.())?.default.fewShot : undefined);

/** The same by any method that does so; `template` as in `saveFewShot`. */
export async function fitByRecipe(recipe: FewShotRecipe, model: PretrainedText, template: string, examples: readonly LabelledExample[], descriptions: Readonly<Record<string, string>>, options: FewShotOptions): Promise<FewShotClassifier> {
  const box = await boxFor(model, template);
  try {
    return await recipe.fit(box, examples, descriptions, { heads: headsOf(box.width), ...options });
  } catch (error) {
    throw error instanceof RangeError ? new RequestError(error.message, { cause: error }) : error;
  }
}

/** Writes a classifier: its own files first, `config.json` of the model last. `template` is what it asks the model with, "" for vectors. */
export async function saveFewShot(directory: string, method: string, { version }: FewShotRecipe, classifier: FewShotClassifier, model: PretrainedText, template: string): Promise<void> {
  const { about, arrays } = classifier.stored();
  await writeFileAtomic(join(directory, FILES.weights), encodeSafetensors(arrays));
  await writeFileAtomic(join(directory, FILES.about), new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, method, version, ...(template === "" ? {} : { template }), ...about }, null, 2)}\n`));
  const note = `This is the model that ${method} asks${template === "" ? " for vectors." : `: ${template}`} \`${FILES.about}\` and \`${FILES.weights}\` hold the classifier on top of it; reprise reads them, other libraries see the model only.`;
  await exportFolder(model, directory, { format: "sentence-transformers", note });
}

export const isFewShot = async (directory: string): Promise<boolean> => (await readIfThere(join(directory, FILES.about))) !== undefined;

/** Opened by `openFewShot`; it is asked like a classifier of Hugging Face. `release` frees its programs. */
export class FewShotText {
  readonly model: PretrainedText;
  readonly labels: readonly string[];
  /** No entry says that labels do not exclude each other. */
  readonly config = {};
  private readonly classifier: FewShotClassifier;

  constructor(model: PretrainedText, classifier: FewShotClassifier) {
    this.model = model;
    this.classifier = classifier;
    this.labels = classifier.labels;
  }

  /** [n, labels], before the softmax. Throws for two texts: each is read alone. */
  async scores(texts: readonly TextInput[]): Promise<HostArray> {
    return await this.classifier.scores(texts.map((text) => {
      if (typeof text !== "string") throw new RequestError(`classify: a classifier from a few examples reads one text, not a pair such as ${JSON.stringify(text[0].slice(0, 60))}`);
      return text;
    }));
  }

  /** Labels of each text, the most probable first. */
  async predict(texts: readonly string[]): Promise<LabelScore[][]> {
    return labelScores(this, await this.scores(texts));
  }

  async release(): Promise<void> {
    await this.model.release();
  }
}

/**
 * A classifier that `trainText` left in a folder.
 *
 * ```ts
 * const [[best]] = await (await openFewShot("my-classifier")).predict(["a puzzle with falling blocks"]);
 * ```
 *
 * Throws, naming the file, for what is missing, damaged or of another version.
 */
export async function openFewShot(directory: string, { device, systems }: { readonly device?: Device; readonly systems?: SystemRegistry } = {}): Promise<FewShotText> {
  const path = join(directory, FILES.about);
  const about = await readJson(localFiles(directory), FILES.about);
  if (about === undefined) throw new RequestError(`${directory}: found no ${FILES.about}; expected a classifier of train crosstune`);
  const { format, method, version, template = "" } = about;
  const recipe = format === FORMAT && typeof method === "string" ? await findFewShot(method, systems) : undefined;
  if (recipe === undefined || recipe.version !== version) throw new RequestError(`${path}: ${recipe === undefined ? `unknown classifier ${JSON.stringify(method)} of format ${JSON.stringify(format)}` : `${String(method)} of version ${JSON.stringify(version)}, this is ${recipe.version}`}; train it again`);
  const weights = join(directory, FILES.weights);
  const arrays = decodeSafetensors(new Uint8Array(await readFile(weights)), weights).tensors;
  const model = await fromPretrained(directory, { task: "features", device });
  try {
    return new FewShotText(model, recipe.open(await boxFor(model, String(template)), { about, arrays }, device));
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}; train it again`, { cause });
  }
}
