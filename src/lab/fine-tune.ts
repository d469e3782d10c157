/**
 * Fine-tuning on a share of the emoji labels: the transfer test of a pre-trained encoder, and, from initial weights,
 * supervised training from scratch. All arms of a seed get the same labelled pictures, batches and initial head.
 */
import { hostArray, RandomStream } from "../engine/index.ts";
import type { HostArray, Tensor } from "../engine/index.ts";
import { cropAndFlip, EVALUATE, fromBytes, init, Linear, Module } from "../nn/index.ts";
import type { Mode } from "../nn/index.ts";
import { crossEntropy } from "../objectives/index.ts";
import { AdamW, metrics, schedules } from "../train/index.ts";
import { cropBatch, shuffledBatches } from "../data/index.ts";
import type { ArmContext } from "./context.ts";
import { CROP_AND_FLIP, featuresOf } from "./emoji.ts";
import type { EmojiLab } from "./emoji.ts";
import { trainArm } from "./train-arm.ts";
import type { TrainArmOptions, TrainedArm } from "./train-arm.ts";

/** An encoder of pictures with one vector for each: [B, 3, H, W] -> [B, d]. */
export interface PictureEncoder extends Module {
  features(images: Tensor, mode: Mode): Tensor;
}

export interface FineTuneOptions extends Pick<TrainArmOptions<Record<string, HostArray>>, "progress"> {
  readonly encoder: PictureEncoder;
  /** Width of its features. */
  readonly width: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** Share of the training pictures whose labels are used. */
  readonly labelled: number;
}

export interface FineTuned {
  readonly trained: TrainedArm;
  /** Share of test pictures whose category is right. */
  readonly accuracy: number;
  /** Category probabilities of the test pictures, [n, classes]. */
  readonly probabilities: HostArray;
}

class CategoryClassifier extends Module {
  readonly encoder: PictureEncoder;
  readonly head: Linear;

  constructor(encoder: PictureEncoder, width: number, classes: number) {
    super();
    this.encoder = encoder;
    this.head = new Linear(width, classes, { random: RandomStream.of(0, "head"), init: init.zeros });
  }

  forward(images: Tensor, mode: Mode): Tensor {
    return this.head.forward(this.encoder.features(images, mode));
  }
}

/** Trains the encoder and a linear head on the ten categories, with crops and flips, and tests on the test split. */
export async function fineTuneCategories(context: ArmContext<object>, { set, train, test }: EmojiLab, options: FineTuneOptions): Promise<FineTuned> {
  const { encoder, width, steps, batch, learningRate, warmup, weightDecay, labelled, progress } = options;
  const { seed, device } = context;
  const model = new CategoryClassifier(encoder, width, set.labelNames.length);
  const data = shuffledBatches({ indices: labelledPart(train, labelled, seed), batchSize: batch, seed }, (plan) => ({
    ...cropBatch(set, plan, seed, CROP_AND_FLIP),
    labels: hostArray(plan.indices.map((index) => set.labels[index] as number), [batch]),
  }));
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup, steps }) });
  const trained = await trainArm(context, { model, data, optimizer, steps, stage: "fine-tune", progress, loss: ({ pixels, boxes, flips, labels }, mode) => ({ loss: crossEntropy(model.forward(cropAndFlip(fromBytes(pixels), boxes, flips), mode), labels).loss }) });
  const probabilities = await featuresOf((images) => model.forward(images, EVALUATE).softmax(), set, test, device);
  return { trained, accuracy: categoryAccuracy(probabilities, { set, test }), probabilities };
}

/** Share of test pictures whose likeliest category is right. */
export function categoryAccuracy({ data, shape }: HostArray, { set, test }: Pick<EmojiLab, "set" | "test">): number {
  const classes = shape[1] as number;
  const likeliest = Array.from(test, (_, i) => {
    const row = data.subarray(i * classes, (i + 1) * classes) as Float32Array;
    return row.indexOf(Math.max(...row));
  });
  return metrics.accuracy(Array.from(test, (index) => set.labels[index] as number), likeliest);
}

/** A random share of the training pictures, the same for all arms of a seed. */
function labelledPart(train: Int32Array, share: number, seed: number): Int32Array {
  if (!(share > 0 && share <= 1)) throw new RangeError(`fineTuneCategories: labelled: expected a share above 0 up to 1, got ${share}`);
  const order = RandomStream.of(seed, "labelled").permutation(train.length);
  return order.slice(0, Math.max(1, Math.round(share * train.length))).map((position) => train[position] as number).sort();
}
