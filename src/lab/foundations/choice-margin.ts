/** What cross-encoders on a BERT stand on: after the same training, how much better than bi-encoders they pick the right one of a few candidates. */
import { RandomStream } from "../../engine/index.ts";
import type { FoundationContext } from "../foundation.ts";
import { MemoryStore } from "../store.ts";
import type { TrainContext } from "../train-arm.ts";
import { biEncoderOf } from "../text/bi-encoder.ts";
import { biChoiceScores, choiceRows, crossChoiceScores, scoreChoices } from "../text/choices.ts";
import type { ChoiceLengths } from "../text/choices.ts";
import { crossEncoderOf } from "../text/cross-encoder.ts";
import { amongOwnCandidates, fineTuneBiEncoder, fineTuneOnCandidates } from "../text/fine-tune-text.ts";
import type { ChoiceItem } from "../text/fixtures/bind.ts";
import { candidateBatches, separateCandidateBatches } from "../text/text-batches.ts";
import type { TrainedBert } from "./bert-en.ts";

export interface ChoiceMarginSettings {
  readonly steps: number;
  /** Questions in a step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly lengths: ChoiceLengths;
  /** Width of the bi-encoder's vectors; default the encoder's. */
  readonly vector?: number;
}

/** For `bind`: who has which colour and size, of four captions. */
export const BIND_MARGIN: ChoiceMarginSettings = { steps: 300, batch: 16, learningRate: 5e-4, lengths: { query: 40, document: 40 }, vector: 32 };

/** For `desc/next`: the next sentence of a description, of ten. */
export const NEXT_MARGIN: ChoiceMarginSettings = { steps: 200, batch: 4, learningRate: 3e-4, lengths: { query: 64, document: 24 } };

const SEED = 1;

export interface ChoiceMargin {
  /** Shares of dev questions answered right. */
  readonly cross: number;
  readonly bi: number;
}

/** Trains both on the same questions in the same order. `read` gives fresh weights. */
export async function choiceMargin(read: () => TrainedBert, items: { readonly train: readonly ChoiceItem[]; readonly dev: readonly ChoiceItem[] }, { steps, batch, learningRate, lengths, vector }: ChoiceMarginSettings, { device, signal, report }: Pick<FoundationContext, "device" | "signal" | "report">): Promise<ChoiceMargin> {
  const random = RandomStream.of(SEED, "choice gate");
  const { tokenizer } = read();
  const train = choiceRows(tokenizer, items.train.slice(0, steps * batch), lengths);
  const dev = choiceRows(tokenizer, items.dev, lengths);
  const context = (arm: string): TrainContext => ({ arm, artifacts: new MemoryStore(), device, signal, report });
  const training = { steps, learningRate };

  const cross = crossEncoderOf(read(), { random });
  await fineTuneOnCandidates(context("gate, cross-encoder"), cross, candidateBatches({ ...train, length: lengths.query + lengths.document - 1, batch, seed: SEED }), training);
  const bi = biEncoderOf(read(), { random, width: vector });
  await fineTuneBiEncoder(context("gate, bi-encoder"), bi, separateCandidateBatches({ ...train, lengths, batch, seed: SEED }), { ...training, loss: amongOwnCandidates });
  return {
    cross: scoreChoices(await crossChoiceScores(cross, dev, { device, signal }), dev.answers).accuracy,
    bi: scoreChoices(await biChoiceScores(bi, dev, { device, signal }), dev.answers).accuracy,
  };
}
