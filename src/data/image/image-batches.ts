/** Batches of labelled pictures: float planes, augmented and standardised as asked for. */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import { RandomStream } from "../../engine/random/stream.ts";
import { shuffledBatches } from "../batching.ts";
import type { BatchPlan, BatchStream, ShuffleConfig } from "../batching.ts";
import { augment } from "./augment.ts";
import type { AugmentStep } from "./augment.ts";
import { pixelsOf } from "./image-set.ts";
import type { ImageSet } from "./image-set.ts";
import { planesOf } from "./planes.ts";

export interface ImageBatch extends Record<string, HostArray> {
  /** float32 [batch, channels, height, width]; 0..1, or standardised. */
  readonly images: HostArray;
  /** int32 [batch] */
  readonly labels: HostArray;
  /** int32 [batch], position of each picture in its set. */
  readonly indices: HostArray;
}

/** Mean and deviation per channel; pictures become (value - mean) / deviation. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface ImageBatchConfig {
  readonly augment?: readonly AugmentStep[];
  readonly standardize?: ChannelStatistics;
}

/** What is read of a set; plain data, so that it can be sent to a worker thread. */
export type LabelledPixels = Pick<ImageSet, "pixels" | "count" | "height" | "width" | "channels" | "labels">;

/** Statistics of some pictures of a set, over values 0..1; use the training split's. */
export function channelStatistics(set: LabelledPixels, indices: Int32Array): ChannelStatistics {
  const { channels } = set;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const size = set.height * set.width * channels;
  for (const index of indices) {
    for (let i = 0; i < size; i++) {
      const value = (set.pixels[index * size + i] as number) / 255;
      sums[i % channels] = (sums[i % channels] as number) + value;
      squares[i % channels] = (squares[i % channels] as number) + value * value;
    }
  }
  const values = (indices.length * size) / channels;
  const mean = Array.from(sums, (sum) => sum / values);
  const deviation = Array.from(squares, (square, c) => Math.sqrt(Math.max(0, square / values - (mean[c] as number) ** 2)));
  const flat = deviation.findIndex((value) => value === 0);
  if (flat >= 0) throw new RangeError(`channelStatistics: channel ${flat} has the same value in all ${indices.length} pictures; it cannot be standardised`);
  return { mean, deviation };
}

/** The batch of a plan. A picture's augmentation depends on (seed, epoch, picture) alone. */
export function collateImages(set: LabelledPixels, { indices, epoch }: Pick<BatchPlan, "indices" | "epoch">, seed: number, config: ImageBatchConfig = {}): ImageBatch {
  const { height, width, channels } = set;
  const area = height * width;
  const images = new Float32Array(indices.length * channels * area); // [batch, channels, height, width]
  for (const [row, index] of indices.entries()) {
    const picture = planesOf(pixelsOf(set, index), height, width, channels);
    const { data } = config.augment ? augment(picture, config.augment, RandomStream.of(seed, "augment", epoch, index)) : picture;
    images.set(config.standardize ? standardized(data, area, config.standardize) : data, row * channels * area);
  }
  return {
    images: hostArray(images, [indices.length, channels, height, width]),
    labels: hostArray(indices.map((index) => set.labels[index] as number), [indices.length]),
    indices: hostArray(indices.slice(), [indices.length]),
  };
}

export interface ImageBatchesOptions extends ImageBatchConfig {
  readonly set: LabelledPixels;
  readonly shuffle: ShuffleConfig;
}

/** Endless shuffled batches of pictures. */
export function imageBatches({ set, shuffle, ...config }: ImageBatchesOptions): BatchStream<ImageBatch> {
  return shuffledBatches(shuffle, (plan) => collateImages(set, plan, shuffle.seed, config));
}

function standardized(data: Float32Array, area: number, { mean, deviation }: ChannelStatistics): Float32Array {
  return data.map((value, i) => {
    const channel = Math.floor(i / area);
    return (value - (mean[channel] as number)) / (deviation[channel] as number);
  });
}
