/** Batches of cropped pictures with the patches that are visible and predicted drawn for each, the same for all arms of a seed. */
import { RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { cropAndFlip, fromBytes, idRows } from "../../nn/index.ts";
import { cropBatch, shuffledBatches } from "../../data/index.ts";
import type { BatchStream, CropBatch, CropOptions, LabelledPixels } from "../../data/index.ts";
import { uniformSubset } from "../../data/masking/uniform-subset.ts";
import type { SubsetCounts } from "../../data/masking/uniform-subset.ts";

/** Patch ids, int32 [B, K] and [B, P]. */
export interface MaskIds {
  readonly visible: HostArray;
  readonly predicted: HostArray;
}

export type MaskedImageBatch = CropBatch & MaskIds;

export interface MaskedBatchesOptions {
  readonly set: LabelledPixels;
  readonly indices: Int32Array;
  readonly batchSize: number;
  readonly seed: number;
  readonly tokens: number;
  readonly counts: SubsetCounts;
  readonly crop: CropOptions;
}

export function maskedImageBatches({ set, indices, batchSize, seed, tokens, counts, crop }: MaskedBatchesOptions): BatchStream<MaskedImageBatch> {
  return shuffledBatches({ indices, batchSize, seed }, (plan) => ({
    ...cropBatch(set, plan, seed, crop),
    ...maskRows(RandomStream.of(seed, "masks", plan.epoch, plan.step), batchSize, tokens, counts),
  }));
}

/** The pictures of a batch, cropped and mirrored in the graph: [B, 3, H, W]. */
export const croppedImages = ({ pixels, boxes, flips }: { readonly [K in keyof Pick<CropBatch, "pixels" | "boxes" | "flips">]: Tensor }): Tensor => cropAndFlip(fromBytes(pixels), boxes, flips);

/** Ids of `rows` pictures. */
export function maskRows(random: RandomStream, rows: number, tokens: number, counts: SubsetCounts): MaskIds {
  const drawn = Array.from({ length: rows }, (_, row) => uniformSubset(random.child(row), tokens, counts));
  return { visible: idRows(drawn.map(({ visible }) => visible)), predicted: idRows(drawn.map(({ predicted }) => predicted)) };
}
