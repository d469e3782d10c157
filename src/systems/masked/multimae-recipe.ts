/** MultiMAE on users' own scenes: features of pictures, and depth and classes from a picture. */
import { z } from "zod";
import { concat } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { hostArray, RandomStream } from "../../engine/index.ts";
import { EVALUATE, fromBytes, unpatchify } from "../../nn/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { Batch } from "../../data/index.ts";
import { adamW, allItems, defineRecipe, meanOfPatches, patchClasses, takeItems, trainingSettings } from "../../lab/index.ts";
import { CLASS_STRIDE, MultiMae } from "./multimae-model.ts";
import type { Modality } from "./multimae-model.ts";
import { centredPictures, tokenRows, truncatedStandardization } from "./multimae-scenes.ts";
import { patchesFit, patchGrid, pictureSettings, stackSettings } from "./recipe-settings.ts";

const MAPS = { "depth and classes": ["depth", "classes"], depth: ["depth"], classes: ["classes"] } as const;
type Maps = keyof typeof MAPS;

const settings = z
  .strictObject({
    ...trainingSettings,
    batch: trainingSettings.batch.default(32),
    learningRate: trainingSettings.learningRate.default(1e-3),
    image: pictureSettings.image,
    patch: pictureSettings.patch.describe("side of a patch in pixels; it divides the picture and is a multiple of 4"),
    maps: z.enum(Object.keys(MAPS) as [Maps, ...Maps[]]).default("depth and classes").describe("what is learned beside pictures; only these folders are read"),
    classes: z.int().min(2).max(256).default(32).describe("number of classes in class maps, whose values are below it"),
    visible: z.number().positive().lt(1).default(1 / 6).describe("share of the tokens of all modalities together that the encoder sees"),
    epsilon: z.number().positive().max(1).default(1e-2).describe("added to the variance of a picture patch before standardising"),
    encoder: stackSettings("encoder", { width: 96, depth: 4, heads: 4 }),
    decoder: stackSettings("decoder", { width: 48, depth: 1, heads: 4 }),
  })
  .check(patchesFit)
  .refine(({ patch }) => patch % CLASS_STRIDE === 0, { path: ["patch"], message: `expected a multiple of ${CLASS_STRIDE}` });
type Settings = z.output<typeof settings>;

/** Of depth without its extremes, as a share of all: even maps of one near thing before a flat wall keep values of a few units. */
const LEAST_VARIANCE = 0.25;

const modalitiesOf = ({ maps }: Settings): readonly Modality[] => ["rgb", ...MAPS[maps]];

/** Maps that the model does not know are left out of a batch. */
type SceneBatch = Batch & { readonly pixels: HostArray; readonly depth: HostArray; readonly classes: HostArray; readonly kept: HostArray; readonly hidden: HostArray };

/** The likeliest class of each cell, over the pixels of the picture: [B, 1, H, W]. */
function classMap(scores: Tensor, { image, patch, classes }: Settings): Tensor {
  const cell = patch / CLASS_STRIDE;
  const [batch, places] = scores.shape as [number, number];
  const likeliest = scores.reshape([batch, places, cell * cell, classes]).argMax().cast("float32");
  const { rows, columns } = patchGrid({ image, patch });
  const cells = unpatchify(likeliest, { height: cell, width: cell }, { channels: 1, rows, columns });
  const [height, width] = [rows * cell, columns * cell];
  return cells.reshape([batch, height, 1, width, 1]).expand([batch, height, CLASS_STRIDE, width, CLASS_STRIDE]).reshape([batch, 1, image, image]);
}

export const recipe = defineRecipe<Settings, MultiMae, SceneBatch, "scenes">({
  version: 1,
  data: "scenes",
  embeds: "images",
  settings,
  tiny: { image: 16, patch: 4, classes: 4, steps: 10, batch: 4, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 } },
  input: ({ image }) => [3, image, image],
  maps: (chosen) => ({ depth: modalitiesOf(chosen).includes("depth"), classes: modalitiesOf(chosen).includes("classes") ? chosen.classes : null }),
  build: (chosen, random) => new MultiMae({ random, image: chosen.image, patch: chosen.patch, classes: chosen.classes, encoder: chosen.encoder, decoder: chosen.decoder, modalities: modalitiesOf(chosen), epsilon: chosen.epsilon }),
  batches: ({ pixels, depth, classes }, chosen, seed) => {
    const { rows, columns } = patchGrid(chosen);
    const count = modalitiesOf(chosen).length;
    const budget = Math.max(1, Math.round(chosen.visible * count * rows * columns));
    const cells = chosen.image / CLASS_STRIDE;
    const known = {
      pixels,
      ...(depth === null ? {} : { depth: truncatedStandardization(depth, LEAST_VARIANCE) }),
      ...(classes === null ? {} : { classes: hostArray(patchClasses(classes, CLASS_STRIDE).data, [pixels.shape[0] as number, cells, cells]) }),
    };
    return shuffledBatches({ indices: allItems(pixels), batchSize: chosen.batch, seed }, ({ epoch, step, indices }) => ({
      ...Object.fromEntries(Object.entries(known).map(([name, maps]) => [name, takeItems(maps, indices)])),
      ...tokenRows(RandomStream.of(seed, "tokens", epoch, step), chosen.batch, { modalities: count, places: rows * columns, budget }),
    }) as SceneBatch);
  },
  training: (module, chosen) => ({
    optimizer: adamW(module, chosen),
    loss: ({ pixels, depth, classes, kept, hidden }, mode) => module.loss({ rgb: centredPictures(fromBytes(pixels)), depth, classes, kept, hidden }, mode),
  }),
  verbs: {
    embed: (module, images) => meanOfPatches(module.encode({ rgb: centredPictures(images) }, EVALUATE).sliceAxis(1, 0, module.places), { leading: 0 }),
    predict: {
      wants: ({ maps }) => MAPS[maps],
      maps: (module, images, chosen) => {
        const { rows, columns } = patchGrid(chosen);
        const wanted = MAPS[chosen.maps];
        const found = module.predict<Modality>({ rgb: centredPictures(images) }, wanted, EVALUATE);
        const size = { height: chosen.patch, width: chosen.patch };
        return concat(wanted.map((name) => (name === "depth" ? unpatchify(found.depth, size, { channels: 1, rows, columns }) : classMap(found.classes, chosen))), 1);
      },
    },
  },
});
