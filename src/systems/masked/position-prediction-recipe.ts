/** Position prediction (MP3) on users' own pictures: features after training on places, and jigsaws. */
import { z } from "zod";
import { EVALUATE, init, VisionTransformer } from "../../nn/index.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import { adamW, defineRecipe, meanOfPatches, trainingSettings } from "../../lab/index.ts";
import { croppedImages, maskedImageBatches } from "./masked-batches.ts";
import type { MaskedImageBatch } from "./masked-batches.ts";
import { placeCosts } from "./position-prediction-jigsaw.ts";
import { PositionPredictor } from "./position-prediction-model.ts";
import { cropping, everyItem, patchesFit, patchGrid, pictureSettings, somePatchVisible, stackSettings } from "./recipe-settings.ts";

const settings = z
  .strictObject({
    ...trainingSettings,
    ...pictureSettings,
    encoder: stackSettings("encoder", { width: 96, depth: 4, heads: 4 }),
    eta: z.number().positive().lt(1).default(0.75).describe("share of the patches that nobody may read"),
  })
  .check(patchesFit)
  .check(somePatchVisible("eta"));
type Settings = z.output<typeof settings>;

const placesOf = (chosen: Settings): number => {
  const { rows, columns } = patchGrid(chosen);
  return rows * columns;
};

export const recipe = defineRecipe<Settings, PositionPredictor<VisionTransformer>, MaskedImageBatch, "images">({
  version: 1,
  data: "images",
  settings,
  tiny: { image: 16, patch: 4, steps: 10, batch: 8, encoder: { width: 16, depth: 1, heads: 2 } },
  input: ({ image }) => [3, image, image],
  build: (chosen, random) => {
    const { image, patch, encoder: size } = chosen;
    const encoder = new VisionTransformer({ ...size, random: random.child("encoder"), image, patch, classToken: false, positions: "none", init: init.xavierUniform });
    return new PositionPredictor({ random, encoder, width: size.width, places: placesOf(chosen) });
  },
  batches: (set, chosen, seed) => {
    const tokens = placesOf(chosen);
    return maskedImageBatches({ set, indices: everyItem(set), batchSize: chosen.batch, seed, tokens, counts: subsetCounts(tokens, chosen.eta), crop: cropping(chosen) });
  },
  training: (module, chosen) => ({
    optimizer: adamW(module, chosen),
    loss: ({ visible, predicted: _, ...crops }, mode) => module.objective(croppedImages(crops), mode, visible),
  }),
  verbs: {
    embed: (module, images) => meanOfPatches(module.encoder.forward(images, EVALUATE).output, { leading: 0 }),
    jigsaw: { grid: patchGrid, costs: placeCosts },
  },
});
