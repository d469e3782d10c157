/**
 * The emoji laboratory: pictures, splits and probes that the image systems share. Splits are by base emoji, so vendor and
 * skin-tone copies never stand on both sides; pre-training sees the training split only.
 */
import { hostArray, layerNorm } from "../engine/index.ts";
import type { Device, HostArray, Tensor } from "../engine/index.ts";
import { collateImages, emojiArt, indicesOfSplit } from "../data/index.ts";
import type { CropOptions, EmojiSet, LabelledPixels } from "../data/index.ts";
import type { RunContext } from "./context.ts";
import { extract } from "./extract.ts";
import type { ArmResult } from "./measurement.ts";
import { linearProbe, nearestNeighbours } from "./probe.ts";
import type { ProbeData } from "./probe.ts";

export interface EmojiLab {
  readonly set: EmojiSet;
  readonly train: Int32Array;
  readonly dev: Int32Array;
  readonly test: Int32Array;
}

/** Crop and flip: the only augmentation of the MAE family. */
export const CROP_AND_FLIP: CropOptions = { crop: { kind: "randomResizedCrop", scale: [0.5, 1] }, flip: 0.5 };

/** Loads the pictures, showing the first download. */
export async function loadEmojiLab({ signal, report, message }: Pick<RunContext<object>, "signal" | "report" | "message">): Promise<EmojiLab> {
  let status = "";
  const set = await emojiArt.load({
    signal,
    onProgress: (event) => {
      if (event.status !== status && event.status !== "ready") message(`emoji/art: ${event.status} ${event.file}`);
      status = event.status;
      if (event.total > 0) report(event.loaded, event.total);
    },
  });
  return { set, train: indicesOfSplit(set.folds, "train"), dev: indicesOfSplit(set.folds, "dev"), test: indicesOfSplit(set.folds, "test") };
}

/** Outputs [n, d] of an encoder for pictures of a set, without augmentation. `encode` maps [B, 3, H, W] to [B, d]. */
export function featuresOf(encode: (images: Tensor) => Tensor, set: LabelledPixels, indices: Int32Array, device?: Device): Promise<HostArray> {
  return extract((members) => ({ images: collateImages(set, { indices: members, epoch: 0 }, 0).images }), ({ images }) => encode(images), indices, { device });
}

/** Features of the training and test pictures with the ten emoji categories as labels. */
export async function categoryProbeData({ set, train, test }: EmojiLab, encode: (images: Tensor) => Tensor, device?: Device): Promise<ProbeData> {
  const labelled = async (indices: Int32Array): Promise<ProbeData["train"]> => ({
    features: await featuresOf(encode, set, indices, device),
    labels: hostArray(indices.map((index) => set.labels[index] as number), [indices.length]),
  });
  return { train: await labelled(train), test: await labelled(test), classes: set.labelNames.length };
}

/** Linear probe and 5 nearest neighbours on the emoji categories: shares of test pictures, 0 to 1. */
export async function probeCategories(lab: EmojiLab, encode: (images: Tensor) => Tensor, { device, signal }: { readonly device?: Device; readonly signal?: AbortSignal } = {}): Promise<{ readonly probe: number; readonly neighbours: number }> {
  const data = await categoryProbeData(lab, encode, device);
  return { probe: await linearProbe(data, { device, signal }), neighbours: await nearestNeighbours(data, 5, device) };
}

/** The result of a floor arm: the probes of an encoder that nothing trains, with its number of parameters. */
export async function probeFloor({ device, signal }: Pick<RunContext<object>, "device" | "signal">, lab: EmojiLab, encode: (images: Tensor) => Tensor, parameters: number): Promise<ArmResult> {
  return { parameters, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { ...(await probeCategories(lab, encode, { device, signal })) } };
}

/** Mean of the patch tokens of [B, leading + N, d], each standardised first: [B, d]. Leading tokens (default one, the class token) are left out. */
export const meanOfPatches = (tokens: Tensor, { leading = 1 }: { readonly leading?: number } = {}): Tensor => layerNorm(tokens.sliceAxis(1, leading, tokens.dim(1))).mean(1);

/** Raw pixels averaged over 4 x 4 blocks: the floor that needs no encoder. [B, 3, H, W] -> [B, 3 * H/4 * W/4] */
export function rawPixels(images: Tensor): Tensor {
  const [batch, channels, height, width] = images.shape as [number, number, number, number];
  return images.reshape([batch, channels, height / 4, 4, width / 4, 4]).mean([3, 5]).reshape([batch, (channels * height * width) / 16]);
}
