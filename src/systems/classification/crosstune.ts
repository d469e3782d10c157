/**
 * CrossTune: Black-Box Few-Shot Classification with Label Enhancement (Luo et al., arXiv 2403.12468, LREC-COLING 2024).
 *
 * The language model stays behind an API that gives states and no gradients; all that is trained is a small cross-attention from
 * what it says of a text to what it says of the labels' descriptions. Checked: 16 texts of a class on three sets, against prompt
 * search without gradients, a linear probe on the same states, bare names, and written examples with and without a filter.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { FewShotDraw, SubwordTokenizer } from "../../data/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { metrics } from "../../train/index.ts";
import { defineSystem, difference, linearClasses } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, LabelledFeatures } from "../../lab/index.ts";
import { readJson, writeJson } from "../../lab/store.ts";
import { bertEn, bertOf, lmEn, lmEnOf } from "../../lab/text/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { agreeing, continueTexts, writingPrompt } from "./crosstune-generate.ts";
import type { WrittenText } from "./crosstune-generate.ts";
import { fewShotRecipe } from "./crosstune-classifier.ts";
import { CrossTuneHead, fitHead, largestOf } from "./crosstune-model.ts";
import type { FittedHead, LabelledVectors } from "./crosstune-model.ts";
import { searchPrompt, zeroShotClasses } from "./crosstune-prompt.ts";
import { boxOf, overTasks, plainOf, prepare, settings, TASKS, TEMPLATES, vectorsOf } from "./crosstune-tasks.ts";
import type { OnTask, Settings, Shared, Task } from "./crosstune-tasks.ts";

const zeroShot: OnTask = async (context, { name, set, test }) => ({
  classes: await zeroShotClasses(bertOf(context.foundation(bertEn)), { template: TEMPLATES[name], length: context.settings.length, names: set.classes.map((label) => label.name) }, test.map(({ text }) => text), context.device),
  calls: 0,
});

const promptSearch: OnTask = async (context, task, { train, development }) => {
  const { settings: { prompt, length }, device, signal, random } = context;
  const names = task.set.classes.map((label) => label.name);
  const found = await searchPrompt(random.child("prompt", task.name), bertOf(context.foundation(bertEn)), { template: TEMPLATES[task.name], length, names }, plainOf(task, train), plainOf(task, development), prompt, { device, signal });
  return { classes: await found.classes(task.test.map(({ text }) => text)), calls: found.sent, notes: [`${found.sent} texts sent, ${(100 * found.development).toFixed(1)}% on the development texts`] };
};

const DECAYS = [1e-3, 1e-2, 1e-1, 1] as const;

const probe: OnTask = async ({ device, signal }, task, { train, development }) => {
  const features = ({ texts, labels }: LabelledVectors): LabelledFeatures => ({ features: texts, labels: hostArray(Int32Array.from(labels), [labels.length]) });
  const [known, checked, classes] = [features(vectorsOf(task, train)), vectorsOf(task, development), task.set.classes.length];
  const classesBy = async (test: LabelledFeatures, weightDecay: number): Promise<Int32Array> => (await linearClasses({ train: known, test, classes }, { weightDecay, device, signal })).data as Int32Array;
  let best = { decay: DECAYS[0] as number, accuracy: -1 };
  for (const decay of DECAYS) {
    const accuracy = metrics.accuracy(await classesBy(features(checked), decay), checked.labels);
    if (accuracy > best.accuracy) best = { decay, accuracy };
  }
  const blank = { features: task.vectors.test, labels: hostArray(new Int32Array(task.test.length), [task.test.length]) };
  return { classes: await classesBy(blank, best.decay), calls: train.length + development.length, notes: [`weight decay ${best.decay}, ${(100 * best.accuracy).toFixed(1)}% on the development texts`] };
};

/** A head on the draw, on what is added to it, and the classes of the test texts. */
const fit = (context: ArmContext<Settings>, task: Task, { train, development }: FewShotDraw, labels: keyof Task["labels"], added?: LabelledVectors): Promise<FittedHead> => {
  const { settings: { heads, head }, device, signal, random } = context;
  const own = vectorsOf(task, train);
  const all = added === undefined ? own : { texts: stacked(own.texts, added.texts), labels: [...Array.from(own.labels), ...Array.from(added.labels)] };
  return fitHead(random.child("weights"), task.labels[labels], all, vectorsOf(task, development), { width: own.texts.shape[1] as number, heads }, { ...head, device, signal });
};

const stacked = (a: HostArray, b: HostArray): HostArray => hostArray(Float32Array.from([...(a.data as Float32Array), ...(b.data as Float32Array)]), [(a.shape[0] as number) + (b.shape[0] as number), a.shape[1] as number]);
const classesOf = async (head: FittedHead, { vectors }: Task): Promise<Int32Array> => largestOf(await head.score(vectors.test));
const asked = ({ train, development }: FewShotDraw, { set }: Task): number => train.length + development.length + set.classes.length;

const crossTune = (labels: keyof Task["labels"]): OnTask => async (context, task, draw) => {
  const head = await fit(context, task, draw, labels);
  return { classes: await classesOf(head, task), calls: asked(draw, task), trained: [head], notes: [`${head.steps} steps, ${(100 * head.development).toFixed(1)}% on the development texts`] };
};

const WRITTEN = "CrossTune, written";

/** What the language model writes for each class of a task. */
async function write({ foundation, settings: { written }, random, device, signal }: ArmContext<Settings>, { name, set }: Task, { train }: FewShotDraw): Promise<WrittenText[]> {
  const { model, tokenizer }: { readonly model: ReturnType<typeof lmEnOf>["model"]; readonly tokenizer: SubwordTokenizer } = lmEnOf(foundation(lmEn));
  const wanted = set.classes.flatMap((label, c) => {
    const own = Array.from(train).filter((place) => set.train[place]?.label === c);
    return Array.from({ length: written.perClass }, (_, i) => ({ label: c, prompt: writingPrompt(tokenizer, label, set.train[own[i % own.length] as number]?.text as string, written.example) }));
  });
  const texts = await continueTexts(model, wanted.map(({ prompt }) => prompt), { random: random.child("written", name), tokens: written.tokens, temperature: written.temperature, end: tokenizer.special.sep, device, signal });
  return texts.map((ids, i) => ({ text: tokenizer.decode(ids), label: wanted[i]?.label as number })).filter(({ text }) => text.trim() !== "");
}

/** The written texts, which the filtered arm takes from the arm before it. */
async function writtenTexts(context: ArmContext<Settings>, task: Task, draw: FewShotDraw, filtered: boolean): Promise<WrittenText[]> {
  const file = `written-${task.name}.json`;
  if (filtered) return (await readJson(context.artifactsOf(WRITTEN), file)) as WrittenText[];
  const texts = await write(context, task, draw);
  await writeJson(context.artifacts, file, texts);
  return texts;
}

const enhanced = (filtered: boolean): OnTask => async (context, task, draw) => {
  const texts = await writtenTexts(context, task, draw, filtered);
  const judged = filtered ? await agreeing(context, bertOf(context.foundation(bertEn)), task.set.classes.length, plainOf(task, draw.train), texts, context.settings.switch, `switch-${task.name}`) : null;
  const kept = texts.filter((_, i) => judged?.kept[i] ?? true);
  const plain = await fit(context, task, draw, "descriptions");
  const vectors = kept.length === 0 ? undefined : { texts: await boxOf(context, task.name).texts(kept.map(({ text }) => text)), labels: kept.map(({ label }) => label) };
  const more = vectors === undefined ? plain : await fit(context, task, draw, "descriptions", vectors);
  // The switch: written texts are used where they help on the development texts.
  const used = !filtered || more.development > plain.development ? more : plain;
  return {
    classes: await classesOf(used, task),
    calls: asked(draw, task) + kept.length,
    trained: [used, ...(judged === null ? [] : [judged.trained])],
    notes: [`${kept.length} of ${texts.length} written texts kept, ${used === plain ? "not used" : "used"}; such as ${JSON.stringify(kept[0]?.text.slice(0, 80) ?? "")}`],
  };
};

const arm = (onTask: OnTask) => (context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> => overTasks(context, shared, onTask);

/** Margin over the linear probe in the middle one of three tasks: at least two are as good. */
const inMostTasks: Effect = {
  formula: "median over the tasks of accuracy(CrossTune) - accuracy(linear probe)",
  reads: TASKS.flatMap((metric) => [{ arm: "CrossTune", metric }, { arm: "linear probe", metric }]),
  noEffect: 0,
  compute: (values) => TASKS.map((_, i) => (values[2 * i] ?? NaN) - (values[2 * i + 1] ?? NaN)).sort((a, b) => a - b)[1] ?? NaN,
};

export default defineSystem({
  slug: "crosstune",
  family: "classification",
  title: "CrossTune: Black-Box Few-Shot Classification with Label Enhancement",
  arxiv: "2403.12468",
  year: 2024,
  summary:
    "When a language model answers through an API only, prompts used to be searched for without gradients, call by call. CrossTune asks once about every text and every written description of a label, and trains a small cross-attention between the two; texts written for each label add to the few examples where a filter and a switch let them.",
  mechanism: [
    "A text stands before a template with a mask; the model's states at the mask, averaged over its last four layers, are the text's vector.",
    "Each label has a description; the maximum over its tokens' states is the label's vector. Both are asked for once.",
    "The text's vector attends to the label vectors; with the residual and a layer norm, a bilinear form with each label's vector scores it, so that labels never seen can be scored.",
    "The head alone is trained, by cross-entropy, and stops where the few development texts are classified best.",
    "A language model writes texts for each label from its description and an example; an ordinary classifier fine-tuned on the few texts keeps those of which it thinks the same; they are used where development accuracy rises.",
  ],
  checks: [
    "permuting the labels permutes the scores",
    "the model is asked about each text and each label once, whatever the number of steps, and its weights stay as they are",
    "with one label attention is 1 and gives the label's value projection",
    "CMA-ES reaches 1e-6 on a quadratic of ten numbers within 2,000 evaluations",
    "generation with kept keys and values gives the tokens that full passes give",
  ],
  deviations: [
    { what: "bert-en behind the API instead of RoBERTa-large, and rows of 48 tokens", why: "small enough for two cores" },
    { what: "sections of packages, genres and mail instead of the paper's seven sets", why: "real texts that packages ship" },
    { what: "lm-en writes the texts instead of an instruction-tuned model of billions of parameters; it reads description and example as two documents", why: "a language model of this size follows no instructions" },
    { what: "vectors of texts and labels are standardised column by column", why: "states of a small BERT share a large common part; the linear probe on the same states is standardised alike" },
    { what: "a bilinear form with the label's vector instead of a linear layer, and no second source of keys", why: "so that labels can be exchanged; details that the summary of the paper leaves open" },
    { what: "prompts are searched over 50 numbers with 200 batches, development batches among them", why: "the budget of the comparison; the paper's search has thousands of calls" },
  ],
  fewShot: fewShotRecipe,
  use: [
    { verb: "reprise train crosstune --data examples.jsonl --labels labels.jsonl --out my-classifier", description: "the same as a folder, which reprise classify asks; a base that fills in masks is asked by the template, one that makes vectors of texts for those" },
    { verb: "fitFewShot(model, examples, descriptions)", description: "a classifier from a few examples and a description of each class on any text model that gives vectors; `CrossTuneClassifier.fit` takes any function that does" },
    { verb: "predict(texts)", description: "label and probabilities of each text" },
  ],
  knobs: [
    { name: "perClass", description: "examples of each class, and as many to choose when to stop", values: [4, 8, 16, 24] },
    { name: "layers", description: "last layers whose states at the mask are averaged", values: [1, 2, 4] },
    { name: "heads", description: "of the cross-attention", values: [1, 4, 8] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["CrossTune", "prompt search", "linear probe", "CrossTune, names", "zero-shot"], settings: { ...settings, tasks: ["topics", "genres"], prompt: { ...settings.prompt, calls: 64 }, test: 500 } },
      full: { seeds: [1, 2, 3, 4, 5], minutes: 30, settings },
    },
    foundations: [bertEn, lmEn],
    prepare,
    arms: [
      { name: "CrossTune", role: "system", description: "labels by their descriptions", run: arm(crossTune("descriptions")) },
      { name: "prompt search", role: "baseline", description: "five prompt vectors found by CMA-ES; words of the names at the mask", run: arm(promptSearch) },
      { name: "linear probe", role: "baseline", description: "a linear classifier on the same states of the texts; its weight decay is chosen on the development texts", run: arm(probe) },
      { name: "CrossTune, names", role: "ablation", description: "labels by their names", run: arm(crossTune("names")) },
      { name: "zero-shot", role: "floor", description: "words of the names at the mask, nothing learned", run: arm(zeroShot) },
      { name: WRITTEN, role: "ablation", description: "written texts added, all of them", run: arm(enhanced(false)) },
      { name: "CrossTune, filtered", role: "system", description: "written texts added where filter and switch let them", run: arm(enhanced(true)) },
    ],
    claim: {
      paper: "Over seven sets with 16 examples of a class CrossTune is 5.7 points better on average than the best black-box tuning before it, and at least comparable without written texts",
      metric: "accuracy on test texts, mean over the tasks, of 16 examples of each class and as many to stop by",
      expected: "descriptions beat prompt search by 5 points and the linear probe by 1 point in two of three tasks; the filter does not hurt",
      conditions: [
        { name: "5 points above prompt search", effect: difference({ metric: "accuracy", of: "CrossTune", minus: "prompt search" }), kind: "atLeast", minimumEffect: 0.05 },
        { name: "1 point above the linear probe in two of three tasks", effect: inMostTasks, kind: "atLeast", minimumEffect: 0.01, profiles: ["full"] },
        { name: "1 point above the linear probe on average", effect: difference({ metric: "accuracy", of: "CrossTune", minus: "linear probe" }), kind: "atLeast", minimumEffect: 0.01, role: "side" },
        { name: "the filter does not hurt", effect: difference({ metric: "accuracy", of: "CrossTune, filtered", minus: WRITTEN }), kind: "atLeast", minimumEffect: 0, profiles: ["full"] },
        { name: "descriptions are not worse than names", effect: difference({ metric: "accuracy", of: "CrossTune", minus: "CrossTune, names" }), kind: "atLeast", minimumEffect: 0, role: "side" },
      ],
    },
    tried: ["shots, calls, learning rate and thresholds are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const [width, count, classes] = [16, 8, 4];
    const draw = RandomStream.of(2);
    const noise = (rows: number): HostArray => hostArray(Float32Array.from({ length: rows * width }, () => draw.normal()), [rows, width]);
    const module = new CrossTuneHead({ random: RandomStream.of(1), width, heads: 2 });
    const batch = { texts: noise(count), labels: noise(classes), wanted: hostArray(Int32Array.from({ length: count }, (_, i) => i % classes), [count]) };
    return Promise.resolve({ module, batch, loss: (head: CrossTuneHead, { texts, labels, wanted }: Record<string, Parameters<CrossTuneHead["forward"]>[0]>) => crossEntropy(head.forward(texts as Parameters<CrossTuneHead["forward"]>[0], labels as Parameters<CrossTuneHead["forward"]>[1], EVALUATE), wanted as Parameters<CrossTuneHead["forward"]>[0]).loss });
  },
});
