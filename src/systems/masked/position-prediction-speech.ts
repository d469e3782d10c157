/**
 * MP3 on speech: windows of log-mel frames whose order is to be found, then a probe for the words that are said.
 *
 * Neighbouring frames sound alike, so targets are spread over neighbouring places. Windows are cut from inside the
 * recordings, never padded: padding would give the place away.
 */
import { concat, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, idRows, init, stackFrames } from "../../nn/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { indicesOfSplit, logMel, MEL40, shuffledBatches, speechPrompts, waveOf } from "../../data/index.ts";
import type { BatchStream } from "../../data/index.ts";
import { uniformSubset } from "../../data/masking/uniform-subset.ts";
import { columnStatistics, extract, multiLabelProbe, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, LabelledFeatures, RunContext } from "../../lab/index.ts";
import { FrameEncoder, PositionPredictor } from "./position-prediction-model.ts";

/** Frames of a window and frames that make one token: 48 tokens, just under a second. */
const WINDOW = 96;
const STACK = 2;
const TOKENS = WINDOW / STACK;
const SMOOTHING = 2;
/** A word is probed when this many recordings of the training and of the test split say it. */
const LEAST_TRAIN = 10;
const LEAST_TEST = 4;

export interface SpeechLab {
  /** Log-mel frames [frames, bands] of each recording, standardised by the training split. */
  readonly recordings: readonly Float32Array[];
  /** Recordings of at least one window. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Probed words, and for each recording whether it says them. */
  readonly words: readonly string[];
  readonly says: readonly Uint8Array[];
}

export interface SpeechSettings {
  readonly speechSteps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  readonly eta: number;
  readonly encoder: { readonly width: number; readonly depth: number; readonly heads: number };
}

const BANDS = MEL40.bands;

export async function loadSpeechLab({ signal, message }: Pick<RunContext<object>, "signal" | "message">): Promise<SpeechLab> {
  let status = "";
  const set = await speechPrompts.load({
    signal,
    onProgress: (event) => {
      if (event.status !== status && event.status !== "ready") message(`speech/prompts: ${event.status} ${event.file}`);
      status = event.status;
    },
  });
  const transform = logMel();
  const frames = Array.from({ length: set.count }, (_, i) => transform(waveOf(set, i)).data);
  const long = (indices: Int32Array): Int32Array => indices.filter((i) => (frames[i] as Float32Array).length >= WINDOW * BANDS);
  const train = long(indicesOfSplit(set.folds, "train"));
  const test = long(indicesOfSplit(set.folds, "test"));
  const spoken = set.texts.map((text) => new Set(text.toLowerCase().match(/[\p{L}']+/gu) ?? []));
  const count = (word: string, indices: Int32Array): number => indices.reduce((total, i) => total + Number(spoken[i]?.has(word)), 0);
  const words = [...new Set(spoken.flatMap((said) => [...said]))].filter((word) => count(word, train) >= LEAST_TRAIN && count(word, test) >= LEAST_TEST).sort();
  return { recordings: standardised(frames, train), train, test, words, says: spoken.map((said) => Uint8Array.from(words, (word) => Number(said.has(word)))) };
}

/** Frames minus the mean over the training recordings over their deviation, band by band. */
function standardised(frames: readonly Float32Array[], train: Int32Array): Float32Array[] {
  const all = Float32Array.from(Array.from(train).flatMap((i) => Array.from(frames[i] as Float32Array)));
  const { mean, deviation } = columnStatistics(hostArray(all, [all.length / BANDS, BANDS]));
  return frames.map((data) => data.map((value, j) => (value - (mean[j % BANDS] as number)) / (deviation[j % BANDS] as number)));
}

interface FrameBatch extends Record<string, HostArray> {
  /** [B, WINDOW, bands] */
  readonly frames: HostArray;
  /** [B, K] */
  readonly context: HostArray;
}

const windowOf = (recording: Float32Array, start: number): Float32Array => recording.subarray(start * BANDS, (start + WINDOW) * BANDS);
const windowCount = (recording: Float32Array): number => recording.length / BANDS - WINDOW + 1;

function joined(windows: readonly Float32Array[]): HostArray {
  const data = new Float32Array(windows.length * WINDOW * BANDS);
  windows.forEach((window, i) => data.set(window, i * WINDOW * BANDS));
  return hostArray(data, [windows.length, WINDOW, BANDS]);
}

/** A random window of each drawn recording, and its random context. */
function windowBatches({ recordings, train }: SpeechLab, { batch, eta }: SpeechSettings, seed: number): BatchStream<FrameBatch> {
  const counts = { visible: Math.floor(TOKENS * (1 - eta) + 1e-9), predicted: 0 };
  return shuffledBatches({ indices: train, batchSize: batch, seed }, ({ epoch, step, indices }) => ({
    frames: joined(Array.from(indices, (i) => {
      const recording = recordings[i] as Float32Array;
      return windowOf(recording, RandomStream.of(seed, "windows", epoch, i).integer(windowCount(recording)));
    })),
    context: idRows(Array.from(indices, (_, row) => uniformSubset(RandomStream.of(seed, "masks", epoch, step, row), TOKENS, counts).visible)),
  }));
}

function build(random: RandomStream, width: SpeechSettings["encoder"]): PositionPredictor {
  const encoder = new FrameEncoder({ ...width, random: random.child("encoder"), bands: BANDS, stack: STACK, init: init.xavierUniform });
  return new PositionPredictor({ random, encoder, width: width.width, places: TOKENS, smoothing: SMOOTHING });
}

/** Pre-trains on windows, unless the arm is the floor whose encoder stays as it was drawn, and probes. */
export async function speechArm(context: ArmContext<SpeechSettings>, lab: SpeechLab, trains: boolean): Promise<ArmResult> {
  const { settings, seed, random } = context;
  const model = build(random.child("weights"), settings.encoder);
  const encode = (frames: Tensor): Tensor => model.encoder.encoder.forward(model.encoder.embed(frames), EVALUATE).output;
  if (!trains) return { parameters: model.encoder.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, metrics: { wordAuc: await wordProbe(lab, encode, context) } };
  const { learningRate, weightDecay, warmup, speechSteps: steps } = settings;
  const optimizer = new AdamW(model, { learningRate, weightDecay, betas: [0.9, 0.95], schedule: schedules.cosine({ warmup, steps }) });
  const data = windowBatches(lab, settings, seed);
  const trained = await trainArm(context, { model, data, optimizer, steps, loss: ({ frames, context: ids }, mode) => model.objective(frames, mode, ids) });
  return { ...trained, metrics: { wordAuc: await wordProbe(lab, encode, context) }, notes: [`${lab.train.length} recordings to train on, ${lab.test.length} to test on; probed words: ${lab.words.join(", ")}`] };
}

/** The floor that needs no encoder: the log-mel values of the tokens. */
export const speechFloor = async (context: ArmContext<SpeechSettings>, lab: SpeechLab): Promise<ArmResult> => ({
  parameters: 0,
  flopsPerStep: 0,
  steps: 0,
  seconds: 0,
  metrics: { wordAuc: await wordProbe(lab, (frames) => stackFrames(frames, STACK), context) },
});

/** Mean area under the ROC curve of "is this word said in this recording", from frozen tokens. */
async function wordProbe(lab: SpeechLab, encode: (frames: Tensor) => Tensor, { device, signal }: Pick<RunContext<object>, "device" | "signal">): Promise<number> {
  const labelled = async (indices: Int32Array): Promise<LabelledFeatures> => ({
    features: await recordingFeatures(lab, indices, encode, device),
    labels: hostArray(Float32Array.from(Array.from(indices).flatMap((i) => Array.from(lab.says[i] as Uint8Array))), [indices.length, lab.words.length]),
  });
  return multiLabelProbe({ train: await labelled(lab.train), test: await labelled(lab.test) }, { device, signal });
}

/** Mean and maximum over the tokens of windows that cover each recording (the last one ends with it): [n, 2 d]. */
async function recordingFeatures({ recordings }: SpeechLab, indices: Int32Array, encode: (frames: Tensor) => Tensor, device?: Device): Promise<HostArray> {
  const windows = Array.from(indices).flatMap((recording, row) => {
    const last = windowCount(recordings[recording] as Float32Array) - 1;
    return Array.from({ length: Math.ceil(last / WINDOW) + 1 }, (_, k) => ({ row, recording, start: Math.min(k * WINDOW, last) }));
  });
  const cut = (i: number): Float32Array => {
    const { recording, start } = windows[i] as (typeof windows)[number];
    return windowOf(recordings[recording] as Float32Array, start);
  };
  const pooled = (tokens: Tensor): Tensor => concat([tokens.mean(1), tokens.max(1)], 1);
  const { data, shape } = await extract((members) => ({ frames: joined(Array.from(members, cut)) }), ({ frames }) => pooled(encode(frames)), Int32Array.from(windows.keys()), { device });
  const width = shape[1] as number;
  const features = new Float32Array(indices.length * width);
  const counts = indices.map((_, row) => windows.filter((window) => window.row === row).length);
  windows.forEach(({ row, start }, i) => {
    for (let j = 0; j < width; j++) {
      const [at, value] = [row * width + j, Number(data[i * width + j])];
      if (j < width / 2) features[at] = (features[at] as number) + value / (counts[row] as number);
      else features[at] = start === 0 ? value : Math.max(features[at] as number, value);
    }
  });
  return hostArray(features, [indices.length, width]);
}
