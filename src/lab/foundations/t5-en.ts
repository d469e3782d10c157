/** The foundation `t5-en`: an encoder and a decoder of English in T5's first form, trained on span corruption (arXiv 1910.10683). */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, init, Module, RelativeBias, Seq2Seq } from "../../nn/index.ts";
import type { KeysAndValues, KvCache, Mode } from "../../nn/index.ts";
import { seq2seqLoss, shiftRight } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, schedules } from "../../train/index.ts";
import { books, brown, corruptedLengths, corruptSpans, debDescriptions, shuffledBatches, SubwordTokenizer } from "../../data/index.ts";
import type { BatchStream, Tokenizer } from "../../data/index.ts";
import type { BuiltFoundation, Foundation } from "../foundation.ts";
import { tokEn, tokenizerOf } from "../text/tok-en.ts";
import { unigramNats } from "./masked-quality.ts";
import { tokenWindows } from "./token-windows.ts";
import { contentOf, fileOf, jsonFile, readJsonFile, weightsFile, trainFoundation } from "./train-foundation.ts";

export const t5EnSettings = {
  width: 128,
  depth: 3,
  heads: 4,
  hidden: 512,
  buckets: 32,
  /** Tokens of a window before spans are hidden. */
  length: 128,
  batch: 16,
  /** Share of hidden tokens, and the mean length of a span. */
  rate: 0.15,
  meanSpan: 3,
  steps: 4000,
  /** Deviation of the words' vectors at the start. */
  words: 0.05,
  learningRate: 2e-3,
  warmup: 120,
  clip: 1,
  seed: 1,
} as const;

/**
 * T5 1.0 in small: RMS norms before the layers, no biases, ReLU, relative positions in buckets for each stack, scores of
 * attention without a factor, one table for source, target and head, which begins small. The target begins with the padding token.
 */
export class T5 extends Module {
  readonly model: Seq2Seq;
  readonly encoderBias: RelativeBias;
  readonly decoderBias: RelativeBias;

  constructor(random: RandomStream, vocabulary: number) {
    super();
    const { width, depth, heads, hidden, buckets, words } = t5EnSettings;
    this.model = new Seq2Seq({
      random: random.child("model"), vocabulary, width, heads, encoderDepth: depth, decoderDepth: depth, bias: false, norm: "rms", eps: 1e-6, feedForward: { hidden, activation: "relu", bias: false },
      // T5's own words of deviation 1 stand above what the layers add to them: with its table at the head too, every token
      // predicts itself, and AdamW needs most of the steps to undo that.
      embedding: { init: (stream) => init.normal(stream, words) },
    });
    const table = (name: string, bidirectional: boolean): RelativeBias => new RelativeBias({ random: random.child(name), heads, buckets, bidirectional });
    this.encoderBias = table("encoderBias", true);
    this.decoderBias = table("decoderBias", false);
  }

  /** Source ids [B, S] with their real tokens, bool [B, S] (default all) -> states [B, S, d]. */
  encode(source: Tensor, mode: Mode, sourceValid?: Tensor): Tensor {
    return this.model.encode(source, mode, { sourceValid, encoder: { scale: 1, bias: this.encoderBias.forward(source.dim(1)) } }).output;
  }

  /** Scores [B, T, V] of the token after each of `target` [B, T], which begins with the start token. */
  decode(target: Tensor, memory: Tensor, mode: Mode, sourceValid?: Tensor): Tensor {
    return this.model.decode(target, memory, mode, { sourceValid, decoder: { scale: 1, bias: this.decoderBias.forward(target.dim(1)) } }).logits;
  }

  /** The same for one token of each row, [B, 1], at `position` (int32 scalar): earlier ones are in the cache, the memory is `keysAndValues` of the decoder. */
  step(token: Tensor, memory: readonly KeysAndValues[], cache: KvCache, position: Tensor, sourceValid: Tensor): Tensor {
    const bias = this.decoderBias.forward(position.reshape([1, 1]), cache.length);
    return this.model.decode(token, memory, EVALUATE, { sourceValid, decoder: { mask: cache.mask(position, 1), scale: 1, bias, cache: (layer) => cache.at(layer, position) } }).logits.select(1, 0);
  }
}

export const t5EnModel = (random: RandomStream, vocabulary: number): T5 => new T5(random, vocabulary);

/** Windows with hidden spans: source int32 [B, S], target int32 [B, T]. */
export type SpanBatch = { readonly source: HostArray; readonly target: HostArray };

/** Endless batches of corrupted windows [n * length]; which spans are hidden depends on (seed, epoch, window) alone. */
export function spanBatches(windows: Int32Array, tokenizer: Pick<Tokenizer, "sentinels">, indices: Int32Array, seed: number): BatchStream<SpanBatch> {
  const { length, batch, rate, meanSpan } = t5EnSettings;
  const sizes = corruptedLengths(length, { rate, meanSpan });
  return shuffledBatches({ indices, batchSize: batch, seed }, ({ indices: members, epoch }) => {
    const [source, target] = [new Int32Array(batch * sizes.source), new Int32Array(batch * sizes.target)];
    members.forEach((window, row) => {
      const corrupted = corruptSpans(RandomStream.of(seed, "spans", epoch, window), windows.subarray(window * length, (window + 1) * length), tokenizer.sentinels, { rate, meanSpan });
      source.set(corrupted.source, row * sizes.source);
      target.set(corrupted.target, row * sizes.target);
    });
    return { source: hostArray(source, [batch, sizes.source]), target: hostArray(target, [batch, sizes.target]) };
  });
}

/** The decoder's scores of a target [B, T] for a source [B, S], with the target shifted. */
export const t5Logits = (model: T5, source: Tensor, target: Tensor, start: number, mode: Mode, sourceValid?: Tensor): Tensor => model.decode(shiftRight(target, start), model.encode(source, mode, sourceValid), mode, sourceValid);

export interface SpanQuality {
  /** Mean cross-entropy of a hidden token of dev text, nats; sentinels are not counted. */
  readonly loss: number;
  /** The same under the frequencies of the training text. */
  readonly unigram: number;
}

const DEV_BATCHES = 40;

/** Measures the first batches of dev windows. `counts` [vocabulary]: how often each token occurs in the training text. */
export async function spanQuality(model: T5, tokenizer: Tokenizer, dev: Int32Array, counts: Float64Array, device?: Device, batches = DEV_BATCHES): Promise<SpanQuality> {
  const sentinels = new Set(tokenizer.sentinels);
  const stream = spanBatches(dev, tokenizer, Int32Array.from({ length: dev.length / t5EnSettings.length }, (_, i) => i), 0);
  const run = compile((source: Tensor, target: Tensor, weights: Tensor) => seq2seqLoss(t5Logits(model, source, target, tokenizer.special.pad ?? 0, EVALUATE), target, { weights }).loss, { device, name: "hidden spans" });
  const labels: number[] = [];
  let nats = 0;
  try {
    for (let i = 0; i < batches; i++) {
      const { source, target } = await stream.next();
      const hidden = Float32Array.from(target.data as Int32Array, (id) => (sentinels.has(id) ? 0 : 1));
      const own = Array.from(target.data as Int32Array).filter((id) => !sentinels.has(id));
      nats += (await run(source, target, hostArray(hidden, target.shape))).item() * own.length;
      labels.push(...own);
    }
  } finally {
    await run.release();
    await stream.close();
  }
  return { loss: nats / labels.length, unigram: unigramNats(labels, counts) / labels.length };
}

/** The trained model with its tokenizer from the files of the foundation. */
export function t5EnOf(built: Pick<BuiltFoundation, "id" | "files">): { readonly model: T5; readonly tokenizer: SubwordTokenizer } {
  const tokenizer = new SubwordTokenizer(readJsonFile(built, "tokenizer.json"));
  const model = t5EnModel(RandomStream.of(t5EnSettings.seed, "t5-en"), tokenizer.vocabularySize);
  model.loadStateDict(decodeSafetensors(fileOf(built, "model.safetensors")).tensors);
  return { model, tokenizer };
}

/** Nats below word frequencies. */
const GATE = 1.5;

export const t5En: Foundation = {
  id: "t5-en",
  version: 2,
  description: "encoder and decoder of English, 3 layers of width 128 each, trained to fill in hidden spans",
  minutes: 12,
  inputs: { settings: { ...t5EnSettings }, data: [debDescriptions, books, brown].map(({ card }) => contentOf(card)) },
  needs: [tokEn],

  async build(context) {
    const { length, steps, batch, learningRate, warmup, clip, seed } = t5EnSettings;
    const tokenizer = tokenizerOf(context.foundation(tokEn));
    const windows = await tokenWindows("train", tokenizer, length, context.signal);
    const random = RandomStream.of(seed, "t5-en");
    const model = t5EnModel(random, tokenizer.vocabularySize);
    const indices = random.child("windows").permutation(windows.length / length).slice(0, steps * batch);
    const optimizer = new AdamW(model, { learningRate, weightDecay: 0, schedule: schedules.cosine({ warmup, steps, floor: 0.1 }) });
    const start = tokenizer.special.pad ?? 0;
    await trainFoundation(t5En, context, { model, optimizer, steps, clip, data: spanBatches(windows, tokenizer, indices, seed), loss: ({ source, target }, mode) => ({ ...seq2seqLoss(t5Logits(model, source, target, start, mode), target) }) });
    const counts = new Float64Array(tokenizer.vocabularySize);
    for (const id of windows) counts[id] = (counts[id] as number) + 1;
    const quality = await spanQuality(model, tokenizer, await tokenWindows("dev", tokenizer, length, context.signal), counts, context.device);
    return { ...weightsFile(model), "tokenizer.json": fileOf(context.foundation(tokEn), "tokenizer.json"), "quality.json": jsonFile({ ...quality }) };
  },

  gate: {
    description: `hidden words of dev text at least ${GATE} nats below their frequencies' entropy`,
    check: (files) => {
      const { loss, unigram } = readJsonFile<SpanQuality>({ id: "t5-en", files }, "quality.json");
      return Promise.resolve({ holds: loss <= unigram - GATE, measured: `hidden words of dev text: ${loss.toFixed(2)} nats against ${unigram.toFixed(2)} by frequency` });
    },
  },
};
