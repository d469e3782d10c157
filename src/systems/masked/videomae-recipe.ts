/** VideoMAE V2 on users' own clips: features after masked training with half of the places for the decoder. */
import { z } from "zod";
import { RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { EVALUATE, floorShare } from "../../nn/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { Batch } from "../../data/index.ts";
import { adamW, allItems, defineRecipe, takeItems, trainingSettings } from "../../lab/index.ts";
import { patchesFit, pictureSettings, stackSettings } from "./recipe-settings.ts";
import { clipMasks } from "./videomae-masks.ts";
import type { ClipMasks } from "./videomae-masks.ts";
import { clipPixels, VideoMaskedAutoencoder } from "./videomae-model.ts";

/** Longest sequence of tubelets that is built: attention's cost grows with its square. */
const LONGEST = 8192;

const settings = z
  .strictObject({
    ...trainingSettings,
    batch: trainingSettings.batch.default(16),
    image: pictureSettings.image.describe("side of the frames in pixels; larger ones are cropped to their centre and resized"),
    patch: pictureSettings.patch.describe("side of a patch in pixels; frames have an even number of patches along a side"),
    frames: z.int().min(1).max(256).default(8).describe("frames of a clip; they are taken evenly spaced from longer ones"),
    tubelet: z.int().min(1).max(16).default(2).describe("frames that a token spans; they divide the frames of a clip"),
    views: z.int().min(1).max(64).default(2).describe("views of each clip in a batch, each with masks of its own"),
    tubeRatio: z.number().positive().lt(1).default(0.9).describe("share of the places that is hidden from the encoder, at all times"),
    encoder: stackSettings("encoder", { width: 96, depth: 4, heads: 4 }),
    decoder: stackSettings("decoder", { width: 64, depth: 2, heads: 4 }),
  })
  .check(patchesFit)
  .refine(({ image, patch }) => (image / patch) % 2 === 0, { path: ["patch"], message: "expected an even number of patches along a side: the decoder's places are drawn in cells of 2 x 2" })
  .refine(({ frames, tubelet }) => frames % tubelet === 0, { path: ["frames"], message: "tubelets do not divide the frames" })
  .refine(({ image, patch, frames, tubelet }) => (frames / tubelet) * (image / patch) ** 2 <= LONGEST, { path: ["frames"], message: `at most ${LONGEST} tubelets in a clip are allowed` })
  .refine(({ image, patch, tubeRatio }) => floorShare(tubeRatio, (image / patch) ** 2) >= 1, { path: ["tubeRatio"], message: "hides nothing" });
type Settings = z.output<typeof settings>;

type MaskedClipBatch = Batch & ClipMasks & { readonly clips: HostArray };

export const recipe = defineRecipe<Settings, VideoMaskedAutoencoder, MaskedClipBatch, "clips">({
  version: 1,
  data: "clips",
  settings,
  tiny: { image: 16, patch: 4, frames: 4, steps: 10, batch: 4, tubeRatio: 0.75, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } },
  input: ({ frames, image }) => [frames, 3, image, image],
  build: ({ image, patch, frames, tubelet, encoder, decoder }, random) => new VideoMaskedAutoencoder({ random, image, frames, patch: { frames: tubelet, height: patch, width: patch }, encoder, decoder }),
  batches: ({ frames: clips }, { image, patch, frames, tubelet, batch, views, tubeRatio }, seed) => {
    const grid = { steps: frames / tubelet, rows: image / patch, columns: image / patch };
    return shuffledBatches({ indices: allItems(clips), batchSize: batch, seed }, ({ epoch, step, indices }) => ({
      clips: takeItems(clips, indices),
      ...clipMasks(RandomStream.of(seed, "masks", epoch, step), batch * views, grid, tubeRatio, "running cell"),
    }));
  },
  training: (module, chosen) => ({
    optimizer: adamW(module, chosen),
    loss: ({ clips, ...masks }, mode) => ({ loss: module.loss({ images: clipPixels(clips, chosen.views), ...masks }, mode) }),
  }),
  verbs: { embed: (module, clips) => module.features(clips, EVALUATE) },
});
