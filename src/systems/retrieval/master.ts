/**
 * MASTER: Multi-task Pre-trained Bottlenecked Masked Autoencoders are Better Dense Retrievers (arXiv 2212.07841).
 *
 * Many pre-training tasks for search become one: a shallow decoder fills in a masked text, and one vector of the encoder is
 * all it is told. The claim: five such tasks together beat each alone and masked language modelling. Checked: they continue
 * bert-en on unlabelled descriptions, against the best single task for equal steps and against masked language modelling for
 * equal FLOPs; then the first states search, frozen and after the same fine-tuning.
 */
import { RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { trainBytePairs } from "../../data/index.ts";
import { defineSystem, difference, stepsForEqualFlops } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { readJson, writeJson } from "../../lab/store.ts";
import { Bert, bertEn, bertOf, bindItems, continueTexts, judgeFirstToken, lmEn, lmEnOf, maskedModelOf, maskedWords, prepareSearchPretraining, pretrainForSearch, pretrainingFlops, textRows } from "../../lab/text/index.ts";
import type { SearchPretrainingLab } from "../../lab/text/index.ts";
import { DupMae, dupmaeBatches, dupmaeLoss } from "./dupmae-model.ts";
import { ALL_TASKS, inverseFrequency, Master, masterBatch, masterBatches, masterLoss, partOf } from "./master-model.ts";
import type { MasterTexts, Task } from "./master-model.ts";
import { textPretraining } from "./master-pretraining.ts";
import { joinedRows, pseudoQueries } from "./master-texts.ts";

const settings = {
  pretrain: { steps: 200, batch: 16, length: 64, learningRate: 5e-4 },
  finetune: { steps: 100, batch: 32, pairs: 1000, learningRate: 3e-4 },
  lengths: { query: 16, document: 48 },
  queries: 300,
  index: 4000,
  /** Layers of each decoder. */
  layers: 2,
  /** Tokens that the language model reads and writes for the continuation. */
  continuation: { prompt: 16, count: 32 },
};
type Settings = typeof settings;

interface Shared extends SearchPretrainingLab {
  readonly corpus: MasterTexts;
  /** How likely each token is hidden as a keyword. */
  readonly keywords: Float32Array;
}

/** As many passages as the steps of one arm read, with queries and continuations. */
async function prepare(context: PrepareContext<Settings>): Promise<Shared> {
  const { settings: { pretrain: { steps, batch, length }, continuation }, random, device, signal, message } = context;
  const lab = await prepareSearchPretraining(context);
  const { tokenizer } = lab;
  const short = Math.ceil(length / 2) + 2;
  const chosen = Array.from(random.child("passages").permutation(lab.texts.length).slice(0, steps * batch), (i) => lab.texts[i] as string);
  const passages = textRows(tokenizer, chosen, length);
  const { model } = lmEnOf(context.foundation(lmEn));
  message(`continuations of ${chosen.length} passages`);
  const prompts = passages.rows.map(({ ids }) => promptOf(ids.filter((id) => !tokenizer.specialIds.has(id)), continuation.prompt));
  const continued = await continueTexts(model, prompts, { random: random.child("continuations"), count: continuation.count, device, signal });
  return {
    ...lab,
    corpus: {
      passages,
      queries: joinedRows(pseudoQueries(chosen, { library: lab.train }), tokenizer, short),
      continuations: { rows: continued.map((ids) => tokenizer.assemble(ids.filter((id) => !tokenizer.specialIds.has(id)), undefined, short)), pad: passages.pad },
    },
    keywords: inverseFrequency(passages, tokenizer.vocabularySize),
  };
}

/** The last tokens, repeated where there are fewer: all prompts are of one length. */
const promptOf = (ids: Int32Array, length: number): Int32Array => Int32Array.from({ length }, (_, i) => ids[ids.length >= length ? ids.length - length + i : i % ids.length] as number);

const SPENT = "pretraining.json";

/** Continues bert-en with some of the tasks, then searches. */
async function tasksOf(context: ArmContext<Settings>, shared: Shared, tasks: readonly Task[]): Promise<ArmResult> {
  const { settings: { pretrain: { batch, length }, layers }, seed, random } = context;
  const bert = bertOf(context.foundation(bertEn));
  const model = new Master(random.child("weights"), maskedModelOf(bert), { layers, tasks });
  const data = masterBatches(shared.corpus, { tokenizer: shared.tokenizer, batch, length, seed, keywords: shared.keywords, tasks });
  const trained = await pretrainForSearch(context, model, data, (tensors, mode) => masterLoss(model, tensors, mode));
  await writeJson(context.artifacts, SPENT, { steps: trained.steps, flopsPerStep: trained.flopsPerStep });
  return judgeFirstToken(context, shared, trained, bert, tasks.length === 1 ? ["all five"] : []);
}

/** Masked language modelling with the masks of the first pass: for as many steps, or as many as `flopsOf` an arm pays for. */
async function maskedOnly(context: ArmContext<Settings>, shared: Shared, flopsOf?: string): Promise<ArmResult> {
  const { settings: { pretrain: { batch, length } }, seed } = context;
  const bert = bertOf(context.foundation(bertEn));
  const masked = maskedModelOf(bert);
  const stream = (): ReturnType<typeof masterBatches> => masterBatches(shared.corpus, { tokenizer: shared.tokenizer, batch, length, seed, keywords: shared.keywords, tasks: ["keywords"] });
  const loss = (tensors: Parameters<typeof masterLoss>[1], mode: Parameters<typeof masterLoss>[2]): ReturnType<typeof masterLoss> => ({ loss: maskedWords(masked, partOf(tensors, "passage"), mode).masked });
  const spent = flopsOf === undefined ? undefined : ((await readJson(context.artifactsOf(flopsOf), SPENT)) as Pick<TrainedArm, "steps" | "flopsPerStep">);
  const steps = spent === undefined ? undefined : stepsForEqualFlops(spent, await pretrainingFlops(context, bert.model, stream(), loss));
  const trained = await pretrainForSearch(context, bert.model, stream(), loss, steps);
  return judgeFirstToken(context, shared, trained, bert, flopsOf === undefined ? [] : [flopsOf]);
}

/** Enhanced decoding of the same passages. */
async function retroMae(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: { pretrain: { batch, length } }, seed, random } = context;
  const bert = bertOf(context.foundation(bertEn));
  const model = new DupMae(random.child("weights"), maskedModelOf(bert));
  const trained = await pretrainForSearch(context, model, dupmaeBatches(shared.corpus.passages, shared.tokenizer, { batch, length, seed }), (tensors, mode) => dupmaeLoss(model, tensors, mode, { bagWeight: 0 }));
  return judgeFirstToken(context, shared, trained, bert);
}

/** All five minus the best of the single tasks, after fine-tuning. */
const overBest = (singles: readonly string[]): Effect => ({
  formula: `tuned(all five) - max(${singles.map((arm) => `tuned(${arm})`).join(", ")})`,
  reads: ["all five", ...singles].map((arm) => ({ arm, metric: "tuned" })),
  noEffect: 0,
  compute: ([all = NaN, ...others]) => all - Math.max(...others),
});

export default defineSystem({
  slug: "master",
  family: "retrieval",
  title: "MASTER: Multi-task Pre-trained Bottlenecked Masked Autoencoders are Better Dense Retrievers",
  arxiv: "2212.07841",
  year: 2023,
  code: "https://github.com/microsoft/SimXNS",
  summary:
    "Pre-training tasks for search have losses and inputs of their own and do not add up. MASTER gives all of them one form: a decoder of two layers fills in a text of which half is hidden, and the encoder tells it one vector. Five texts - the passage twice, its other half, queries for it and a continuation - then have to fit into that vector.",
  mechanism: [
    "Three passes of one encoder with its own masked language modelling: the passage and its first half with 30% hidden as whole words, the passage with half of its tokens hidden at random.",
    "Each decoder is made of ordinary layers over the vector and its own embedded text; embeddings and head are the encoder's, and no decoder is shared.",
    "From the passage's vector: the passage with keywords hidden, each token as likely as it is rare; queries in one row; a language model's continuation.",
    "From the first half's vector: the second half, keywords hidden.",
    "From the randomly hidden passage's vector: the passage with exactly those tokens hidden that the encoder saw.",
    "The loss is the sum of five decoders and three passes; decoders are dropped.",
  ],
  checks: [
    "five decoders of two layers have 70,878,720 parameters at BERT base, and nothing else is new",
    "the two masks of the complementary task are all ordinary tokens together and share none",
    "another vector changes every decoder's loss, other states of the encoder change none",
    "a token that occurs once is drawn first ten times as often as one that occurs ten times",
    "the loss is the plain sum of decoders and passes",
  ],
  deviations: [
    { what: "starts from bert-en, 200 steps of 16 passages of 64 tokens at 5e-4", why: "the paper trains 40 epochs at 3e-4 in batches of 2,048; the steps are those of the specification" },
    { what: "queries are rare phrases of the passage and the summary of another package that they find", why: "no generator of queries here; the passage's own summary is never used" },
    { what: "continuations are drawn by lm-en from the last 16 tokens, among the 20 likeliest", why: "a language model of 1.3 million parameters instead of GPT-2" },
    { what: "what a decoder must restore is always [MASK] in its input, and in the pass for the complementary task too", why: "so that a token is never told where it counts as hidden; the encoder's other passes keep BERT's 80/10/10" },
    { what: "one fine-tuning of 100 steps with in-batch negatives", why: "the specification's; the paper mines negatives and distils from a cross-encoder in stages, alike for all starting points" },
  ],
  use: [
    { verb: "reprise train master --data corpus.txt --out my-bert", description: "four of the tasks on plain texts; queries are made of the texts themselves" },
    { verb: "embed(texts)", description: "vectors of the model it leaves; train a bi-encoder on it when you have pairs" },
  ],
  knobs: [
    { name: "layers", description: "layers of a decoder: the weaker it is, the more the vector must hold", values: [1, 2, 4] },
  ],
  textPretraining,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["all five", "masked words, equal FLOPs", "complement"], settings: { ...settings, layers: 1, index: 2000 } },
      full: { seeds: [1, 2, 3], minutes: 40, settings },
    },
    foundations: [bertEn, lmEn],
    prepare,
    arms: [
      { name: "all five", role: "system", description: "five decoders, three passes", run: (context, shared) => tasksOf(context, shared, ALL_TASKS) },
      { name: "masked words, equal FLOPs", role: "baseline", description: "masked language modelling for as many steps as the FLOPs of all five pay for, on the same passages", run: (context, shared) => maskedOnly(context, shared, "all five") },
      { name: "complement", role: "baseline", description: "the task of complementary masks alone: one pass, one decoder", run: (context, shared) => tasksOf(context, shared, ["complement"]) },
      { name: "keywords", role: "baseline", description: "the passage with hidden keywords alone", run: (context, shared) => tasksOf(context, shared, ["keywords"]) },
      { name: "RetroMAE", role: "baseline", description: "enhanced decoding of every token from the vector", run: (context, shared) => retroMae(context, shared) },
      { name: "masked words", role: "baseline", description: "masked language modelling for equal steps", run: (context, shared) => maskedOnly(context, shared) },
    ],
    claim: {
      paper: "joined, the tasks beat pre-training by single ones such as coCondenser and RetroMAE on MS MARCO, TREC DL, NQ and BEIR",
      metric: "nDCG@10 of summaries seeking descriptions after fine-tuning: the mean of the fine-tuned sections and of games, graphics, sound and video",
      expected: "all five beat masked words at equal FLOPs by 2 points, and the best single task by half a point",
      conditions: [
        { name: "all five beat masked words at equal FLOPs by 2 points", effect: difference({ metric: "tuned", of: "all five", minus: "masked words, equal FLOPs" }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "all five beat complementary masks alone by half a point", effect: overBest(["complement"]), kind: "atLeast", minimumEffect: 0.005, profiles: ["quick"] },
        { name: "all five beat the best single task by half a point", effect: overBest(["complement", "keywords", "RetroMAE"]), kind: "atLeast", minimumEffect: 0.005, profiles: ["full"] },
      ],
    },
    tried: ["steps, lengths, rates and pairs are those of the specification, other values were set before the first run; nothing was tuned"],
  },
  probe: () => {
    const texts = bindItems("train", 4).map(({ context }) => context);
    const tokenizer = trainBytePairs(texts, { size: 300 });
    const sizes = { width: 16, depth: 1, heads: 2, positions: 32 };
    const bert = new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes });
    const module = new Master(RandomStream.of(2), maskedModelOf({ model: bert, sizes }), { layers: 1 });
    const passages = textRows(tokenizer, texts, 24);
    const corpus = { passages, queries: joinedRows(texts.map((text) => text.split(" ").slice(0, 3)), tokenizer, 14), continuations: textRows(tokenizer, texts, 14) };
    const batch = masterBatch(RandomStream.of(3), corpus, [0, 1, 2, 3], { tokenizer, length: 24, keywords: inverseFrequency(passages, tokenizer.vocabularySize), tasks: ALL_TASKS });
    return Promise.resolve({ module, batch, loss: (model: Master, tensors: Parameters<typeof masterLoss>[1]) => masterLoss(model, tensors, EVALUATE).loss });
  },
});
