/** What users of CrossTune call: a few examples and a description of each class, and a model that stays where it is. */
import { RandomStream } from "../../engine/index.ts";
import type { Device } from "../../engine/index.ts";
import { fewShot } from "../../data/index.ts";
import type { TextBox } from "./crosstune-box.ts";
import { fitHead, largestOf, rowsOf } from "./crosstune-model.ts";
import type { FittedHead, HeadTraining, LabelledVectors } from "./crosstune-model.ts";

export const HEAD_TRAINING = { steps: 300, every: 10, patience: 10, learningRate: 1e-3, weightDecay: 0.01 } as const satisfies HeadTraining;

export interface Example {
  readonly text: string;
  readonly label: string;
}

export interface Prediction {
  readonly label: string;
  /** Of each label; they add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

export interface FewShotOptions {
  /** Examples that choose when to stop; default a quarter of each class, one at least. */
  readonly development?: readonly Example[];
  readonly heads?: number;
  readonly seed?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

export class CrossTuneClassifier {
  readonly labels: readonly string[];
  private readonly box: TextBox;
  private readonly head: FittedHead;

  private constructor(box: TextBox, labels: readonly string[], head: FittedHead) {
    this.box = box;
    this.labels = labels;
    this.head = head;
  }

  /** Accuracy on the development examples. */
  get development(): number {
    return this.head.development;
  }

  /**
   * Learns from examples, two of each class at least, and a description of each class in a sentence or two.
   *
   * ```ts
   * const classifier = await CrossTuneClassifier.fit(box, examples, { games: "Programs to play for fun.", fonts: "Typefaces." });
   * const [{ label }] = await classifier.predict(["a puzzle with falling blocks"]);
   * ```
   */
  static async fit(box: TextBox, examples: readonly Example[], descriptions: Readonly<Record<string, string>>, { development, heads = 4, seed = 1, device, signal }: FewShotOptions = {}): Promise<CrossTuneClassifier> {
    const labels = Object.keys(descriptions);
    if (labels.length < 2) throw new RangeError(`CrossTuneClassifier: expected descriptions of two classes or more, got ${labels.length}`);
    const unknown = [...examples, ...(development ?? [])].find(({ label }) => !labels.includes(label));
    if (unknown !== undefined) throw new RangeError(`CrossTuneClassifier: an example is labelled "${unknown.label}", which has no description; described are ${labels.join(", ")}`);
    const vectors = async (own: readonly Example[]): Promise<LabelledVectors> => ({ texts: await box.texts(own.map(({ text }) => text)), labels: own.map(({ label }) => labels.indexOf(label)) });
    const all = await vectors(examples);
    const { train, held } = development === undefined ? parted(all.labels, labels, seed) : { train: Int32Array.from(examples.keys()), held: null };
    const pick = (rows: Int32Array): LabelledVectors => ({ texts: rowsOf(all.texts, rows), labels: Array.from(rows, (row) => all.labels[row] as number) });
    const dev = held === null ? await vectors(development ?? []) : pick(held);
    const described = await box.labels(labels.map((label) => descriptions[label] as string));
    const head = await fitHead(RandomStream.of(seed, "crosstune"), described, pick(train), dev, { width: box.width, heads }, { ...HEAD_TRAINING, device, signal });
    return new CrossTuneClassifier(box, labels, head);
  }

  async predict(texts: readonly string[]): Promise<Prediction[]> {
    const scores = await this.head.score(await this.box.texts(texts));
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
