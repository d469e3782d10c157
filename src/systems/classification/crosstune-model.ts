/** CrossTune's head: a text's vector attends to the vectors of the label descriptions, and each label is scored against what comes out. The head alone is trained. */
import { compile, grad, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { CrossAttention, EVALUATE, LayerNorm, Linear, Module } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, metrics } from "../../train/index.ts";
import { columnStatistics } from "../../lab/index.ts";

export interface HeadSizes {
  readonly width: number;
  readonly heads: number;
}

export class CrossTuneHead extends Module {
  readonly attention: CrossAttention;
  readonly norm: LayerNorm;
  /** Its bias gives each label an offset that follows from the label's vector. */
  readonly bilinear: Linear;

  constructor({ random, width, heads }: HeadSizes & { readonly random: RandomStream }) {
    super();
    this.attention = new CrossAttention(width, { random: random.child("attention"), heads });
    this.norm = new LayerNorm(width);
    this.bilinear = new Linear(width, width, { random: random.child("bilinear") });
  }

  /** Texts [B, d] and labels [C, d] -> scores [B, C]. */
  forward(texts: Tensor, labels: Tensor, mode: Mode): Tensor {
    const [count, width] = labels.shape as [number, number];
    const { output } = this.attention.forward(texts.unsqueeze(1), labels.unsqueeze(0).expand([texts.dim(0), count, width]), mode);
    const states = this.norm.forward(texts.add(output.squeeze(1)));
    return this.bilinear.forward(states).matmul(labels, { transB: true }).mul(width ** -0.5);
  }
}

/** Columns minus their mean over their deviation; constant columns become 0. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export const scaled = ({ data, shape }: HostArray, { mean, deviation }: Scaling): HostArray =>
  hostArray((data as Float32Array).map((value, i) => {
    const spread = deviation[i % mean.length] as number;
    return spread > 0 ? (value - (mean[i % mean.length] as number)) / spread : 0;
  }), shape);

export interface LabelledVectors {
  /** float32 [n, d] */
  readonly texts: HostArray;
  /** Class of each. */
  readonly labels: ArrayLike<number>;
}

export interface HeadTraining {
  /** Updates at most, each on all texts. */
  readonly steps: number;
  /** Updates between looks at the development texts. */
  readonly every: number;
  /** Looks without a better one after which training stops. */
  readonly patience: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** A trained head with what it was trained on: all that scoring needs. */
export interface HeadParts {
  readonly head: CrossTuneHead;
  /** Vectors of the labels, [C, d]. */
  readonly labels: HostArray;
  readonly ofTexts: Scaling;
  readonly ofLabels: Scaling;
  readonly device?: Device;
}

/** Scores [n, C] of texts [n, d]; without `others` against the labels it was trained with, or [C', d]. */
export async function scoreWith({ head, labels, ofTexts, ofLabels, device }: HeadParts, texts: HostArray, others = labels): Promise<HostArray> {
  const run = compile((x: Tensor, against: Tensor) => head.forward(x, against, EVALUATE), { device, name: "crosstune scores" });
  const result = await run(scaled(texts, ofTexts), scaled(others, ofLabels));
  await run.release();
  return hostArray(result.data, result.shape);
}

export interface FittedHead {
  readonly parts: HeadParts;
  /** `scoreWith` its parts. */
  score(texts: HostArray, labels?: HostArray): Promise<HostArray>;
  readonly parameters: number;
  readonly steps: number;
  readonly seconds: number;
  readonly flopsPerStep: number;
  /** Accuracy on the development texts at the chosen step. */
  readonly development: number;
  readonly chosen: number;
}

/** Classes with the highest scores, [n]. */
export const largestOf = ({ data, shape }: HostArray): Int32Array => {
  const [rows, width] = shape as [number, number];
  return Int32Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width) as Float32Array;
    return row.indexOf(Math.max(...row));
  });
};

/** Trains a head on all texts at once and keeps the weights that were best on the development texts (accuracy, then loss). */
export async function fitHead(random: RandomStream, labels: HostArray, train: LabelledVectors, development: LabelledVectors, sizes: HeadSizes, { steps, every, patience, learningRate, weightDecay, device, signal }: HeadTraining): Promise<FittedHead> {
  const head = new CrossTuneHead({ random, ...sizes });
  const optimizer = new AdamW(head, { learningRate, weightDecay });
  const [ofTexts, ofLabels] = [columnStatistics(train.texts), columnStatistics(labels)];
  const known = scaled(labels, ofLabels);
  const loss = (texts: Tensor, against: Tensor, wanted: Tensor, mode: Mode): Tensor => crossEntropy(head.forward(texts, against, mode), wanted).loss;
  const step = compile((texts: Tensor, against: Tensor, wanted: Tensor) => {
    const value = loss(texts, against, wanted, { train: true });
    optimizer.apply(grad(value, optimizer.targets));
    return { loss: value };
  }, { device, name: "crosstune" });
  const look = compile((texts: Tensor, against: Tensor, wanted: Tensor) => {
    const scores = head.forward(texts, against, EVALUATE);
    return { scores, loss: crossEntropy(scores, wanted).loss };
  }, { device, name: "crosstune development" });
  const idsOf = ({ labels: own }: LabelledVectors): HostArray => hostArray(Int32Array.from(own), [own.length]);
  const [trained, checked] = [[scaled(train.texts, ofTexts), known, idsOf(train)] as const, [scaled(development.texts, ofTexts), known, idsOf(development)] as const];
  let best = { accuracy: -1, loss: Infinity, state: head.stateDict(), look: 0 };
  let [taken, seconds] = [0, 0];
  try {
    const { flops } = step.explain(...trained);
    for (let at = 1; at <= Math.ceil(steps / every) && at - best.look <= patience; at++) {
      const began = performance.now();
      for (let i = 0; i < every && taken < steps; i++, taken++) {
        signal?.throwIfAborted();
        await step(...trained);
      }
      seconds += (performance.now() - began) / 1000;
      const { scores, loss: value } = await look(...checked);
      const found = { accuracy: metrics.accuracy(largestOf(scores), development.labels), loss: value.item() };
      if (found.accuracy > best.accuracy || (found.accuracy === best.accuracy && found.loss < best.loss)) best = { ...found, state: head.stateDict(), look: at };
    }
    head.loadStateDict(best.state);
    const parts: HeadParts = { head, labels, ofTexts, ofLabels, device };
    return {
      parts, parameters: head.parameterCount(), steps: taken, seconds, flopsPerStep: flops.products, development: best.accuracy, chosen: Math.min(best.look * every, steps),
      score: (texts, others) => scoreWith(parts, texts, others),
    };
  } finally {
    await step.release();
    await look.release();
  }
}
