/**
 * Enhancing Vision-Language Model with Unmasked Token Alignment (Liu et al., arXiv 2405.19009, TMLR 2024): UTA.
 *
 * A fresh vision transformer that sees part of the patches is taught a frozen CLIP's tokens at those very patches. It
 * meets no mask tokens, so it pays for half of the sequence only, and lands in CLIP's joint space without any text:
 * held against masked feature prediction from the same teacher, on zero-shot recognition of held-out emoji.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, idRows } from "../../nn/index.ts";
import type { Mode, Module } from "../../nn/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { cropBatch, shuffledBatches } from "../../data/index.ts";
import type { BatchStream, CropBatch } from "../../data/index.ts";
import { coveredByBlocks, otherTokens } from "../../data/masking/block-mask.ts";
import { clipEmoji, CROP_AND_FLIP, defineSystem, difference, stepsForEqualFlops, trainArm, VisionTower } from "../../lab/index.ts";
import type { ArmContext, ArmResult, EmojiLab } from "../../lab/index.ts";
import { croppedImages } from "./masked-batches.ts";
import { measureZeroShot, prepareZeroShot } from "./uta-zero-shot.ts";
import type { ZeroShotLab } from "./uta-zero-shot.ts";
import { recipe } from "./uta-recipe.ts";
import { buildStudent, fullAlignment, maskedPrediction, MaskTokenStudent, unmaskedAlignment } from "./uta-student.ts";
import type { StudentSizes } from "./uta-student.ts";

const GRID = { rows: 8, columns: 8 };
const TOKENS = GRID.rows * GRID.columns;

const settings = {
  steps: 400,
  batch: 64,
  learningRate: 1e-3,
  warmup: 40,
  weightDecay: 0.05,
  /** Share of the patches that the student sees. */
  keep: 0.5,
  student: { image: 64, patch: 8, width: 96, depth: 4, heads: 3, joint: 64 },
};
type Settings = typeof settings;

/** `kept` [B, K] and `hidden` [B, N - K]: patches in int32, ascending. */
type AlignmentBatch = CropBatch & { readonly kept: HostArray; readonly hidden: HostArray };

/** How the kept patches are chosen: covered by rectangles, what rectangles leave over, or each by chance. */
type Masking = "reversed blocks" | "blocks" | "random";

/** Ids of `count` kept patches, ascending. */
export function keptOf(random: RandomStream, masking: Masking, count: number): Int32Array {
  switch (masking) {
    case "reversed blocks":
      return coveredByBlocks(random, GRID, count);
    case "blocks":
      return otherTokens(GRID, coveredByBlocks(random, GRID, TOKENS - count));
    case "random":
      return random.permutation(TOKENS).slice(0, count).sort();
  }
}

function alignmentBatches({ set, train }: EmojiLab, { batch, keep }: Settings, seed: number, masking: Masking): BatchStream<AlignmentBatch> {
  const count = Math.round(keep * TOKENS);
  return shuffledBatches({ indices: train, batchSize: batch, seed }, (plan) => {
    const kept = Array.from({ length: batch }, (_, row) => keptOf(RandomStream.of(seed, "masks", plan.epoch, plan.step, row), masking, count));
    return {
      ...cropBatch(set, plan, seed, CROP_AND_FLIP),
      kept: idRows(kept),
      hidden: idRows(kept.map((ids) => otherTokens(GRID, ids))),
    };
  });
}

interface Method {
  readonly masking?: Masking;
  readonly build: (random: RandomStream, sizes: StudentSizes) => { readonly model: Module; readonly tower: VisionTower; readonly loss: (seen: Seen, mode: Mode, teacher: VisionTower) => Tensor };
}

interface Seen {
  readonly images: Tensor;
  readonly kept: Tensor;
  readonly hidden: Tensor;
}

const unmasked = (masking: Masking): Method => ({
  masking,
  build: (random, sizes) => {
    const tower = buildStudent(random, sizes);
    return { model: tower, tower, loss: ({ images, kept }, mode, teacher) => unmaskedAlignment(tower, teacher, images, mode, kept) };
  },
});

const UTA = unmasked("reversed blocks");

const MASKED: Method = {
  build: (random, sizes) => {
    const model = new MaskTokenStudent(random, sizes);
    return { model, tower: model.tower, loss: ({ images, hidden }, mode, teacher) => maskedPrediction(model, teacher, images, mode, hidden) };
  },
};

const FULL: Method = {
  build: (random, sizes) => {
    const tower = buildStudent(random, sizes);
    return { model: tower, tower, loss: ({ images }, mode, teacher) => fullAlignment(tower, teacher, images, mode) };
  },
};

/** Trains one student and measures it. */
async function distilled(context: ArmContext<Settings>, shared: ZeroShotLab, { build, masking = "reversed blocks" }: Method, steps = context.settings.steps): Promise<ArmResult> {
  const { settings: { learningRate, weightDecay, warmup, student }, seed, random } = context;
  const { model, tower, loss } = build(random.child("weights"), student);
  const trained = await trainArm(context, {
    model,
    data: alignmentBatches(shared.lab, context.settings, seed, masking),
    optimizer: new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup, steps }) }),
    steps,
    loss: ({ kept, hidden, ...crops }, mode) => ({ loss: loss({ images: croppedImages(crops), kept, hidden }, mode, shared.clip.vision) }),
  });
  return { ...trained, ...(await measureZeroShot(tower, shared, context.device)) };
}

export default defineSystem({
  slug: "uta",
  family: "masked",
  title: "Enhancing Vision-Language Model with Unmasked Token Alignment",
  arxiv: "2405.19009",
  year: 2024,
  code: "https://github.com/jihaonew/UTA",
  summary:
    "A frozen CLIP already places every patch of a picture in a space shared with text. UTA trains a fresh vision transformer on half of the patches to give CLIP's tokens at exactly those patches, so the student can be asked in words at once, and the student costs half of what one with mask tokens does.",
  mechanism: [
    "The teacher, a frozen CLIP, sees the whole picture; its class token and all patch tokens are projected into the joint space.",
    "Rectangles are drawn until half of the patches are covered; the covered patches are kept, the others removed.",
    "The student encodes the kept patches and a class token: no mask tokens, no decoder, rotary angles of the kept places.",
    "The loss is minus the mean cosine between student and teacher at the kept patches and the class token.",
    "For use the student sees whole pictures, and the teacher's text tower is taken over unchanged.",
  ],
  checks: [
    "parameters of the released B/16 tower at 224 pixels: 86,638,336",
    "a student with the teacher's weights that sees everything has loss -1",
    "no gradient reaches the teacher",
    "FLOPs of the blocks at 99 of 197 tokens: .492 of those at all, .503 in maps, .253 in attention products",
    "the loss does not change when the student's tokens are scaled",
    "students meet only kept patches: changing a hidden one changes nothing, with mask tokens neither",
  ],
  deviations: [
    { what: "the masked baseline also aligns the class token", why: "without it the baseline has no zero-shot ability to compare; it makes the baseline stronger" },
    { what: "both methods hide the same half of the patches", why: "published masked feature prediction hides 40%; equal masks leave the method as the only difference" },
    { what: "a class is described by the name of its subgroup and the names of its training emoji", why: "names of the Unicode charts such as person-role are not what captions say" },
    { what: "the teacher is a CLIP of 1,341 Google drawings, the students also see Twitter's", why: "the foundation keeps other styles unseen for tests across styles; students need pictures only, and any will do" },
    { what: "no second, contrastive stage", why: "the claim is about the first stage, which uses pictures only" },
    { what: "patch tokens of the teacher go through its projection, and the loss is a cosine", why: "the paper's text leaves both open and the released code has no training; this is the reading that puts patches into the joint space" },
  ],
  use: [
    { verb: "pretrain(images)", description: "a small encoder, taught on your own unlabelled pictures by the CLIP of emoji drawings, for the space that its texts share" },
    { verb: "embed(images)", description: "vectors of pictures in that space" },
    { verb: "classify(images, labels)", description: "the nearest of labels given in words" },
  ],
  knobs: [
    { name: "keep", description: "share of the patches the student sees", values: [0.25, 0.5, 0.75] },
    { name: "steps", description: "updates of each arm", values: [100, 200, 400, 800] },
  ],
  recipe,
  experiment: {
    equal: "steps",
    foundations: [clipEmoji],
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["masked prediction", "UTA", "UTA equal FLOPs", "teacher"], settings: { ...settings, steps: 200 } },
      full: { seeds: [1, 2, 3], minutes: 40, settings },
    },
    prepare: (context): Promise<ZeroShotLab> => prepareZeroShot(context),
    arms: [
      { name: "masked prediction", role: "baseline", description: "mask tokens at the hidden half, the teacher's tokens predicted there", run: (context, shared) => distilled(context, shared, MASKED) },
      { name: "UTA", role: "system", description: "the kept half alone, aligned where it is seen", run: (context, shared) => distilled(context, shared, UTA) },
      {
        name: "UTA equal FLOPs",
        role: "system",
        description: "as many more steps as the FLOPs of masked prediction pay for, the teacher's included",
        run: (context, shared) => distilled(context, shared, UTA, stepsForEqualFlops(context.resultOf("masked prediction"), context.resultOf("UTA").flopsPerStep)),
      },
      { name: "full distillation", role: "ablation", description: "the student sees and aligns every patch", run: (context, shared) => distilled(context, shared, FULL) },
      { name: "UTA random", role: "ablation", description: "kept patches chosen one by one", run: (context, shared) => distilled(context, shared, unmasked("random")) },
      { name: "UTA blocks", role: "ablation", description: "rectangles are hidden instead of kept", run: (context, shared) => distilled(context, shared, unmasked("blocks")) },
      {
        name: "teacher",
        role: "control",
        description: "the CLIP that all students learn from",
        run: async (context, shared) => ({ parameters: shared.clip.vision.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, ...(await measureZeroShot(shared.clip.vision, shared, context.device)) }),
      },
    ],
    claim: {
      paper: "zero-shot ImageNet accuracy of 77.0, 81.4 and 83.9% for ViT-B, L at 336 pixels and g at 336 pixels, better and cheaper than masked feature prediction",
      metric: "share of test emoji whose subgroup, of 99, is named by the nearest class vector of the frozen text tower",
      expected: "at equal FLOPs 2 points above masked prediction, and near the teacher",
      conditions: [
        { name: "UTA beats masked prediction by 2 points at equal FLOPs", effect: difference({ metric: "zeroShot", of: "UTA equal FLOPs", minus: "masked prediction" }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "at equal steps UTA is no worse", effect: difference({ metric: "zeroShot", of: "UTA", minus: "masked prediction" }), kind: "atLeast", minimumEffect: 0, role: "side" },
        { name: "the student is within 2 points of its teacher", effect: difference({ metric: "zeroShot", of: "UTA equal FLOPs", minus: "teacher" }), kind: "atLeast", minimumEffect: -0.02, role: "side" },
      ],
    },
    tried: ["nothing was tuned: sizes follow the specification, the learning rate is that of the teacher's own training"],
  },
  probe: () => {
    const sizes = { image: 32, patch: 8, width: 16, depth: 2, heads: 2, joint: 8 };
    const draw = RandomStream.of(2);
    const teacher = new VisionTower({ ...sizes, random: RandomStream.of(3) });
    const batch = {
      images: hostArray(Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => draw.uniform()), [4, 3, 32, 32]),
      kept: idRows(Array.from({ length: 4 }, (_, row) => coveredByBlocks(draw.child(row), { rows: 4, columns: 4 }, 8))),
    };
    const loss = (student: VisionTower, { images, kept }: { readonly images: Tensor; readonly kept: Tensor }): Tensor => unmaskedAlignment(student, teacher, images, EVALUATE, kept);
    return Promise.resolve({ module: buildStudent(RandomStream.of(1), sizes), batch, loss });
  },
});
