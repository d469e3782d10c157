/**
 * Uni-Encoder: A Fast and Accurate Response Selection Paradigm for Generation-Based Dialogue Systems (Song et al., arXiv
 * 2106.01263, Findings of ACL 2023).
 *
 * A cross-encoder reads the context again with every candidate. Here context and candidates stand in one sequence: the
 * context once, each candidate at the positions right after it, no candidate seeing another. The model is in
 * `uni-encoder-model.ts`; here it is held against encoders that meet in every layer, at the end, and never.
 */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { CandidateLayoutOptions, CandidateVisibility } from "../../nn/index.ts";
import { transplant } from "../../train/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { defineSystem, difference, measureCost, ratio } from "../../lab/index.ts";
import type { ArmContext, ArmResult, MeasuredCost, PrepareContext, TrainedArm } from "../../lab/index.ts";
import {
  againstArm, amongOwnCandidates, amongPolyCandidates, Bert, bertEn, bertOf, biChoiceScores, biEncoderOf, candidateBatches, choiceRows, crossChoiceScores, crossEncoderOf, describeDifference, fineTune, fineTuneBiEncoder,
  fineTuneOnCandidates, fullRows, keepItems, loadDescNext, polyEncoderOf, questionScores, randomFields, scoreChoices, scoreRows, separateCandidateBatches, separateFields, sideOf,
} from "../../lab/text/index.ts";
import type { ChoiceRows, TokenRows, TrainedBert } from "../../lab/text/index.ts";
import { maskedCandidateBatches, UniEncoder, uniLoss } from "./uni-encoder-model.ts";
import type { MaskedCandidateBatch } from "./uni-encoder-model.ts";
import { ranker } from "./uni-encoder-recipe.ts";
import { responseSelectionCosts } from "./uni-encoder-published.ts";

const settings = {
  steps: 200,
  /** Questions of ten candidates in a step. */
  batch: 4,
  lengths: { query: 96, document: 24 },
  /** Weight of the masked words beside the choice. */
  maskedWeight: 1,
  /** Codes of the poly-encoder. */
  codes: 16,
  /** Test questions. */
  questions: 1000,
};
type Settings = typeof settings;

interface Shared {
  readonly train: ChoiceRows;
  readonly test: ChoiceRows;
}

async function prepare({ settings: { lengths, questions }, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const items = await loadDescNext(context);
  return { train: choiceRows(tokenizer, items.train, lengths), test: choiceRows(tokenizer, items.test.slice(0, questions), lengths) };
}

/** What the arms score with, and what one question costs when nothing of it is known before. */
async function judge(context: ArmContext<Settings>, { test }: Shared, trained: TrainedArm, scores: Float32Array, cost: MeasuredCost): Promise<ArmResult> {
  const { accuracy, mrr, byItem } = scoreChoices(scores, test.answers);
  await keepItems(context, "R@1", byItem);
  const notes = context.arm === "Uni-Arrow" ? await Promise.all(["Cross", "Poly"].map(async (arm) => `R10@1 against ${arm}, over the questions: ${describeDifference(await againstArm(context, arm, "R@1", byItem))}`)) : [];
  return { ...trained, metrics: { r10at1: accuracy, mrr, mflops: cost.flops / 1e6, milliseconds: cost.milliseconds }, notes };
}

type Sides = BatchTensors<ReturnType<typeof separateFields>>;

/** Cost of the first test question for a model that reads context and candidates apart. */
async function costOfSides({ lengths }: Settings, { test }: Shared, score: (context: TokenRows, candidates: TokenRows) => Tensor, device: ArmContext<Settings>["device"]): Promise<MeasuredCost> {
  const run = compile((rows: Sides) => score(sideOf(rows, "query"), sideOf(rows, "document")), { device, name: "one question" });
  const cost = await measureCost(run, [separateFields(test, Int32Array.of(0), lengths)], { runs: 9 });
  await run.release();
  return cost;
}

const pairLength = ({ lengths: { query, document } }: Settings): number => query + document - 1;

async function cross(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings, seed, random, device } = context;
  const model = crossEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights") });
  const trained = await fineTuneOnCandidates(context, model, candidateBatches({ ...shared.train, length: pairLength(settings), batch: settings.batch, seed }), settings);
  const run = compile((batch: TokenRows) => scoreRows(model, batch, EVALUATE), { device, name: "one question" });
  const cost = await measureCost(run, [fullRows(shared.test.each, pairLength(settings))], { runs: 9 });
  await run.release();
  return await judge(context, shared, trained, await crossChoiceScores(model, shared.test, context), cost);
}

async function bi(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings, seed, random, device } = context;
  const model = biEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights") });
  const trained = await fineTuneBiEncoder(context, model, separateCandidateBatches({ ...shared.train, ...settings, seed }), { ...settings, loss: amongOwnCandidates });
  const cost = await costOfSides(settings, shared, (rows, candidates) => model.encodePassage(candidates, EVALUATE).matmul(model.encodeQuery(rows, EVALUATE), { transB: true }), device);
  return await judge(context, shared, trained, await biChoiceScores(model, shared.test, context), cost);
}

async function poly(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings, seed, random, device } = context;
  const model = polyEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights"), codes: settings.codes });
  const trained = await fineTune(context, model, separateCandidateBatches({ ...shared.train, ...settings, seed }), (batch, mode) => amongPolyCandidates(model, batch, mode), settings);
  const score = (rows: TokenRows, candidates: TokenRows): Tensor => model.forward(rows, candidates, EVALUATE);
  return await judge(context, shared, trained, await questionScores(score, shared.test, { ...context, lengths: settings.lengths }), await costOfSides(settings, shared, score, device));
}

interface Variant {
  readonly visibility?: CandidateVisibility;
  readonly positions?: CandidateLayoutOptions["positions"];
}

/** The same BERT with more positions; those it was not trained on begin as its last. */
export function withPositions(bert: TrainedBert, positions: number): TrainedBert {
  const { model, sizes, tokenizer } = bert;
  if (positions <= sizes.positions) return bert;
  const wider = new Bert({ ...sizes, positions, random: RandomStream.of(0), vocabulary: tokenizer.vocabularySize });
  transplant(wider, model.stateDict(), [{ target: "encoder.embedding.position.weight", rows: Array.from({ length: positions }, (_, i) => Math.min(i, sizes.positions - 1)) }]);
  return { model: wider, sizes: { ...sizes, positions }, tokenizer };
}

async function uni(context: ArmContext<Settings>, shared: Shared, { visibility, positions }: Variant = {}): Promise<ArmResult> {
  const { settings: { lengths, maskedWeight, ...settings }, seed, random, device } = context;
  const read = bertOf(context.foundation(bertEn));
  const { model: { encoder, head }, sizes, tokenizer } = positions === "running" ? withPositions(read, lengths.query + shared.train.each * lengths.document) : read;
  const model = new UniEncoder({ random: random.child("weights"), encoder, head, width: sizes.width, visibility, positions });
  const data = maskedCandidateBatches({ ...shared.train, lengths, batch: settings.batch, seed, vocabulary: tokenizer });
  const trained = await fineTune(context, model, data, (batch, mode) => uniLoss(model, batch, mode, { maskedWeight }), settings);
  const score = (rows: TokenRows, candidates: TokenRows): Tensor => model.forward(rows, candidates, EVALUATE).scores;
  return await judge(context, shared, trained, await questionScores(score, shared.test, { ...context, lengths }), await costOfSides(context.settings, shared, score, device));
}

export default defineSystem({
  slug: "uni-encoder",
  family: "retrieval",
  title: "Uni-Encoder: A Fast and Accurate Response Selection Paradigm for Generation-Based Dialogue Systems",
  arxiv: "2106.01263",
  year: 2021,
  code: "https://github.com/dll-wu/Uni-Encoder",
  summary:
    "Candidates of one context can be scored in one pass: all are appended to the context, each begins at the position after it, and a mask keeps them from seeing each other. The context is encoded once, and still meets every candidate in every layer.",
  mechanism: [
    "The sequence is the context, then each candidate with its own [CLS] and [SEP]; segment 0 and segment 1.",
    "Every candidate has the positions that follow the context's.",
    "Arrow mask: a context token sees all, a candidate's token the context and its own candidate.",
    "The mean of a candidate's last states, mapped to one number, is its score; the loss is the softmax over the candidates.",
    "15% of the tokens are hidden and restored by the masked language model's head; both losses count alike.",
    "The same code with other masks is a bi-encoder (diagonal) or hides nothing (square).",
  ],
  checks: [
    "one candidate: the score of a cross-encoder that pools the response",
    "exchanging candidates exchanges their scores; with running positions it does not",
    "another candidate moves a score from the second layer on, and never when the context is blind to candidates",
    "tokens and visible cells of a context of 96 and ten candidates of 24",
    "padding of context and candidates moves no score",
    "hidden tokens are places of the packed sequence, never special or padding",
  ],
  deviations: [
    { what: "sentences of package descriptions in place of turns of a dialogue", why: "no dialogues here; the ranker takes turns, writes given words for the speakers before them and drops the oldest" },
    { what: "contexts of at most 96 tokens instead of 256", why: "bert-en has 128 positions; with running positions it gets more, which begin as copies of its last" },
    { what: "AdamW at 3e-4 with betas of 0.9 and 0.999 and linear decay instead of 2e-4 with 0.9 and 0.98 and the noam schedule", why: "200 steps; the same for every arm" },
    { what: "a context is scored with its own ten candidates; right answers of the rest of the batch are not added", why: "optional in the paper, and every arm learns from the same candidates" },
    { what: "the map to a score has no bias", why: "a softmax over candidates does not see it" },
    { what: "the other arms are trained without masked words", why: "they are part of this method, not of those it is compared with" },
  ],
  use: [
    { verb: "reprise train uni-encoder --data pairs.jsonl --base my-model --out my-ranker", description: "a ranker from pairs with wrong answers beside the right ones; reprise rerank and eval read it" },
    { verb: "rank(context, candidates)", description: "n-best answers of a generator in order, in one pass; the context may be turns of a dialogue" },
  ],
  knobs: [
    { name: "maskedWeight", description: "weight of the masked words beside the choice; 0 leaves them out", values: [0, 0.3, 1] },
    { name: "steps", description: "updates of each arm", values: [100, 200, 400] },
  ],
  published: () => [responseSelectionCosts()],
  ranker,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["Cross", "Poly", "Bi", "Uni-Arrow"], settings: { ...settings, questions: 500 } },
      full: { seeds: [1, 2, 3], minutes: 10, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: "Cross", role: "baseline", description: "context read anew with every candidate", run: cross },
      { name: "Poly", role: "baseline", description: "16 vectors of the context, read by each candidate's vector", run: poly },
      { name: "Bi", role: "baseline", description: "one vector for each text", run: bi },
      { name: "Uni-Arrow", role: "system", description: "one sequence, candidates hidden from each other", run: (context, shared) => uni(context, shared) },
      { name: "Uni-Square", role: "ablation", description: "one sequence, everything visible", run: (context, shared) => uni(context, shared, { visibility: "square" }) },
      { name: "Uni, running positions", role: "ablation", description: "candidates at the positions where they stand", run: (context, shared) => uni(context, shared, { positions: "running" }) },
    ],
    claim: {
      paper: "R10@1 2.9 points above the best before it on Ubuntu V2, with inference four times as fast as a cross-encoder's",
      metric: "R10@1 of the next sentence of a description among ten; milliseconds of one question of ten candidates of which nothing is known before",
      expected: "at most a point below the cross-encoder, at least a point above the poly-encoder, and 2.5 times as fast as the cross-encoder",
      conditions: [
        { name: "at most a point below the cross-encoder", effect: difference({ metric: "r10at1", of: "Uni-Arrow", minus: "Cross" }), kind: "atLeast", minimumEffect: -0.01 },
        { name: "a point above the poly-encoder", effect: difference({ metric: "r10at1", of: "Uni-Arrow", minus: "Poly" }), kind: "atLeast", minimumEffect: 0.01 },
        { name: "2.5 times as fast as the cross-encoder", effect: ratio({ metric: "milliseconds", of: "Cross", over: "Uni-Arrow" }), kind: "atLeast", minimumEffect: 2.5 },
        { name: "candidates at running positions do no better", effect: difference({ metric: "r10at1", of: "Uni-Arrow", minus: "Uni, running positions" }), kind: "atLeast", minimumEffect: 0, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["sizes, steps and lengths are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const bert = new Bert({ random: RandomStream.of(1), vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 16 });
    const module = new UniEncoder({ random: RandomStream.of(3), encoder: bert.encoder, head: bert.head, width: 16 });
    const random = RandomStream.of(2);
    const batch = {
      ...randomFields("query", { random, rows: 2, length: 6 }), ...randomFields("document", { random, rows: 6, length: 4 }),
      answers: hostArray(Int32Array.of(0, 2), [2]), places: hostArray(Int32Array.of(1, 7, 2, 11), [2, 2]), labels: hostArray(Int32Array.of(5, 9, 30, 2), [2, 2]), weights: hostArray(Float32Array.of(1, 1, 1, 1), [2, 2]),
    };
    return Promise.resolve({ module, batch, loss: (model: UniEncoder, tensors: BatchTensors<MaskedCandidateBatch>) => uniLoss(model, tensors, EVALUATE).loss });
  },
});
