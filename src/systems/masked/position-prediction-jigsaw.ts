/** A jigsaw solved by position logits: every tile gets a place of its own, so that the whole arrangement is likeliest. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { EVALUATE, gatherTokens, patchify, unpatchify } from "../../nn/index.ts";
import type { PatchSize } from "../../nn/index.ts";
import { assign } from "../../objectives/index.ts";
import type { PositionPredictor } from "./position-prediction-model.ts";

export interface Jigsaw {
  /** The place of each tile in raster order, [B, L]: `places[b, i]` is where the i-th tile of picture b belongs. */
  readonly places: HostArray;
  /** The pictures with their tiles in those places, [B, 3, H, W]. */
  readonly solved: HostArray;
}

/** Minus the log-likelihood of every place for every tile of pictures [B, 3, H, W], all tiles being read: [B, L, L]. */
export const placeCosts = (model: PositionPredictor, images: Tensor): Tensor => model.logits(images, EVALUATE).logSoftmax().neg();

/** Arranges the shuffled tiles of pictures [B, 3, H, W]; a tile is a patch of the model. */
export async function jigsaw(model: PositionPredictor, images: HostArray, patch: PatchSize, device?: Device): Promise<Jigsaw> {
  const score = compile((pixels: Tensor) => placeCosts(model, pixels), { device, name: "jigsaw" });
  const { data, shape } = await score(images);
  await score.release();
  const [batch, tiles] = shape as [number, number, number];
  const costs = Array.from({ length: batch }, (_, b) => hostArray(data.subarray(b * tiles * tiles, (b + 1) * tiles * tiles), [tiles, tiles]));
  const places = hostArray(Int32Array.from(costs.flatMap((matrix) => Array.from(assign(matrix)))), [batch, tiles]);
  return { places, solved: await rearranged(images, inverse(places), patch, device) };
}

/** Pictures whose tiles are shuffled at random. */
export function shuffledTiles(images: HostArray, patch: PatchSize, random: RandomStream, device?: Device): Promise<HostArray> {
  const [batch, , height, width] = images.shape as [number, number, number, number];
  const tiles = (height / patch.height) * (width / patch.width);
  const orders = Array.from({ length: batch }, (_, b) => Array.from(random.child(b).permutation(tiles)));
  return rearranged(images, hostArray(Int32Array.from(orders.flat()), [batch, tiles]), patch, device);
}

/** Pictures whose place i shows the tile `tiles[b, i]`. */
async function rearranged(images: HostArray, tiles: HostArray, patch: PatchSize, device?: Device): Promise<HostArray> {
  const [, channels, height, width] = images.shape as [number, number, number, number];
  const grid = { channels, rows: height / patch.height, columns: width / patch.width };
  const move = compile((pixels: Tensor, ids: Tensor) => unpatchify(gatherTokens(patchify(pixels, patch), ids), patch, grid), { device, name: "rearrange tiles" });
  const result = await move(images, tiles);
  await move.release();
  return result;
}

/** Rows of permutations, each turned around. */
function inverse({ data, shape }: HostArray): HostArray {
  const [batch, count] = shape as [number, number];
  const result = new Int32Array(batch * count);
  for (let i = 0; i < result.length; i++) result[Math.floor(i / count) * count + Number(data[i])] = i % count;
  return hostArray(result, shape);
}
