/**
 * Position Prediction as an Effective Pretraining Strategy (Zhai et al., arXiv 2207.07611, ICML 2022): MP3.
 *
 * Take all positions away and ask a transformer where each patch (or audio frame) came from, letting attention read only
 * a random context. The model is in `position-prediction-model.ts`; here it is fine-tuned on few emoji labels, with and
 * without positions, against training from scratch and a masked autoencoder, and run on speech as second data.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, init, VisionTransformer } from "../../nn/index.ts";
import type { VisionTransformerOptions } from "../../nn/index.ts";
import { AdamW, decodeSafetensors, encodeSafetensors, schedules } from "../../train/index.ts";
import type { Optimizer } from "../../train/index.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import { categoryAccuracy, CROP_AND_FLIP, defineSystem, difference, fineTuneCategories, joinStages, level, loadEmojiLab, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, EmojiLab, FineTuned } from "../../lab/index.ts";
import { MaskedAutoencoder } from "./masked-autoencoder.ts";
import { croppedImages, maskedImageBatches, maskRows } from "./masked-batches.ts";
import { jigsawPicture, positionAccuracy } from "./position-prediction-held-out.ts";
import { recipe } from "./position-prediction-recipe.ts";
import { PositionPredictor, TransferEncoder } from "./position-prediction-model.ts";
import { loadSpeechLab, speechArm, speechFloor } from "./position-prediction-speech.ts";
import type { SpeechLab } from "./position-prediction-speech.ts";

const IMAGE = 64;
const PATCH = 8;
const TOKENS = (IMAGE / PATCH) ** 2;
const MP3 = "MP3, no positions";
const MP3_POSITIONS = "MP3, positions";
const SCRATCH = "scratch, positions";
const SCRATCH_LONG = "scratch, positions, long";
const MAE = "MAE";
const ENSEMBLE = "MP3 + MAE";

const settings = {
  steps: 300,
  batch: 64,
  learningRate: 2e-3,
  warmup: 40,
  weightDecay: 0.05,
  /** Share of the tokens that are no keys. */
  eta: 0.75,
  context: "evolving" as "evolving" | "frozen",
  encoder: { width: 96, depth: 4, heads: 4 },
  /** Of the masked autoencoder. */
  decoder: { width: 64, depth: 4, heads: 4 },
  epsilon: 1e-2,
  fineTune: { steps: 150, learningRate: 1e-3, warmup: 15, labelled: 0.2 },
  speechSteps: 300,
};
type Settings = typeof settings;
type Context = ArmContext<Settings>;

interface Shared {
  readonly emoji: EmojiLab;
  /** Loaded when the first speech arm asks, so that the quick profile does not download it. */
  speech(context: Context): Promise<SpeechLab>;
}

/** The encoder of every arm but MAE's: the same initial weights as MAE's, no class token. */
const encoderOf = (random: RandomStream, size: Settings["encoder"], positions: VisionTransformerOptions["positions"]): VisionTransformer =>
  new VisionTransformer({ ...size, random: random.child("encoder"), image: IMAGE, patch: PATCH, classToken: false, positions, init: init.xavierUniform });

function predictorOf({ random, settings: { encoder, context } }: Context): { readonly model: PositionPredictor; readonly vision: VisionTransformer } {
  const weights = random.child("weights");
  const vision = encoderOf(weights, encoder, "none");
  return { vision, model: new PositionPredictor({ random: weights, encoder: vision, width: encoder.width, places: TOKENS, context }) };
}

/** Pictures with a random context each: what MP3 may read is what MAE sees. */
const batchesOf = ({ seed, settings: { batch, eta } }: Context, lab: EmojiLab): ReturnType<typeof maskedImageBatches> =>
  maskedImageBatches({ set: lab.set, indices: lab.train, batchSize: batch, seed, tokens: TOKENS, counts: subsetCounts(TOKENS, eta), crop: CROP_AND_FLIP });

const optimizerOf = (model: PositionPredictor | MaskedAutoencoder, { steps, learningRate, weightDecay, warmup }: Settings): Optimizer =>
  new AdamW(model, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup, steps }) });

const PRETRAINED = "pretrained.safetensors";
const PROBABILITIES = "probabilities.f32";

/** A file that an earlier arm has left. */
async function left(context: Context, arm: string, name: string): Promise<Uint8Array> {
  const bytes = await context.artifactsOf(arm).read(name);
  if (bytes === undefined) throw new Error(`arm "${context.arm}": arm "${arm}" has left no ${name}; run it anew`);
  return bytes;
}

async function fineTune(context: Context, lab: EmojiLab, encoder: TransferEncoder, { steps = context.settings.fineTune.steps, progress }: { readonly steps?: number; readonly progress?: readonly [number, number] } = {}): Promise<FineTuned> {
  const { batch, weightDecay, fineTune: tuning, encoder: { width } } = context.settings;
  const tuned = await fineTuneCategories(context, lab, { ...tuning, encoder, width, steps, batch, weightDecay, progress });
  const { data } = tuned.probabilities;
  await context.artifacts.write(PROBABILITIES, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
  return tuned;
}

/** Share of the whole arm's progress that pre-training makes up. */
const pretrainingShare = ({ steps, fineTune: tuning }: Settings): number => steps / (steps + tuning.steps);

async function mp3(context: Context, lab: EmojiLab): Promise<ArmResult> {
  const { settings: chosen, artifacts } = context;
  const { model, vision } = predictorOf(context);
  const split = pretrainingShare(chosen);
  const pretrained = await trainArm(context, { model, data: batchesOf(context, lab), optimizer: optimizerOf(model, chosen), steps: chosen.steps, stage: "pre-train", progress: [0, split], loss: ({ visible, predicted: _, ...crops }, mode) => model.objective(croppedImages(crops), mode, visible) });
  const heldOut = { patch: PATCH, device: context.device };
  const found = await positionAccuracy(model, lab, { ...heldOut, batch: chosen.batch, eta: chosen.eta });
  const picture = await jigsawPicture(model, lab, heldOut);
  await artifacts.write(PRETRAINED, encodeSafetensors(vision.stateDict()));
  const { trained, accuracy } = await fineTune(context, lab, new TransferEncoder(vision, chosen.encoder.width), { progress: [split, 1] });
  return { ...joinStages({ "pre-training": pretrained, "fine-tuning": trained }), metrics: { accuracy, ...found }, pictures: [picture] };
}

/** Fine-tunes the encoder that the arm without positions has pre-trained. */
async function mp3WithPositions(context: Context, lab: EmojiLab): Promise<ArmResult> {
  const { vision } = predictorOf(context);
  vision.loadStateDict(decodeSafetensors(await left(context, MP3, PRETRAINED)).tensors);
  const { trained, accuracy } = await fineTune(context, lab, new TransferEncoder(vision, context.settings.encoder.width, { positions: true }));
  return { ...trained, metrics: { accuracy }, notes: [`starts from the encoder of "${MP3}"; its pre-training is counted there`] };
}

async function mae(context: Context, lab: EmojiLab): Promise<ArmResult> {
  const { settings: chosen, random } = context;
  const model = new MaskedAutoencoder({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder: chosen.encoder, decoder: chosen.decoder, attention: "self", epsilon: chosen.epsilon });
  const split = pretrainingShare(chosen);
  const pretrained = await trainArm(context, { model, data: batchesOf(context, lab), optimizer: optimizerOf(model, chosen), steps: chosen.steps, stage: "pre-train", progress: [0, split], loss: ({ visible, predicted, ...crops }, mode) => ({ loss: model.loss({ images: croppedImages(crops), visible, predicted }, mode) }) });
  const { trained, accuracy } = await fineTune(context, lab, new TransferEncoder(model.encoder, chosen.encoder.width), { progress: [split, 1] });
  return { ...joinStages({ "pre-training": pretrained, "fine-tuning": trained }), metrics: { accuracy } };
}

async function scratch(context: Context, lab: EmojiLab, positions: "sin-cos" | "none", steps?: number): Promise<ArmResult> {
  const { random, settings: { encoder } } = context;
  const { trained, accuracy } = await fineTune(context, lab, new TransferEncoder(encoderOf(random.child("weights"), encoder, positions), encoder.width), { steps });
  return { ...trained, metrics: { accuracy } };
}

/** The mean of the probabilities that both arms give the test pictures. */
async function ensemble(context: Context, lab: EmojiLab): Promise<ArmResult> {
  const [first, second] = [await left(context, MP3_POSITIONS, PROBABILITIES), await left(context, MAE, PROBABILITIES)].map((bytes) => new Float32Array(bytes.slice().buffer)) as [Float32Array, Float32Array];
  const mean = first.map((value, i) => (value + (second[i] as number)) / 2);
  const accuracy = categoryAccuracy(hostArray(mean, [lab.test.length, mean.length / lab.test.length]), lab);
  const parameters = [MP3_POSITIONS, MAE].reduce((total, arm) => total + context.resultOf(arm).parameters, 0);
  return { parameters, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { accuracy } };
}

export default defineSystem({
  slug: "position-prediction",
  family: "masked",
  title: "Position Prediction as an Effective Pretraining Strategy",
  arxiv: "2207.07611",
  year: 2022,
  summary:
    "A transformer that is given patches or audio frames without any position learns their content by saying where each one came from. What it learns is good enough that, fine-tuned without positions, it beats a transformer with positions trained from scratch.",
  mechanism: [
    "Patches, or stacked log-mel frames, are embedded; no position, class token or padding gives their place away.",
    "A random context of a quarter of the tokens is drawn for each example.",
    "In every layer all tokens ask, but keys and values come from the context only, the same in all layers.",
    "A normalised linear head names the place of every token, context included; the loss is the cross-entropy.",
    "For speech the target is spread over neighbouring places, exp(-(i - j)^2 / 4) of the distance in tokens.",
    "For fine-tuning attention is full, the head becomes mean pooling and a classifier, and learned positions may be added.",
  ],
  checks: [
    "permuting the patches permutes the logits",
    "with every token in the context it is plain self-attention",
    "the loss of a zero head is ln 64",
    "a token outside the context gets no gradient from any other token's logits; one inside does",
    "a block's FLOPs with a context of a quarter: 0.875 of the projections, 0.25 of the scores, 0.8125 in all at 64 tokens of width 96",
    "smoothed targets are the normalised kernel, seen in the gradient of the head's bias",
    "a jigsaw is put together by one-to-one assignment even where two tiles want one place",
  ],
  deviations: [
    { what: "positions at fine-tuning are learned from zero", why: "the paper says that they are added, not how" },
    { what: "the kernel of smoothed targets is a Gaussian of the distance in tokens, width 2", why: "the paper smooths without its kernel being known to us" },
    { what: "emoji and telephone prompts, 300 steps, one learning rate for both pre-training objectives", why: "laptop scale; the masked autoencoder's rate was not tuned for MP3" },
    { what: "MAE keeps its class token and fixed positions in fine-tuning", why: "it is fine-tuned as it was pre-trained; the mean is over patch tokens in all arms" },
    { what: "no comparison with MoCo v3", why: "a contrastive method is outside this family" },
  ],
  use: [
    { verb: "pretrain(images)", description: "pre-trains an encoder on your own pictures without labels" },
    { verb: "embed(images)", description: "features of pictures, from an encoder that knows no positions" },
    { verb: "jigsaw(image)", description: "puts the shuffled tiles of a picture into their most likely arrangement" },
    { verb: "new PositionPredictor({ encoder: new FrameEncoder(...) })", description: "part of the TypeScript API: the same objective on frames, such as log-mel of recordings" },
  ],
  knobs: [
    { name: "eta", description: "share of the tokens that nobody may read", values: [0.25, 0.5, 0.75, 0.9] },
    { name: "context", description: "whether the context's tokens develop from layer to layer or stay embeddings", values: ["evolving", "frozen"] },
    { name: "steps", description: "updates of pre-training", values: [100, 300, 1000] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: [SCRATCH, MP3], settings: { ...settings, steps: 150, warmup: 20, fineTune: { ...settings.fineTune, steps: 75 } } },
      full: { seeds: [1, 2, 3], minutes: 40, settings },
    },
    prepare: async (context): Promise<Shared> => {
      let speech: Promise<SpeechLab> | undefined;
      return { emoji: await loadEmojiLab(context), speech: (arm) => (speech ??= loadSpeechLab(arm)) };
    },
    arms: [
      { name: SCRATCH, role: "baseline", description: "fixed positions, labels only, as many steps as fine-tuning", run: (context, { emoji }) => scratch(context, emoji, "sin-cos") },
      { name: "scratch, no positions", role: "baseline", description: "no positions, labels only, as many steps as fine-tuning", run: (context, { emoji }) => scratch(context, emoji, "none") },
      { name: SCRATCH_LONG, role: "baseline", description: "fixed positions, labels only, as many steps as pre-training and fine-tuning together", run: (context, { emoji }) => scratch(context, emoji, "sin-cos", context.settings.steps + context.settings.fineTune.steps) },
      { name: MP3, role: "system", description: "position prediction, then fine-tuned without positions", run: (context, { emoji }) => mp3(context, emoji) },
      { name: MP3_POSITIONS, role: "system", description: "the same pre-trained encoder, fine-tuned with learned positions", run: (context, { emoji }) => mp3WithPositions(context, emoji) },
      { name: MAE, role: "baseline", description: "masked autoencoder on the same batches and visible patches, then fine-tuned", run: (context, { emoji }) => mae(context, emoji) },
      { name: ENSEMBLE, role: "system", description: "mean of the probabilities of MP3 with positions and MAE; no training of its own", run: (context, { emoji }) => ensemble(context, emoji) },
      { name: "speech MP3", role: "system", description: "position prediction on windows of speech, frozen", run: async (context, { speech }) => speechArm(context, await speech(context), true) },
      { name: "speech random encoder", role: "floor", description: "the same encoder, not trained", run: async (context, { speech }) => speechArm(context, await speech(context), false) },
      { name: "speech log-mel", role: "floor", description: "the frames themselves, no encoder", run: async (context, { speech }) => speechFloor(context, await speech(context)) },
    ],
    claim: {
      paper: "MP3 beats supervised training from scratch even when the fine-tuned transformer has no positions at all; it stays a little below MAE, and the two together beat either",
      metric: "share of test emoji whose category is right after fine-tuning on a fifth of the labels",
      expected: "without positions at least 2 points over training from scratch with positions; places of test patches found at least ten times as often as by chance",
      conditions: [
        { name: "without positions MP3 beats scratch with positions by 2 points", effect: difference({ metric: "accuracy", of: MP3, minus: SCRATCH }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "places are found ten times as often as by chance", effect: level({ metric: "positionAccuracy", of: MP3, noEffect: 1 / TOKENS }), kind: "atLeast", minimumEffect: 10 / TOKENS },
        { name: "MP3 beats scratch with positions that trains for all of its steps", effect: difference({ metric: "accuracy", of: MP3, minus: SCRATCH_LONG }), kind: "atLeast", minimumEffect: 0, role: "side" },
        {
          name: "MP3 and MAE together are at least as good as the better one",
          effect: {
            formula: `accuracy(${ENSEMBLE}) - max(accuracy(${MP3_POSITIONS}), accuracy(${MAE}))`,
            reads: [ENSEMBLE, MP3_POSITIONS, MAE].map((arm) => ({ arm, metric: "accuracy" })),
            noEffect: 0,
            compute: ([together = NaN, ...apart]) => together - Math.max(...apart),
          },
          kind: "atLeast",
          minimumEffect: 0,
          role: "side",
        },
        { name: "on speech MP3 beats an encoder that was not trained by 2 points", effect: difference({ metric: "wordAuc", of: "speech MP3", minus: "speech random encoder" }), kind: "atLeast", minimumEffect: 0.02, role: "side" },
      ],
    },
    tried: ["nothing was tuned: the pre-training rate is the one the family's specification gives for MAE, the fine-tuning rate half of it for all arms"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const encoder = new VisionTransformer({ random, width: 16, depth: 2, heads: 2, image: 32, patch: 8, classToken: false, positions: "none" });
    const draw = RandomStream.of(2);
    const images: HostArray = hostArray(Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => draw.uniform()), [4, 3, 32, 32]);
    const batch = { images, visible: maskRows(draw, 4, 16, subsetCounts(16, 0.75)).visible };
    const module = new PositionPredictor({ random, encoder, width: 16, places: 16 });
    return Promise.resolve({ module, batch, loss: (model: PositionPredictor, inputs: { readonly images: Tensor; readonly visible: Tensor }) => model.objective(inputs.images, EVALUATE, inputs.visible).loss });
  },
});
