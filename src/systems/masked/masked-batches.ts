/** Batches of pictures with the patches that are visible and predicted drawn for each, the same for all arms of a seed. */
import { RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { idRows } from "../../nn/index.ts";
import { collateImages, shuffledBatches } from "../../data/index.ts";
import type { AugmentStep, BatchStream, LabelledPixels } from "../../data/index.ts";
import { uniformSubset } from "../../data/masking/uniform-subset.ts";
import type { SubsetCounts } from "../../data/masking/uniform-subset.ts";

export interface MaskedImageBatch extends Record<string, HostArray> {
  /** float32 [B, 3, H, W] */
  readonly images: HostArray;
  /** int32 [B, K] and [B, P] */
  readonly visible: HostArray;
  readonly predicted: HostArray;
}

export interface MaskedBatchesOptions {
  readonly set: LabelledPixels;
  readonly indices: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
  readonly tokens: number;
  readonly counts: SubsetCounts;
  readonly augment?: readonly AugmentStep[];
}

export function maskedImageBatches({ set, indices, batchSize, seed, tokens, counts, augment }: MaskedBatchesOptions): BatchStream<MaskedImageBatch> {
  return shuffledBatches({ indices, batchSize, seed }, (plan) => ({
    images: collateImages(set, plan, seed, { augment }).images,
    ...maskRows(RandomStream.of(seed, "masks", plan.epoch, plan.step), batchSize, tokens, counts),
  }));
}

/** Ids of `rows` pictures. */
export function maskRows(random: RandomStream, rows: number, tokens: number, counts: SubsetCounts): Pick<MaskedImageBatch, "visible" | "predicted"> {
  const drawn = Array.from({ length: rows }, (_, row) => uniformSubset(random.child(row), tokens, counts));
  return { visible: idRows(drawn.map(({ visible }) => visible)), predicted: idRows(drawn.map(({ predicted }) => predicted)) };
}
