/** FlexPredict on users' own pictures: features after self-supervised training with uncertain places. */
import { z } from "zod";
import { EVALUATE } from "../../nn/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { cropBatch, shuffledBatches } from "../../data/index.ts";
import type { CropBatch } from "../../data/index.ts";
import { usualTargetCount } from "../../data/masking/block-mask.ts";
import type { BlockMaskOptions, Grid } from "../../data/masking/block-mask.ts";
import { schedules, Shadow } from "../../train/index.ts";
import { adamW, defineRecipe, meanOfPatches, trainingSettings } from "../../lab/index.ts";
import { blockRows } from "./jepa-batches.ts";
import type { BlockIds } from "./jepa-batches.ts";
import { Jepa } from "./jepa-model.ts";
import { croppedImages } from "./masked-batches.ts";
import { cropping, everyItem, patchesFit, patchGrid, pictureSettings, stackSettings } from "./recipe-settings.ts";

/** Fewer patches along a side leave no context beside four targets. */
const LEAST_SIDE = 4;

const settings = z
  .strictObject({
    ...trainingSettings,
    learningRate: trainingSettings.learningRate.default(1e-3),
    ...pictureSettings,
    encoder: stackSettings("encoder", { width: 96, depth: 6, heads: 4 }),
    predictor: stackSettings("predictor", { width: 64, depth: 3, heads: 4 }),
    sigma: z.number().min(0).max(10).default(0.25).describe("deviation of the noise on positions, in the encoder's width; 0 has none"),
    momentum: z.number().min(0).lt(1).default(0.996).describe("of the teacher at the first step; it rises linearly to 1"),
  })
  .check(patchesFit)
  .refine(({ image, patch }) => image / patch >= LEAST_SIDE, { path: ["patch"], message: `expected at least ${LEAST_SIDE} patches along a side: blocks of them are hidden` });
type Settings = z.output<typeof settings>;

/** Four targets; the context keeps 5/16 of the patches, as 20 of 64. */
export function targetsOf(grid: Grid): BlockMaskOptions {
  return { targets: 4, targetCount: usualTargetCount(grid), contextCount: Math.floor((grid.rows * grid.columns * 5) / 16), surplus: "random" };
}

const build = ({ image, patch, encoder, predictor, sigma }: Settings, random: RandomStream): Jepa => new Jepa({ random, image, patch, encoder, predictor, positionNoise: { kind: "tied", sigma } });

export const recipe = defineRecipe<Settings, Jepa, CropBatch & BlockIds, "images">({
  version: 1,
  data: "images",
  settings,
  tiny: { image: 16, patch: 4, steps: 10, batch: 8, encoder: { width: 16, depth: 1, heads: 2 }, predictor: { width: 8, depth: 1, heads: 2 } },
  input: ({ image }) => [3, image, image],
  build,
  batches: (set, chosen, seed) => {
    const grid = patchGrid(chosen);
    const mask = targetsOf(grid);
    return shuffledBatches({ indices: everyItem(set), batchSize: chosen.batch, seed }, (plan) => ({
      ...cropBatch(set, plan, seed, cropping(chosen)),
      ...blockRows(RandomStream.of(seed, "masks", plan.epoch, plan.step), chosen.batch, grid, mask),
    }));
  },
  training: (module, chosen, random) => {
    const teacher = build(chosen, random).encoder;
    return {
      optimizer: adamW(module, chosen),
      shadow: new Shadow(module.encoder, { into: teacher, momentum: schedules.curve([{ step: 0, value: chosen.momentum }, { step: Math.max(1, chosen.steps - 1), value: 1 }]) }),
      loss: ({ context, targets, ...crops }, mode) => ({ loss: module.loss({ images: croppedImages(crops), context, targets }, teacher, mode) }),
    };
  },
  verbs: { embed: (module, images) => meanOfPatches(module.encoder.forward(images, EVALUATE).output, { leading: 0 }) },
});
