/** How well places are found in test pictures, as a number and as jigsaws to look at. */
import { compile, RandomStream } from "../../engine/index.ts";
import type { Device, Tensor } from "../../engine/index.ts";
import { EVALUATE, patchify } from "../../nn/index.ts";
import { collateImages, sequentialBatches } from "../../data/index.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import type { EmojiLab, Picture } from "../../lab/index.ts";
import { maskRows } from "./masked-batches.ts";
import { jigsaw, shuffledTiles } from "./position-prediction-jigsaw.ts";
import type { PositionPredictor } from "./position-prediction-model.ts";
import { pictureSheet } from "./reconstruction-picture.ts";

/** Pixel variance (values 0 to 1) up to which a patch counts as flat: nobody can tell where it belongs. */
const FLAT = 1e-4;

interface HeldOutOptions {
  /** Side of a patch, pixels. */
  readonly patch: number;
  readonly device: Device;
}

/** Share of the tokens of test pictures whose place is found, of all and of those that are not flat; contexts do not depend on the seed. */
export async function positionAccuracy(model: PositionPredictor, { set, test }: EmojiLab, { patch, device, batch, eta }: HeldOutOptions & { readonly batch: number; readonly eta: number }): Promise<{ positionAccuracy: number; texturedPositionAccuracy: number }> {
  const tokens = (set.height / patch) * (set.width / patch);
  const counts = subsetCounts(tokens, eta);
  const run = compile(
    (images: Tensor, visible: Tensor) => {
      const textured = patchify(images, { height: patch, width: patch }).variance(-1).greater(FLAT).cast("float32"); // [B, L]
      return { all: model.objective(images, EVALUATE, visible).accuracy, textured: model.objective(images, EVALUATE, visible, textured).accuracy };
    },
    { device, name: "position accuracy" },
  );
  const sums = { all: 0, textured: 0, batches: 0 };
  for (const { indices, valid } of sequentialBatches(test, batch)) {
    if (valid < batch) continue; // the last, unfilled batch would count its first picture many times
    const { visible } = maskRows(RandomStream.of(0, "held-out contexts", sums.batches), batch, tokens, counts);
    const { all, textured } = await run(collateImages(set, { indices, epoch: 0 }, 0).images, visible);
    sums.all += all.item();
    sums.textured += textured.item();
    sums.batches++;
  }
  await run.release();
  return { positionAccuracy: sums.all / sums.batches, texturedPositionAccuracy: sums.textured / sums.batches };
}

/** Six test pictures, their shuffled tiles, and the tiles in their likeliest places. */
export async function jigsawPicture(model: PositionPredictor, { set, test }: EmojiLab, { patch: side, device }: HeldOutOptions): Promise<Picture> {
  const { images } = collateImages(set, { indices: test.slice(0, 6), epoch: 0 }, 0);
  const patch = { height: side, width: side };
  const shuffled = await shuffledTiles(images, patch, RandomStream.of(0, "jigsaw"), device);
  const { solved } = await jigsaw(model, shuffled, patch, device);
  return pictureSheet([images, shuffled, solved], "Held-out emoji: original, tiles shuffled, tiles put in their likeliest places (all tiles may be read)");
}
