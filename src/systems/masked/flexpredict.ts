/**
 * Predicting masked tokens in stochastic locations improves masked image modeling (Bar et al., arXiv 2308.00566; at ICML
 * 2024 under the name StoP): FlexPredict.
 *
 * I-JEPA whose predictor is told only roughly where each hidden token is: its position code gets Gaussian noise, passed
 * through the very map that carries the context, so that the noise cannot be learned away. The model is in
 * `jepa-model.ts`; here it is held against I-JEPA on emoji, with the untied map as ablation.
 */
import { GraphRandom, hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { VisionTransformer } from "../../nn/index.ts";
import { AdamW, schedules, Shadow } from "../../train/index.ts";
import { cropBatch, shuffledBatches } from "../../data/index.ts";
import type { BatchStream, CropBatch } from "../../data/index.ts";
import type { BlockMaskOptions, Grid } from "../../data/masking/block-mask.ts";
import { CROP_AND_FLIP, defineSystem, difference, loadEmojiLab, meanOfPatches, probeCategories, probeFloor, rawPixels, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, EmojiLab } from "../../lab/index.ts";
import { recipe } from "./flexpredict-recipe.ts";
import { blockRows } from "./jepa-batches.ts";
import type { BlockIds } from "./jepa-batches.ts";
import { Jepa } from "./jepa-model.ts";
import type { JepaBatch, PositionNoise } from "./jepa-model.ts";
import { croppedImages } from "./masked-batches.ts";

const IMAGE = 64;
const PATCH = 8;
const GRID: Grid = { rows: IMAGE / PATCH, columns: IMAGE / PATCH };
/** Four targets of 3 x 4 or 4 x 3 patches, the most frequent size of 15 to 20% of 64. */
const MASK: BlockMaskOptions = { targets: 4, targetCount: 12, contextCount: 20, surplus: "random" };

const settings = {
  steps: 300,
  batch: 64,
  learningRate: 1e-3,
  warmup: 40,
  weightDecay: 0.05,
  /** Deviation of the noise in the encoder's width. */
  sigma: 0.25,
  /** Of the teacher at the first step; it rises linearly to 1. */
  momentum: 0.996,
  encoder: { width: 96, depth: 6, heads: 4 },
  predictor: { width: 64, depth: 3, heads: 4 },
};
type Settings = typeof settings;

const batchesOf = ({ seed, settings: { batch } }: ArmContext<Settings>, { set, train }: EmojiLab): BatchStream<CropBatch & BlockIds> =>
  shuffledBatches({ indices: train, batchSize: batch, seed }, (plan) => ({
    ...cropBatch(set, plan, seed, CROP_AND_FLIP),
    ...blockRows(RandomStream.of(seed, "masks", plan.epoch, plan.step), batch, GRID, MASK),
  }));

const build = ({ random, settings: { encoder, predictor } }: ArmContext<Settings>, positionNoise: PositionNoise): Jepa =>
  new Jepa({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder, predictor, positionNoise });

/** Features for probes: the encoder's patch tokens, standardised and averaged. It has no class token to leave out. */
const featuresOf = (encoder: VisionTransformer) => (images: Tensor): Tensor => meanOfPatches(encoder.forward(images, EVALUATE).output, { leading: 0 });

async function pretrain(context: ArmContext<Settings>, lab: EmojiLab, kind: PositionNoise["kind"]): Promise<ArmResult> {
  const { settings: { steps, learningRate, weightDecay, warmup, sigma, momentum }, seed, device, signal } = context;
  const positionNoise: PositionNoise = kind === "none" ? { kind } : { kind, sigma };
  const model = build(context, positionNoise);
  const teacher = build(context, positionNoise).encoder;
  const first = frobenius(model);
  const trained = await trainArm(context, {
    model,
    data: batchesOf(context, lab),
    steps,
    optimizer: new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup, steps }) }),
    shadow: new Shadow(model.encoder, { into: teacher, momentum: schedules.curve([{ step: 0, value: momentum }, { step: steps - 1, value: 1 }]) }),
    random: GraphRandom.of(seed, "position noise"),
    loss: ({ context: seen, targets, ...crops }, mode) => ({ loss: model.loss({ images: croppedImages(crops), context: seen, targets }, teacher, mode), noiseNorm: model.predictor.noiseNorm() }),
  });
  const { probe, neighbours } = await probeCategories(lab, featuresOf(model.encoder), { device, signal });
  return { ...trained, metrics: { probe, neighbours, noiseNormKept: frobenius(model) / first } };
}

/** Norm of the matrix that the noise goes through. */
function frobenius({ predictor: { noise, embed } }: Jepa): number {
  return Math.hypot(...(noise ?? embed).weight.value().data as Float32Array);
}

export default defineSystem({
  slug: "flexpredict",
  family: "masked",
  title: "Predicting masked tokens in stochastic locations improves masked image modeling",
  arxiv: "2308.00566",
  year: 2023,
  code: "https://github.com/amirbar/StoP",
  summary:
    "What is hidden in a picture can often be guessed, but not exactly where it is. FlexPredict adds Gaussian noise to the position codes of I-JEPA's queries, through the same learned map that carries the context, so that the model chooses how uncertain places are and cannot switch the noise off.",
  mechanism: [
    "A teacher, the moving average of the encoder, encodes the whole picture; its tokens, standardised without affine, are the targets.",
    "The encoder sees part of one large block, outside four target blocks.",
    "The context enters a narrow predictor through a linear map A with bias b, and gets sine-cosine positions.",
    "The query of a hidden token is its position code plus A n + b, with n normal noise of deviation 0.25 in the encoder's width, fresh for each token and step.",
    "Each target block is predicted on its own; the loss is smooth L1 on its tokens.",
    "The teacher's momentum rises linearly from 0.996 to 1; after training only the encoder is kept.",
  ],
  checks: [
    "with sigma 0 it is an I-JEPA predictor whose mask token is the bias b",
    "the covariance of 20,000 queries is sigma squared A A^T within 3%",
    "the map gets a gradient through the noise alone; without noise through the mask token only",
    "the teacher after one step is 0.996 of the old weights and 0.004 of the new ones, at the last step it stands still",
    "no gradient reaches the teacher, and target blocks do not see each other",
    "the untied map starts equal to the tied one",
  ],
  deviations: [
    { what: "a context that is too large loses random tokens", why: "the released code cuts in raster order; on 8 x 8 patches that would hardly ever show the lower half" },
    { what: "target blocks of 12 patches only, and 20 context patches", why: "shapes are static; 3 x 4 is the usual size of 15 to 20% of 64 patches" },
    { what: "the probe reads the encoder, not its moving average", why: "in 300 steps at momentum 0.996 and above the average is still half initial weights" },
    { what: "crops of 50 to 100% of the area, and flips", why: "the augmentation of all systems of this family here" },
    { what: "constant weight decay 0.05", why: "I-JEPA raises it over hundreds of epochs" },
  ],
  use: [
    { verb: "pretrain(images)", description: "self-supervised training on your own unlabelled pictures, with places as uncertain as the setting `sigma` says" },
    { verb: "embed(images)", description: "features of pictures from the trained encoder" },
  ],
  knobs: [
    { name: "sigma", description: "deviation of the noise; 0 is I-JEPA with the bias as mask token", values: [0, 0.1, 0.25, 0.5, 1] },
    { name: "momentum", description: "momentum of the teacher at the first step", values: [0.99, 0.996, 0.999] },
    { name: "steps", description: "updates of each arm", values: [100, 300, 1000] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["I-JEPA", "FlexPredict", "random encoder", "raw pixels"], settings: { ...settings, steps: 120, batch: 32, warmup: 20 } },
      full: { seeds: [1, 2, 3], minutes: 30, settings },
    },
    prepare: (context): Promise<EmojiLab> => loadEmojiLab(context),
    arms: [
      { name: "I-JEPA", role: "baseline", description: "exact places and a learned mask token", run: (context, lab) => pretrain(context, lab, "none") },
      { name: "FlexPredict", role: "system", description: "noise of deviation 0.25 through the context's map", run: (context, lab) => pretrain(context, lab, "tied") },
      { name: "untied noise", role: "ablation", description: "the same noise through a map of its own, which may shrink", run: (context, lab) => pretrain(context, lab, "untied") },
      {
        name: "random encoder",
        role: "floor",
        description: "the same encoder, not trained",
        run: (context, lab) => {
          const { encoder } = build(context, { kind: "none" });
          return probeFloor(context, lab, featuresOf(encoder), encoder.parameterCount());
        },
      },
      { name: "raw pixels", role: "floor", description: "means of 4 x 4 pixels, no encoder", run: (context, lab) => probeFloor(context, lab, rawPixels, 0) },
    ],
    claim: {
      paper: "1.6 points more than I-JEPA in linear probing on ImageNet with ViT-B",
      metric: "share of test emoji whose category a linear probe names",
      expected: "at least 1 point over I-JEPA in the mean over seeds",
      conditions: [{ name: "FlexPredict probes 1 point above I-JEPA", effect: difference({ metric: "probe", of: "FlexPredict", minus: "I-JEPA" }), kind: "atLeast", minimumEffect: 0.01 }],
    },
    tried: ["nothing was tuned; the learning rate is I-JEPA's, the noise the paper's"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const options = { random, image: 64, patch: 8, encoder: { width: 16, depth: 2, heads: 2 }, predictor: { width: 8, depth: 1, heads: 2 }, positionNoise: { kind: "tied", sigma: 0.25 } } as const;
    const teacher = new Jepa({ ...options, random: random.child("teacher") }).encoder;
    const draw = RandomStream.of(2);
    const batch = { images: hostArray(Float32Array.from({ length: 2 * 3 * 64 * 64 }, () => draw.uniform()), [2, 3, 64, 64]), ...blockRows(draw, 2, GRID, MASK) };
    return Promise.resolve({ module: new Jepa(options), batch, loss: (model: Jepa, inputs: JepaBatch) => model.loss(inputs, teacher, EVALUATE) });
  },
});
