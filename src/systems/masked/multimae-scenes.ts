/** Pictures, depth and class maps of scenes as MultiMAE takes them, and its batches: the same for all arms of a seed. */
import { hostArray, RandomStream, tensor } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { fromBytes, idRows } from "../../nn/index.ts";
import { channelStatistics, shuffledBatches } from "../../data/index.ts";
import type { BatchStream, ChannelStatistics } from "../../data/index.ts";
import { dirichletTokens } from "../../data/masking/dirichlet-tokens.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import type { DENSE_FIELDS } from "../../data/worlds/scene/index.ts";
import { allItems, patchClasses, takeItems } from "../../lab/index.ts";
import type { ScenePack } from "../../lab/index.ts";
import { maskRows } from "./masked-batches.ts";
import type { MaskIds } from "./masked-batches.ts";
import { CLASS_STRIDE } from "./multimae-model.ts";

export interface DenseScenes {
  /** uint8 [n, S, S, 3] */
  readonly pixels: HostArray;
  /** float32 [n, 1, S, S], standardised picture by picture. */
  readonly depth: HostArray;
  /** int32 [n, S / 4, S / 4]: most frequent class of 4 x 4 pixels. */
  readonly classes: HostArray;
  /** int32 [n, N]: most frequent class of each patch, the labels of segmentation. */
  readonly patchLabels: HostArray;
}

export type SceneBatch = Pick<DenseScenes, "pixels" | "depth" | "classes"> & MaskIds & {
  /** int32 [B, K], counting through the modalities; see MultiMaeBatch. */
  readonly kept: HostArray;
  /** float32 [B, M, N] */
  readonly hidden: HostArray;
} & Record<string, HostArray>;

/** Share of the values left out at either end. */
const TRIM = 0.1;
const EPSILON = 1e-6;

/**
 * Depth maps [n, H, W] -> [n, 1, H, W], each minus the mean over the deviation of its values without the lowest and the
 * highest tenth, so that a few very near or far places do not set the scale (section 3.3). The variance is the unbiased one,
 * and at least the share `least` (default 0) of that of all values: without, a map that is flat but for less than a tenth
 * of it would get values without bounds.
 */
export function truncatedStandardization({ data, shape }: HostArray, least = 0): HostArray {
  const [count, height, width] = shape as [number, number, number];
  const area = height * width;
  const result = new Float32Array(count * area);
  for (let item = 0; item < count; item++) {
    const values = Float64Array.from(data.subarray(item * area, (item + 1) * area) as Float32Array);
    const middle = Float64Array.from(values).sort().subarray(Math.floor(TRIM * area), Math.floor((1 - TRIM) * area));
    const mean = middle.reduce((a, b) => a + b, 0) / middle.length;
    const trimmed = middle.reduce((a, b) => a + (b - mean) ** 2, 0) / (middle.length - 1);
    const variance = Math.max(trimmed, least * (values.reduce((a, b) => a + (b - mean) ** 2, 0) / (area - 1)));
    result.set(values.map((value) => (value - mean) / Math.sqrt(variance + EPSILON)), item * area);
  }
  return hostArray(result, [count, 1, height, width]);
}

export function denseScenes({ frame, depth, cls }: ScenePack<(typeof DENSE_FIELDS)[number]>, patch: number): DenseScenes {
  const [count, side] = cls.shape as [number, number];
  const cells = patchClasses(cls, CLASS_STRIDE);
  return { pixels: frame, depth: truncatedStandardization(depth), classes: hostArray(cells.data, [count, side / CLASS_STRIDE, side / CLASS_STRIDE]), patchLabels: patchClasses(cls, patch) };
}

/** Mean and deviation of the colours of pictures [n, S, S, 3]. */
export function colourStatistics({ data, shape }: HostArray): ChannelStatistics {
  const [count, height, width, channels] = shape as [number, number, number, number];
  return channelStatistics({ pixels: data as Uint8Array, count, height, width, channels, labels: new Int32Array(count) }, Int32Array.from({ length: count }, (_, i) => i));
}

/** Bytes [B, S, S, 3] -> standardised pictures [B, 3, S, S]. */
export function standardizedPictures(pixels: Tensor, colours: ChannelStatistics): Tensor {
  return standardized(fromBytes(pixels), colours);
}

/** Mean and deviation of the colours of ImageNet, which the released code standardises with. */
const USUAL_COLOURS: ChannelStatistics = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

const standardized = (images: Tensor, { mean, deviation }: ChannelStatistics): Tensor => {
  const channels = (values: readonly number[]): Tensor => tensor(hostArray(Float32Array.from(values), [1, values.length, 1, 1]));
  return images.sub(channels(mean)).div(channels(deviation));
};

/** Pictures [B, 3, S, S], values 0..1, standardised with usual colours: for sets whose own are not known when a model is asked. */
export const centredPictures = (images: Tensor): Tensor => standardized(images, USUAL_COLOURS);

/** Which tokens of `batch` scenes the encoder sees: `kept` int32 [B, K], counting through the modalities, `hidden` float32 [B, M, N]. */
export function tokenRows(random: RandomStream, batch: number, { modalities, places, budget }: { readonly modalities: number; readonly places: number; readonly budget: number }): Record<"kept" | "hidden", HostArray> {
  const drawn = Array.from({ length: batch }, (_, row) => dirichletTokens(random.child(row), modalities, places, budget));
  const hidden = new Float32Array(batch * modalities * places);
  drawn.forEach((row, i) => row.hidden.forEach((flags, m) => hidden.set(flags, (i * modalities + m) * places)));
  return { kept: idRows(drawn.map(({ kept }) => kept)), hidden: hostArray(hidden, [batch, modalities, places]) };
}

export interface SceneBatchesOptions {
  readonly scenes: DenseScenes;
  readonly batchSize: number;
  readonly seed: number;
  /** Number of modalities among which tokens are shared out. */
  readonly modalities: number;
  /** Patches of a modality. */
  readonly places: number;
  /** Tokens the encoder sees: of all modalities together, or of the picture alone. */
  readonly budget: number;
}

/** Endless batches with both kinds of masks: tokens of all modalities by a Dirichlet law, and patches of the picture alone. */
export function sceneBatches({ scenes, batchSize, seed, modalities, places, budget }: SceneBatchesOptions): BatchStream<SceneBatch> {
  const { pixels, depth, classes } = scenes;
  const counts = subsetCounts(places, 1 - budget / places);
  return shuffledBatches<SceneBatch>({ indices: allItems(pixels), batchSize, seed }, ({ epoch, step, indices }) => {
    return {
      pixels: takeItems(pixels, indices),
      depth: takeItems(depth, indices),
      classes: takeItems(classes, indices),
      ...tokenRows(RandomStream.of(seed, "tokens", epoch, step), batchSize, { modalities, places, budget }),
      ...maskRows(RandomStream.of(seed, "masks", epoch, step), batchSize, places, counts),
    };
  });
}
