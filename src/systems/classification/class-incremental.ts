/**
 * Fixture `cls/incremental`: ten handwritten digits taught two at a time, as frozen features of a CLIP that has only seen
 * emoji. A class's turn depends on the seed; nobody tells a learner when a task ends, and all classes share one output.
 */
import { hostArray, layerNorm, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { FeatureCache } from "../../train/index.ts";
import { digits, indicesOfSplit, pixelsFrom, pixelsOf, planesOf, resizeAndCenterCrop } from "../../data/index.ts";
import type { ImageSet, LabelledPixels } from "../../data/index.ts";
import { clipEmoji, clipEmojiOf, clipEmojiSettings, featuresOf, loadEmojiLab } from "../../lab/index.ts";
import type { PrepareContext } from "../../lab/index.ts";
import { standardized } from "../../lab/linear-fit.ts";
import { subStore } from "../../lab/store.ts";

export interface IncrementalLab {
  /** Features of emoji, for keys: [n, m]. */
  readonly other: HostArray;
  /** Features of all digits, [10,000, m], standardised like the emoji's with the emoji's statistics. */
  readonly features: HostArray;
  readonly labels: Int32Array;
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly classes: number;
}

/** Block of the encoder whose patches are averaged, of four: an intermediate stage, as in the paper. */
const BLOCK = 3;

/** Standardised patches of [B, 1 + 64, d] averaged over the quarters of the picture: [B, 4 d]. Digits differ in where their strokes are. */
export function quarters(tokens: Tensor): Tensor {
  const patches = layerNorm(tokens.sliceAxis(1, 1, tokens.dim(1)));
  const [batch, count, width] = patches.shape as [number, number, number];
  const half = Math.sqrt(count) / 2;
  return patches.reshape([batch, 2, half, 2, half, width]).mean([2, 4]).reshape([batch, 4 * width]);
}

/** Black ink on white, three channels, of the side the encoder wants: emoji are drawn on white too. */
export function asDrawings(set: ImageSet, side: number): LabelledPixels {
  const pixels = new Uint8Array(set.count * side * side * 3);
  for (let i = 0; i < set.count; i++) {
    const grey = pixelsFrom(resizeAndCenterCrop(planesOf(pixelsOf(set, i), set.height, set.width, set.channels), side, side));
    grey.forEach((ink, at) => pixels.fill(255 - ink, (i * side * side + at) * 3, (i * side * side + at + 1) * 3));
  }
  return { pixels, count: set.count, height: side, width: side, channels: 3, labels: set.labels };
}

/** Loads pictures and encodes them, once for all runs. */
export async function loadIncrementalLab(context: PrepareContext<object>): Promise<IncrementalLab> {
  const { device, signal, cache, message } = context;
  const emoji = await loadEmojiLab(context);
  const set = await digits.load({ signal });
  const { vision } = clipEmojiOf(context.foundation(clipEmoji));
  const encode = (pictures: LabelledPixels, indices: Int32Array): Promise<HostArray> => featuresOf((images) => quarters(vision.vision.forward(images, EVALUATE, { stopAfter: BLOCK }).hidden[BLOCK] as Tensor), pictures, indices, device);
  const kept = await new FeatureCache(subStore(cache, "features")).obtain({
    model: vision,
    items: JSON.stringify([set.provenance, emoji.set.provenance]),
    settings: { block: BLOCK, pool: "quarters of standardised patches", side: clipEmojiSettings.image },
    compute: async () => {
      message("encoding 10,000 digits and the emoji of the training folds");
      return { other: await encode(emoji.set, emoji.train), own: await encode(asDrawings(set, clipEmojiSettings.image), Int32Array.from({ length: set.count }, (_, i) => i)) };
    },
  });
  const { train: other, test: features } = standardized({ train: kept["other"] as HostArray, test: kept["own"] as HostArray });
  return { other, features, labels: set.labels, train: indicesOfSplit(set.folds, "train"), test: indicesOfSplit(set.folds, "test"), classes: set.labelNames.length };
}

/** Classes of each task, in the order of a seed. */
export function taskOrder(seed: number, classes: number, tasks: number): number[][] {
  const order = RandomStream.of(seed, "class order").permutation(classes);
  const each = classes / tasks;
  if (!Number.isInteger(each)) throw new RangeError(`taskOrder: ${classes} classes do not divide into ${tasks} tasks`);
  return Array.from({ length: tasks }, (_, task) => Array.from(order.subarray(task * each, (task + 1) * each)));
}

/** Accuracy on each task's test items after a stage, among the classes `seen` so far; NaN for tasks not taught yet. */
export function accuracyByTask(logits: HostArray, labels: ArrayLike<number>, tasks: readonly (readonly number[])[], seen: readonly number[]): number[] {
  const classes = logits.shape[1] as number;
  const right = tasks.map(() => ({ hits: 0, items: 0 }));
  Array.from(labels).forEach((label, row) => {
    const task = tasks.findIndex((own) => own.includes(label));
    const scores = logits.data.subarray(row * classes, (row + 1) * classes) as Float32Array;
    const best = seen.reduce((a, b) => ((scores[b] as number) > (scores[a] as number) ? b : a));
    const count = right[task] as (typeof right)[number];
    count.items++;
    if (best === label) count.hits++;
  });
  return right.map(({ hits, items }, task) => ((tasks[task] as readonly number[]).every((own) => seen.includes(own)) ? hits / items : NaN));
}

/** Best past accuracy minus the last one, meaned over all tasks but the last; rows are stages, columns tasks. */
export function forgetting(stages: readonly (readonly number[])[]): number {
  const last = stages.at(-1) as readonly number[];
  const earlier = last.slice(0, -1).map((now, task) => Math.max(...stages.map((row) => row[task] as number).filter((value) => !Number.isNaN(value))) - now);
  return earlier.reduce((a, b) => a + b, 0) / earlier.length;
}

/** Minus the squared distances of test items from the means of the training items of each class, [n, classes]. */
export function nearnessToMeans({ features, labels, train, test, classes }: IncrementalLab): HostArray {
  const width = features.shape[1] as number;
  const data = features.data as Float32Array;
  const means = Array.from({ length: classes }, (_, own) => {
    const members = train.filter((index) => labels[index] === own);
    const mean = new Float64Array(width);
    for (const index of members) for (let d = 0; d < width; d++) mean[d] = (mean[d] as number) + (data[index * width + d] as number) / members.length;
    return mean;
  });
  const nearness = Array.from(test).flatMap((index) => means.map((mean) => -mean.reduce((sum, value, d) => sum + (value - (data[index * width + d] as number)) ** 2, 0)));
  return hostArray(Float32Array.from(nearness), [test.length, classes]);
}

/** Labels of chosen items, int32 [n]. */
export const labelsOf = (labels: Int32Array, indices: Int32Array): HostArray => hostArray(indices.map((index) => labels[index] as number), [indices.length]);
