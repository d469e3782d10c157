/**
 * Trans-Encoder: Unsupervised sentence-pair modelling through self- and mutual-distillations (Liu et al., arXiv 2109.13059,
 * ICLR 2022).
 *
 * One language model in two forms teaches itself: as a bi-encoder it labels pairs for itself as a cross-encoder, which labels
 * them better for the next bi-encoder. Checked: two cycles on pairs without labels against as many further steps of SimCSE;
 * two models that share their labels; weights handed over instead of starting anew.
 *
 * Choices: cosines below 0 stay as they are in the binary cross-entropy, as in the authors' code; probabilities of the
 * cross-encoder are its sigmoid.
 */
import { RandomStream } from "../../engine/index.ts";
import { KnownPairs, lexicalNeighbours, neighbourPairs, randomPairs } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { defineSystem, difference, joinStages } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { againstArm, Bert, bertEn, bertEnL, biEncoderOf, describeDifference, keepItems, keepWeights, loadWordNetPairs, placesOf, randomFields, rankAgreement, takeWeights } from "../../lab/text/index.ts";
import type { BiEncoder, Foundation, ScoredPlaces } from "../../lab/text/index.ts";
import { distilInCycles } from "./trans-encoder-cycles.ts";
import type { Cycles } from "./trans-encoder-cycles.ts";
import { BertLearner, simCse } from "./trans-encoder-learner.ts";
import { transEncoderRecipe } from "./trans-encoder-recipe.ts";

const settings = {
  simCseSteps: 200,
  cycles: 2,
  crossSteps: 150,
  biSteps: 150,
  /** Pairs without labels: half lexical neighbours, half random. */
  pairs: 3000,
  batch: 32,
  length: 32,
  dropout: 0.1,
  temperature: 0.05,
  learningRate: 3e-4,
  handOver: false,
};
type Settings = typeof settings;

interface Shared {
  readonly unlabelled: Pick<ScoredPlaces, "texts" | "pairs">;
  readonly dev: ScoredPlaces;
  readonly test: ScoredPlaces;
}

async function prepare({ settings: { pairs: count }, random, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { train, pool, dev, test } = await loadWordNetPairs(context);
  const { texts } = placesOf(train, pool);
  const near = neighbourPairs(lexicalNeighbours(texts, 3), Math.ceil(count / 2), new KnownPairs(), random.child("near"));
  const far = randomPairs(texts.length, Math.floor(count / 2), new KnownPairs(near), random.child("far"));
  return { unlabelled: { texts, pairs: [...near, ...far] }, dev: placesOf(dev), test: placesOf(test) };
}

const [START, LONGER, SYSTEM, CROSS] = ["SimCSE", "SimCSE, equal steps", "Trans-Encoder bi", "Trans-Encoder cross"] as const;

/** What an arm reports: agreement on test pairs, and against SimCSE of as many steps item by item. */
async function judged(context: ArmContext<Settings>, trained: TrainedArm, found: Float32Array, { scores }: ScoredPlaces, more: { readonly metrics?: Readonly<Record<string, number>>; readonly notes?: readonly string[] } = {}): Promise<ArmResult> {
  const { spearman, byItem } = rankAgreement(found, scores);
  await keepItems(context, "test", byItem);
  const against = context.arm === START || context.arm === LONGER ? [] : [`against SimCSE of as many steps, over the test pairs: ${describeDifference(await againstArm(context, LONGER, "test", byItem))}`];
  return { ...trained, metrics: { spearman, ...more.metrics }, notes: [...against, ...(more.notes ?? [])] };
}

/** SimCSE alone; `LONGER` goes on from it for as many steps as all cycles take. */
async function contrastive(context: ArmContext<Settings>, { unlabelled, test }: Shared): Promise<ArmResult> {
  const { simCseSteps, cycles, crossSteps, biSteps } = context.settings;
  const learner = new BertLearner(context, bertEn, unlabelled);
  const longer = context.arm === LONGER;
  const model = longer ? await takeWeights(context, START, "bi", learner.newBi()) : learner.newBi();
  await learner.trainSimCse(model, longer ? cycles * (crossSteps + biSteps) : simCseSteps, unlabelled.texts, "simcse");
  if (!longer) await keepWeights(context, "bi", model);
  return judged(context, learner.trained["simcse"] as TrainedArm, await learner.cosinesOf(model, test), test);
}

interface Kept {
  readonly learner: BertLearner;
  /** Stages of all learners. */
  readonly trained: TrainedArm;
  readonly bi: BiEncoder;
  readonly cross: PairEncoder;
  readonly notes: readonly string[];
}

/** Distils and keeps, of the first learner, the cycle that is best on dev, for each form on its own. */
async function distil(context: ArmContext<Settings>, { unlabelled, dev }: Shared, partners: readonly Foundation[] = []): Promise<Kept> {
  const { simCseSteps, cycles: count } = context.settings;
  const learner = new BertLearner(context, bertEn, unlabelled);
  const start = learner.startFrom(await takeWeights(context, START, "bi", learner.newBi()));
  const learners = [{ forms: learner, start }];
  for (const foundation of partners) {
    const other = new BertLearner(context, foundation, unlabelled);
    learners.push({ forms: other, start: other.startFrom(await other.trainSimCse(other.newBi(), simCseSteps, unlabelled.texts, `${foundation.id.replaceAll("@", "-")}-simcse`)) });
  }
  const { cycles }: Cycles<BiEncoder, PairEncoder> = await distilInCycles(learners, count);
  const own = cycles.map((forms) => forms[0] as { readonly bi: BiEncoder; readonly cross: PairEncoder });
  const before = rankAgreement(await learner.cosinesOf(start, dev), dev.scores).spearman;
  const bis: number[] = [];
  const crosses: number[] = [];
  for (const { bi, cross } of own) {
    bis.push(rankAgreement(await learner.cosinesOf(bi, dev), dev.scores).spearman);
    crosses.push(rankAgreement(await learner.probabilitiesOf(cross, dev), dev.scores).spearman);
  }
  const best = (values: readonly number[]): number => values.indexOf(Math.max(...values));
  const show = (values: readonly number[]): string => values.map((value) => (100 * value).toFixed(1)).join(", ");
  return { learner, trained: joinStages(Object.fromEntries(learners.flatMap(({ forms }) => Object.entries(forms.trained)))), bi: own[best(bis)]?.bi as BiEncoder, cross: own[best(crosses)]?.cross as PairEncoder, notes: [`on dev: ${START} ${show([before])}; after each cycle bi ${show(bis)}; cross ${show(crosses)}`] };
}

async function transEncoder(context: ArmContext<Settings>, shared: Shared, partners: readonly Foundation[] = []): Promise<ArmResult> {
  const { learner, trained, bi, cross, notes } = await distil(context, shared, partners);
  await keepWeights(context, "cross", cross);
  const crossScore = rankAgreement(await learner.probabilitiesOf(cross, shared.test), shared.test.scores).spearman;
  return judged(context, trained, await learner.cosinesOf(bi, shared.test), shared.test, { metrics: { crossSpearman: crossScore }, notes });
}

/** The other form of what the system's arm trained. */
async function crossForm(context: ArmContext<Settings>, { unlabelled, test }: Shared): Promise<ArmResult> {
  const learner = new BertLearner(context, bertEn, unlabelled);
  const cross = await takeWeights(context, SYSTEM, "cross", learner.newCross());
  const { flopsPerStep, steps, seconds } = context.resultOf(SYSTEM);
  return judged(context, { parameters: cross.parameterCount(), flopsPerStep, steps, seconds, curves: {} }, await learner.probabilitiesOf(cross, test), test);
}

export default defineSystem({
  slug: "trans-encoder",
  family: "retrieval",
  title: "Trans-Encoder: Unsupervised sentence-pair modelling through self- and mutual-distillations",
  arxiv: "2109.13059",
  year: 2021,
  code: "https://github.com/amzn/trans-encoder",
  summary:
    "A bi-encoder can be learnt from texts alone, a cross-encoder cannot, yet sees more of a pair. Here the two take turns as teacher and student on pairs that nobody labelled: the cosines of one are labels for the other, whose scores are labels for the first, and both get better.",
  mechanism: [
    "Start from SimCSE: a text encoded twice with other dropout is its own positive among the batch; the first token's state is the vector.",
    "Up: cosines of the bi-encoder on all pairs, as they are, are soft labels of a cross-encoder (binary cross-entropy), which sees each pair in both orders.",
    "Down: its probabilities on all pairs are labels of a new bi-encoder (squared error of the cosine).",
    "Each cycle's cross-encoder starts from the plain language model and its bi-encoder from SimCSE's, so that errors of a form do not pile up; or weights are handed over.",
    "The cycle that is best on dev is kept, for each form on its own.",
    "Mutual: two language models go through the cycles side by side and both learn the mean of their labels.",
  ],
  checks: [
    "binary cross-entropy with label y is least at sigmoid(z) = y, where it is the entropy of y: 0.6931 at one half",
    "mutual distillation of two identical learners is self-distillation, weight for weight",
    "no cycle gives SimCSE's model back bit for bit",
    "with both orders the cross-encoder has exactly twice as many examples as there are pairs, each with its pair's label",
    "labels are made anew in each cycle; starting anew and handing over give the weights they say",
  ],
  deviations: [
    { what: "two cycles of 150 steps a form instead of three of 1 and 10 epochs", why: "the budget of the lab; SimCSE is given as many further steps" },
    { what: "AdamW at 3e-4 instead of 2e-5 and 5e-5, batches of 32", why: "small encoders; the same for every arm" },
    { what: "pairs are lexical neighbours and random ones instead of a task's own", why: "the fixture's glosses come without pairs; half and half gives both ends of the scale" },
    { what: "the second language model is bert-en@l, a larger one of the same vocabulary", why: "it is there for other systems; a gain of mutual distillation may therefore be the larger partner's, and no condition rests on it" },
  ],
  use: [
    { verb: "reprise train trans-encoder --data pairs.jsonl", description: "from pairs without labels: an embedder, and a cross-encoder as a reranker" },
    { verb: "distilInCycles(learners, count)", description: "the cycles over any two forms of any models" },
  ],
  knobs: [
    { name: "cycles", description: "turns; the paper takes three", values: [1, 2, 3] },
    { name: "handOver", description: "pass weights between the forms instead of starting anew", values: [false, true] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: [START, LONGER, SYSTEM, CROSS], settings },
      full: { seeds: [1, 2, 3], minutes: 22, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: START, role: "baseline", description: "the unsupervised bi-encoder that all others start from", run: contrastive },
      { name: LONGER, role: "baseline", description: "SimCSE for as many further steps as all cycles take together", run: contrastive },
      { name: SYSTEM, role: "system", description: "two cycles, the bi-encoder", run: (context, shared) => transEncoder(context, shared) },
      { name: CROSS, role: "system", description: "the cross-encoder of the same cycles", run: crossForm },
      { name: "mutual", role: "ablation", description: "labels shared with bert-en@l; the bi-encoder of bert-en", foundations: [bertEnL], run: (context, shared) => transEncoder(context, shared, [bertEnL]) },
      { name: "handed over", role: "ablation", description: "weights pass from form to form", run: (context, shared) => transEncoder({ ...context, settings: { ...context.settings, handOver: true } }, shared) },
    ],
    claim: {
      paper: "mean Spearman over sentence similarity tasks, no labels: 76.21 of SimCSE (BERT base) to 80.41 as a bi-encoder and 79.90 as a cross-encoder",
      metric: "Spearman's rho on 2,000 pairs of glosses",
      expected: "the bi-encoder of Trans-Encoder beats SimCSE of equal steps by 2 points",
      conditions: [{ name: "the bi-encoder beats SimCSE of equal steps by 2 points", effect: difference({ metric: "spearman", of: SYSTEM, minus: LONGER }), kind: "atLeast", minimumEffect: 0.02 }],
    },
    tried: ["steps, cycles and numbers of pairs are those of the specification; nothing was tuned"],
  },
  textRecipe: transEncoderRecipe,
  probe: () => {
    const random = RandomStream.of(1);
    const sizes = { width: 16, depth: 2, heads: 2, positions: 8 };
    const module = biEncoderOf({ model: new Bert({ random, vocabulary: 40, ...sizes }), sizes }, { random, pooling: "first" });
    const rows = { random: RandomStream.of(2), rows: 4, length: 6 };
    return Promise.resolve({ module, batch: { ...randomFields("query", rows), ...randomFields("document", rows) }, loss: (model: BiEncoder, tensors: Parameters<typeof simCse>[1]) => simCse(model, tensors, EVALUATE).loss });
  },
});
