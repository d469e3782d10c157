/** What users of CrossTune call: a few examples and a description of each class, and a model that stays where it is. */
import { RandomStream } from "../../engine/index.ts";
import type { Device, HostArray } from "../../engine/index.ts";
import { fewShot } from "../../data/index.ts";
import { takeRows } from "../../lab/index.ts";
import type { FewShotClassifier, FewShotOptions, FewShotRecipe, LabelledExample, StoredClassifier, TextBox } from "../../lab/index.ts";
import { CrossTuneHead, fitHead, largestOf, scoreWith } from "./crosstune-model.ts";
import type { FittedHead, HeadParts, HeadTraining, LabelledVectors, Scaling } from "./crosstune-model.ts";

export const HEAD_TRAINING = { steps: 300, every: 10, patience: 10, learningRate: 1e-3, weightDecay: 0.01 } as const satisfies HeadTraining;

export interface Prediction {
  readonly label: string;
  /** Of each label; they add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What a stored classifier says of itself. */
interface AboutClassifier {
  readonly labels: readonly string[];
  readonly heads: number;
  readonly width: number;
  readonly development: number;
  readonly chosen: number;
  readonly scaling: Readonly<Record<"texts" | "labels", { readonly mean: readonly number[]; readonly deviation: readonly number[] }>>;
}

/** Arrays of a stored classifier: vectors of the labels, and weights below "head.". */
const [LABELS, HEAD] = ["labels", "head."];

export class CrossTuneClassifier implements FewShotClassifier {
  readonly labels: readonly string[];
  readonly development: number;
  readonly chosen: number;
  private readonly box: TextBox;
  private readonly parts: HeadParts;
  private readonly heads: number;

  private constructor(box: TextBox, labels: readonly string[], heads: number, { parts, development, chosen }: Pick<FittedHead, "parts" | "development" | "chosen">) {
    this.box = box;
    this.labels = labels;
    this.heads = heads;
    this.parts = parts;
    this.development = development;
    this.chosen = chosen;
  }

  get parameters(): number {
    return this.parts.head.parameterCount();
  }

  /**
   * Learns from examples, two of each class at least, and a description of each class in a sentence or two.
   *
   * ```ts
   * const classifier = await CrossTuneClassifier.fit(box, examples, { games: "Programs to play for fun.", fonts: "Typefaces." });
   * const [{ label }] = await classifier.predict(["a puzzle with falling blocks"]);
   * ```
   */
  static async fit(box: TextBox, examples: readonly LabelledExample[], descriptions: Readonly<Record<string, string>>, { development, heads = 4, steps = HEAD_TRAINING.steps, learningRate = HEAD_TRAINING.learningRate, seed = 1, device, signal }: FewShotOptions = {}): Promise<CrossTuneClassifier> {
    const labels = Object.keys(descriptions);
    if (labels.length < 2) throw new RangeError(`CrossTuneClassifier: expected descriptions of two classes or more, got ${labels.length}`);
    const unknown = [...examples, ...(development ?? [])].find(({ label }) => !labels.includes(label));
    if (unknown !== undefined) throw new RangeError(`CrossTuneClassifier: an example is labelled "${unknown.label}", which has no description; described are ${labels.join(", ")}`);
    const vectors = async (own: readonly LabelledExample[]): Promise<LabelledVectors> => ({ texts: await box.texts(own.map(({ text }) => text)), labels: own.map(({ label }) => labels.indexOf(label)) });
    const all = await vectors(examples);
    const { train, held } = development === undefined ? parted(all.labels, labels, seed) : { train: Int32Array.from(examples.keys()), held: null };
    const pick = (rows: Int32Array): LabelledVectors => ({ texts: takeRows(all.texts, rows), labels: Array.from(rows, (row) => all.labels[row] as number) });
    const dev = held === null ? await vectors(development ?? []) : pick(held);
    const described = await box.labels(labels.map((label) => descriptions[label] as string));
    const head = await fitHead(RandomStream.of(seed, "crosstune"), described, pick(train), dev, { width: box.width, heads }, { ...HEAD_TRAINING, steps, learningRate, device, signal });
    return new CrossTuneClassifier(box, labels, heads, head);
  }

  /** A classifier that `stored` gave, around the same model. */
  static open(box: TextBox, { about, arrays }: StoredClassifier, device?: Device): CrossTuneClassifier {
    const { labels, heads, width, development, chosen, scaling } = about as unknown as AboutClassifier;
    const vectors = arrays.get(LABELS);
    if (width !== box.width) throw new RangeError(`CrossTuneClassifier: it was trained on vectors of ${width}, the model gives ${box.width}`);
    if (vectors === undefined) throw new RangeError(`CrossTuneClassifier: the vectors of its ${labels.length} labels are missing`);
    const head = new CrossTuneHead({ random: RandomStream.of(0), width, heads });
    head.loadStateDict(new Map([...arrays].flatMap(([name, array]) => (name.startsWith(HEAD) ? [[name.slice(HEAD.length), array] as const] : []))));
    const scalingOf = ({ mean, deviation }: AboutClassifier["scaling"]["texts"]): Scaling => ({ mean: Float64Array.from(mean), deviation: Float64Array.from(deviation) });
    return new CrossTuneClassifier(box, labels, heads, { parts: { head, labels: vectors, ofTexts: scalingOf(scaling.texts), ofLabels: scalingOf(scaling.labels), device }, development, chosen });
  }

  stored(): StoredClassifier {
    const { labels, heads, development, chosen, box: { width }, parts: { head, labels: vectors, ofTexts, ofLabels } } = this;
    const listed = ({ mean, deviation }: Scaling): AboutClassifier["scaling"]["texts"] => ({ mean: [...mean], deviation: [...deviation] });
    const about: AboutClassifier = { labels, heads, width, development, chosen, scaling: { texts: listed(ofTexts), labels: listed(ofLabels) } };
    return { about: { ...about }, arrays: new Map([[LABELS, vectors], ...[...head.stateDict()].map(([name, array]) => [`${HEAD}${name}`, array] as const)]) };
  }

  async scores(texts: readonly string[]): Promise<HostArray> {
    return await scoreWith(this.parts, await this.box.texts(texts));
  }

  async predict(texts: readonly string[]): Promise<Prediction[]> {
    const scores = await this.scores(texts);
    const chosen = largestOf(scores);
    const width = this.labels.length;
    return texts.map((_, i) => {
      const row = Array.from(scores.data.subarray(i * width, (i + 1) * width), Number);
      const powers = row.map((value) => Math.exp(value - (row[chosen[i] as number] as number)));
      const total = powers.reduce((sum, power) => sum + power, 0);
      return { label: this.labels[chosen[i] as number] as string, probabilities: Object.fromEntries(this.labels.map((label, c) => [label, (powers[c] as number) / total])) };
    });
  }
}

/** A quarter of the smallest class of each class is held back. */
function parted(own: ArrayLike<number>, labels: readonly string[], seed: number): { readonly train: Int32Array; readonly held: Int32Array } {
  const counts = labels.map((_, label) => Array.from(own).filter((other) => other === label).length);
  const fewest = Math.min(...counts);
  if (fewest < 2) throw new RangeError(`CrossTuneClassifier: expected two examples of each class or more, got ${counts[counts.indexOf(fewest)]} of "${labels[counts.indexOf(fewest)]}"`);
  const held = new Set(fewShot(own, { perClass: Math.max(1, Math.floor(fewest / 4)), developmentPerClass: 0, seed }).train);
  return { train: Int32Array.from(Array.from(own).keys()).filter((i) => !held.has(i)), held: Int32Array.from(held) };
}

/** CrossTune on users' own examples. */
export const fewShotRecipe: FewShotRecipe = {
  version: 1,
  summary: "a classifier from a few examples and a description of each class; the model is asked for vectors and stays as it is",
  fit: (box, examples, descriptions, options) => CrossTuneClassifier.fit(box, examples, descriptions, options),
  open: (box, stored, device) => CrossTuneClassifier.open(box, stored, device),
};
