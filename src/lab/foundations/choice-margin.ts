/** The gate of bert-en that its cross-encoders stand on: after the same training, how much better than bi-encoders they pick the next sentence of a description out of ten (`desc/next`). */
import { RandomStream } from "../../engine/index.ts";
import type { FoundationContext } from "../foundation.ts";
import { MemoryStore } from "../store.ts";
import type { TrainContext } from "../train-arm.ts";
import { biEncoderOf } from "../text/bi-encoder.ts";
import { biChoiceScores, choiceRows, crossChoiceScores, scoreChoices } from "../text/choices.ts";
import { crossEncoderOf } from "../text/cross-encoder.ts";
import { amongOwnCandidates, fineTuneBiEncoder, fineTuneOnCandidates } from "../text/fine-tune-text.ts";
import type { ChoiceItem } from "../text/fixtures/bind.ts";
import { candidateBatches, separateCandidateBatches } from "../text/text-batches.ts";
import type { TrainedBert } from "./bert-en.ts";

export const choiceGateSettings = {
  steps: 200,
  /** Questions in a step. */
  batch: 4,
  learningRate: 3e-4,
  lengths: { query: 64, document: 24 },
  seed: 1,
} as const;

export interface ChoiceMargin {
  /** Shares of dev questions answered right. */
  readonly cross: number;
  readonly bi: number;
}

/** Trains both on the same questions in the same order. `read` gives fresh weights. */
export async function choiceMargin(read: () => TrainedBert, items: { readonly train: readonly ChoiceItem[]; readonly dev: readonly ChoiceItem[] }, { device, signal, report }: Pick<FoundationContext, "device" | "signal" | "report">): Promise<ChoiceMargin> {
  const { steps, batch, learningRate, lengths, seed } = choiceGateSettings;
  const random = RandomStream.of(seed, "choice gate");
  const { tokenizer } = read();
  const train = choiceRows(tokenizer, items.train.slice(0, steps * batch), lengths);
  const dev = choiceRows(tokenizer, items.dev, lengths);
  const context = (arm: string): TrainContext => ({ arm, artifacts: new MemoryStore(), device, signal, report });
  const training = { steps, learningRate };

  const cross = crossEncoderOf(read(), { random });
  await fineTuneOnCandidates(context("gate, cross-encoder"), cross, candidateBatches({ ...train, length: lengths.query + lengths.document - 1, batch, seed }), training);
  const bi = biEncoderOf(read(), { random });
  await fineTuneBiEncoder(context("gate, bi-encoder"), bi, separateCandidateBatches({ ...train, lengths, batch, seed }), { ...training, loss: amongOwnCandidates });
  return {
    cross: scoreChoices(await crossChoiceScores(cross, dev, { device, signal }), dev.answers).accuracy,
    bi: scoreChoices(await biChoiceScores(bi, dev, { device, signal }), dev.answers).accuracy,
  };
}
