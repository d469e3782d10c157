/**
 * The foundations `dec-multi` and its English twin `dec-multi@en`: small causal language models of BLOOM's form (linear
 * biases instead of positions, biases in every map) on the same vocabulary and as many tokens. One reads package descriptions
 * in five languages, a few of them side by side, and docstrings; the other the English among them only.
 */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { alibi, CausalLm, EVALUATE, mask } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { causalLmLoss } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, schedules } from "../../train/index.ts";
import { debBitext, docstrings, packDocuments, shuffledBatches, SPLITS, SubwordTokenizer, trainBytePairs } from "../../data/index.ts";
import type { BatchStream, BitextLanguage, Split, Tokenizer } from "../../data/index.ts";
import type { BuiltFoundation, Foundation } from "../foundation.ts";
import { unigramNats } from "./masked-quality.ts";
import { contentOf, fileOf, jsonFile, readJsonFile, trainFoundation, weightsFile } from "./train-foundation.ts";

export const decMultiSettings = {
  vocabulary: 8192,
  width: 128,
  depth: 4,
  heads: 4,
  hidden: 512,
  length: 128,
  batch: 16,
  steps: 1000,
  learningRate: 2e-3,
  warmup: 100,
  weightDecay: 0.1,
  betas: [0.9, 0.95],
  clip: 1,
  seed: 1,
} as const;

/** Languages that pre-training reads beside English. */
export const READ_LANGUAGES = ["da", "de", "fr", "it"] as const satisfies readonly BitextLanguage[];

/** Documents of a language at most; for each, summaries beside their translation in one line; docstrings. */
const DOCUMENTS = { language: 6000, bilingual: 300, code: 4000 } as const;

export interface CausalSizes {
  readonly vocabulary: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
}

/** BLOOM (arXiv 2211.05100): a norm after the word table, layers with biases, a norm at the end, scores by the word table. */
export const bloom = (random: RandomStream, { hidden, ...sizes }: CausalSizes): CausalLm => new CausalLm({ ...sizes, random, embedding: { norm: "layer" }, feedForward: { hidden } });

/** States [B, L, d] of word vectors [B, L, d]: each place sees itself and what precedes it, the nearer the better. */
export const bloomStates = (model: CausalLm, words: Tensor, heads: number, mode: Mode): Tensor =>
  model.body.forward(model.embedding.finish(words, mode), mode, { mask: mask.causal(), bias: alibi(heads, words.dim(1)) }).output;

const nextLogits = (model: CausalLm, ids: Tensor, heads: number, mode: Mode): Tensor => model.head.forward(bloomStates(model, model.embedding.word.forward(ids), heads, mode));

type Reading = "multi" | "en";

/** Texts of a split: as many of each language for `multi`, as many in all in English for `en`; docstrings for both. */
export async function decTexts(reading: Reading, split: Split, signal: AbortSignal): Promise<string[]> {
  const { records, splits } = await debBitext.load({ signal });
  const own = RandomStream.of(0, "dec-multi", split).shuffle(records.filter((_, i) => SPLITS[splits[i] as number] === split));
  const of = (language: BitextLanguage | "en", count: number): string[] => own.flatMap(({ texts }) => (texts[language] === undefined ? [] : [(texts[language] as readonly string[]).join("\n")])).slice(0, count);
  const code = await docstrings.load({ signal });
  const lines = RandomStream.of(0, "dec-multi code", split).shuffle(code.records.filter((_, i) => SPLITS[code.splits[i] as number] === split)).slice(0, DOCUMENTS.code).map(({ kind, name, file, summary }) => `${kind} ${name} in ${file}: ${summary}`);
  if (reading === "en") return [...of("en", (READ_LANGUAGES.length + 1) * DOCUMENTS.language), ...lines];
  const bilingual = READ_LANGUAGES.flatMap((language) => own.flatMap(({ texts }) => (texts[language] === undefined ? [] : [`${texts.en[0] as string}\t${texts[language][0] as string}`])).slice(0, DOCUMENTS.bilingual));
  return [...of("en", DOCUMENTS.language), ...READ_LANGUAGES.flatMap((language) => of(language, DOCUMENTS.language)), ...bilingual, ...lines];
}

/** The vocabulary of all languages that `dec-multi` reads; `dec-multi@en` has it too. */
export const tokMl: Foundation = {
  id: "tok-ml",
  version: 1,
  description: `byte-level byte-pair vocabulary of ${decMultiSettings.vocabulary} ids over package descriptions in English, ${READ_LANGUAGES.join(", ")} and docstrings`,
  minutes: 1,
  inputs: { size: decMultiSettings.vocabulary, languages: [...READ_LANGUAGES], data: [debBitext, docstrings].map(({ card }) => contentOf(card)) },
  async build({ signal }) {
    return { "tokenizer.json": jsonFile(trainBytePairs(await decTexts("multi", "train", signal), { size: decMultiSettings.vocabulary, reserved: 32, sentinels: 0 }).toJson() as never) };
  },
  gate: {
    description: "unseen text of all languages comes back exactly",
    async check(files, { signal }) {
      const tokenizer = new SubwordTokenizer(readJsonFile({ id: "tok-ml", files }, "tokenizer.json"));
      const texts = await decTexts("multi", "dev", signal);
      const changed = texts.filter((text) => tokenizer.decode(tokenizer.encode(text)) !== text).length;
      return { holds: changed === 0, measured: `${changed} of ${texts.length} texts of the dev split changed` };
    },
  },
};

/** Full windows end to end, a separator after each document: int32 [n * length]. */
function windowsOf(texts: readonly string[], tokenizer: Tokenizer, order: RandomStream): Int32Array {
  const { sep, pad } = tokenizer.special;
  const { ids, count, length } = packDocuments(order.shuffle([...texts]).map((text) => tokenizer.encode(text)), { length: decMultiSettings.length, end: sep, pad: pad ?? 0 });
  return ids.subarray(0, (count - 1) * length); // the last window may have padding
}

function windowBatches(windows: Int32Array, seed: number): BatchStream<{ readonly ids: HostArray }> {
  const { batch, length } = decMultiSettings;
  return shuffledBatches({ indices: Int32Array.from({ length: windows.length / length }, (_, i) => i), batchSize: batch, seed }, ({ indices }) => {
    const ids = new Int32Array(batch * length);
    indices.forEach((index, row) => ids.set(windows.subarray(index * length, (index + 1) * length), row * length));
    return { ids: hostArray(ids, [batch, length]) };
  });
}

interface Quality {
  /** Nats a token of dev text, and what token frequencies alone give. */
  readonly loss: number;
  readonly unigram: number;
}

/** Nats below token frequencies. */
const GATE = 1.5;
const DEV_BATCHES = 20;

function decFoundation(id: string, reading: Reading): Foundation {
  const foundation: Foundation = {
    id,
    version: 1,
    description: `causal language model of ${reading === "multi" ? `English, ${READ_LANGUAGES.join(", ")}` : "English"} and docstrings, 4 layers of width 128 with linear biases`,
    minutes: 4,
    inputs: { settings: { ...decMultiSettings }, reading, documents: { ...DOCUMENTS }, data: [debBitext, docstrings].map(({ card }) => contentOf(card)) },
    needs: [tokMl],

    async build(context) {
      const { steps, learningRate, warmup, weightDecay, betas, clip, seed, heads } = decMultiSettings;
      const tokenizer = new SubwordTokenizer(readJsonFile(context.foundation(tokMl), "tokenizer.json"));
      const random = RandomStream.of(seed, "dec-multi");
      const windows = windowsOf(await decTexts(reading, "train", context.signal), tokenizer, random.child("documents"));
      const model = bloom(random, { ...decMultiSettings, vocabulary: tokenizer.vocabularySize });
      const optimizer = new AdamW(model, { learningRate, weightDecay, betas, schedule: schedules.cosine({ warmup, steps, floor: 0.1 }) });
      await trainFoundation(foundation, context, { model, optimizer, steps, clip, data: windowBatches(windows, seed), loss: ({ ids }, mode) => ({ ...causalLmLoss(nextLogits(model, ids, heads, mode), ids) }) });
      const counts = new Float64Array(tokenizer.vocabularySize);
      for (const token of windows) counts[token] = (counts[token] as number) + 1;
      const dev = windowBatches(windowsOf(await decTexts(reading, "dev", context.signal), tokenizer, random.child("dev")), 0);
      const run = compile((ids: Tensor) => causalLmLoss(nextLogits(model, ids, heads, EVALUATE), ids).loss, { device: context.device, name: id });
      let [loss, unigram] = [0, 0];
      for (let i = 0; i < DEV_BATCHES; i++) {
        const { ids } = await dev.next();
        loss += (await run(ids)).item() / DEV_BATCHES;
        unigram += unigramNats(Array.from(ids.data, Number), counts) / ids.data.length / DEV_BATCHES;
      }
      await run.release();
      return { ...weightsFile(model), "tokenizer.json": fileOf(context.foundation(tokMl), "tokenizer.json"), "quality.json": jsonFile({ loss, unigram }) };
    },

    gate: {
      description: `dev text at least ${GATE} nats a token below token frequencies`,
      check: (files) => {
        const { loss, unigram } = readJsonFile<Quality>({ id, files }, "quality.json");
        return Promise.resolve({ holds: loss <= unigram - GATE, measured: `${loss.toFixed(2)} nats a token of dev text, ${unigram.toFixed(2)} by frequency` });
      },
    },
  };
  return foundation;
}

export const decMulti: Foundation = decFoundation("dec-multi", "multi");
export const decMultiEn: Foundation = decFoundation("dec-multi@en", "en");

/** The trained model with its tokenizer from the files of either. */
export function decMultiOf(built: Pick<BuiltFoundation, "id" | "files">): { readonly model: CausalLm; readonly tokenizer: SubwordTokenizer } {
  const tokenizer = new SubwordTokenizer(readJsonFile(built, "tokenizer.json"));
  const model = bloom(RandomStream.of(decMultiSettings.seed, "dec-multi"), { ...decMultiSettings, vocabulary: tokenizer.vocabularySize });
  model.loadStateDict(decodeSafetensors(fileOf(built, "model.safetensors")).tensors);
  return { model, tokenizer };
}
