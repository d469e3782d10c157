/**
 * Discrete Key-Value Bottleneck (Träuble et al., arXiv 2207.11240, ICML 2023).
 *
 * Frozen features are snapped to the nearest of many fixed keys and only the values stored under those keys are learned, so
 * a new class touches the memory cells it uses and no others. Checked: ten digits taught two at a time, against a linear
 * probe, a small network and the nearest class mean on the same features. The bottleneck is in
 * `discrete-key-value-bottleneck-model.ts`, the stream of tasks in `class-incremental.ts` and `teach-stages.ts`.
 *
 * Choices: states after three of four blocks, averaged over the quarters of the picture, as features; the keys start as normal numbers, which the rule for
 * dead keys soon replaces; ties between logits go to the class taught first. One optimizer lives through all tasks in every
 * arm, as borders are not announced: plain descent has nothing to remember, Adam keeps its moments and its count of steps.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { activation, EVALUATE, init, Linear, Module } from "../../nn/index.ts";
import { Adam, Sgd } from "../../train/index.ts";
import type { Optimizer } from "../../train/index.ts";
import { clipEmoji, defineSystem, difference, extract, joinStages, level, takeRows } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, Table } from "../../lab/index.ts";
import { accuracyByTask, forgetting, labelsOf, loadIncrementalLab, nearnessToMeans, taskOrder } from "./class-incremental.ts";
import type { IncrementalLab } from "./class-incremental.ts";
import { teachStages } from "./teach-stages.ts";
import type { Learner } from "./teach-stages.ts";
import { findKeys, fitKeys, KeyValueBottleneck, LABEL_SMOOTHING, PUBLISHED } from "./discrete-key-value-bottleneck-model.ts";

const settings = {
  tasks: 5,
  epochs: 10,
  batch: 256,
  learningRate: 0.3,
  clip: 1,
  heads: 64,
  entries: 512,
  keyWidth: 8,
  /** Passes over the unlabelled emoji that lay out the keys. */
  keyEpochs: 10,
};
type Settings = typeof settings;

type Build = (context: ArmContext<Settings>, lab: IncrementalLab) => Promise<Learner>;

const widthOf = ({ features }: IncrementalLab): number => features.shape[1] as number;

interface Variant {
  /** Whose features lay out the keys; "none" leaves them random. */
  readonly keysOf?: "emoji" | "digits" | "none";
  readonly optimizer?: (model: Module, settings: Settings) => Optimizer;
}

const sgd = (model: Module, { learningRate }: Settings): Optimizer => new Sgd(model, { learningRate });

const bottleneck = ({ keysOf = "emoji", optimizer = sgd }: Variant): Build => async (context, lab) => {
  const { settings: { heads, entries, keyWidth, keyEpochs, batch }, random, seed, device, signal } = context;
  const model = new KeyValueBottleneck({ random: random.child("weights"), inputs: widthOf(lab), heads, entries, keyWidth, classes: lab.classes });
  const unlabelled = keysOf === "digits" ? takeRows(lab.features, lab.train) : lab.other;
  if (keysOf !== "none") await fitKeys(model, unlabelled, { epochs: keyEpochs, batch, seed, device, signal });
  return { model, rows: await findKeys(model, lab.features, { device, signal }), logits: (ids, mode) => model.read(ids, mode), optimizer: () => optimizer(model, context.settings) };
};

const linear = (rate = 1): Build => ({ random, settings: own }, lab) => {
  const model = new Linear(widthOf(lab), lab.classes, { random: random.child("weights"), init: init.zeros });
  return Promise.resolve({ model, rows: lab.features, logits: (x) => model.forward(x), optimizer: () => new Sgd(model, { learningRate: rate * own.learningRate }) });
};

class Perceptron extends Module {
  readonly hidden: Linear;
  readonly output: Linear;

  constructor(random: RandomStream, inputs: number, width: number, classes: number) {
    super();
    this.hidden = new Linear(inputs, width, { random: random.child("hidden") });
    this.output = new Linear(width, classes, { random: random.child("output") });
  }

  forward(x: Tensor): Tensor {
    return this.output.forward(activation("relu")(this.hidden.forward(x)));
  }
}

const perceptron: Build = ({ random, settings: own }, lab) => {
  const model = new Perceptron(random.child("weights"), widthOf(lab), 128, lab.classes);
  return Promise.resolve({ model, rows: lab.features, logits: (x) => model.forward(x), optimizer: () => sgd(model, own) });
};

/** Teaches a learner task by task and then, from the same start, all classes mixed. */
async function teach(context: ArmContext<Settings>, lab: IncrementalLab, build: Build): Promise<ArmResult> {
  const { settings: { tasks: count, batch, epochs, clip }, seed, device, signal } = context;
  const learner = await build(context, lab);
  const start = learner.model.stateDict();
  const tasks = taskOrder(seed, lab.classes, count);
  const teaching = { labels: lab.labels, batch, epochs, clip, smoothing: LABEL_SMOOTHING, seed };
  const test = (): Promise<HostArray> => extract((indices) => ({ x: takeRows(learner.rows, indices) }), ({ x }) => learner.logits(x, EVALUATE), lab.test, { batchSize: 500, device, signal });

  const stages: number[][] = [];
  const inTurn = await teachStages(context, learner, tasks.map((own, task) => ({ name: `task ${task + 1}`, items: lab.train.filter((index) => own.includes(lab.labels[index] as number)) })), {
    ...teaching,
    progress: [0, 0.5],
    after: async (task) => void stages.push(accuracyByTask(await test(), labelsOf(lab.labels, lab.test).data as Int32Array, tasks, tasks.slice(0, task + 1).flat())),
  });
  const cells: Readonly<Record<string, number>> = learner.model instanceof KeyValueBottleneck ? { cellsUsed: shareOf(learner.model.touched.value()) } : {};
  learner.model.loadStateDict(start);
  const atOnce = await teachStages(context, learner, [{ name: "all mixed", items: lab.train }], { ...teaching, progress: [0.5, 1] });
  const mixed = accuracyByTask(await test(), labelsOf(lab.labels, lab.test).data as Int32Array, tasks, tasks.flat());
  return { ...joinStages({ ...inTurn, ...atOnce }), ...measured(lab, tasks, stages, mixed, cells) };
}

const shareOf = ({ data }: HostArray): number => Array.from(data, Number).reduce((sum, value) => sum + value, 0) / data.length;

/** Accuracies over all test items from those by task. */
function measured({ labels, test }: IncrementalLab, tasks: readonly (readonly number[])[], stages: readonly (readonly number[])[], mixed: readonly number[], more: Readonly<Record<string, number>> = {}): Pick<ArmResult, "metrics" | "tables"> {
  const items = tasks.map((own) => test.filter((index) => own.includes(labels[index] as number)).length);
  const over = (accuracies: readonly number[], until = accuracies.length): number => accuracies.slice(0, until).reduce((sum, value, task) => sum + value * (items[task] as number), 0) / items.slice(0, until).reduce((sum, value) => sum + value, 0);
  const last = stages.at(-1) as readonly number[];
  const table: Table = {
    caption: "Accuracy on each task's classes among the classes taught so far, task after task; the last row is from shuffled data",
    columns: ["after", ...tasks.map((own, task) => `task ${task + 1}: ${own.join(", ")}`)],
    rows: [...stages.map((row, task) => [`task ${task + 1}`, ...row.map(shown)]), ["all mixed", ...mixed.map(shown)]],
  };
  return { metrics: { incremental: over(last), mixed: over(mixed), early: over(last, 2), forgetting: forgetting(stages), ...more }, tables: [table] };
}

const shown = (accuracy: number): string | number => (Number.isNaN(accuracy) ? "" : Number(accuracy.toFixed(3)));

/** The nearest of the classes' mean features: order cannot matter to it. */
function nearestMean({ seed, settings: { tasks: count } }: ArmContext<Settings>, lab: IncrementalLab): ArmResult {
  const { labels, classes } = lab;
  const nearness = nearnessToMeans(lab);
  const tasks = taskOrder(seed, classes, count);
  const stages = tasks.map((_, task) => accuracyByTask(nearness, labelsOf(labels, lab.test).data as Int32Array, tasks, tasks.slice(0, task + 1).flat()));
  return { parameters: classes * widthOf(lab), flopsPerStep: 0, steps: 0, seconds: 0, ...measured(lab, tasks, stages, stages.at(-1) as number[]) };
}

/** What the order of classes costs: accuracy when taught task by task minus that on shuffled data. */
const costOfOrder = (arm: string): Effect => ({
  formula: `incremental(${arm}) - mixed(${arm})`,
  reads: [{ arm, metric: "incremental" }, { arm, metric: "mixed" }],
  noEffect: 0,
  compute: ([incremental = NaN, mixed = NaN]) => incremental - mixed,
});

export default defineSystem({
  slug: "discrete-key-value-bottleneck",
  family: "classification",
  title: "Discrete Key-Value Bottleneck",
  arxiv: "2207.11240",
  year: 2022,
  code: "https://github.com/ftraeuble/discrete_key_value_bottleneck",
  summary:
    "A frozen encoder's features are cut by random projections into many small heads, and each head is snapped to the nearest of its fixed keys. Only the values under those keys are learned, so teaching new classes changes the cells they use and leaves what was stored for others as it was.",
  mechanism: [
    "Features of a frozen encoder are projected by C fixed Gaussian matrices with columns of unit length into heads of a few numbers.",
    "Each head has its own J keys; they are laid out by moving averages on features without labels, which may be of other data, and dead keys move to random features.",
    "Then the keys are frozen for good; each head fetches the value under its nearest key.",
    "Values are one logit for each class, zero at first; the mean over heads is the answer, with no further parameters.",
    "Learning is plain gradient descent on the values, with clipped gradients and smoothed labels: cells that are not fetched keep their bits.",
    "Tasks are never announced, so one optimizer lives through all of them, and all classes share one output.",
  ],
  checks: [
    "values and key entries of the published configuration",
    "a step on one sample changes one value row of each head and no other bit; with Adam a second sample's step moves rows of the first",
    "with zero values all logits are 0 and the loss is ln 10, with or without smoothing",
    "sets of samples that hit different keys leave the same values in either order; with a shared key they do not",
    "no gradient reaches keys or projections, and laying out the keys reads no label",
  ],
  deviations: [
    { what: "features of a small vision transformer trained on emoji, on digits, instead of a ResNet-50 on CIFAR-10", why: "the frozen encoder must not have seen the classes; keys are laid out on emoji, so on other data as in the paper" },
    { what: "the features are means over each quarter of the picture, not over all of it", why: "digits differ in where their strokes are; dev digits chose it, and all arms read the same features" },
    { what: "64 heads with 512 keys of 8 numbers instead of 256 with 4,096 of 14", why: "features have 384 numbers and there are 7,000 digits to learn from" },
    { what: "the keys of all digits are looked up once, before learning", why: "they never move, so the result is the same; FLOPs of a step are those of the values" },
    { what: "10 passes over each task", why: "an experiment of minutes; the paper's stages are far longer" },
  ],
  use: [
    { verb: "KeyValueClassifier.fitKeys(unlabelled)", description: "lays out the memory on vectors without labels, of your own data or any other" },
    { verb: "learn(x, y)", description: "teaches a few examples, at any time, of old classes or new ones" },
    { verb: "predict(x)", description: "answers among the classes taught so far, and says which cells spoke for it" },
  ],
  knobs: [
    { name: "heads", description: "random projections, each with a codebook", values: [16, 64, 256] },
    { name: "entries", description: "keys of a head: more of them overlap less between classes", values: [64, 512, 4096] },
    { name: "learningRate", description: "of the values: each cell gets its share of the heads and of the batch", values: [0.3, 3, 30] },
  ],
  published: () => [publishedTable()],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, settings },
      full: { seeds: [1, 2, 3, 4, 5], minutes: 5, settings },
    },
    foundations: [clipEmoji],
    prepare: (context): Promise<IncrementalLab> => loadIncrementalLab(context),
    arms: [
      { name: "linear probe", role: "baseline", description: "one linear map from the same features, same optimizer and batches", run: (context, lab) => teach(context, lab, linear()) },
      { name: "DKVB", role: "system", description: "keys laid out on emoji, values learned", run: (context, lab) => teach(context, lab, bottleneck({})) },
      { name: "MLP-128", role: "baseline", description: "a hidden layer of 128", run: (context, lab) => teach(context, lab, perceptron) },
      { name: "nearest class mean", role: "baseline", description: "means of the features; the order of classes cannot matter", run: (context, lab) => Promise.resolve(nearestMean(context, lab)) },
      { name: "linear probe, small steps", role: "ablation", description: "a hundredth of the learning rate: so little that logits stay near zero, as they do in the bottleneck", run: (context, lab) => teach(context, lab, linear(0.01)) },
      { name: "DKVB, keys of digits", role: "ablation", description: "keys laid out on the training digits, without their labels", run: (context, lab) => teach(context, lab, bottleneck({ keysOf: "digits" })) },
      { name: "DKVB, random keys", role: "ablation", description: "keys never laid out", run: (context, lab) => teach(context, lab, bottleneck({ keysOf: "none" })) },
      { name: "DKVB, Adam", role: "ablation", description: "Adam at 1e-2, whose momentum goes on moving cells that are no longer fetched, across the borders of tasks too", run: (context, lab) => teach(context, lab, bottleneck({ optimizer: (model) => new Adam(model, { learningRate: 1e-2 }) })) },
    ],
    claim: {
      paper: "Class-incremental CIFAR-10 with frozen backbones: far less forgetting than linear probes, perceptrons or tuned decoders",
      metric: "accuracy over ten digits after they were taught two at a time, and on shuffled data (mixed); early: over the classes of the first two tasks",
      expected: "25 points above a linear probe, at most 5 below itself on shuffled data; the probe has lost the early classes. The nearest class mean is shown as the simple reference it is",
      conditions: [
        { name: "taught task by task, 25 points above the linear probe", effect: difference({ metric: "incremental", of: "DKVB", minus: "linear probe" }), kind: "atLeast", minimumEffect: 0.25 },
        { name: "the order of classes costs at most 5 points", effect: costOfOrder("DKVB"), kind: "atLeast", minimumEffect: -0.05 },
        { name: "the linear probe is close to chance on early classes", effect: level({ metric: "early", of: "linear probe", noEffect: 0.1 }), kind: "atMost", minimumEffect: 0.2, role: "side" },
      ],
    },
    tried: [
      "sizes, passes and rates are those of the specification; nothing was tuned",
      "features: a first quick run averaged the states over the whole picture; accuracies on test digits were .16 task by task and .60 on shuffled data for the linear probe, .35 and .33 for the bottleneck, .37 for the nearest class mean. A linear probe on shuffled dev digits then chose the pooling: .79 over the whole picture, .88 over quarters; blocks 1 to 4 hardly differ",
      "scale: statistics of the training digits would lift the probe's shuffled dev accuracy from .69 to .85 and the nearest mean's from .45 to .49, but are not known before all classes have been seen; those of the emoji are kept",
    ],
  },
  probe: () => {
    const model = new KeyValueBottleneck({ random: RandomStream.of(1), inputs: 6, heads: 4, entries: 5, keyWidth: 2, classes: 3 });
    const draw = RandomStream.of(2);
    // One sample for each class; only values that are fetched learn, and the parameter as a whole does.
    const batch = { x: hostArray(Float32Array.from({ length: 18 }, () => draw.normal()), [3, 6]), labels: hostArray(Int32Array.of(0, 1, 1), [3]) };
    return Promise.resolve({ module: model, batch, loss: (own: KeyValueBottleneck, { x, labels }: { readonly x: Tensor; readonly labels: Tensor }) => own.loss(x, labels, EVALUATE) });
  },
});

/** Sizes of the memory, published and here. */
function publishedTable(): Table {
  const row = (name: string, { heads, entries, keyWidth, classes }: typeof PUBLISHED): (string | number)[] => [name, heads, entries, keyWidth, heads * entries * keyWidth, heads * entries * classes];
  return { caption: "Memory: numbers in keys, which are frozen, and in values, which are learned", columns: ["configuration", "heads", "keys of a head", "width", "in keys", "in values"], rows: [row("published", PUBLISHED), row("here", { ...settings, inputs: 384, classes: 10 })] };
}
