/**
 * CroCo: Self-Supervised Pre-training for 3D Vision Tasks by Cross-View Completion (Weinzaepfel et al., arXiv 2210.10716,
 * NeurIPS 2022).
 *
 * Nine tenths of a picture are hidden and restored with the help of a second picture of the same scene, taken from
 * elsewhere. To use it the model must find out how the views are related, and so learns geometry. The model is in
 * `croco-model.ts`; here it is held against a masked autoencoder, and against itself with a second view of another scene.
 */
import { compile, concat, hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { PAIR_FIELDS } from "../../data/worlds/scene/index.ts";
import { allItems, defineSystem, depthProbe, extract, loadScenes, meanDepthError, patchMeans, ratio, regressionProbe, takeItems, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Picture, ScenePack, Sides } from "../../lab/index.ts";
import { CrossViewCompletion } from "./croco-model.ts";
import type { CompletionBatch } from "./croco-model.ts";
import { completionCounts, completionOf, pairBatches, plainPairs, viewsOf } from "./croco-pairs.ts";
import type { PairBatch, SecondView } from "./croco-pairs.ts";
import { recipe } from "./croco-recipe.ts";
import { maskRows } from "./masked-batches.ts";
import { pictureSheet, reconstruct } from "./reconstruction-picture.ts";

const IMAGE = 64;
const PATCH = 8;
const TOKENS = (IMAGE / PATCH) ** 2;
const DEGREE = Math.PI / 180;

const settings = {
  steps: 300,
  batch: 48,
  /** Of the picture to complete; at 75% the second view is hardly needed. */
  maskRatio: 0.9,
  learningRate: 2e-3,
  warmup: 40,
  weightDecay: 0.05,
  /** Pairs of the training split to learn from, and how many of them have labels for the probes. */
  pairs: 2000,
  labelled: 400,
  testPairs: 288,
  encoder: { width: 96, depth: 4, heads: 4 },
  decoder: { width: 64, depth: 3, heads: 4 },
};
type Settings = typeof settings;

/** What a model is given as the second view; "none" has no cross-attention: a masked autoencoder. */
type Variant = SecondView | "none";

type Pairs = ScenePack<(typeof PAIR_FIELDS)[number]>;

interface Scenes {
  readonly train: Pairs;
  readonly test: Pairs;
}

function build({ random, settings: { encoder, decoder } }: ArmContext<Settings>, variant: Variant): CrossViewCompletion {
  return new CrossViewCompletion({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder, decoder, secondView: variant !== "none" });
}

/** The second view a variant is given; a model without cross-attention leaves it unread. */
const secondViewOf = (variant: Variant): SecondView => (variant === "none" ? "same scene" : variant);

async function pretrain(context: ArmContext<Settings>, scenes: Scenes, variant: Variant): Promise<ArmResult> {
  const { settings: { steps, batch, maskRatio, learningRate, weightDecay, warmup }, seed } = context;
  const model = build(context, variant);
  const data = pairBatches({ frames: scenes.train.frames, batchSize: batch, seed, tokens: TOKENS, counts: completionCounts(TOKENS, maskRatio) });
  const optimizer = new AdamW(model, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup, steps }) });
  const trained = await trainArm(context, { model, data, optimizer, steps, loss: (tensors, mode) => ({ loss: model.loss(completionOf(tensors, secondViewOf(variant)), mode) }) });
  return { ...trained, metrics: { completion: await completionError(model, scenes, variant, context), ...(await probes(model, scenes, variant, context)) }, pictures: [await picture(model, scenes, variant, context)] };
}

async function untrained(context: ArmContext<Settings>, scenes: Scenes): Promise<ArmResult> {
  const model = build(context, "same scene");
  return { parameters: model.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, metrics: await probes(model, scenes, "same scene", context) };
}

/** Test pairs with masks that depend on nothing but their place. */
function testBatch({ test }: Scenes, indices: Int32Array, maskRatio: number): PairBatch {
  const rows = Array.from(indices, (index) => maskRows(RandomStream.of(0, "test masks", index), 1, TOKENS, completionCounts(TOKENS, maskRatio)));
  const joined = (name: "visible" | "predicted"): HostArray => {
    const width = rows[0]?.[name].shape[1] as number;
    return hostArray(Int32Array.from(rows.flatMap((row) => Array.from(row[name].data as Int32Array))), [rows.length, width]);
  };
  return { ...plainPairs(test.frames, indices), visible: joined("visible"), predicted: joined("predicted") };
}

/** Mean squared error of standardised pixels over the hidden patches of the test pairs' first views. */
async function completionError(model: CrossViewCompletion, scenes: Scenes, variant: Variant, { device, settings: { batch, maskRatio } }: ArmContext<Settings>): Promise<number> {
  const run = compile((tensors: BatchTensors<PairBatch>) => model.loss(completionOf(tensors, secondViewOf(variant)), EVALUATE), { device, name: "held-out completion" });
  const items = allItems(scenes.test.frames);
  const losses: number[] = [];
  for (let start = 0; start + batch <= items.length; start += batch) losses.push((await run(testBatch(scenes, items.subarray(start, start + batch), maskRatio))).item());
  await run.release();
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

/**
 * What frozen features know: depth of each patch from the encoder; and the angle between the views, from the decoder that
 * compares them or, where there is no such decoder, from the encoder's features of both.
 */
async function probes(model: CrossViewCompletion, { train, test }: Scenes, variant: Variant, { device, signal, settings: { labelled } }: ArmContext<Settings>): Promise<{ readonly depthError: number; readonly yawDegrees: number }> {
  const items = Int32Array.from({ length: labelled }, (_, i) => i);
  type Given = Pick<PairBatch, "pairs" | "swapped" | "colour">;
  const read = async (encode: (views: { readonly images: Tensor; readonly other: Tensor }) => Tensor): Promise<Sides> => {
    const side = (pairs: Pairs, indices: Int32Array): Promise<HostArray> => extract<Given>((members) => plainPairs(pairs.frames, members), (batch) => encode(viewsOf(batch)), indices, { device, signal, batchSize: 64 });
    return { train: await side(train, items), test: await side(test, allItems(test.frames)) };
  };
  const tokens = await read(({ images }) => model.encode(images, EVALUATE));
  const related = await read(({ images, other }) => {
    const maps = variant === "none" ? [model.encode(images, EVALUATE), model.encode(other, EVALUATE)] : model.relate(images, other, EVALUATE);
    return concat(maps.map((map) => map.mean(1)), 1);
  });
  const labels = { train: takeItems(train.depth, items), test: test.depth };
  const depthError = await depthProbe({ train: { tokens: tokens.train, labels: patchMeans(labels.train, PATCH) }, test: { tokens: tokens.test, labels: patchMeans(labels.test, PATCH) } }, { device, signal });
  const yaw = await regressionProbe(related, { train: takeItems(train.yaw, items), test: test.yaw }, { device, signal });
  return { depthError, yawDegrees: yaw / DEGREE };
}

/** Rows [original | visible patches | second view | completed]. */
async function picture(model: CrossViewCompletion, scenes: Scenes, variant: Variant, { device, settings: { maskRatio } }: ArmContext<Settings>): Promise<Picture> {
  const show = (tensors: BatchTensors<PairBatch>): Readonly<Record<"original" | "seen" | "other" | "filled", Tensor>> => {
    const batch = completionOf(tensors, secondViewOf(variant));
    const predictor = { patch: PATCH, epsilon: model.epsilon, predict: () => model.predict(batch, EVALUATE) };
    return { ...reconstruct(predictor, batch), other: batch.other };
  };
  const run = compile(show, { device, name: "completion" });
  const { original, seen, other, filled } = await run(testBatch(scenes, Int32Array.of(0, 1, 2, 3, 4, 5), maskRatio));
  await run.release();
  return pictureSheet([original, seen, other, filled], `Test scenes: original, visible patches, second view${variant === "none" ? " (not used)" : ""}, completed (de-normalised with the true patch's mean and deviation, as papers of this kind show it)`);
}

export default defineSystem({
  slug: "croco",
  family: "masked",
  title: "CroCo: Self-Supervised Pre-training for 3D Vision Tasks by Cross-View Completion",
  arxiv: "2210.10716",
  year: 2022,
  code: "https://github.com/naver/croco",
  summary:
    "A picture with nine tenths of its patches hidden says too little to be restored. CroCo adds a second, complete picture of the same scene from another place; what is missing can be found there by whoever understands how the two views are related.",
  mechanism: [
    "One encoder takes the few visible patches of the first picture and, with the same weights, all patches of the second.",
    "A linear map brings both to the decoder's width; mask tokens stand for the hidden patches, and all get fixed positions.",
    "In each decoder block the first picture's tokens attend to each other, then to the second picture's tokens, which are normalised for each block and never change.",
    "A linear head gives standardised pixels; the loss is the mean squared error over the hidden patches of the first picture.",
    "For tasks on one view the encoder is kept, for tasks on two views the decoder too, both with complete pictures.",
  ],
  checks: [
    "parameter count of ViT-B with the 512-wide decoder, and of one decoder block",
    "with the cross-attention's output projection at zero the prediction does not depend on the second picture; else it does",
    "176 of 196 patches are hidden at 90%",
    "both pictures go through one set of encoder weights, and gradients reach it through either",
    "the second view of the control comes from another scene",
  ],
  deviations: [
    { what: "rendered scenes of a few solids instead of indoor scans", why: "pairs with exact depth and angle at laptop scale; the views are 5 to 35 degrees apart and share 77% of their pixels" },
    { what: "either view of a pair may be the one to complete", why: "so that the baseline, which reads one view only, learns from the same pictures" },
    { what: "depth is read by a linear map from each token of the encoder, as the mean of a patch", why: "frozen features show what pre-training gave; the paper fine-tunes with dense heads" },
    { what: "the angle between the views is read by a linear map from the decoder's tokens, averaged for each block; the baseline, whose decoder has one view, offers its encoder's features of both", why: "frozen features again; the paper fine-tunes for binocular tasks" },
  ],
  use: [
    { verb: "pretrain(pairs)", description: "learns geometry from your own pairs of pictures of one scene, without labels" },
    { verb: "embed(images)", description: "features of single pictures from the encoder" },
    { verb: "complete(image, other)", description: "fills hidden patches of a picture with the help of another view" },
    { verb: "model.relate(images, other)", description: "part of the TypeScript API (CrossViewCompletion): features of two views together, for heads of flow, depth or relative pose" },
  ],
  knobs: [
    { name: "maskRatio", description: "share of the picture that is hidden", values: [0.75, 0.9, 0.95] },
    { name: "steps", description: "updates of each arm", values: [100, 300, 1000] },
    { name: "decoder", description: "width, depth and heads of the decoder", values: ["64 x 1", "64 x 3", "64 x 6"] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["MAE", "CroCo", "random encoder"], settings: { ...settings, steps: 200, batch: 32 } },
      full: { seeds: [1, 2], minutes: 20, settings },
    },
    async prepare(context): Promise<Scenes> {
      const { pairs, testPairs } = context.settings;
      const scenes = {
        train: await loadScenes(context, { fixture: "scene/view", split: "train", fields: PAIR_FIELDS, count: pairs }),
        test: await loadScenes(context, { fixture: "scene/view", split: "test", fields: PAIR_FIELDS, count: testPairs }),
      };
      context.message(`croco: saying the mean depth everywhere errs by ${meanDepthError(patchMeans(scenes.train.depth, PATCH), patchMeans(scenes.test.depth, PATCH)).toFixed(3)}`);
      return scenes;
    },
    arms: [
      { name: "MAE", role: "baseline", description: "the same pictures, 90% hidden, no second view: a decoder without cross-attention", run: (context, scenes) => pretrain(context, scenes, "none") },
      { name: "CroCo", role: "system", description: "the second view is another view of the scene", run: (context, scenes) => pretrain(context, scenes, "same scene") },
      { name: "wrong second view", role: "control", description: "CroCo in training and test with second views of other scenes", run: (context, scenes) => pretrain(context, scenes, "another scene") },
      { name: "random encoder", role: "floor", description: "CroCo, not trained", run: (context, scenes) => untrained(context, scenes) },
    ],
    claim: {
      paper: "cross-view completion gives better depth and other geometric tasks than MAE at equal pre-training",
      metric: "mean squared error of completed patches on test scenes; absolute relative error of patch depth read off the frozen encoder",
      expected: "completion error at least 10% below MAE's and, with a wrong second view, about MAE's; depth error at least 3% below MAE's",
      conditions: [
        { name: "depth error is at least 3% below MAE's", effect: ratio({ metric: "depthError", of: "CroCo", over: "MAE" }), kind: "atMost", minimumEffect: 0.97 },
        { name: "completion error is at least 10% below MAE's", effect: ratio({ metric: "completion", of: "CroCo", over: "MAE" }), kind: "atMost", minimumEffect: 0.9 },
        { name: "a wrong second view completes like MAE, within 5%", effect: ratio({ metric: "completion", of: "wrong second view", over: "MAE" }), kind: "within", minimumEffect: 0.05, role: "side", profiles: ["full"] },
        { name: "the angle between views is read off better than from MAE", effect: ratio({ metric: "yawDegrees", of: "CroCo", over: "MAE" }), kind: "atMost", minimumEffect: 1, role: "side" },
      ],
    },
    tried: ["the sizes are those of the specification; the learning rate is that of the family's other masked autoencoder; nothing was tuned"],
  },
  probe: () => {
    const model = new CrossViewCompletion({ random: RandomStream.of(1), image: 32, patch: 8, encoder: { width: 16, depth: 2, heads: 2 }, decoder: { width: 8, depth: 2, heads: 2 } });
    const draw = RandomStream.of(2);
    const pictures = (): HostArray => hostArray(Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => draw.uniform()), [4, 3, 32, 32]);
    const batch = { images: pictures(), other: pictures(), ...maskRows(draw, 4, 16, completionCounts(16, 0.75)) };
    return Promise.resolve({ module: model, batch, loss: (module: CrossViewCompletion, tensors: CompletionBatch) => module.loss(tensors, EVALUATE) });
  },
});
