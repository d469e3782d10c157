/**
 * The foundation `nli-en`: bert-en fine-tuned as a cross-encoder that says whether a text entails "This is about X.", on
 * glosses of WordNet. It is the slow zero-shot classifier that conformal prediction saves from work.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import { PairEncoder } from "../../nn/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { SubwordTokenizer } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { binomialInterval } from "../../lab/index.ts";
import type { BuiltFoundation, Foundation, FoundationContext } from "../../lab/index.ts";
import { fileOf, jsonFile, readJsonFile } from "../../lab/foundations/train-foundation.ts";
import { placeOf } from "../../lab/foundation.ts";
import { subStore } from "../../lab/store.ts";
import { bertEn, bertEncoder, bertOf, crossEncoderOf, fineTuneCrossEncoder, loadEntailment, pairRows, scoredPairBatches, scorePairs } from "../../lab/text/index.ts";
import type { BertSizes, EntailedTopic } from "../../lab/text/index.ts";

const nliSettings = { steps: 400, lengths: [32, 64], tokens: 2048, learningRate: 3e-4, seed: 1 } as const;

/** An entailment cross-encoder: one logit for premise and hypothesis. */
export interface Entailment {
  readonly model: PairEncoder;
  readonly tokenizer: Tokenizer;
}

const FILES = { weights: "model.safetensors", tokenizer: "tokenizer.json", config: "config.json" } as const;

/** The trained cross-encoder from the files of the foundation. */
export function entailmentOf(built: Pick<BuiltFoundation, "id" | "files">): Entailment {
  const tokenizer = new SubwordTokenizer(readJsonFile(built, FILES.tokenizer));
  const sizes = readJsonFile<BertSizes>(built, FILES.config);
  const random = RandomStream.of(nliSettings.seed, "nli-en");
  const model = new PairEncoder({ random, encoder: bertEncoder({ random, vocabulary: tokenizer.vocabularySize, ...sizes }), width: sizes.width, pooler: true });
  model.loadStateDict(decodeSafetensors(fileOf(built, FILES.weights)).tensors);
  return { model, tokenizer };
}

/** Share of pairs that are judged right, a logit above 0 being entailment. */
async function shareRight({ model, tokenizer }: Entailment, items: readonly EntailedTopic[], { device, signal }: Pick<FoundationContext, "device" | "signal">): Promise<{ readonly hits: number; readonly items: number }> {
  const { data } = await scorePairs(model, tokenizer, items.map(({ premise, hypothesis }) => [premise, hypothesis] as const), { maximum: longest, device, signal });
  return { hits: items.filter(({ label }, i) => Number((data[i] as number) > 0) === label).length, items: items.length };
}

const longest = Math.max(...nliSettings.lengths);

/** Share of dev pairs that the hypothesis alone gives away; what reads both must do better. */
const HYPOTHESIS_ALONE = 0.521;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

export const nliEn: Foundation = {
  id: "nli-en",
  version: 1,
  description: "bert-en as a cross-encoder for entailment of topics, on glosses",
  minutes: 2,
  inputs: { settings: { ...nliSettings, lengths: [...nliSettings.lengths] }, data: { "wn/entail": 1 } },
  needs: [bertEn],

  async build(context) {
    const bert = bertOf(context.foundation(bertEn));
    const { train } = await loadEntailment({ signal: context.signal, message: () => undefined });
    const { steps, lengths, tokens, learningRate, seed } = nliSettings;
    const model = crossEncoderOf(bert, { random: RandomStream.of(seed, "nli-en") });
    const pairs = pairRows(bert.tokenizer, train.map(({ premise, hypothesis }) => [premise, hypothesis] as const), longest);
    const artifacts = subStore((await placeOf(nliEn, context.cache)).store, "building");
    await fineTuneCrossEncoder({ ...context, arm: nliEn.id, artifacts }, model, scoredPairBatches({ pairs, labels: train.map(({ label }) => label), lengths, tokens, seed }), { steps, learningRate });
    return { [FILES.weights]: encodeSafetensors(model.stateDict()), [FILES.tokenizer]: fileOf(context.foundation(bertEn), FILES.tokenizer), [FILES.config]: jsonFile({ ...bert.sizes }) };
  },

  gate: {
    description: `dev pairs judged right clearly more often than the hypothesis alone gives away (${percent(HYPOTHESIS_ALONE)})`,
    async check(files, context) {
      const { dev } = await loadEntailment({ signal: context.signal, message: () => undefined });
      const { hits, items } = await shareRight(entailmentOf({ id: nliEn.id, files }), dev, context);
      const { low, high } = binomialInterval(hits, items);
      return { holds: low > HYPOTHESIS_ALONE, measured: `${percent(hits / items)} of ${items} dev pairs right, interval ${percent(low)} to ${percent(high)}` };
    },
  },
};

/** Rows of a tiny instance and its labels, for tests. */
export const tinyPairs = { ids: hostArray(Int32Array.of(1, 5, 2, 6, 2, 1, 7, 2, 8, 2), [2, 5]), segments: hostArray(Int32Array.of(0, 0, 0, 1, 1, 0, 0, 0, 1, 1), [2, 5]), valid: hostArray(new Uint8Array(10).fill(1), [2, 5], "bool"), lengths: hostArray(Int32Array.of(5, 5), [2]), labels: hostArray(Float32Array.of(1, 0), [2]) };
