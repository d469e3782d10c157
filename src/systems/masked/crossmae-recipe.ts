/** CrossMAE on users' own pictures: features after self-supervised training, and filling of hidden patches. */
import { z } from "zod";
import { EVALUATE } from "../../nn/index.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import { adamW, defineRecipe, meanOfPatches, trainingSettings } from "../../lab/index.ts";
import { fillIn } from "./fill-in.ts";
import { MaskedAutoencoder } from "./masked-autoencoder.ts";
import { croppedImages, maskedImageBatches } from "./masked-batches.ts";
import type { MaskedImageBatch } from "./masked-batches.ts";
import { cropping, everyItem, patchesFit, patchGrid, pictureSettings, somePatchVisible, stackSettings } from "./recipe-settings.ts";

const settings = z
  .strictObject({
    ...trainingSettings,
    ...pictureSettings,
    encoder: stackSettings("encoder", { width: 96, depth: 6, heads: 4 }),
    decoder: stackSettings("decoder", { width: 64, depth: 4, heads: 4 }),
    maskRatio: z.number().positive().lt(1).default(0.75).describe("share of the patches that are hidden"),
    predictionRatio: z.number().positive().lt(1).default(0.25).describe("share of the patches that are predicted, at most maskRatio; the cost of the decoder is proportional to it"),
    scaleLearningRate: z.boolean().default(false).describe("multiplies learningRate by predictionRatio / maskRatio, as the paper does over 800 epochs; short training then learns less"),
    maps: z
      .union([z.enum(["all", "last"]), z.int().min(1)])
      .default("all")
      .describe("feature maps of the encoder that each decoder block mixes: all with the encoder's input, that many from the last one back, or last, which is the last one alone, unweighted"),
    target: z.enum(["standardised", "pixels"]).default("standardised").describe("what is predicted of a patch: standardised (the paper's choice; filling then takes mean and deviation from visible patches nearby) or raw pixels"),
    epsilon: z.number().positive().max(1).default(1e-6).describe("added to the variance of a patch before standardising; 1e-2 for drawings with flat backgrounds"),
  })
  .check(patchesFit)
  .check(somePatchVisible("maskRatio"))
  .refine(({ predictionRatio, maskRatio }) => predictionRatio <= maskRatio, { path: ["predictionRatio"], message: "expected at most maskRatio" })
  .refine(({ maps, encoder }) => typeof maps === "string" || maps <= encoder.depth + 1, { path: ["maps"], message: "expected at most encoder.depth + 1" });

/** The paper's scaling: fewer predicted patches, smaller steps. */
export const scaledRate = ({ learningRate, predictionRatio, maskRatio }: { readonly learningRate: number; readonly predictionRatio: number; readonly maskRatio: number }): number => (learningRate * predictionRatio) / maskRatio;

export const recipe = defineRecipe<z.output<typeof settings>, MaskedAutoencoder, MaskedImageBatch, "images">({
  version: 1,
  data: "images",
  settings,
  tiny: { image: 16, patch: 4, steps: 10, batch: 8, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } },
  input: ({ image }) => [3, image, image],
  build: ({ image, patch, encoder, decoder, maps, epsilon, target }, random) => new MaskedAutoencoder({ random, image, patch, encoder, decoder, attention: "cross", maps, epsilon, normalize: target === "pixels" ? "none" : "patch" }),
  batches: (set, chosen, seed) => {
    const { rows, columns } = patchGrid(chosen);
    const tokens = rows * columns;
    const counts = subsetCounts(tokens, chosen.maskRatio, chosen.predictionRatio);
    return maskedImageBatches({ set, indices: everyItem(set), batchSize: chosen.batch, seed, tokens, counts, crop: cropping(chosen) });
  },
  training: (module, chosen) => ({
    optimizer: adamW(module, chosen.scaleLearningRate ? { ...chosen, learningRate: scaledRate(chosen) } : chosen),
    loss: ({ visible, predicted, ...crops }, mode) => ({ loss: module.loss({ images: croppedImages(crops), visible, predicted }, mode) }),
  }),
  verbs: {
    embed: (module, images) => meanOfPatches(module.encode(images, EVALUATE)),
    reconstruct: { grid: patchGrid, fill: fillIn },
  },
});
