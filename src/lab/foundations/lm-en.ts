/** The foundation `lm-en`: a causal language model of English of today's form (RMS norms, rotary positions, SwiGLU, tied table). */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { CausalLm, EVALUATE, rotary } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { causalLmLoss } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, schedules } from "../../train/index.ts";
import { books, brown, debDescriptions, shuffledBatches, SubwordTokenizer } from "../../data/index.ts";
import type { BatchStream, Split, Tokenizer } from "../../data/index.ts";
import type { BuiltFoundation, Foundation } from "../foundation.ts";
import { tokEn, tokenizerOf } from "../text/tok-en.ts";
import { tokenWindows } from "./token-windows.ts";
import { contentOf, fileOf, jsonFile, readJsonFile, weightsFile, trainFoundation } from "./train-foundation.ts";
import { WittenBell } from "./witten-bell.ts";

export const lmEnSettings = {
  width: 128,
  depth: 4,
  heads: 4,
  hidden: 344,
  length: 128,
  batch: 16,
  steps: 5000,
  learningRate: 2e-3,
  warmup: 200,
  weightDecay: 0.1,
  betas: [0.9, 0.95],
  clip: 1,
  seed: 1,
} as const;

/** The model with its rotary table. */
export function lmEnModel(random: RandomStream, vocabulary: number): CausalLm {
  const { width, depth, heads, hidden } = lmEnSettings;
  return new CausalLm({ random, vocabulary, width, depth, heads, bias: false, norm: "rms", feedForward: { hidden, gated: true, activation: "silu", bias: false } });
}

/** Scores of the next token for rows of ids [B, L]: [B, L, V]. */
export const nextTokenLogits = (model: CausalLm, ids: Tensor, mode: Mode): Tensor => model.forward(ids, mode, { rotary: rotary(lmEnSettings.width / lmEnSettings.heads, ids.dim(1)) }).logits;

const windowsOf = (split: Split, tokenizer: Tokenizer, signal: AbortSignal): Promise<Int32Array> => tokenWindows(split, tokenizer, lmEnSettings.length, signal);

const windowAt = (windows: Int32Array, i: number): Int32Array => windows.subarray(i * lmEnSettings.length, (i + 1) * lmEnSettings.length);

function windowBatch(windows: Int32Array, indices: Int32Array): { readonly ids: HostArray } {
  const { length } = lmEnSettings;
  const ids = new Int32Array(indices.length * length);
  indices.forEach((index, row) => ids.set(windowAt(windows, index), row * length));
  return { ids: hostArray(ids, [indices.length, length]) };
}

export interface LanguageModelQuality {
  /** Of dev text, the first token of a window left out. */
  readonly bitsPerByte: number;
  /** The same for the 3-gram model of the same training windows. */
  readonly trigramBitsPerByte: number;
}

const DEV_BATCHES = 40;

async function quality(model: CausalLm, tokenizer: Tokenizer, trained: { readonly windows: Int32Array; readonly indices: Int32Array }, dev: Int32Array, device: Device): Promise<LanguageModelQuality> {
  const { batch, length } = lmEnSettings;
  const trigrams = new WittenBell(3, tokenizer.vocabularySize);
  for (const index of trained.indices) trigrams.add(windowAt(trained.windows, index));
  const run = compile((ids: Tensor) => causalLmLoss(nextTokenLogits(model, ids, EVALUATE), ids).loss, { device, name: "language model" });
  const order = RandomStream.of(0, "lm-en dev").permutation(dev.length / length);
  let [nats, trigramNats, bytes] = [0, 0, 0];
  for (let i = 0; i < DEV_BATCHES; i++) {
    const members = order.subarray(i * batch, (i + 1) * batch);
    const { ids } = windowBatch(dev, members);
    nats += (await run(ids)).item() * members.length * (length - 1);
    for (const member of members) {
      const window = windowAt(dev, member);
      for (let at = 1; at < length; at++) trigramNats += trigrams.nats(window, at);
      bytes += new TextEncoder().encode(tokenizer.decode(window.subarray(1))).length;
    }
  }
  await run.release();
  return { bitsPerByte: nats / Math.LN2 / bytes, trigramBitsPerByte: trigramNats / Math.LN2 / bytes };
}

/** The trained model with its tokenizer from the files of the foundation. */
export function lmEnOf(built: Pick<BuiltFoundation, "id" | "files">): { readonly model: CausalLm; readonly tokenizer: SubwordTokenizer } {
  const tokenizer = new SubwordTokenizer(readJsonFile(built, "tokenizer.json"));
  const model = lmEnModel(RandomStream.of(lmEnSettings.seed, "lm-en"), tokenizer.vocabularySize);
  model.loadStateDict(decodeSafetensors(fileOf(built, "model.safetensors")).tensors);
  return { model, tokenizer };
}

/** Bits per byte below the 3-gram model. */
const GATE = 0.15;

export const lmEn: Foundation = {
  id: "lm-en",
  version: 1,
  description: "causal language model of English, 4 layers of width 128, windows of 128 tokens",
  minutes: 16,
  inputs: { settings: { ...lmEnSettings }, data: [debDescriptions, books, brown].map(({ card }) => contentOf(card)) },
  needs: [tokEn],

  async build(context) {
    const { steps, batch, learningRate, warmup, weightDecay, betas, clip, seed } = lmEnSettings;
    const tokenizer = tokenizerOf(context.foundation(tokEn));
    const windows = await windowsOf("train", tokenizer, context.signal);
    const random = RandomStream.of(seed, "lm-en");
    const model = lmEnModel(random, tokenizer.vocabularySize);
    // What one pass of the steps reads, and the 3-gram model too.
    const indices = random.child("windows").permutation(windows.length / lmEnSettings.length).slice(0, steps * batch);
    const optimizer = new AdamW(model, { learningRate, weightDecay, betas, schedule: schedules.cosine({ warmup, steps, floor: 0.1 }) });
    const data: BatchStream<{ readonly ids: HostArray }> = shuffledBatches({ indices, batchSize: batch, seed }, ({ indices: members }) => windowBatch(windows, members));
    await trainFoundation(lmEn, context, { model, optimizer, steps, clip, data, loss: ({ ids }, mode) => ({ ...causalLmLoss(nextTokenLogits(model, ids, mode), ids) }) });
    const measured = await quality(model, tokenizer, { windows, indices }, await windowsOf("dev", tokenizer, context.signal), context.device);
    return { ...weightsFile(model), "tokenizer.json": fileOf(context.foundation(tokEn), "tokenizer.json"), "quality.json": jsonFile({ ...measured }) };
  },

  gate: {
    description: `bits per byte of dev text at least ${GATE} below a 3-gram model of the same training windows`,
    check: (files) => {
      const { bitsPerByte, trigramBitsPerByte } = readJsonFile<LanguageModelQuality>({ id: "lm-en", files }, "quality.json");
      return Promise.resolve({ holds: bitsPerByte <= trigramBitsPerByte - GATE, measured: `${bitsPerByte.toFixed(3)} bits per byte of dev text, 3-gram model ${trigramBitsPerByte.toFixed(3)}` });
    },
  },
};
