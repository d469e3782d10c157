/** Zero-shot recognition: pictures go to the class whose description is nearest in the common space (arXiv 2103.00020). */
import { compile, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { EmojiSet, EmojiText } from "../../data/index.ts";
import type { Clip } from "./clip-model.ts";
import { wordsOf } from "./word-vocabulary.ts";
import type { WordVocabulary } from "./word-vocabulary.ts";

const BATCH = 64;

export interface TextSide {
  readonly model: Clip;
  readonly vocabulary: WordVocabulary;
  /** Longest text in tokens. */
  readonly length: number;
}

/** Unit vectors of texts, [n, joint]. */
export async function textVectors({ model, vocabulary, length }: TextSide, texts: readonly string[], device?: Device): Promise<HostArray> {
  const run = compile((ids: Tensor) => model.encodePassage(ids, EVALUATE), { device, name: "text vectors" });
  const rows: number[] = [];
  let width = 0;
  try {
    for (let start = 0; start < texts.length; start += BATCH) {
      const part = texts.slice(start, start + BATCH);
      const filled = [...part, ...new Array<string>(BATCH - part.length).fill(part[0] as string)]; // one shape, one program
      const { data, shape } = await run(vocabulary.encodeAll(filled, length));
      width = shape[1] as number;
      for (const value of (data as Float32Array).subarray(0, part.length * width)) rows.push(value);
    }
  } finally {
    await run.release();
  }
  return hostArray(Float32Array.from(rows), [texts.length, width]);
}

/** One unit vector for each class, [classes, joint]: the normalised mean of the unit vectors of its descriptions. */
export async function classVectors(side: TextSide, descriptions: readonly (readonly string[])[], device?: Device): Promise<HostArray> {
  const { data, shape } = await textVectors(side, descriptions.flat(), device);
  const width = shape[1] as number;
  const means = new Float32Array(descriptions.length * width);
  let row = 0;
  descriptions.forEach((texts, c) => {
    const mean = means.subarray(c * width, (c + 1) * width);
    for (let i = 0; i < texts.length; i++, row++) mean.forEach((value, d) => (mean[d] = value + (data as Float32Array)[row * width + d]!));
    const length = Math.hypot(...mean);
    mean.forEach((value, d) => (mean[d] = length > 0 ? value / length : 0));
  });
  return hostArray(means, [descriptions.length, width]);
}

/** Dot products of every row of a [n, d] with every row of b [m, d], row-major [n, m]. */
export function similarities(a: HostArray, b: HostArray): Float64Array {
  const [n, width] = a.shape as [number, number];
  const m = b.shape[0] as number;
  const products = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += Number(a.data[i * width + d]) * Number(b.data[j * width + d]);
      products[i * m + j] = sum;
    }
  }
  return products;
}

/** Share of pictures [n, joint] whose nearest class is the true one. */
export function zeroShotAccuracy(pictures: HostArray, classes: HostArray, truth: ArrayLike<number>): number {
  const scores = similarities(pictures, classes);
  const count = classes.shape[0] as number;
  const right = Array.from(truth).filter((label, i) => {
    const row = scores.subarray(i * count, (i + 1) * count);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / truth.length;
}

/**
 * Descriptions of each subgroup of the Unicode charts: its name, its name with that of its group, and the names of its
 * emoji among `indices`, which must be training pictures.
 */
export function subgroupDescriptions({ subgroups, subgroupNames, labels, labelNames }: Pick<EmojiSet, "subgroups" | "subgroupNames" | "labels" | "labelNames">, texts: readonly EmojiText[], indices: Int32Array): string[][] {
  return subgroupNames.map((subgroup, c) => {
    const members = [...indices].filter((index) => subgroups[index] === c);
    const name = wordsOf(subgroup).join(" ");
    const groups = new Set(members.map((index) => labelNames[labels[index] as number] as string));
    return [name, ...[...groups].map((group) => `${wordsOf(group).join(" ")} ${name}`), ...new Set(members.map((index) => (texts[index] as EmojiText).name))];
  });
}
