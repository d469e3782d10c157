/** `jigsaw`: the shuffled tiles of a picture put into their likeliest places. */
import { hostArray, RandomStream } from "../engine/index.ts";
import { pixelsOf } from "../data/index.ts";
import type { ImageSet } from "../data/index.ts";
import type { PatchGrid } from "../lab/index.ts";
import { assign } from "../objectives/index.ts";
import { onePicture } from "./data-kinds.ts";
import { requireVerb } from "./find-system.ts";
import type { RgbPicture } from "./reconstruct.ts";
import type { Cost, TrainedModel } from "./trained-model.ts";

export interface JigsawOptions {
  /** Of the shuffle; default 0. */
  readonly seed?: number;
  /** Whether the tiles of the given picture are shuffled already; default false. */
  readonly shuffled?: boolean;
}

export interface SolvedJigsaw {
  /** The tiles in the places found. */
  readonly picture: RgbPicture;
  /** What the model was shown. */
  readonly shuffled: RgbPicture;
  /** `places[i]` is where the i-th tile of the shuffled picture was put, row by row. */
  readonly places: Int32Array;
  /** Tiles that came to their true place; null when the picture was given shuffled. */
  readonly right: number | null;
  readonly grid: PatchGrid;
  /** Slug of the system. */
  readonly model: string;
  readonly cost: Cost;
}

/**
 * Shuffles the tiles of a picture file, or of a set of one picture, and puts them where the model finds that they belong:
 * every place gets one tile. The picture is cropped to its centre and has the size the model was trained on.
 *
 * ```ts
 * const model = await loadModel("my-model");
 * const { picture, right } = await jigsaw(model, "photos/1.png", { seed: 3 });
 * ```
 *
 * Time grows with the cube of the number of tiles.
 */
export async function jigsaw(model: TrainedModel, image: string | ImageSet, { seed = 0, shuffled = false }: JigsawOptions = {}): Promise<SolvedJigsaw> {
  requireVerb(model, "jigsaw");
  const grid = (model.recipe.verbs.jigsaw as NonNullable<typeof model.recipe.verbs.jigsaw>).grid(model.settings);
  const tiles = grid.rows * grid.columns;
  const { set, inputs } = await onePicture("jigsaw", model, image);
  const order = shuffled ? Int32Array.from({ length: tiles }, (_, i) => i) : RandomStream.of(seed, "jigsaw").permutation(tiles);
  const shown = rearranged(set, order, grid);
  const images = inputs({ ...set, pixels: shown });
  const { output, cost } = await model.answer("jigsaw", { images });
  const places = assign(hostArray(output.data, [tiles, tiles]));
  const tileAt = new Int32Array(tiles); // the tile that each place gets
  places.forEach((place, tile) => (tileAt[place] = tile));
  const size = { width: set.width, height: set.height };
  return {
    picture: { data: rearranged({ ...set, pixels: shown }, tileAt, grid), ...size },
    shuffled: { data: shown, ...size },
    places,
    right: shuffled ? null : places.filter((place, tile) => place === order[tile]).length,
    grid,
    model: model.system.slug,
    cost,
  };
}

/** Pixels of a set of one picture whose place i shows the tile `tiles[i]`. */
function rearranged(set: ImageSet, tiles: Int32Array, { rows, columns }: PatchGrid): Uint8Array {
  const { height, width, channels } = set;
  const pixels = pixelsOf(set, 0);
  const [tileHeight, tileWidth] = [height / rows, width / columns];
  const cornerOf = (tile: number): number => (Math.floor(tile / columns) * tileHeight * width + (tile % columns) * tileWidth) * channels;
  const result = new Uint8Array(pixels.length);
  tiles.forEach((tile, place) => {
    for (let y = 0; y < tileHeight; y++) {
      const from = cornerOf(tile) + y * width * channels;
      result.set(pixels.subarray(from, from + tileWidth * channels), cornerOf(place) + y * width * channels);
    }
  });
  return result;
}
