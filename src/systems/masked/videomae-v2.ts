/**
 * VideoMAE V2: Scaling Video Masked Autoencoders with Dual Masking (Wang et al., arXiv 2303.16727, CVPR 2023).
 *
 * Nine tenths of a clip are hidden from the encoder, and half of it from the decoder too, by a pattern that moves with
 * time so that every place is restored at some time. Pre-training costs less and teaches as much; a supervised stage on
 * merged labels then helps the target. The model is in `videomae-model.ts`, masks in `videomae-masks.ts`, the supervised
 * stages in `videomae-stages.ts`.
 */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { AdamW, decodeSafetensors, encodeSafetensors, schedules } from "../../train/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchStream } from "../../data/index.ts";
import { VERBS } from "../../data/worlds/scene/index.ts";
import { allItems, defineSystem, difference, extract, linearProbe, ratio, takeItems, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, LabelledFeatures } from "../../lab/index.ts";
import { pictureSheet, reconstruct } from "./reconstruction-picture.ts";
import { clipMasks } from "./videomae-masks.ts";
import type { ClipGrid, ClipMasks, DecoderPlaces } from "./videomae-masks.ts";
import { recipe } from "./videomae-recipe.ts";
import { ClipClassifier, clipPixels, VideoMaskedAutoencoder } from "./videomae-model.ts";
import type { MaskedClips } from "./videomae-model.ts";
import { classifierAccuracy, loadClips, trainClassifier } from "./videomae-stages.ts";
import type { Clips, LabelledClips } from "./videomae-stages.ts";

const CLIP = { image: 32, frames: 8, patch: { frames: 2, height: 4, width: 4 } } as const;
const ENCODER_FILE = "encoder.safetensors";

const settings = {
  steps: 250,
  /** Views in a step; each clip that is loaded gives `views` of them, each with its own masks. */
  batch: 32,
  views: 2,
  tubeRatio: 0.9,
  learningRate: 2e-3,
  warmup: 40,
  weightDecay: 0.05,
  clips: 2048,
  otherClips: 1536,
  targetClips: 512,
  testClips: 768,
  encoder: { width: 96, depth: 4, heads: 4 },
  decoder: { width: 64, depth: 2, heads: 4 },
  /** Supervised stages: (iii) on the target, (ii) before it on the merged labels. */
  fineTune: { steps: 100, postSteps: 100, batch: 32, learningRate: 1e-3, warmup: 20 },
};
type Settings = typeof settings;

type MaskedClipBatch = Batch & ClipMasks & { readonly clips: HostArray };

const maskedClips = ({ clips, visible, predicted, scored }: BatchTensors<MaskedClipBatch>, views: number): MaskedClips => ({ images: clipPixels(clips as Tensor, views), visible: visible as Tensor, predicted: predicted as Tensor, scored: scored as Tensor });

const build = ({ random, settings: { encoder, decoder } }: Pick<ArmContext<Settings>, "random" | "settings">): VideoMaskedAutoencoder => new VideoMaskedAutoencoder({ ...CLIP, random: random.child("weights"), encoder, decoder });

/** Endless batches of clips, `views` masks for each; the same clips and tubes for all arms of a seed. */
function clipBatches({ mixed }: Clips, grid: ClipGrid, places: DecoderPlaces, { seed, settings: { batch, views, tubeRatio } }: ArmContext<Settings>): BatchStream<MaskedClipBatch> {
  return shuffledBatches({ indices: allItems(mixed), batchSize: batch / views, seed }, ({ epoch, step, indices }) => ({ clips: takeItems(mixed, indices), ...clipMasks(RandomStream.of(seed, "masks", epoch, step), batch, grid, tubeRatio, places) }));
}

async function pretrain(context: ArmContext<Settings>, clips: Clips, places: DecoderPlaces): Promise<ArmResult> {
  const { settings: { steps, views, learningRate, weightDecay, warmup }, artifacts } = context;
  const model = build(context);
  const optimizer = new AdamW(model, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup, steps }) });
  const trained = await trainArm(context, { model, data: clipBatches(clips, model.grid, places, context), optimizer, steps, loss: (tensors, mode) => ({ loss: model.loss(maskedClips(tensors, views), mode) }) });
  await artifacts.write(ENCODER_FILE, encodeSafetensors(model.encoder.stateDict()));
  const { encoder, decoder } = forwardCost(model, clips, places, context);
  const shown = testBatch(clips, model.grid, context);
  const run = compile((tensors: BatchTensors<MaskedClipBatch>) => reconstruct(model, maskedClips(tensors, 1)), { device: context.device, name: "reconstruction" });
  const { original, seen, filled } = await run(shown);
  await run.release();
  return {
    ...trained,
    metrics: { probe: await verbProbe(model, clips, context), encoderMflops: encoder / 1e6, decoderMflops: decoder / 1e6 },
    pictures: [pictureSheet([original, seen, filled], "Test clips as strips of frames: original, visible tubes, every hidden tubelet predicted (de-normalised with the true tubelet's mean and deviation, as papers of this kind show it)")],
  };
}

/** The first test clips with masks that do not depend on the seed, all hidden places asked. */
function testBatch({ test }: Clips, grid: ClipGrid, { settings: { tubeRatio } }: ArmContext<Settings>, count = 4, places: DecoderPlaces = "hidden"): MaskedClipBatch {
  return { clips: takeItems(test.frames, Int32Array.from({ length: count }, (_, i) => i)), ...clipMasks(RandomStream.of(0, "test masks"), count, grid, tubeRatio, places) };
}

/** FLOPs of products in one forward pass for one clip, from the graph. */
function forwardCost(model: VideoMaskedAutoencoder, clips: Clips, places: DecoderPlaces, context: ArmContext<Settings>): { readonly encoder: number; readonly decoder: number } {
  model.namedParameters();
  const { flops, flopsByModule } = compile((tensors: BatchTensors<MaskedClipBatch>) => model.predict(maskedClips(tensors, 1), EVALUATE)).explain(testBatch(clips, model.grid, context, 1, places));
  const encoder = flopsByModule["encoder"] ?? 0;
  return { encoder, decoder: flops.products - encoder };
}

/** Share of test clips whose verb a linear probe on the encoder's features names. */
async function verbProbe(model: VideoMaskedAutoencoder, { train, test }: Clips, { device, signal }: ArmContext<Settings>): Promise<number> {
  const side = async ({ frames, verbs }: LabelledClips): Promise<LabelledFeatures> => ({ features: await extract((indices) => ({ clips: takeItems(frames, indices) }), ({ clips }) => model.features(clipPixels(clips), EVALUATE), allItems(frames), { device, signal, batchSize: 64 }), labels: verbs });
  return linearProbe({ train: await side(train), test: await side(test), classes: VERBS.length }, { device, signal });
}

async function untrained(context: ArmContext<Settings>, clips: Clips): Promise<ArmResult> {
  const model = build(context);
  return { parameters: model.encoder.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, metrics: { probe: await verbProbe(model, clips, context) } };
}

/** Fine-tunes the encoder that VideoMAE V2's arm left, after a supervised stage on merged labels if `post`. The target gets a new head. */
async function fineTune(context: ArmContext<Settings>, clips: Clips, { post, steps }: { readonly post: boolean; readonly steps: number }): Promise<ArmResult> {
  const { settings: { encoder, fineTune: { postSteps } }, random, artifactsOf } = context;
  const bytes = await artifactsOf("VideoMAE V2").read(ENCODER_FILE);
  if (bytes === undefined) throw new Error(`arm "${context.arm}": the arm "VideoMAE V2" left no ${ENCODER_FILE}; run it again`);
  const classifier = (name: string, weights: ReadonlyMap<string, HostArray>): ClipClassifier => {
    const model = new ClipClassifier({ ...CLIP, ...encoder, random: random.child(name) }, VERBS.length);
    model.encoder.loadStateDict(weights);
    return model;
  };
  const pretrained = decodeSafetensors(bytes, ENCODER_FILE).tensors;
  const between = classifier("post-pre-training", pretrained);
  const share = post ? postSteps / (postSteps + steps) : 0;
  const first = post ? await trainClassifier(context, between, clips.merged, { name: "post", steps: postSteps, progress: [0, share] }) : undefined;
  const model = classifier("fine-tuning", post ? between.encoder.stateDict() : pretrained);
  const last = await trainClassifier(context, model, clips.target, { name: "target", steps, progress: [share, 1] });
  return { ...last, steps: last.steps + (first?.steps ?? 0), seconds: last.seconds + (first?.seconds ?? 0), metrics: { accuracy: await classifierAccuracy(model, clips.test, context) } };
}

export default defineSystem({
  slug: "videomae-v2",
  family: "masked",
  title: "VideoMAE V2: Scaling Video Masked Autoencoders with Dual Masking",
  arxiv: "2303.16727",
  year: 2023,
  code: "https://github.com/OpenGVLab/VideoMAEv2",
  summary:
    "A video autoencoder that hides nine tenths of a clip from its encoder still spends most of its time in the decoder, which restores everything. V2 lets the decoder restore half of the places, chosen so that all are covered over time, and adds a supervised stage between pre-training and the target.",
  mechanism: [
    "A clip is cut into tubelets of 2 frames; fixed codes of the flattened index say where each lies.",
    "The encoder sees a tube: the same tenth of the places at all times.",
    "A 2 x 2 cell with two of four places shown turns by one with each time step from a random start; tiled over the frame it says which places the decoder restores.",
    "The decoder runs full self-attention over the visible tokens and a mask token for each shown place.",
    "The loss is the squared error of pixels, each channel of a tubelet standardised by itself, over shown places that the encoder does not see.",
    "Each loaded clip gives several views with masks of their own.",
    "Training goes on with labels of merged sources, then with those of the target.",
  ],
  checks: [
    "160 of 1568 tokens are visible; the decoder runs on 944 instead of 1568, 0.60 of the tokens and 0.36 of the attention scores",
    "the tube hides the same places at all times",
    "in any four consecutive time steps the running cell shows each place exactly twice, and it hides exactly half",
    "places that the encoder sees do not count in the loss",
    "without a decoder mask the loss is VideoMAE's",
  ],
  deviations: [
    { what: "rendered clips of 8 frames of 32 pixels with 24 verbs, tubelets of 2 x 4 x 4", why: "laptop scale" },
    { what: "two views of a clip in a step instead of four", why: "a step has 32 views instead of thousands; four would leave it 8 clips" },
    { what: "no cropping", why: "clips are small and verbs depend on where things move" },
    { what: "the merged labels are those of the target and of one other source with 12 of its 24 verbs", why: "the paper merges three releases of one data set with many classes in common" },
    { what: "the probe also reads how much tokens of one place change between time steps", why: "objects cover few of the tokens, and their motion is lost in the mean of all" },
    { what: "fine-tuning starts with a new head and has no layer-wise learning rates", why: "only the encoder carries what was learnt, alike for all arms" },
  ],
  use: [
    { verb: "pretrain(clips)", description: "learns from your own unlabelled clips" },
    { verb: "embed(clips)", description: "features of clips from the encoder: what is in them, and how much changes with time" },
    { verb: "new ClipClassifier(...)", description: "part of the TypeScript API: the encoder with a head for your own labels, to be fine-tuned with Trainer" },
  ],
  knobs: [
    { name: "tubeRatio", description: "share of the places hidden from the encoder", values: [0.75, 0.9, 0.95] },
    { name: "views", description: "views with masks of their own for each loaded clip", values: [1, 2, 4] },
    { name: "steps", description: "updates of pre-training", values: [100, 250, 1000] },
    { name: "decoder", description: "width, depth and heads of the decoder", values: ["64 x 1", "64 x 2", "64 x 4"] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["VideoMAE", "VideoMAE V2", "random encoder"], settings: { ...settings, steps: 150, clips: 1024, otherClips: 256, testClips: 384 } },
      full: { seeds: [1, 2], minutes: 40, settings },
    },
    prepare: (context): Promise<Clips> => loadClips(context),
    arms: [
      { name: "VideoMAE", role: "baseline", description: "the decoder restores every hidden place", run: (context, clips) => pretrain(context, clips, "hidden") },
      { name: "VideoMAE V2", role: "system", description: "the decoder restores half of the places, by the running cell", run: (context, clips) => pretrain(context, clips, "running cell") },
      { name: "random decoder mask", role: "ablation", description: "the decoder restores a random half of the places", run: (context, clips) => pretrain(context, clips, "random") },
      { name: "random encoder", role: "floor", description: "the same encoder, not trained", run: (context, clips) => untrained(context, clips) },
      { name: "stages i+iii", role: "baseline", description: "VideoMAE V2's encoder fine-tuned on the target", run: (context, clips) => fineTune(context, clips, { post: false, steps: context.settings.fineTune.steps }) },
      { name: "stages i+ii+iii", role: "system", description: "with supervised training on merged labels before it, so more steps and labels of another source", run: (context, clips) => fineTune(context, clips, { post: true, steps: context.settings.fineTune.steps }) },
      { name: "stages i+iii longer", role: "control", description: "fine-tuned on the target for the steps of both supervised stages", run: (context, clips) => fineTune(context, clips, { post: false, steps: context.settings.fineTune.steps + context.settings.fineTune.postSteps }) },
    ],
    claim: {
      paper: "masking the decoder keeps accuracy and cuts the cost of pre-training ViT-B by a quarter to a third; the supervised stage lifts ViT-g on Kinetics-400 from 87.2 to 88.4%",
      metric: "share of test clips whose verb a linear probe names; decoder FLOPs; time of a step; for the stages, accuracy after fine-tuning",
      expected: "the probe within 1.5 points of VideoMAE's or better with at most 0.65 of its decoder FLOPs and less time a step",
      conditions: [
        { name: "the probe is within 1.5 points of VideoMAE or better", effect: difference({ metric: "probe", of: "VideoMAE V2", minus: "VideoMAE" }), kind: "atLeast", minimumEffect: -0.015 },
        { name: "decoder FLOPs are at most 0.65 of VideoMAE's", effect: ratio({ metric: "decoderMflops", of: "VideoMAE V2", over: "VideoMAE" }), kind: "atMost", minimumEffect: 0.65 },
        { name: "a step takes less time", effect: ratio({ metric: "secondsPerStep", of: "VideoMAE", over: "VideoMAE V2" }), kind: "atLeast", minimumEffect: 1 },
        { name: "VideoMAE V2 beats an encoder that was not trained by 2 points", effect: difference({ metric: "probe", of: "VideoMAE V2", minus: "random encoder" }), kind: "atLeast", minimumEffect: 0.02, role: "side", profiles: ["full"] },
        { name: "the supervised stage helps the target by 1 point", effect: difference({ metric: "accuracy", of: "stages i+ii+iii", minus: "stages i+iii" }), kind: "atLeast", minimumEffect: 0.01, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["the sizes are those of the specification; the learning rate is that of the family's other masked autoencoder; nothing was tuned", "the features of the probe were chosen with an untrained encoder on training clips, 672 to fit and 288 to measure, 24 verbs: means of each time step 7%, their differences 6%, absolute differences at each place 11%"],
  },
  probe: () => {
    const model = new VideoMaskedAutoencoder({ random: RandomStream.of(1), image: 16, frames: 4, patch: { frames: 2, height: 4, width: 4 }, encoder: { width: 16, depth: 2, heads: 2 }, decoder: { width: 8, depth: 2, heads: 2 } });
    const draw = RandomStream.of(2);
    const images = hostArray(Float32Array.from({ length: 4 * 4 * 3 * 16 * 16 }, () => draw.uniform()), [4, 4, 3, 16, 16]);
    const batch = { images, ...clipMasks(draw, 4, model.grid, 0.75, "running cell") };
    return Promise.resolve({ module: model, batch, loss: (module: VideoMaskedAutoencoder, tensors: MaskedClips) => module.loss(tensors, EVALUATE) });
  },
});
