/**
 * A classifier from a few examples and a written description of each class, on top of a model that stays as it is: the system
 * says how it learns from the model's vectors and what it keeps; the tasks floor asks the model, keeps the folder and opens it.
 */
import type { Device, HostArray } from "../engine/index.ts";

/** What is asked of a model, wherever it runs. */
export interface TextBox {
  /** Width of all vectors. */
  readonly width: number;
  /** One vector for each text, [n, d]. */
  texts(texts: readonly string[]): Promise<HostArray>;
  /** One vector for each description of a label, [n, d]. */
  labels(descriptions: readonly string[]): Promise<HostArray>;
}

export interface LabelledExample {
  readonly text: string;
  readonly label: string;
}

export interface FewShotOptions {
  /** Examples that choose when to stop; default a quarter of each class, one at least. */
  readonly development?: readonly LabelledExample[];
  readonly heads?: number;
  /** Updates at most; default 300. */
  readonly steps?: number;
  /** Default 1e-3. */
  readonly learningRate?: number;
  readonly seed?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** All that a classifier is beside the model. */
export interface StoredClassifier {
  /** As JSON. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, HostArray>;
}

export interface FewShotClassifier {
  readonly labels: readonly string[];
  /** Accuracy on the development examples, and the update at which it was reached. */
  readonly development: number;
  readonly chosen: number;
  /** Trained weights. */
  readonly parameters: number;
  /** [n, labels], before the softmax. */
  scores(texts: readonly string[]): Promise<HostArray>;
  stored(): StoredClassifier;
}

export interface FewShotRecipe {
  /** Raise it when classifiers of the version before no longer load or no longer mean the same. */
  readonly version: number;
  readonly summary: string;
  /** Throws a `RangeError` for examples it cannot learn from. */
  fit(box: TextBox, examples: readonly LabelledExample[], descriptions: Readonly<Record<string, string>>, options: FewShotOptions): Promise<FewShotClassifier>;
  /** Throws when something is missing. */
  open(box: TextBox, stored: StoredClassifier, device?: Device): FewShotClassifier;
}
