/**
 * Distilling Knowledge for Fast Retrieval-based Chat-bots (Vakili Tahami et al., arXiv 2004.11045, SIGIR 2020).
 *
 * A ranker whose context and response read each other after they were encoded teaches one that only multiplies two vectors, so
 * that responses can be encoded before anyone asks. Checked: the same student with and without the teacher, for equal cost
 * of an answer; a plain cross-encoder as the other teacher.
 *
 * Choices: both losses are sums over the pairs of a batch, as the weights of the paper suggest; contexts and responses are
 * cut at their ends.
 */
import { RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import type { BatchStream } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Mode, PairEncoder } from "../../nn/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { defineSystem, difference, ratio } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import {
  againstArm, allPairsBatches, bertEn, bertEncoder, bertOf, biChoiceScores, biEncoderOf, choiceRows, crossChoiceScores, crossEncoderOf, describeDifference, fineTune, fineTuneBiEncoder, keepItems, keepWeights, loadDescNext, queryDocumentBatches, randomFields, scoreChoices, scoreRows, sideOf, takeWeights,
} from "../../lab/text/index.ts";
import type { AllPairsBatch, BiEncoder, ChoiceItem, ChoiceRows, QueryDocumentBatch, RowSet, TrainedBert } from "../../lab/text/index.ts";
import { coAttentionCost, coAttentionScores, crossEncoderCost, dotProductCost, wordScores } from "./bert-chatbot-distillation-judge.ts";
import type { RankingCost } from "./bert-chatbot-distillation-judge.ts";
import { distillationLoss, inBatch } from "./bert-chatbot-distillation-loss.ts";
import { chatbotRecipe } from "./bert-chatbot-distillation-recipe.ts";
import { CoAttentionRanker } from "./bert-chatbot-distillation-teacher.ts";

const settings = {
  teacherSteps: 250,
  studentSteps: 250,
  batch: 16,
  /** Contexts in a step of the cross-encoder, whose step grows with their square. */
  crossBatch: 8,
  alpha: 0.5,
  lengths: { query: 64, document: 24 },
  learningRate: 3e-4,
};
type Settings = typeof settings;
type Context = ArmContext<Settings>;

interface Shared {
  /** Contexts and their true next sentences. */
  readonly contexts: RowSet;
  readonly responses: RowSet;
  readonly dev: ChoiceRows;
  readonly test: ChoiceRows;
  readonly items: { readonly dev: readonly ChoiceItem[]; readonly test: readonly ChoiceItem[] };
}

async function prepare({ settings: { lengths }, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, dev, test } = await loadDescNext(context);
  const { contexts, candidates } = choiceRows(tokenizer, train.map(({ context: text, candidates: all, answer }) => ({ context: text, candidates: [all[answer] as string], answer: 0 })), lengths);
  return { contexts, responses: candidates, dev: choiceRows(tokenizer, dev, lengths), test: choiceRows(tokenizer, test, lengths), items: { dev, test } };
}

const [TEACHER, PLAIN, DISTILLED, CROSS, OF_CROSS] = ["co-attention teacher", "plain student", "distilled", "cross-encoder teacher", "distilled from the cross-encoder"] as const;

const streamOptions = ({ settings: { batch, lengths }, seed }: Context, { contexts, responses }: Shared) => ({ queries: contexts, documents: responses, pairs: contexts.rows.map((_, i) => [i, i] as const), lengths, batch, seed });

/** Scores of the test and dev questions as what an arm reports. */
async function judged(context: Context, trained: TrainedArm, { dev, test }: Shared, score: (rows: ChoiceRows) => Promise<Float32Array>, cost?: RankingCost): Promise<ArmResult> {
  const found = scoreChoices(await score(test), test.answers);
  await keepItems(context, "R@1", found.byItem);
  const compared = context.arm === DISTILLED || context.arm === OF_CROSS;
  return {
    ...trained,
    metrics: { recall1: found.accuracy, mrr: found.mrr, dev: scoreChoices(await score(dev), dev.answers).accuracy, ...(cost === undefined ? {} : { rankingFlops: cost.flops }) },
    tables: cost === undefined ? [] : [cost.table],
    notes: compared ? [`R10@1 against the plain student, over the test questions: ${describeDifference(await againstArm(context, PLAIN, "R@1", found.byItem))}`] : [],
  };
}

/** Trains a teacher in place: on all pairs of a batch, right ones on the diagonal. */
function trainTeacher<B extends QueryDocumentBatch>(context: Context, model: CoAttentionRanker | PairEncoder, data: BatchStream<B>, scores: (batch: BatchTensors<B>, mode: Mode) => Tensor): Promise<TrainedArm> {
  const { teacherSteps: steps, learningRate } = context.settings;
  return fineTune<B>(context, model, data, (batch, mode) => againstLabels(scores(batch, mode)), { steps, learningRate });
}

const againstLabels = (scores: Tensor): ReturnType<typeof distillationLoss> => distillationLoss({ scores, right: inBatch(scores.dim(0)) });

const coAttentionOf = ({ model, sizes }: TrainedBert, context: Context): CoAttentionRanker => new CoAttentionRanker(context.random.child("weights"), model.encoder, sizes.width);

/** All pairs of a batch, [B, B], by each teacher. */
const byCoAttention = (model: CoAttentionRanker, batch: Readonly<Record<string, Tensor>>, mode: Mode): Tensor => model.scores(model.encode(sideOf(batch, "query"), mode), model.encode(sideOf(batch, "document"), mode));
const byCrossEncoder = (model: PairEncoder, batch: Readonly<Record<string, Tensor>>, mode: Mode): Tensor => {
  const size = Math.sqrt((batch["pairIds"] as Tensor).dim(0));
  return scoreRows(model, sideOf(batch, "pair"), mode).reshape([size, size]);
};

async function coAttentionTeacher(context: Context, shared: Shared): Promise<ArmResult> {
  const bert = bertOf(context.foundation(bertEn));
  const model = coAttentionOf(bert, context);
  const trained = await trainTeacher(context, model, queryDocumentBatches(streamOptions(context, shared)), (batch, mode) => byCoAttention(model, batch, mode));
  await keepWeights(context, "teacher", model);
  const { lengths } = context.settings;
  return judged(context, trained, shared, (rows) => coAttentionScores(model, rows, lengths, context), await coAttentionCost(model, lengths, bert.sizes.width, context));
}

async function crossTeacher(context: Context, shared: Shared): Promise<ArmResult> {
  const model = crossEncoderOf(bertOf(context.foundation(bertEn)), { random: context.random.child("weights") });
  const data = allPairsBatches({ ...streamOptions(context, shared), batch: context.settings.crossBatch });
  const trained = await trainTeacher(context, model, data, (batch, mode) => byCrossEncoder(model, batch, mode));
  await keepWeights(context, "teacher", model);
  return judged(context, trained, shared, (rows) => crossChoiceScores(model, rows, context), await crossEncoderCost(model, context.settings.lengths, context));
}

/** <CLS of the context, CLS of the response> for all pairs, [B, B]. */
export const byProducts = (model: BiEncoder, batch: Readonly<Record<string, Tensor>>, mode: Mode): Tensor => {
  const { query, passage } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  return query.matmul(passage, { transB: true });
};

/** A student, with the teacher's scores of each batch or without. The teacher is read as it is and not trained. */
async function student<B extends QueryDocumentBatch>(context: Context, shared: Shared, data: BatchStream<B>, teacher?: (batch: BatchTensors<B>) => Tensor): Promise<ArmResult> {
  const { studentSteps: steps, learningRate, alpha, lengths } = context.settings;
  const bert = bertOf(context.foundation(bertEn));
  const model = biEncoderOf(bert, { random: context.random.child("weights"), pooling: "first", normalize: false, temperature: 1 });
  const trained = await fineTuneBiEncoder<B>(context, model, data, {
    steps,
    learningRate,
    loss: (_, batch, mode) => {
      const scores = byProducts(model, batch, mode);
      return distillationLoss({ scores, right: inBatch(scores.dim(0)), teacher: teacher?.(batch), alpha });
    },
  });
  return judged(context, trained, shared, (rows) => biChoiceScores(model, rows, context), await dotProductCost(model, lengths, bert.sizes.width, context));
}

async function distilled(context: Context, shared: Shared): Promise<ArmResult> {
  const teacher = await takeWeights(context, TEACHER, "teacher", coAttentionOf(bertOf(context.foundation(bertEn)), context));
  return student(context, shared, queryDocumentBatches(streamOptions(context, shared)), (batch) => byCoAttention(teacher, batch, EVALUATE));
}

async function distilledFromCross(context: Context, shared: Shared): Promise<ArmResult> {
  const teacher = await takeWeights(context, CROSS, "teacher", crossEncoderOf(bertOf(context.foundation(bertEn)), { random: context.random }));
  return student<AllPairsBatch>(context, shared, allPairsBatches(streamOptions(context, shared)), (batch) => byCrossEncoder(teacher, batch, EVALUATE));
}

/** Words alone, in place of a trained arm. */
function byWords({ items, dev, test }: Shared): ArmResult {
  const { accuracy, mrr } = scoreChoices(wordScores(items.test), test.answers);
  return { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { recall1: accuracy, mrr, dev: scoreChoices(wordScores(items.dev), dev.answers).accuracy } };
}

export default defineSystem({
  slug: "bert-chatbot-distillation",
  family: "retrieval",
  title: "Distilling Knowledge for Fast Retrieval-based Chat-bots",
  arxiv: "2004.11045",
  year: 2020,
  code: "https://github.com/kamyarghajar/DistilledNeuralResponseRanker",
  summary:
    "A ranker of replies that lets context and reply read each other is right more often, and too slow for thousands of stored replies. Its scores of right and wrong replies alike are copied by a ranker that compares two vectors, whose replies are encoded beforehand: better answers for the same cost.",
  mechanism: [
    "Teacher: one encoder reads context and response apart; each token of one then reads the other by scaled dot-product attention without weights of its own, padding hidden on both sides.",
    "What a token read is compared with the token itself: both, their difference, their product, the squared difference; one Linear and ReLU, shared by both sides.",
    "First token, mean and maximum of each side, compared in the same way, go through a Linear, ReLU and a Linear to one score.",
    "Student: the inner product of the first tokens' states, one encoder for both sides.",
    "Both learn all pairs of a batch: binary cross-entropy, a right pair weighing as much as all wrong ones of its context.",
    "The student also learns the teacher's scores before the sigmoid: squared errors, right pairs with weight 1, wrong ones 1 / B. Half and half with the labels.",
  ],
  checks: [
    "the head of width 768 has 11,798,785 parameters",
    "alpha 1 gives the loss without a teacher",
    "where student and teacher agree the imitation is 0 and has no gradient; no gradient reaches the teacher",
    "in a batch of 4 the weights are 1 and 0.25 and add up to 7",
    "padding changes no score of the teacher, on either side",
  ],
  deviations: [
    { what: "bert-en, four layers of 128, instead of DistilBERT", why: "the encoder of all text systems here; the size of the head is checked at the paper's width" },
    { what: "the next sentence of a package description instead of a reply in a dialogue", why: "a source with splits that do not leak; ten candidates, five of the same section and four from near by" },
    { what: "the cross-encoder learns from batches of 8 contexts, the others of 16", why: "it reads every pair of a batch anew, and its step grows with the square" },
    { what: "AdamW at 3e-4 with linear decay instead of 5e-5", why: "small encoders, 250 steps; the same for every arm" },
    { what: "on users' data the teacher is the cross-encoder, wrong replies are chosen beforehand, and the student's score is a scaled cosine", why: "so that teacher and student are folders other tools open, and searching by cosine ranks as the training did" },
  ],
  use: [
    { verb: "reprise train bert-chatbot-distillation --data dialogues.jsonl", description: "from contexts with their replies: a fast ranker of replies, and its teacher as a reranker" },
    { verb: "reprise rerank DIR --query CONTEXT --data replies.jsonl", description: "the best replies to a context; with search index for thousands of them" },
  ],
  knobs: [{ name: "alpha", description: "share of the labels in the student's loss", values: [0, 0.5, 1] }],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: [TEACHER, PLAIN, DISTILLED, "BM25"], settings },
      full: { seeds: [1, 2, 3], minutes: 18, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: TEACHER, role: "baseline", description: "each reads the other after encoding", run: coAttentionTeacher },
      { name: PLAIN, role: "baseline", description: "inner product, labels only", run: (context, shared) => student(context, shared, queryDocumentBatches(streamOptions(context, shared))) },
      { name: DISTILLED, role: "system", description: "inner product, labels and the teacher's scores", run: distilled },
      { name: "BM25", role: "floor", description: "words that context and candidate share", run: (_, shared) => Promise.resolve(byWords(shared)) },
      { name: CROSS, role: "ablation", description: "context and response in one row; batches of 8", run: crossTeacher },
      { name: OF_CROSS, role: "ablation", description: "the same student, taught by the cross-encoder", run: distilledFromCross },
    ],
    claim: {
      paper: "distillation lifts the bi-encoder on three sets of response retrieval at no cost of answering",
      metric: "R10@1: the true next sentence first of ten, 1,000 questions; FLOPs of ranking 1,000 candidates",
      expected: "the distilled student beats the plain one by 1.5 points for equal FLOPs; the teacher must beat the plain one by 3",
      conditions: [
        { name: "the teacher beats the plain student by 3 points on dev", effect: difference({ metric: "dev", of: TEACHER, minus: PLAIN }), kind: "atLeast", minimumEffect: 0.03, role: "precondition" },
        { name: "the distilled student beats the plain one by 1.5 points", effect: difference({ metric: "recall1", of: DISTILLED, minus: PLAIN }), kind: "atLeast", minimumEffect: 0.015 },
        { name: "ranking costs both the same FLOPs", effect: ratio({ metric: "rankingFlops", of: DISTILLED, over: PLAIN }), kind: "within", minimumEffect: 0, role: "side" },
      ],
    },
    tried: ["steps, batch, lengths and thresholds are those of the specification; nothing was tuned"],
  },
  textRecipe: chatbotRecipe,
  probe: () => {
    const random = RandomStream.of(1);
    const module = new CoAttentionRanker(random, bertEncoder({ random, vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 8 }), 16);
    const rows = { random: RandomStream.of(2), rows: 4, length: 6 };
    return Promise.resolve({ module, batch: { ...randomFields("query", rows), ...randomFields("document", rows) }, loss: (model: CoAttentionRanker, batch: Readonly<Record<string, Tensor>>) => againstLabels(byCoAttention(model, batch, EVALUATE)).loss });
  },
});
