/**
 * MultiMAE: Multi-modal Multi-task Masked Autoencoders (Bachmann et al., arXiv 2204.01678, ECCV 2022).
 *
 * One vision transformer sees a random sixth of the tokens of a picture, its depth map and its class map together, and
 * decoders restore all three. It can then be fed whatever is at hand. The model is in `multimae-model.ts`; here it is held
 * against a masked autoencoder of pictures, on the classes of patches from few labels and on depth from a picture.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import type { Optimizer } from "../../train/index.ts";
import { DENSE_FIELDS } from "../../data/worlds/scene/index.ts";
import { defineSystem, difference, level, loadScenes, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext } from "../../lab/index.ts";
import type { Module } from "../../nn/index.ts";
import { MaskedAutoencoder } from "./masked-autoencoder.ts";
import { MODALITIES, MultiMae } from "./multimae-model.ts";
import type { Modality, MultiMaeBatch } from "./multimae-model.ts";
import { recipe } from "./multimae-recipe.ts";
import { colourStatistics, denseScenes, sceneBatches, standardizedPictures } from "./multimae-scenes.ts";
import type { DenseScenes, SceneBatch } from "./multimae-scenes.ts";
import { CLASSES, depthFromPicture, maePatches, multiMaePatches, predictionPicture, segmentation } from "./multimae-transfer.ts";
import type { SceneLab } from "./multimae-transfer.ts";

const IMAGE = 64;
const PATCH = 8;
const PLACES = (IMAGE / PATCH) ** 2;

const settings = {
  steps: 250,
  batch: 32,
  /** Tokens the encoder sees: a sixth of all three modalities, or half of the picture alone. */
  budget: 32,
  learningRate: 1e-3,
  warmup: 25,
  weightDecay: 0.05,
  /** Scenes of the training split to learn from, and how many of them have labels for the transfer. */
  scenes: 4000,
  labelled: 100,
  testScenes: 500,
  /** Added to patch variances: much of the floor is nearly flat. */
  epsilon: 1e-2,
  encoder: { width: 96, depth: 4, heads: 4 },
  decoder: { width: 48, depth: 1, heads: 4 },
};
type Settings = typeof settings;

async function prepare(context: PrepareContext<Settings>): Promise<SceneLab> {
  const { scenes, testScenes } = context.settings;
  const load = async (split: "train" | "test", count: number): Promise<DenseScenes> => denseScenes(await loadScenes(context, { fixture: "scene/view", split, fields: DENSE_FIELDS, frames: 1, size: IMAGE, count }), PATCH);
  const train = await load("train", scenes);
  return { train, test: await load("test", testScenes), colours: colourStatistics(train.pixels) };
}

const batchesFor = ({ settings: { batch, budget }, seed }: ArmContext<Settings>, { train }: SceneLab, modalities: number): ReturnType<typeof sceneBatches> =>
  sceneBatches({ scenes: train, batchSize: batch, seed, modalities, places: PLACES, budget });

const optimizerFor = (model: Module, { settings: { learningRate, weightDecay, warmup, steps } }: ArmContext<Settings>): Optimizer =>
  new AdamW(model, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup, steps }) });

/** The baseline: pictures only, as many tokens for the encoder. */
async function mae(context: ArmContext<Settings>, lab: SceneLab): Promise<ArmResult> {
  const { settings: { steps, labelled, encoder, decoder, epsilon }, random } = context;
  const model = new MaskedAutoencoder({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder, decoder, attention: "self", epsilon });
  const trained = await trainArm<SceneBatch>(context, {
    model,
    data: batchesFor(context, lab, MODALITIES.length),
    optimizer: optimizerFor(model, context),
    steps,
    loss: ({ pixels, visible, predicted }, mode) => ({ loss: model.loss({ images: standardizedPictures(pixels, lab.colours), visible, predicted }, mode) }),
  });
  return { ...trained, metrics: { segmentation: await segmentation(lab, maePatches(model, lab.colours), labelled, context) } };
}

function build({ settings: { encoder, decoder, epsilon }, random }: ArmContext<Settings>, modalities: readonly Modality[]): MultiMae {
  return new MultiMae({ random: random.child("weights"), image: IMAGE, patch: PATCH, classes: CLASSES, encoder, decoder, modalities, epsilon });
}

async function multimae(context: ArmContext<Settings>, lab: SceneLab, modalities: readonly Modality[]): Promise<ArmResult> {
  const model = build(context, modalities);
  const trained = await trainArm<SceneBatch>(context, {
    model,
    data: batchesFor(context, lab, modalities.length),
    optimizer: optimizerFor(model, context),
    steps: context.settings.steps,
    loss: ({ pixels, depth, classes, kept, hidden }, mode) => model.loss({ rgb: standardizedPictures(pixels, lab.colours), depth, classes, kept, hidden }, mode),
  });
  const pictures = modalities.includes("classes") ? [await predictionPicture(model, lab, context)] : [];
  return { ...trained, metrics: { ...(await transfer(model, lab, context)), ...(await depthFromPicture(model, lab, context)) }, pictures };
}

/** Segmentation from pictures, from pictures with depth, and what depth adds. */
async function transfer(model: MultiMae, lab: SceneLab, context: ArmContext<Settings>): Promise<Readonly<Record<string, number>>> {
  const { labelled } = context.settings;
  const fromPicture = await segmentation(lab, multiMaePatches(model, lab.colours, false), labelled, context);
  const withDepth = await segmentation(lab, multiMaePatches(model, lab.colours, true), labelled, context);
  return { segmentation: fromPicture, segmentationWithDepth: withDepth, addedByDepth: withDepth - fromPicture };
}

export default defineSystem({
  slug: "multimae",
  family: "masked",
  title: "MultiMAE: Multi-modal Multi-task Masked Autoencoders",
  arxiv: "2204.01678",
  year: 2022,
  code: "https://github.com/EPFL-VILAB/MultiMAE",
  summary:
    "A picture, its depth and its classes describe one scene, so each helps to restore the others. MultiMAE trains one transformer on a random sixth of the tokens of all three to rebuild what is missing, and afterwards takes any of them as input.",
  mechanism: [
    "Each modality has its own patch embedding and fixed positions; class maps go through a table of 64-dimensional vectors first.",
    "The number of tokens an encoder sees is fixed; shares of the modalities come from a flat Dirichlet law, tokens within one are drawn at random.",
    "The encoder reads the kept tokens and a global token at the end.",
    "Each output has a small decoder: its own row of tokens, mask tokens where hidden, reads all visible tokens by one cross-attention, then attends to itself.",
    "Pictures are restored twice, raw and with standardised patches; depth with an absolute error, classes with cross-entropy; only hidden patches count, and all losses are summed.",
    "Depth is standardised picture by picture with statistics that leave out the lowest and highest tenth.",
    "For use any subset of modalities is given in full.",
  ],
  checks: [
    "exactly 98 of 3 x 196 tokens are kept in every sample; Dirichlet shares have mean 1/3 and variance 1/18",
    "a modality that is fully visible adds 0 to the loss",
    "any subset of the modalities is a valid input, and every output can be asked of it",
    "only hidden patches are scored: each loss equals one worked out from the predictions",
    "decoder queries hold the modality's own visible tokens; the global token comes last and carries no code",
    "statistics of depth leave out the lowest and the highest tenth",
    "the picture encoder starts from the same weights as that of the masked autoencoder",
  ],
  deviations: [
    { what: "depth and class maps are true, not predicted by other networks", why: "the world knows them; where the paper's pseudo labels cost no annotation, here class maps in pre-training are labels, so an arm without them is shown" },
    { what: "the transfer is a linear head on frozen features", why: "it shows what pre-training gave, in seconds; the paper fine-tunes" },
    { what: "no augmentation", why: "scenes are drawn anew and each is seen about twice" },
    { what: "variance floor 1e-2 instead of 1e-6 in standardised patches, for the baseline too", why: "much of the floor is nearly flat" },
    { what: "no draw of a subset of modalities before the Dirichlet draw", why: "it is an option; flat shares already leave a modality nearly empty or nearly whole now and then" },
  ],
  use: [
    { verb: "pretrain(scenes)", description: "learns from your own pictures with depth maps, class maps or both" },
    { verb: "embed(images)", description: "features of pictures" },
    { verb: "predict(image, want)", description: "depth or classes from a picture" },
    { verb: "model.encode({ rgb, depth, classes })", description: "part of the TypeScript API (MultiMae): any of the modalities as input, for features as for predict" },
  ],
  knobs: [
    { name: "budget", description: "tokens the encoder sees, of 192", values: [16, 32, 48] },
    { name: "labelled", description: "labelled scenes for segmentation", values: [20, 100, 400] },
    { name: "steps", description: "updates of each arm", values: [100, 250, 500] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["MAE", "MultiMAE", "untrained"], settings: { ...settings, scenes: 1500, testScenes: 200 } },
      full: { seeds: [1, 2], minutes: 30, settings },
    },
    prepare,
    arms: [
      { name: "MAE", role: "baseline", description: "pictures only, half of the patches visible: as many encoder tokens", run: mae },
      { name: "MultiMAE", role: "system", description: "pictures, depth and class maps", run: (context, lab) => multimae(context, lab, MODALITIES) },
      { name: "MultiMAE without classes", role: "ablation", description: "pictures and depth: no labels of any kind in pre-training", run: (context, lab) => multimae(context, lab, ["rgb", "depth"]) },
      {
        name: "untrained",
        role: "floor",
        description: "the same encoder, not trained",
        run: async (context, lab) => {
          const model = build(context, MODALITIES);
          return { parameters: model.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, metrics: await transfer(model, lab, context) };
        },
      },
    ],
    claim: {
      paper: "one pre-trained network is at least as good as MAE in transfer from pictures alone, and clearly better when depth, even pseudo depth, is given as well",
      metric: "mean intersection over union of the classes of 8 x 8 patches by a linear head trained on 100 scenes",
      expected: "from pictures no more than 1 point below MAE, 3 points more when depth is given, and depth from a picture 20% better than its mean",
      conditions: [
        { name: "from pictures MultiMAE is within 1 point of MAE or better", effect: difference({ metric: "segmentation", of: "MultiMAE", minus: "MAE" }), kind: "atLeast", minimumEffect: -0.01 },
        { name: "depth as a second input adds 3 points", effect: level({ metric: "addedByDepth", of: "MultiMAE", noEffect: 0 }), kind: "atLeast", minimumEffect: 0.03 },
        { name: "depth from a picture is 20% better than mean depth", effect: level({ metric: "depthGain", of: "MultiMAE", noEffect: 0 }), kind: "atLeast", minimumEffect: 0.2 },
        { name: "it is better than the mean depth of each pixel", effect: level({ metric: "depthGainOverMap", of: "MultiMAE", noEffect: 0 }), kind: "atLeast", minimumEffect: 0, role: "side" },
        { name: "without class maps in pre-training it is still within 1 point of MAE", effect: difference({ metric: "segmentation", of: "MultiMAE without classes", minus: "MAE" }), kind: "atLeast", minimumEffect: -0.01, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["nothing was tuned: sizes follow the specification, the learning rate was fixed before the first run"],
  },
  probe: () => {
    const model = new MultiMae({ random: RandomStream.of(1), image: 32, patch: 8, classes: 4, encoder: { width: 16, depth: 1, heads: 2 }, decoder: { width: 8, depth: 1, heads: 2 }, epsilon: 1e-2 });
    const draw = RandomStream.of(2);
    const random = (shape: readonly number[]): HostArray => hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.normal()), shape);
    const scenes: DenseScenes = {
      pixels: hostArray(Uint8Array.from({ length: 4 * 32 * 32 * 3 }, () => draw.integer(256)), [4, 32, 32, 3]),
      depth: random([4, 1, 32, 32]),
      classes: hostArray(Int32Array.from({ length: 4 * 64 }, () => draw.integer(4)), [4, 8, 8]),
      patchLabels: hostArray(new Int32Array(64), [4, 16]),
    };
    return sceneBatches({ scenes, batchSize: 4, seed: 1, modalities: 3, places: 16, budget: 8 }).next().then(({ depth, classes, kept, hidden }) => ({
      module: model,
      batch: { rgb: random([4, 3, 32, 32]), depth, classes, kept, hidden },
      loss: (module: MultiMae, tensors: MultiMaeBatch) => module.loss(tensors, EVALUATE).loss,
    }));
  },
});
