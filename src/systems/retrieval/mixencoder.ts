/**
 * Once is Enough: A Light-Weight Cross-Attention for Fast Sentence Pair Modeling (Yang et al., arXiv 2210.05261, EMNLP 2023):
 * MixEncoder.
 *
 * Candidates are stored as a few vectors. While a query is encoded, once, the vectors of every candidate read the keys and
 * values of the encoder's last layer, and each candidate collects its own view of the query. The model is in
 * `mixencoder-model.ts`; here it is held against the encoders between which it stands.
 */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, polyScores } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { defineSystem, difference, joinStages, measureCost, medianTime, ratio } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, PrepareContext, TrainedArm } from "../../lab/index.ts";
import {
  againstArm, amongOwnCandidates, amongPolyCandidates, batchOfRows, Bert, bertEn, bertOf, biChoiceScores, biEncoderOf, bindItems, candidateBatches, choiceRows, crossChoiceScores, crossEncoderOf, describeDifference, fineTune,
  fineTuneBiEncoder, fineTuneOnCandidates, fullRows, keepItems, loadDescNext, polyEncoderOf, questionScores, randomFields, scoreChoices, scoreRows, separateCandidateBatches, sideOf,
} from "../../lab/text/index.ts";
import type { ChoiceLengths, ChoiceRows, SeparateCandidateBatch, TokenRows, TrainedBert } from "../../lab/text/index.ts";
import { MixEncoder } from "./mixencoder-model.ts";
import type { MixEncoderOptions } from "./mixencoder-model.ts";
import { ranker } from "./mixencoder-recipe.ts";
import { storedAnswerCosts } from "./mixencoder-published.ts";

const settings = {
  steps: 200,
  /** Questions in a step: of ten candidates in `desc/next`, of four in `bind`. */
  batch: { next: 4, bind: 16 },
  lengths: { next: { query: 96, document: 24 }, bind: { query: 40, document: 40 } },
  /** Codes of the poly-encoder. */
  polyCodes: 16,
  /** Test questions. */
  questions: 1000,
  /** Numbers of stored candidates that one query is timed with. */
  stored: [10, 100, 1000],
  /** Whether `bind` is trained and tested too. */
  bind: true,
};
type Settings = typeof settings;

/** A fixture as rows. */
interface Task {
  readonly name: keyof Settings["lengths"];
  readonly train: ChoiceRows;
  readonly test: ChoiceRows;
}

async function prepare({ settings: { lengths, questions, bind }, foundation, ...context }: PrepareContext<Settings>): Promise<readonly Task[]> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const next = await loadDescNext(context);
  const rowsOf = (items: Parameters<typeof choiceRows>[1], own: ChoiceLengths): ChoiceRows => choiceRows(tokenizer, items, own);
  return [
    { name: "next", train: rowsOf(next.train, lengths.next), test: rowsOf(next.test.slice(0, questions), lengths.next) },
    ...(bind ? [{ name: "bind" as const, train: rowsOf(bindItems("train"), lengths.bind), test: rowsOf(bindItems("test", questions), lengths.bind) }] : []),
  ];
}

/** A model that was trained on a task: its scores of the test questions, and a function that times a query against stored candidates. */
interface Ready {
  readonly trained: TrainedArm;
  readonly scores: Float32Array;
  cost(stored: number): Promise<{ readonly flops: number; readonly milliseconds: number }>;
}

type Train = (context: ArmContext<Settings>, task: Task, training: { readonly steps: number; readonly stage: string; readonly progress: readonly [number, number] }) => Promise<Ready>;

/** Trains and tests one method on each task, from the same weights; costs are those of `desc/next`. */
const arm = (train: Train) => async (context: ArmContext<Settings>, tasks: readonly Task[]): Promise<ArmResult> => {
  const stages: Record<string, TrainedArm> = {};
  const metrics: Record<string, number> = {};
  const notes: string[] = [];
  for (const [i, task] of tasks.entries()) {
    const ready = await train(context, task, { steps: context.settings.steps, stage: task.name, progress: [i / tasks.length, (i + 1) / tasks.length] });
    stages[task.name] = ready.trained;
    const { accuracy, mrr, byItem } = scoreChoices(ready.scores, task.test.answers);
    await keepItems(context, task.name, byItem);
    metrics[task.name] = accuracy;
    metrics[`${task.name}Mrr`] = mrr;
    if (context.arm === "Mix") notes.push(`${task.name}, against Bi over the questions: ${describeDifference(await againstArm(context, "Bi", task.name, byItem))}`);
    if (task.name !== "next") continue;
    for (const stored of context.settings.stored) {
      const { flops, milliseconds } = await ready.cost(stored);
      metrics[`mflops${stored}`] = flops / 1e6;
      metrics[`milliseconds${stored}`] = milliseconds;
    }
  }
  return { ...joinStages(stages), metrics, notes };
};

const freshBert = (context: ArmContext<Settings>): TrainedBert => bertOf(context.foundation(bertEn));
const weights = ({ random }: ArmContext<Settings>): RandomStream => random.child("weights");
const separate = ({ settings: { lengths, batch }, seed }: ArmContext<Settings>, { name, train }: Task) => separateCandidateBatches({ ...train, lengths: lengths[name], batch: batch[name], seed });

/** The first test context, padded. */
function queryRows({ test }: Task, length: number): Record<keyof TokenRows, HostArray> {
  const { ids, segments, valid } = batchOfRows(test.contexts, [0], length);
  return { ids, segments, valid };
}

/** Cost of a query against stored arrays of a shape. */
async function costOfStored({ settings: { lengths }, device }: ArmContext<Settings>, task: Task, shape: readonly number[], score: (query: TokenRows, stored: Tensor) => Tensor): Promise<{ readonly flops: number; readonly milliseconds: number }> {
  const run = compile((query: TokenRows, stored: Tensor) => score(query, stored), { device, name: "stored candidates" });
  const cost = await measureCost(run, [queryRows(task, lengths[task.name].query), hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.1), [...shape])], { runs: 5 });
  await run.release();
  return cost;
}

const bi: Train = async (context, task, training) => {
  const bert = freshBert(context);
  const model = biEncoderOf(bert, { random: weights(context) });
  const trained = await fineTuneBiEncoder(context, model, separate(context, task), { ...training, loss: amongOwnCandidates });
  const score = (query: TokenRows, stored: Tensor): Tensor => stored.matmul(model.encodeQuery(query, EVALUATE), { transB: true });
  return { trained, scores: await biChoiceScores(model, task.test, context), cost: (stored) => costOfStored(context, task, [stored, bert.sizes.width], score) };
};

const poly: Train = async (context, task, training) => {
  const { settings: { polyCodes, lengths } } = context;
  const bert = freshBert(context);
  const model = polyEncoderOf(bert, { random: weights(context), codes: polyCodes });
  const trained = await fineTune(context, model, separate(context, task), (batch, mode) => amongPolyCandidates(model, batch, mode), training);
  const scores = await questionScores((query, candidates) => model.forward(query, candidates, EVALUATE), task.test, { ...context, lengths: lengths[task.name] });
  return { trained, scores, cost: (stored) => costOfStored(context, task, [stored, bert.sizes.width], (query, vectors) => polyScores(model.encodeContext(query, EVALUATE), vectors)) };
};

/** Pairs that a cross-encoder reads in one call. */
const PAIRS = 100;

const cross: Train = async (context, task, training) => {
  const { settings: { lengths, batch }, seed, device } = context;
  const { query, document } = lengths[task.name];
  const length = query + document - 1;
  const model = crossEncoderOf(freshBert(context), { random: weights(context) });
  const trained = await fineTuneOnCandidates(context, model, candidateBatches({ ...task.train, length, batch: batch[task.name], seed }), training);
  const cost = async (stored: number): Promise<{ readonly flops: number; readonly milliseconds: number }> => {
    const calls = Math.ceil(stored / PAIRS);
    const run = compile(({ ids, segments, valid }: TokenRows) => scoreRows(model, { ids, segments, valid }, EVALUATE), { device, name: "pairs" });
    const arrays = fullRows(stored / calls, length);
    const { flops } = run.explain(arrays);
    const milliseconds = await medianTime(async () => {
      for (let call = 0; call < calls; call++) await run(arrays);
    }, stored > PAIRS ? 1 : 5);
    await run.release();
    return { flops: calls * flops.products, milliseconds };
  };
  return { trained, scores: await crossChoiceScores(model, task.test, context), cost };
};

/** Cross-entropy over each query's own candidates. */
const mixLoss = (model: MixEncoder, batch: BatchTensors<SeparateCandidateBatch>, mode: Parameters<MixEncoder["forward"]>[2]): { readonly loss: Tensor; readonly accuracy: Tensor } => {
  const { loss, accuracy } = crossEntropy(model.forward(sideOf(batch, "query"), sideOf(batch, "document"), mode), batch.answers);
  return { loss, accuracy };
};

const mix = (variant: Pick<MixEncoderOptions, "codes" | "interactions">): Train => async (context, task, training) => {
  const { model: { encoder }, sizes: { width } } = freshBert(context);
  const model = new MixEncoder({ random: weights(context), encoder, width, ...variant });
  const trained = await fineTune(context, model, separate(context, task), (batch, mode) => mixLoss(model, batch, mode), training);
  const scores = await questionScores((query, candidates) => model.forward(query, candidates, EVALUATE), task.test, { ...context, lengths: context.settings.lengths[task.name] });
  return { trained, scores, cost: (stored) => costOfStored(context, task, [1, stored, variant.codes ?? 1, width], (query, vectors) => model.score(query, vectors, EVALUATE)) };
};

/** Share of the way from Bi to Cross. */
const recovered: Effect = {
  formula: "(next(Mix) - next(Bi)) / (next(Cross) - next(Bi))",
  reads: [{ arm: "Mix", metric: "next" }, { arm: "Bi", metric: "next" }, { arm: "Cross", metric: "next" }],
  noEffect: 0,
  compute: ([mixed = NaN, apart = NaN, joint = NaN]) => (mixed - apart) / (joint - apart),
};

export default defineSystem({
  slug: "mixencoder",
  family: "retrieval",
  title: "Once is Enough: A Light-Weight Cross-Attention for Fast Sentence Pair Modeling",
  arxiv: "2210.05261",
  year: 2022,
  code: "https://github.com/ysngki/MixEncoder",
  summary:
    "Each candidate is stored as a few vectors. When a query comes it is encoded once, and at the last layer the stored vectors read the query's keys and values, which the encoder has computed anyway; so thousands of candidates meet a query for little more than a dual encoder's price.",
  mechanism: [
    "Offline, a candidate goes through the encoder and k learned codes read its last states: k vectors, one by default.",
    "At an interaction layer, by default the last, each vector of a candidate attends in one softmax to the query's keys and values and to its own candidate's vectors, with projections of its own; then comes a feed-forward part of its own.",
    "The mean of a candidate's vectors asks the query's tokens, and a gate says how much of the answer enters that candidate's state of the query; it starts at zero.",
    "Query tokens never see candidates, so the query is encoded once.",
    "The score is the inner product of the state and the mean of the enriched vectors.",
    "All new projections begin as those of the encoder's layer.",
  ],
  checks: [
    "parameters of an interaction at BERT-base, and of the codes",
    "without enrichment and state the score is the dual encoder's",
    "the query's states and a candidate's score do not depend on how many or which candidates there are",
    "exchanging candidates exchanges their scores",
    "one softmax over query and own vectors: by hand",
    "what a further candidate costs: for weights the same at any length of the query",
  ],
  deviations: [
    { what: "the softmax runs over a question's own candidates, not over those of the batch", why: "the questions bring hard candidates of their own, and every arm learns from the same" },
    { what: "Debian descriptions and procedural scenes in place of the paper's four tasks", why: "none of its corpora is here" },
    { what: "classification of pairs is left out", why: "it is one more Linear on the same two vectors" },
  ],
  use: [
    { verb: "reprise train mixencoder --data pairs.jsonl --base my-model --out my-ranker", description: "a ranker from pairs with wrong answers beside the right ones; reprise rerank and eval read it" },
    { verb: "index(candidates)", description: "encodes answers once; k vectors of each are kept" },
    { verb: "score(query)", description: "scores of all of them for a query that is encoded once" },
  ],
  knobs: [
    { name: "steps", description: "updates of each arm and task", values: [100, 200, 400] },
    { name: "polyCodes", description: "codes of the poly-encoder", values: [4, 16, 64] },
  ],
  published: () => [storedAnswerCosts()],
  ranker,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["Bi", "Cross", "Mix"], settings: { ...settings, questions: 500, bind: false } },
      full: { seeds: [1, 2, 3], minutes: 18, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: "Bi", role: "baseline", description: "one vector for each text", run: arm(bi) },
      { name: "Cross", role: "baseline", description: "query and candidate read together", run: arm(cross) },
      { name: "Mix", role: "system", description: "one vector of a candidate, interaction at the last layer", run: arm(mix({})) },
      { name: "Poly", role: "baseline", description: "16 vectors of the query, read by each candidate's vector", run: arm(poly) },
      { name: "Mix, 3 layers", role: "ablation", description: "interactions at the last three layers", run: arm(mix({ interactions: [1, 2, 3] })) },
      { name: "Mix, k=8", role: "ablation", description: "eight vectors of a candidate", run: arm(mix({ codes: 8 })) },
    ],
    claim: {
      paper: "up to 113 times as fast as cross-attention at comparable quality on four tasks",
      metric: "R10@1 of the next sentence of a description among ten; milliseconds of one query against 1,000 stored candidates",
      expected: "two points above the dual encoder, at least half of the way to the cross-encoder, and 20 times as fast as that",
      conditions: [
        { name: "there is something to recover: the cross-encoder beats the dual encoder by 2 points", effect: difference({ metric: "next", of: "Cross", minus: "Bi" }), kind: "atLeast", minimumEffect: 0.02, role: "precondition" },
        { name: "two points above the dual encoder", effect: difference({ metric: "next", of: "Mix", minus: "Bi" }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "half of the way from dual to cross-encoder", effect: recovered, kind: "atLeast", minimumEffect: 0.5 },
        { name: "20 times as fast as the cross-encoder with 1,000 candidates", effect: ratio({ metric: "milliseconds1000", of: "Cross", over: "Mix" }), kind: "atLeast", minimumEffect: 20 },
        { name: "on bind too it is two points above the dual encoder", effect: difference({ metric: "bind", of: "Mix", minus: "Bi" }), kind: "atLeast", minimumEffect: 0.02, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["sizes, steps and lengths are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const { encoder } = new Bert({ random: RandomStream.of(1), vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 16 });
    // Two vectors of each candidate and two interactions: with fewer, some gates and keys would have nothing to decide.
    const module = new MixEncoder({ random: RandomStream.of(3), encoder, width: 16, codes: 2, interactions: [0, 1] });
    const random = RandomStream.of(2);
    const batch = { ...randomFields("query", { random, rows: 2, length: 6 }), ...randomFields("document", { random, rows: 6, length: 4 }), answers: hostArray(Int32Array.of(0, 2), [2]) };
    return Promise.resolve({ module, batch, loss: (model: MixEncoder, tensors: BatchTensors<SeparateCandidateBatch>) => mixLoss(model, tensors, EVALUATE).loss });
  },
});
