/**
 * EEE-QA: Exploring Effective and Efficient Question-Answer Representations (Hu et al., arXiv 2403.02176, LREC-COLING 2024).
 *
 * A question is encoded once, with all its answer choices behind it in one row, and a choice is the mean of its own tokens; the
 * question's vector is pooled from its tokens instead of the first one. Checked: glosses of WordNet with five words to choose
 * from, the usual row for each choice against one row, with and without the graph around the words.
 */
import { RandomStream } from "../../engine/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { WordNet } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { CandidateVisibility, Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { defineSystem, difference, extract, level, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, PrepareContext, Table } from "../../lab/index.ts";
import { againstArm, bertEn, bertOf, describeDifference, edgesAround, keepItems, loadWordChoices, scoreChoices, tokEn, tokenizerOf } from "../../lab/text/index.ts";
import type { WordChoice } from "../../lab/text/index.ts";
import { GraphReasoner, subgraphBatch, subgraphOf } from "./eee-qa-graph.ts";
import type { GraphSizes, Subgraph } from "./eee-qa-graph.ts";
import { ChoiceScorer } from "./eee-qa-model.ts";
import type { QuestionPooling } from "./eee-qa-model.ts";
import { ranker } from "./eee-qa-recipe.ts";
import { probeOfChoices } from "./eee-qa-probe.ts";
import { choiceBatch, choiceCost, choiceTokens, rowLength, separatorOf, shuffleChoices } from "./eee-qa-rows.ts";
import type { ChoiceBatch, ChoiceEncoding, ChoiceLengths, ChoiceTokens } from "./eee-qa-rows.ts";
import { scoresOf, throughputs } from "./eee-qa-throughput.ts";
import type { MeasuredScorer, QuestionTensors } from "./eee-qa-throughput.ts";

const settings = {
  lengths: { question: 32, choice: 6 } satisfies ChoiceLengths,
  steps: 300,
  /** Questions in a batch. */
  batch: 24,
  learningRate: 3e-4,
  weightDecay: 0.01,
  dropout: 0.1,
  graph: { hops: 2, nodes: 12, edges: 48, name: 4, width: 64 },
  /** Of activations, for the throughput. */
  budgetMiB: 256,
  test: 1000,
};
type Settings = typeof settings;

interface Questions {
  readonly items: readonly WordChoice[];
  readonly tokens: readonly ChoiceTokens[];
}

interface Shared {
  readonly train: Questions;
  readonly dev: Questions;
  readonly test: Questions;
  readonly words: WordNet;
  readonly choices: number;
}

async function prepare(context: PrepareContext<Settings>): Promise<Shared> {
  const tokenizer = tokenizerOf(context.foundation(tokEn));
  const { train, dev, test, words } = await loadWordChoices(context);
  const questions = (items: readonly WordChoice[]): Questions => ({ items, tokens: items.map((item) => choiceTokens(tokenizer, item, context.settings.lengths)) });
  return { train: questions(train), dev: questions(dev), test: questions(test.slice(0, context.settings.test)), words, choices: train[0]?.candidates.length ?? 0 };
}

interface Variant {
  readonly encoding: ChoiceEncoding;
  readonly pooling: QuestionPooling;
  readonly visibility?: CandidateVisibility;
  readonly graph?: boolean;
  /** Measures the throughput of the usual encoding in turns with this one's. */
  readonly against?: boolean;
}

async function run(context: ArmContext<Settings>, shared: Shared, { encoding, pooling, visibility, graph = false, against = false }: Variant): Promise<ArmResult> {
  const { settings: { lengths, steps, batch, learningRate, weightDecay, dropout, graph: sizes, budgetMiB }, seed, random, device, signal } = context;
  const { model: { encoder }, sizes: { width, depth }, tokenizer } = bertOf(context.foundation(bertEn));
  const scorer = (kind: ChoiceEncoding): ChoiceScorer =>
    new ChoiceScorer({
      random: random.child("weights"), encoder, width, depth, separator: separatorOf(tokenizer), choices: kind === "joint" ? shared.choices : 1, pooling, visibility, dropout,
      graph: graph ? new GraphReasoner({ random: random.child("weights", "graph"), inputs: width, width: sizes.width }) : undefined,
    });
  const collate = (kind: ChoiceEncoding, { items, tokens }: Questions, places: ArrayLike<number>, orderOf?: (place: number) => Int32Array): ChoiceBatch => {
    const orders = Array.from(places, (place) => orderOf?.(place) ?? Int32Array.from({ length: shared.choices }, (_, i) => i));
    const questions = orders.map((order, i) => shuffleChoices(tokens[places[i] as number] as ChoiceTokens, order));
    const rows = choiceBatch(tokenizer, questions, kind, rowLength(lengths, shared.choices, kind));
    if (!graph) return rows;
    const graphs = orders.flatMap((order, i) => Array.from(order, (choice) => graphOf(items[places[i] as number] as WordChoice, choice, shared.words, sizes)));
    return { ...rows, ...subgraphBatch(tokenizer, graphs, sizes) };
  };
  const model = scorer(encoding);
  const order = (epoch: number) => (place: number): Int32Array => RandomStream.of(seed, "choices", epoch, place).permutation(shared.choices);
  const trained = await trainArm<ChoiceBatch>(context, {
    model,
    data: shuffledBatches({ indices: Int32Array.from(shared.train.tokens.keys()), batchSize: batch, seed }, ({ epoch, indices }) => collate(encoding, shared.train, indices, order(epoch))),
    optimizer: new AdamW(model, { learningRate, weightDecay, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) }),
    steps,
    clip: 1,
    loss: (tensors, mode: Mode) => ({ ...crossEntropy(scoresOf(model, tensors as QuestionTensors, mode), tensors.answers) }),
    unused: "zero", // what a pooling does not read
  });
  const judge = async (set: Questions): Promise<ReturnType<typeof scoreChoices>> => {
    const scores = await extract((places) => collate(encoding, set, places), (tensors) => scoresOf(model, tensors as QuestionTensors, EVALUATE), Int32Array.from(set.tokens.keys()), { batchSize: 50, device, signal });
    return scoreChoices(scores.data as Float32Array, set.tokens.map(({ answer }) => answer));
  };
  const [dev, test] = [await judge(shared.dev), await judge(shared.test)];
  await keepItems(context, "right", test.byItem);
  const measured = (kind: ChoiceEncoding, of: ChoiceScorer): MeasuredScorer => ({ model: of, questions: (count) => collate(kind, shared.test, Array.from({ length: count }, (_, i) => i % shared.test.tokens.length)) });
  const [own, usual] = await throughputs([measured(encoding, model), ...(against ? [measured("separate", scorer("separate"))] : [])], budgetMiB * 2 ** 20, device);
  if (own === undefined) throw new Error("eee-qa: nothing was measured");
  return {
    ...trained,
    metrics: {
      accuracy: test.accuracy, dev: dev.accuracy, perSecond: own.perSecond, batch: own.batch, activationKiB: own.bytesPerQuestion / 1024, tokens: choiceCost(lengths, shared.choices, encoding).tokens,
      ...(usual === undefined ? {} : { speedup: own.perSecond / usual.perSecond }),
    },
    notes: context.arm === CONVENTION ? [] : [`against ${CONVENTION}: ${describeDifference(await againstArm(context, CONVENTION, "right", test.byItem))}`],
  };
}

const graphOf = ({ context, candidates, synsets }: WordChoice, choice: number, words: WordNet, sizes: GraphSizes & { readonly hops: number }): Subgraph =>
  subgraphOf(context, candidates[choice] as string, edgesAround(words, synsets[choice] as string, sizes.hops), sizes);

const CONVENTION = "separate, first token";
const POOLED = ["mean", "max", "attentive", "layerwise"] as const;

/** Gain of the pooling that development questions prefer. */
const bestPooling: Effect = {
  formula: `accuracy(pooling best on dev) - accuracy(${CONVENTION})`,
  reads: [{ arm: CONVENTION, metric: "accuracy" }, ...POOLED.flatMap((pooling) => (["dev", "accuracy"] as const).map((metric) => ({ arm: `separate, ${pooling}`, metric })))],
  noEffect: 0,
  compute([first = NaN, ...pairs]) {
    const found = POOLED.map((_, i) => ({ dev: pairs[2 * i] ?? NaN, accuracy: pairs[2 * i + 1] ?? NaN }));
    return found.reduce((best, other) => (other.dev > best.dev ? other : best)).accuracy - first;
  },
};

function costs(): Table {
  const rows = ([["here", settings.lengths, 5], ["24 and 4 tokens", { question: 24, choice: 4 }, 5], ["CommonsenseQA, about", { question: 17, choice: 2 }, 5], ["OpenBookQA, about", { question: 14, choice: 4 }, 4]] as const).map(([name, lengths, choices]) => {
    const [separate, joint] = [choiceCost(lengths, choices, "separate"), choiceCost(lengths, choices, "joint")];
    return [name, separate.tokens, joint.tokens, separate.tokens / joint.tokens, separate.pairs / joint.pairs];
  });
  return { caption: "What an encoder reads for a question", columns: ["lengths", "tokens, a row for each choice", "tokens, one row", "tokens, ratio", "attention pairs, ratio"], rows };
}

export default defineSystem({
  slug: "eee-qa",
  family: "classification",
  title: "EEE-QA: Exploring Effective and Efficient Question-Answer Representations",
  arxiv: "2403.02176",
  year: 2024,
  summary:
    "Multiple-choice questions are usually answered by encoding the question again with every choice and scoring the first token. EEE-QA encodes it once with all choices behind it in one row, which is several times fewer tokens, lets choices see each other, and pools the question's tokens instead of trusting the first.",
  mechanism: [
    "One row: first token, question, separator, and each choice with a separator.",
    "The question's vector is the mean, the maximum or a learned weighting of its own tokens, or the first token's states of all layers mixed by learned shares.",
    "A choice's vector is the mean of its own tokens, without separators and padding.",
    "A choice scores by an MLP on the question's vector beside the choice's; softmax over the choices.",
    "With a graph: the question's vector is a node among the concepts around a choice; two rounds of typed messages, and the mean of the nodes enters the MLP.",
    "Choices are shuffled in training, for their place would be a cue.",
  ],
  checks: [
    "with one choice the one row and the usual pair give equal scores",
    "155 tokens become 51, and 4,805 attention pairs 2,601, at 24 and 4 tokens and five choices",
    "attention with a zero query is the mean; all weight on the last layer is the first token",
    "permuted choices permute the scores when positions are shared and choices cannot see each other, and otherwise not",
    "an answer's vector does not count separators, padding or other choices",
  ],
  deviations: [
    { what: "bert-en (4 layers of 128) and glosses of WordNet instead of RoBERTa-class models on CommonsenseQA and OpenBookQA", why: "small enough for two cores; the data come with the graph that the questions are about" },
    { what: "layerwise mixes the first token's states after each layer by softmax weights", why: "the abstract names the pooling; how layers are joined is our choice" },
    { what: "separate rows score the question's vector alone", why: "that is the convention, whose first token the pooled question replaces; the choice has been read by then" },
    { what: "nodes are words within two steps of a choice, those that the question names first; is-a and part-of edges only", why: "the questions are about nouns, between which WordNet has no similar-to edges" },
    { what: "20% of the questions and 10% of the choices are cut, at 32 and 6 tokens", why: "the same for all arms" },
  ],
  use: [
    { verb: "reprise train eee-qa --data questions.jsonl --graph relations.csv --out my-answerer", description: "learns from questions with choices, and from relations around them where there are some; reprise answer asks it" },
    { verb: "fitAnswerer(bert, examples, { steps, graph })", description: "trains on questions of yours, with what a graph of relations of yours knows around each choice" },
    { verb: "answer(question, choices)", description: "a probability for each choice, in one pass whatever their number" },
  ],
  knobs: [
    { name: "batch", description: "questions of a step", values: [12, 24, 48] },
    { name: "dropout", description: "of what the score reads", values: [0, 0.1, 0.3] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: [CONVENTION, "joint, mean", "separate, mean", "joint, mean + graph"], settings: { ...settings, steps: 90, batch: 16, test: 500, budgetMiB: 128 } },
      full: { seeds: [1, 2, 3], minutes: 40, settings },
    },
    foundations: [tokEn, bertEn],
    prepare,
    arms: [
      { name: CONVENTION, role: "baseline", description: "a row for each choice, the first token's state scored", run: (context, shared) => run(context, shared, { encoding: "separate", pooling: "first" }) },
      { name: "joint, mean", role: "system", description: "one row for all choices, the mean of the question's tokens", run: (context, shared) => run(context, shared, { encoding: "joint", pooling: "mean", against: true }) },
      ...POOLED.map((pooling) => ({ name: `separate, ${pooling}`, role: "ablation" as const, description: `a row for each choice, ${pooling === "layerwise" ? "the first token's states of all layers" : `the question's tokens pooled: ${pooling}`}`, run: (context: ArmContext<Settings>, shared: Shared) => run(context, shared, { encoding: "separate", pooling }) })),
      { name: "joint, mean, no cross-talk", role: "ablation", description: "one row, in which choices see the question and themselves", run: (context, shared) => run(context, shared, { encoding: "joint", pooling: "mean", visibility: "arrow" }) },
      { name: "joint, mean + graph", role: "system", description: "one row, and the graph around each choice", run: (context, shared) => run(context, shared, { encoding: "joint", pooling: "mean", graph: true }) },
      { name: "separate, mean + graph", role: "ablation", description: "a row for each choice, and the graph around it", run: (context, shared) => run(context, shared, { encoding: "separate", pooling: "mean", graph: true }) },
    ],
    claim: {
      paper: "One row for all choices raises the throughput by 38 to 100 percent, a speed-up of 26 to 65 percent on consumer GPUs, with little loss of accuracy; pooled question vectors help, with and without a knowledge graph",
      metric: "accuracy on glosses with five words, chance 20%; questions a second at the largest batch whose activations fit 256 MiB",
      expected: "one row answers 1.5 times as many questions a second and is within 1.5 points; the best pooling gains half a point on the first token; the graph does not hurt",
      conditions: [
        { name: "one row answers 1.5 times as many questions a second", effect: level({ metric: "speedup", of: "joint, mean", noEffect: 1 }), kind: "atLeast", minimumEffect: 1.5 },
        { name: "one row costs at most 1.5 points", effect: difference({ metric: "accuracy", of: "joint, mean", minus: CONVENTION }), kind: "atLeast", minimumEffect: -0.015 },
        { name: "the best pooling gains half a point", effect: bestPooling, kind: "atLeast", minimumEffect: 0.005, profiles: ["full"] },
        { name: "the graph does not hurt one row", effect: difference({ metric: "accuracy", of: "joint, mean + graph", minus: "joint, mean" }), kind: "atLeast", minimumEffect: 0 },
        { name: "the graph does not hurt separate rows", effect: difference({ metric: "accuracy", of: "separate, mean + graph", minus: "separate, mean" }), kind: "atLeast", minimumEffect: 0, profiles: ["full"] },
      ],
    },
    tried: ["sizes, steps and thresholds are those of the specification; nothing was tuned"],
  },
  published: () => [costs()],
  ranker,
  probe: () => Promise.resolve(probeOfChoices()),
});
