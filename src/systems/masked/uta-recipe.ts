/** Unmasked Token Alignment on users' own pictures: a small encoder for the joint space of the `clip-emoji` teacher, so that labels may be given in words. */
import { z } from "zod";
import { RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { EVALUATE, idRows } from "../../nn/index.ts";
import { cropBatch, shuffledBatches } from "../../data/index.ts";
import type { CropBatch } from "../../data/index.ts";
import { coveredByBlocks } from "../../data/masking/block-mask.ts";
import { adamW, clipEmoji, clipEmojiOf, clipEmojiSettings, defineRecipe, textVectors, trainingSettings } from "../../lab/index.ts";
import type { VisionTower } from "../../lab/index.ts";
import { croppedImages } from "./masked-batches.ts";
import { cropping, everyItem, patchGrid, pictureSettings, stackSettings } from "./recipe-settings.ts";
import { buildStudent, unmaskedAlignment } from "./uta-student.ts";

/** Pictures, patches and the joint space are the teacher's. */
const { image, patch, joint } = clipEmojiSettings;
const GRID = patchGrid({ image, patch });
const PATCHES = GRID.rows * GRID.columns;

const settings = z
  .strictObject({
    ...trainingSettings,
    learningRate: trainingSettings.learningRate.default(1e-3),
    cropArea: pictureSettings.cropArea,
    flip: pictureSettings.flip,
    encoder: stackSettings("student", { width: 96, depth: 4, heads: 3 }),
    keep: z.number().positive().max(1).default(0.5).describe("share of the patches that the student sees in training"),
  })
  .refine(({ encoder: { width, heads } }) => (width / heads) % 4 === 0, { path: ["encoder"], message: "width / heads must be a multiple of 4: positions turn pairs of features for rows and columns" })
  .refine(({ keep }) => Math.round(keep * PATCHES) >= 1, { path: ["keep"], message: `keeps none of ${PATCHES} patches` });
type Settings = z.output<typeof settings>;

/** `kept` int32 [B, K]: patches that the student sees. */
type KeptBatch = CropBatch & { readonly kept: HostArray };

export const recipe = defineRecipe<Settings, VisionTower, KeptBatch, "images">({
  version: 1,
  data: "images",
  settings,
  tiny: { steps: 2, batch: 4, encoder: { width: 16, depth: 1, heads: 2 } },
  input: () => [3, image, image],
  build: ({ encoder }, random) => buildStudent(random, { ...encoder, image, patch, joint }),
  batches: (set, chosen, seed) => {
    const count = Math.round(chosen.keep * PATCHES);
    return shuffledBatches({ indices: everyItem(set), batchSize: chosen.batch, seed }, (plan) => ({
      ...cropBatch(set, plan, seed, cropping(chosen)),
      kept: idRows(Array.from({ length: chosen.batch }, (_, row) => coveredByBlocks(RandomStream.of(seed, "masks", plan.epoch, plan.step, row), GRID, count))),
    }));
  },
  foundations: [clipEmoji],
  training: (student, chosen, _, { foundation }) => {
    const { vision: teacher } = clipEmojiOf(foundation(clipEmoji));
    return {
      optimizer: adamW(student, chosen),
      loss: ({ kept, ...crops }, mode) => ({ loss: unmaskedAlignment(student, teacher, croppedImages(crops), mode, kept) }),
    };
  },
  verbs: {
    embed: (student, images) => student.forward(images, EVALUATE).l2Normalize(),
    classify: { labels: (texts, { foundation, device }) => textVectors(clipEmojiOf(foundation(clipEmoji)), texts, device) },
  },
});
