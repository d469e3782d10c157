/** Few-shot draws: k items of each class to train on and as many others to choose settings with, fixed by seed and draw number. */
import { RandomStream } from "../../engine/random/stream.ts";

export interface FewShotOptions {
  /** Items of each class to train on. */
  readonly perClass: number;
  /** Items of each class for development; default as many as to train on. */
  readonly developmentPerClass?: number;
  readonly seed: number;
  /** Number of the draw; draws of one seed are independent. Default 0. */
  readonly draw?: number;
}

export interface FewShotDraw {
  /** Positions among the labels, mixed over the classes. */
  readonly train: Int32Array;
  readonly development: Int32Array;
}

/** Draws from items with class ids `labels`. Throws, naming them, when classes have too few items. */
export function fewShot(labels: ArrayLike<number>, { perClass, developmentPerClass = perClass, seed, draw = 0 }: FewShotOptions): FewShotDraw {
  if (!Number.isInteger(perClass) || perClass < 1 || !Number.isInteger(developmentPerClass) || developmentPerClass < 0) throw new RangeError(`fewShot: expected whole numbers of items, got perClass ${perClass} and developmentPerClass ${developmentPerClass}`);
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const items = members.get(label);
    if (items === undefined) members.set(label, [i]);
    else items.push(i);
  }
  const needed = perClass + developmentPerClass;
  const small = [...members].filter(([, items]) => items.length < needed).map(([label, items]) => `class ${label} has ${items.length}`);
  if (small.length > 0) throw new RangeError(`fewShot: ${needed} items of each class are needed; ${small.slice(0, 8).join(", ")}${small.length > 8 ? ", ..." : ""}`);
  const random = RandomStream.of(seed, "few-shot", draw);
  const drawn = [...members].sort(([a], [b]) => a - b).map(([label, items]) => random.child(label).shuffle([...items]));
  const mixed = (name: string, from: number, to: number): Int32Array => random.child(name).shuffle(Int32Array.from(drawn.flatMap((items) => items.slice(from, to))));
  return { train: mixed("train", 0, perClass), development: mixed("development", perClass, needed) };
}
