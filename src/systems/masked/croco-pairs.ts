/**
 * Pairs of views for cross-view completion. The host hands out bytes, masks and a few random factors, the same for all
 * arms of a seed; colours and roles are applied in the graph.
 */
import { hostArray, RandomStream, where } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { floorShare, fromBytes } from "../../nn/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { BatchStream } from "../../data/index.ts";
import type { SubsetCounts } from "../../data/masking/uniform-subset.ts";
import { allItems, takeItems } from "../../lab/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import type { CompletionBatch } from "./croco-model.ts";
import { maskRows } from "./masked-batches.ts";

/** Hidden patches are rounded down, as in the released code: 176 of 196. */
export function completionCounts(tokens: number, maskRatio: number): SubsetCounts {
  const predicted = floorShare(maskRatio, tokens);
  return { visible: tokens - predicted, predicted };
}

/** Which picture stands beside the masked one: the other view of its scene, or, as a control, one of another scene. */
export type SecondView = "same scene" | "another scene";

export interface PairBatch extends Record<string, HostArray> {
  /** uint8 [B, 2, S, S, 3] */
  readonly pairs: HostArray;
  /** float32 [B, 1, 1, 1]: 1 where the second view is the one to complete. */
  readonly swapped: HostArray;
  /** float32 [B, 3]: factors of brightness, contrast and saturation. */
  readonly colour: HostArray;
  /** int32 [B, K] and [B, P] */
  readonly visible: HostArray;
  readonly predicted: HostArray;
}

export interface PairBatchesOptions {
  /** uint8 [n, 2, S, S, 3] */
  readonly frames: HostArray;
  readonly batchSize: number;
  readonly seed: number;
  readonly tokens: number;
  readonly counts: SubsetCounts;
}

/** Factors lie within 1 +- this. */
const COLOUR_JITTER = 0.2;

/** Endless batches. Which view of a pair is to be completed is drawn anew each time. */
export function pairBatches({ frames, batchSize, seed, tokens, counts }: PairBatchesOptions): BatchStream<PairBatch> {
  return shuffledBatches({ indices: allItems(frames), batchSize, seed }, ({ epoch, step, indices }) => {
    const draw = RandomStream.of(seed, "roles and colours", epoch, step);
    return {
      pairs: takeItems(frames, indices),
      swapped: hostArray(Float32Array.from({ length: batchSize }, () => draw.integer(2)), [batchSize, 1, 1, 1]),
      colour: hostArray(Float32Array.from({ length: 3 * batchSize }, () => draw.uniform(1 - COLOUR_JITTER, 1 + COLOUR_JITTER)), [batchSize, 3]),
      ...maskRows(RandomStream.of(seed, "masks", epoch, step), batchSize, tokens, counts),
    };
  });
}

/** Pairs as they are: the first view is to be completed, colours stay. */
export const plainPairs = (frames: HostArray, indices: Int32Array): Pick<PairBatch, "pairs" | "swapped" | "colour"> => ({
  pairs: takeItems(frames, indices),
  swapped: hostArray(new Float32Array(indices.length), [indices.length, 1, 1, 1]),
  colour: hostArray(new Float32Array(3 * indices.length).fill(1), [indices.length, 3]),
});

/** Brightness, contrast about the picture's mean and saturation, in this order, clamped to 0..1. images [B, 3, H, W], factors [B, 3]. */
function recolour(images: Tensor, factors: Tensor): Tensor {
  const factor = (i: number): Tensor => factors.select(1, i).reshape([images.dim(0), 1, 1, 1]);
  const towards = (values: Tensor, centre: Tensor, amount: Tensor): Tensor => values.sub(centre).mul(amount).add(centre);
  const bright = images.mul(factor(0));
  const contrasted = towards(bright, bright.mean([1, 2, 3], { keepDims: true }), factor(1));
  return towards(contrasted, contrasted.mean(1, { keepDims: true }), factor(2)).maximum(0).minimum(1);
}

/** The picture to complete and the one beside it, [B, 3, S, S] each. Both views of a pair are recoloured as one picture, so alike. */
export function viewsOf({ pairs, swapped, colour }: Pick<BatchTensors<PairBatch>, "pairs" | "swapped" | "colour">, secondView: SecondView = "same scene"): { readonly images: Tensor; readonly other: Tensor } {
  const [batch, , side] = pairs.shape as [number, number, number];
  const stacked = recolour(fromBytes(pairs.reshape([batch, 2 * side, side, 3])), colour); // [B, 3, 2 S, S]
  const view = (i: number): Tensor => stacked.sliceAxis(2, i * side, (i + 1) * side);
  const turned = swapped.greater(0.5);
  const other = where(turned, view(0), view(1));
  return { images: where(turned, view(1), view(0)), other: secondView === "same scene" ? other : other.roll(-1, 0) };
}

/** The batch as the model takes it. */
export const completionOf = ({ visible, predicted, ...pairs }: BatchTensors<PairBatch>, secondView?: SecondView): CompletionBatch => ({ ...viewsOf(pairs as Pick<BatchTensors<PairBatch>, "pairs" | "swapped" | "colour">, secondView), visible, predicted });
