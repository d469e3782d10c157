/** The gate of bert-en that its cross-encoders stand on: after the same training on `bind`, how much better than bi-encoders they tell twins apart. */
import { RandomStream } from "../../engine/index.ts";
import type { FoundationContext } from "../foundation.ts";
import { MemoryStore } from "../store.ts";
import type { TrainContext } from "../train-arm.ts";
import { biEncoderOf } from "../text/bi-encoder.ts";
import { biChoiceScores, choiceRows, crossChoiceScores, scoreChoices } from "../text/choices.ts";
import { crossEncoderOf } from "../text/cross-encoder.ts";
import { amongOwnCandidates, fineTuneBiEncoder, fineTuneOnCandidates } from "../text/fine-tune-text.ts";
import { bindItems } from "../text/fixtures/bind.ts";
import { candidateBatches, separateCandidateBatches } from "../text/text-batches.ts";
import type { TrainedBert } from "./bert-en.ts";

export const bindGateSettings = {
  steps: 300,
  /** Questions of four candidates in a step. */
  batch: 16,
  /** Width of the bi-encoder's vectors. */
  vector: 32,
  learningRate: 5e-4,
  lengths: { query: 40, document: 40 },
  seed: 1,
} as const;

export interface BindMargin {
  /** Shares of dev questions answered right. */
  readonly cross: number;
  readonly bi: number;
}

/** Trains both on the same questions in the same order. `read` gives fresh weights. */
export async function bindMargin(read: () => TrainedBert, { device, signal, report }: Pick<FoundationContext, "device" | "signal" | "report">): Promise<BindMargin> {
  const { steps, batch, vector, learningRate, lengths, seed } = bindGateSettings;
  const random = RandomStream.of(seed, "bind gate");
  const { tokenizer } = read();
  const train = choiceRows(tokenizer, bindItems("train"), lengths);
  const dev = choiceRows(tokenizer, bindItems("dev"), lengths);
  const context = (arm: string): TrainContext => ({ arm, artifacts: new MemoryStore(), device, signal, report });
  const training = { steps, learningRate };

  const cross = crossEncoderOf(read(), { random });
  await fineTuneOnCandidates(context("bind, cross-encoder"), cross, candidateBatches({ ...train, length: lengths.query + lengths.document - 1, batch, seed }), training);
  const bi = biEncoderOf(read(), { random, width: vector });
  await fineTuneBiEncoder(context("bind, bi-encoder"), bi, separateCandidateBatches({ ...train, lengths, batch, seed }), { ...training, loss: amongOwnCandidates });
  return {
    cross: scoreChoices(await crossChoiceScores(cross, dev, { device, signal }), dev.answers).accuracy,
    bi: scoreChoices(await biChoiceScores(bi, dev, { device, signal }), dev.answers).accuracy,
  };
}
