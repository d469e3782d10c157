/**
 * Progressive training of VideoMAE V2 (arXiv 2303.16727, section 3.3): (i) masked pre-training on unlabelled clips of
 * several sources, (ii) supervised post-pre-training on the labelled clips of all sources together, (iii) fine-tuning on
 * the target. Here are the clips of the three stages, and stages (ii) and (iii).
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, metrics, schedules } from "../../train/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import { MOTION_FIELDS, RECIPES, VERBS } from "../../data/worlds/scene/index.ts";
import type { SceneFixture } from "../../data/worlds/scene/index.ts";
import { allItems, extract, loadScenes, takeItems, trainArm } from "../../lab/index.ts";
import type { ArmContext, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { clipPixels } from "./videomae-model.ts";
import type { ClipClassifier } from "./videomae-model.ts";

/** Clips with their verbs. */
export interface LabelledClips {
  /** uint8 [n, T, S, S, 3] */
  readonly frames: HostArray;
  /** int32 [n], index into all 24 verbs. */
  readonly verbs: HostArray;
}

export interface ClipSettings {
  /** Clips of the target's fixture, and of the other source. */
  readonly clips: number;
  readonly otherClips: number;
  /** Labelled clips of the target. */
  readonly targetClips: number;
  readonly testClips: number;
  readonly fineTune: { readonly steps: number; readonly postSteps: number; readonly batch: number; readonly learningRate: number; readonly warmup: number };
  readonly weightDecay: number;
}

export interface Clips {
  /** Both sources, for training without labels. */
  readonly mixed: HostArray;
  /** All labelled clips of the target's fixture, for probes. */
  readonly train: LabelledClips;
  readonly test: LabelledClips;
  /** The target's labelled clips, and these with those of the other source. */
  readonly target: LabelledClips;
  readonly merged: LabelledClips;
}

/** Arrays of one kind of item, one after the other. */
export function joinItems(first: HostArray, second: HostArray): HostArray {
  const data = first.dtype === "uint8" ? new Uint8Array(first.data.length + second.data.length) : new Int32Array(first.data.length + second.data.length);
  data.set(first.data as Uint8Array);
  data.set(second.data as Uint8Array, first.data.length);
  return hostArray(data, [(first.shape[0] as number) + (second.shape[0] as number), ...first.shape.slice(1)]);
}

/** A label of a fixture as an index into all verbs. */
export const commonLabels = (labels: HostArray, fixture: SceneFixture): HostArray =>
  hostArray(Int32Array.from(labels.data as Int32Array, (label) => VERBS.indexOf(RECIPES[fixture].verbs[label] as (typeof VERBS)[number])), labels.shape);

export async function loadClips(context: PrepareContext<ClipSettings>): Promise<Clips> {
  const { clips, otherClips, targetClips, testClips } = context.settings;
  const load = async (fixture: SceneFixture, split: "train" | "test", count: number): Promise<LabelledClips> => {
    const { frames, verb } = await loadScenes(context, { fixture, split, fields: MOTION_FIELDS, count });
    return { frames, verbs: commonLabels(verb, fixture) };
  };
  const train = await load("clip/single", "train", clips);
  const other = await load("clip/reversible", "train", otherClips);
  const test = await load("clip/single", "test", testClips);
  const chosen = Int32Array.from({ length: targetClips }, (_, i) => i);
  const target = { frames: takeItems(train.frames, chosen), verbs: takeItems(train.verbs, chosen) };
  return { mixed: joinItems(train.frames, other.frames), train, test, target, merged: { frames: joinItems(target.frames, other.frames), verbs: joinItems(target.verbs, other.verbs) } };
}

export interface SupervisedStage {
  readonly name: string;
  readonly steps: number;
  /** Share of the arm's progress. */
  readonly progress?: readonly [number, number];
}

/** Trains a classifier, encoder and all, on labelled clips. */
export function trainClassifier(context: ArmContext<ClipSettings>, model: ClipClassifier, { frames, verbs }: LabelledClips, { name, steps, progress }: SupervisedStage): Promise<TrainedArm> {
  const { seed, settings: { weightDecay, fineTune: { batch, learningRate, warmup } } } = context;
  const data = shuffledBatches({ indices: allItems(frames), batchSize: batch, seed }, ({ indices }) => ({ clips: takeItems(frames, indices), verbs: takeItems(verbs, indices) }));
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup, steps }) });
  const loss = (tensors: { readonly clips: Tensor; readonly verbs: Tensor }, mode: Parameters<ClipClassifier["forward"]>[1]): { readonly loss: Tensor } => ({ loss: crossEntropy(model.forward(clipPixels(tensors.clips), mode), tensors.verbs).loss });
  return trainArm(context, { model, data, optimizer, steps, loss, stage: name, progress });
}

/** Share of clips whose verb scores highest. */
export async function classifierAccuracy(model: ClipClassifier, { frames, verbs }: LabelledClips, { device, signal }: Pick<ArmContext<object>, "device" | "signal">): Promise<number> {
  const scores = await extract((indices) => ({ clips: takeItems(frames, indices) }), ({ clips }) => model.forward(clipPixels(clips), EVALUATE), allItems(frames), { device, signal, batchSize: 64 });
  const classes = scores.shape[1] as number;
  const chosen = Array.from({ length: scores.shape[0] as number }, (_, i) => {
    const row = Array.from((scores.data as Float32Array).subarray(i * classes, (i + 1) * classes));
    return row.indexOf(Math.max(...row));
  });
  return metrics.accuracy(verbs.data as Int32Array, chosen);
}
