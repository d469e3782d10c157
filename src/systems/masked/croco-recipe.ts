/** CroCo on users' own pairs of views: features of pictures after cross-view completion, and completion itself. */
import { z } from "zod";
import { EVALUATE, floorShare } from "../../nn/index.ts";
import { adamW, defineRecipe, meanOfPatches, trainingSettings } from "../../lab/index.ts";
import { CrossViewCompletion } from "./croco-model.ts";
import { completionCounts, completionOf, pairBatches } from "./croco-pairs.ts";
import type { PairBatch } from "./croco-pairs.ts";
import { fillIn } from "./fill-in.ts";
import { patchesFit, patchGrid, pictureSettings, stackSettings } from "./recipe-settings.ts";

const settings = z
  .strictObject({
    ...trainingSettings,
    batch: trainingSettings.batch.default(48),
    image: pictureSettings.image,
    patch: pictureSettings.patch,
    encoder: stackSettings("encoder", { width: 96, depth: 4, heads: 4 }),
    decoder: stackSettings("decoder", { width: 64, depth: 3, heads: 4 }),
    maskRatio: z.number().positive().lt(1).default(0.9).describe("share of the patches of one view that is hidden; at 0.75 the other view is hardly needed"),
    epsilon: z.number().positive().max(1).default(1e-6).describe("added to the variance of a patch before standardising; 1e-2 for drawings with flat backgrounds"),
  })
  .check(patchesFit)
  .refine(({ image, patch, maskRatio }) => floorShare(maskRatio, (image / patch) ** 2) >= 1, { path: ["maskRatio"], message: "hides nothing" });

export const recipe = defineRecipe<z.output<typeof settings>, CrossViewCompletion, PairBatch, "pairs">({
  version: 1,
  data: "pairs",
  embeds: "images",
  settings,
  tiny: { image: 16, patch: 4, steps: 10, batch: 4, maskRatio: 0.75, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } },
  input: ({ image }) => [3, image, image],
  build: ({ image, patch, encoder, decoder, epsilon }, random) => new CrossViewCompletion({ random, image, patch, encoder, decoder, epsilon }),
  batches: ({ frames }, chosen, seed) => {
    const { rows, columns } = patchGrid(chosen);
    const tokens = rows * columns;
    return pairBatches({ frames, batchSize: chosen.batch, seed, tokens, counts: completionCounts(tokens, chosen.maskRatio) });
  },
  training: (module, chosen) => ({
    optimizer: adamW(module, chosen),
    loss: (tensors, mode) => ({ loss: module.loss(completionOf(tensors), mode) }),
  }),
  verbs: {
    embed: (module, images) => meanOfPatches(module.encode(images, EVALUATE), { leading: 0 }),
    complete: {
      grid: patchGrid,
      fill: (module, { other, ...hidden }) => fillIn({ patch: module.patch, epsilon: module.epsilon, predict: (batch, mode) => module.predict({ ...batch, other }, mode) }, hidden),
    },
  },
});
