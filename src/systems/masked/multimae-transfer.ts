/** What is made of pre-trained encoders of scenes: classes of patches from few labels, depth and classes from a picture alone. */
import { compile, concat, gather, hostArray, layerNorm, tensor } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, fromBytes, patchify, unpatchify } from "../../nn/index.ts";
import type { ChannelStatistics } from "../../data/index.ts";
import { SHAPES } from "../../data/worlds/scene/index.ts";
import { allItems, extract, segmentationProbe, takeItems } from "../../lab/index.ts";
import type { ArmContext, Picture } from "../../lab/index.ts";
import type { MaskedAutoencoder } from "./masked-autoencoder.ts";
import { CLASS_STRIDE } from "./multimae-model.ts";
import type { MultiMae } from "./multimae-model.ts";
import { standardizedPictures } from "./multimae-scenes.ts";
import type { DenseScenes } from "./multimae-scenes.ts";
import { pictureSheet } from "./reconstruction-picture.ts";

/** The ground and every shape. */
export const CLASSES = SHAPES.length + 1;

export interface SceneLab {
  readonly train: DenseScenes;
  readonly test: DenseScenes;
  /** Of the training pictures. */
  readonly colours: ChannelStatistics;
}

type Given = Pick<DenseScenes, "pixels" | "depth">;
type GivenTensors = { readonly [K in keyof Given]: Tensor };
type Place = Pick<ArmContext<object>, "device" | "signal">;

const BATCH = 50;
const collate = (scenes: DenseScenes) => (indices: Int32Array): { readonly pixels: HostArray; readonly depth: HostArray } => ({ pixels: takeItems(scenes.pixels, indices), depth: takeItems(scenes.depth, indices) });

/** One feature vector for each patch, [B, N, d]: the tokens of the modalities given, side by side, each standardised. */
export type PatchEncoder = (inputs: GivenTensors) => Tensor;

export const maePatches = (model: MaskedAutoencoder, colours: ChannelStatistics): PatchEncoder => ({ pixels }) => {
  const tokens = model.encode(standardizedPictures(pixels, colours), EVALUATE); // the class token first
  return layerNorm(tokens.sliceAxis(1, 1, tokens.dim(1)));
};

export const multiMaePatches = (model: MultiMae, colours: ChannelStatistics, withDepth: boolean): PatchEncoder => ({ pixels, depth }) => {
  const rgb = standardizedPictures(pixels, colours);
  const tokens = layerNorm(model.encode(withDepth ? { rgb, depth } : { rgb }, EVALUATE));
  const row = (m: number): Tensor => tokens.sliceAxis(1, m * model.places, (m + 1) * model.places);
  return withDepth ? concat([row(0), row(1)], 2) : row(0);
};

/** Mean intersection over union on the test scenes of a linear head on frozen features, from the first `labelled` training scenes. */
export async function segmentation({ train, test }: SceneLab, encode: PatchEncoder, labelled: number, { device, signal }: Place): Promise<number> {
  const side = async (scenes: DenseScenes, indices: Int32Array): Promise<{ readonly tokens: HostArray; readonly labels: HostArray }> => ({
    tokens: await extract(collate(scenes), encode, indices, { batchSize: BATCH, device, signal }),
    labels: takeItems(scenes.patchLabels, indices),
  });
  const few = allItems(train.pixels).subarray(0, labelled);
  return segmentationProbe({ train: await side(train, few), test: await side(test, allItems(test.pixels)) }, CLASSES, { device, signal });
}

export interface DepthErrors {
  /** Mean absolute error of standardised depth on the test scenes, from the picture alone. */
  readonly depthError: number;
  /** By what share it is below the error of saying the training mean everywhere. */
  readonly depthGain: number;
  /** The same against the training mean of each pixel, which knows how the camera looks at the floor. */
  readonly depthGainOverMap: number;
}

export async function depthFromPicture(model: MultiMae, { train, test, colours }: SceneLab, { device, signal }: Place): Promise<DepthErrors> {
  const size = { height: model.patch, width: model.patch };
  const errorOf = ({ pixels, depth }: GivenTensors): Tensor => model.predict({ rgb: standardizedPictures(pixels, colours) }, ["depth"], EVALUATE).depth.sub(patchify(depth, size)).abs().mean([1, 2]).unsqueeze(1);
  const errors = await extract(collate(test), errorOf, allItems(test.pixels), { batchSize: BATCH, device, signal });
  const depthError = mean(errors.data as Float32Array);
  const map = meanMap(train.depth);
  const flat = map.map(() => mean(map));
  return { depthError, depthGain: 1 - depthError / mapError(flat, test.depth), depthGainOverMap: 1 - depthError / mapError(map, test.depth) };
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Mean over items of maps [n, 1, H, W]. */
export function meanMap({ data, shape }: HostArray): Float64Array {
  const count = shape[0] as number;
  const sums = new Float64Array(data.length / count);
  (data as Float32Array).forEach((value, i) => (sums[i % sums.length] = (sums[i % sums.length] as number) + value));
  return sums.map((sum) => sum / count);
}

/** Mean absolute error of saying the same map for all items. */
export const mapError = (map: Float64Array, { data }: HostArray): number => (data as Float32Array).reduce((total, value, i) => total + Math.abs(value - (map[i % map.length] as number)), 0) / data.length;

/** Ground light, shapes around the colour wheel: [classes, 3]. */
const PALETTE = hostArray(
  Float32Array.from({ length: CLASSES * 3 }, (_, i) => (i < 3 ? 0.9 : 0.5 + 0.45 * Math.cos(2 * Math.PI * (Math.floor(i / 3) / SHAPES.length + (i % 3) / 3)))),
  [CLASSES, 3],
);

/** Rows [picture | depth | depth from the picture | classes | classes from the picture] of test scenes. */
export async function predictionPicture(model: MultiMae, { test, colours }: SceneLab, { device }: Place): Promise<Picture> {
  const size = { height: model.patch, width: model.patch };
  const rows = Math.sqrt(model.places);
  const grey = (depth: Tensor): Tensor => depth.mul(0.25).add(0.5).expand([depth.dim(0), 3, depth.dim(2), depth.dim(3)]);
  const painted = (ids: Tensor): Tensor => {
    const [batch, height, width] = ids.shape as [number, number, number];
    const cells = gather(tensor(PALETTE), ids).transpose([0, 3, 1, 2]).reshape([batch, 3, height, 1, width, 1]);
    return cells.expand([batch, 3, height, CLASS_STRIDE, width, CLASS_STRIDE]).reshape([batch, 3, height * CLASS_STRIDE, width * CLASS_STRIDE]);
  };
  const show = ({ pixels, depth, classes }: GivenTensors & { readonly classes: Tensor }): Tensor[] => {
    const cell = model.patch / CLASS_STRIDE;
    const restored = model.predict({ rgb: standardizedPictures(pixels, colours) }, ["depth", "classes"], EVALUATE);
    const likeliest = restored.classes.reshape([pixels.dim(0), model.places, cell * cell, CLASSES]).argMax().cast("float32");
    const ids = unpatchify(likeliest, { height: cell, width: cell }, { channels: 1, rows, columns: rows }).squeeze(1).cast("int32");
    return [fromBytes(pixels), grey(depth), grey(unpatchify(restored.depth, size, { channels: 1, rows, columns: rows })), painted(classes), painted(ids)];
  };
  const run = compile(show, { device, name: "prediction from a picture" });
  const chosen = Int32Array.of(0, 1, 2, 3, 4, 5);
  const columns = await run({ ...collate(test)(chosen), classes: takeItems(test.classes, chosen) });
  await run.release();
  return pictureSheet(columns, "Test scenes: picture, depth, depth from the picture alone, classes, classes from the picture alone");
}
