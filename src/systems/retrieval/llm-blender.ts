/**
 * LLM-Blender: Ensembling Large Language Models with Pairwise Ranking and Generative Fusion (Jiang et al., arXiv 2306.02561,
 * ACL 2023).
 *
 * PairRanker reads a source with two candidates and says which is better; all comparisons, in both orders, rank what several
 * writers made of the source, and a fuser writes one text from the best three. Checked: on summaries of packages by six
 * writers, against the best of them and against rankers that read candidates one at a time.
 *
 * Choices: pairs for training are the best and the worst of a set or any two, half and half; equal quality counts as "not
 * better" for both; the fuser reads the candidates before the source, so that nothing of them is cut off.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { pairwiseRanking, regression } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, encodeSafetensors, schedules } from "../../train/index.ts";
import { defineSystem, difference, extract, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { readJson, writeJson } from "../../lab/store.ts";
import { againstArm, bertEn, bertEncoder, bertOf, biEncoderOf, encodeTexts, endedRows, fineTuneBiEncoder, fineTuneWriter, keepItems, sideOf, t5En, t5EnOf, textToTextBatches, writeTexts } from "../../lab/text/index.ts";
import { agreement, comparisonOf, comparisonsOf, dualBatches, judgeSelection, loadBlenderData, metricsOf, pointwiseBatches, WRITERS } from "./llm-blender-lab.ts";
import type { BlenderData, WriterSettings } from "./llm-blender-lab.ts";
import { comparisonBatches, comparisonLoss, markedBatch, MarkedRowMaker, overall, PairRanker } from "./llm-blender-ranker.ts";
import type { CandidateSet, MarkedRow } from "./llm-blender-ranker.ts";
import { llmBlenderTextRecipe } from "./llm-blender-recipe.ts";
import { bubbleBest, fuserInput, maxLogits, ranking } from "./llm-blender-tournament.ts";
import { MEASURES } from "./llm-blender-writers.ts";

const writer: WriterSettings = { pool: 8000, steps: 300, batch: 32, learningRate: 1e-3, temperature: 0.8, lengths: { source: 64, target: 20 } };

const settings = {
  /** Descriptions that rankers learn from, and that they are tested on. */
  train: 1500,
  test: 300,
  writer,
  lengths: { source: 48, candidate: 20 },
  /** Pairs of a step; rankers of single candidates get as many tokens. */
  batch: 24,
  steps: 200,
  learningRate: 3e-4,
  fuser: { train: 600, top: 3, steps: 120, batch: 16, learningRate: 5e-4, lengths: { source: 112, target: 20 } },
};
type Settings = typeof settings;

interface Shared extends BlenderData {
  readonly tokenizer: Tokenizer;
}

const prepare = async (context: PrepareContext<Settings>): Promise<Shared> => ({ tokenizer: bertOf(context.foundation(bertEn)).tokenizer, ...(await loadBlenderData(context, context.settings)) });

const untrained = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0 } as const;
const best = (scores: readonly number[]): number => ranking(scores)[0] as number;

/** The chosen candidates of the tested descriptions; with scores, how far they agree with the quality too. */
async function judge(context: ArmContext<Settings>, { test }: Shared, selected: readonly number[], scores?: readonly (readonly number[])[]): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const { metrics, byItem, table } = judgeSelection(test, selected);
  await keepItems(context, "chrF", byItem);
  return { metrics: { ...metrics, ...(scores === undefined ? {} : { agreement: agreement(test, scores) }) }, tables: [table] };
}

/** The writer that is best on the training descriptions, for every tested one. */
async function bestSingle(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const means = WRITERS.map((_, place) => metricsOf(shared.train.map(({ quality }) => quality[place] as readonly number[])).quality);
  const choice = best(means);
  const tested = WRITERS.map((_, place) => metricsOf(shared.test.map(({ quality }) => quality[place] as readonly number[])));
  const table = { caption: "writers on the tested descriptions", columns: ["writer", ...MEASURES], rows: WRITERS.map((name, i) => [name, ...([tested[i]?.chrF, tested[i]?.rougeL, tested[i]?.meaning] as number[]).map((value) => (100 * value).toFixed(1))]) };
  return { ...untrained, ...(await judge(context, shared, shared.test.map(() => choice))), tables: [table], notes: [`the best writer of the training descriptions: ${WRITERS[choice]}`] };
}

/** What drawing a candidate gives, on average. */
const drawn = ({ test }: Shared): ArmResult => ({ ...untrained, metrics: { ...metricsOf(test.flatMap(({ quality }) => quality)), agreement: 0 } });

interface Ranker {
  readonly model: PairRanker;
  readonly maker: MarkedRowMaker;
}

function rankerOf(context: ArmContext<Settings>, { tokenizer }: Shared): Ranker {
  const { model, sizes } = bertOf(context.foundation(bertEn));
  return { model: new PairRanker({ random: context.random.child("weights"), encoder: model.encoder, width: sizes.width, tasks: MEASURES.length }), maker: new MarkedRowMaker(tokenizer, context.settings.lengths) };
}

const optimizerOf = (model: PairRanker, { steps, learningRate }: Settings): AdamW => new AdamW(model, { learningRate, weightDecay: 0.01, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) });

const RANKER = "ranker.safetensors";
const MATRIX = "comparisons.json";

/** All comparisons: N (N - 1) passes for each description. */
async function pairRanker(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: own, seed } = context;
  const { model, maker } = rankerOf(context, shared);
  const trained = await trainArm(context, {
    model, steps: own.steps, optimizer: optimizerOf(model, own), clip: 1, unused: "zero", data: comparisonBatches(maker, shared.train, { batch: own.batch, seed }),
    loss: ({ leftQuality, rightQuality, ...rows }, mode) => {
      const [left, right] = model.forward(rows, mode) as [Tensor, Tensor];
      return { ...comparisonLoss(left, right, leftQuality, rightQuality) };
    },
  });
  const comparisons = await comparisonsOf(model, maker, shared.test, context);
  await writeJson(context.artifacts, MATRIX, comparisons);
  await context.artifacts.write(RANKER, encodeSafetensors(model.stateDict()));
  const scores = scoresOf(shared.test, comparisons);
  const judged = await judge(context, shared, scores.map(best), scores);
  const n = WRITERS.length;
  return { ...trained, ...judged, metrics: { ...judged.metrics, passes: n * (n - 1) }, notes: [await describe(context, "best single"), await describe(context, "pointwise")] };
}

const scoresOf = (sets: readonly CandidateSet[], comparisons: readonly (readonly number[])[]): number[][] => sets.map(({ candidates }, i) => maxLogits(candidates.length, comparisonOf(comparisons[i] ?? [], candidates.length)));

/** Points of chrF against an earlier arm, item by item. */
async function describe(context: ArmContext<Settings>, arm: string): Promise<string> {
  const own = (await readJson(context.artifacts, "items-chrF.json")) as unknown as number[];
  const { difference: gain, interval: { low, high } } = await againstArm(context, arm, "chrF", own);
  const points = (value: number): string => (100 * value).toFixed(1);
  return `chrF against ${arm}: ${gain >= 0 ? "+" : ""}${points(gain)} points [${points(low)}, ${points(high)}]`;
}

/** The same comparisons, but only those that one pass in random order needs. */
async function bubble(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const comparisons = (await readJson(context.artifactsOf("PairRanker"), MATRIX)) as unknown as number[][];
  const n = WRITERS.length;
  const judged = await judge(context, shared, shared.test.map((_, i) => bubbleBest(n, comparisonOf(comparisons[i] ?? [], n), context.random.child("bubble", i))));
  return { ...untrained, ...judged, metrics: { ...judged.metrics, passes: 2 * (n - 1) } };
}

/** The same head on one candidate at a time, trained on the standardised measures. */
async function pointwise(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: own, seed, device, signal } = context;
  const { model, maker } = rankerOf(context, shared);
  const batch = Math.round((own.batch * maker.longest(2)) / maker.longest(1));
  const trained = await trainArm(context, { model, steps: own.steps, optimizer: optimizerOf(model, own), clip: 1, unused: "zero", data: pointwiseBatches(maker, shared.train, { batch, seed }), loss: ({ quality, ...rows }, mode) => ({ ...regression(model.forward(rows, mode)[0] as Tensor, quality) }) });
  const rows = shared.test.flatMap(({ source, candidates }) => candidates.map((candidate) => maker.row(source, candidate)));
  const { data } = await extract((indices: Int32Array) => markedBatch(Array.from(indices, (i) => rows[i] as MarkedRow), maker.longest(1), maker.pad), (tensors) => (model.forward(tensors, EVALUATE)[0] as Tensor).mean(1), Int32Array.from(rows.keys()), { device, signal, batchSize: 64 });
  const scores = shared.test.map((_, i) => Array.from(data.subarray(i * WRITERS.length, (i + 1) * WRITERS.length) as Float32Array));
  return { ...trained, ...(await judge(context, shared, scores.map(best), scores)) };
}

/** Source and candidates apart, compared by cosine, trained with a margin between better and worse (SimCLS, arXiv 2106.01890). */
async function dual(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: { steps, learningRate, batch, lengths }, seed, random, device, signal } = context;
  const model = biEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights") });
  const trained: TrainedArm = await fineTuneBiEncoder(context, model, dualBatches(shared.tokenizer, shared.train, { batch: Math.round((batch * 2) / 3), seed, lengths }), {
    steps,
    learningRate,
    loss: (own, tensors, mode) => {
      const { query, passage } = own.forward({ query: sideOf(tensors, "query"), passage: sideOf(tensors, "document") }, mode);
      const [sets, width] = query.shape as [number, number];
      return { ...pairwiseRanking(passage.reshape([sets, -1, width]).mul(query.unsqueeze(1)).sum(2), tensors.quality, { kind: { kind: "hinge", margin: 0.1 } }) };
    },
  });
  const vectors = async (side: "query" | "passage", texts: readonly string[], maximum: number) => await encodeTexts(model, side, shared.tokenizer, texts, { maximum, device, signal });
  const sources = await vectors("query", shared.test.map(({ source }) => source), lengths.source);
  const candidates = await vectors("passage", shared.test.flatMap(({ candidates: own }) => own), lengths.candidate);
  const width = sources.shape[1] as number;
  const scores = shared.test.map((_, i) => WRITERS.map((__, j) => Array.from({ length: width }, (___, d) => (sources.data[i * width + d] as number) * (candidates.data[(i * WRITERS.length + j) * width + d] as number)).reduce((sum, value) => sum + value, 0)));
  return { ...trained, ...(await judge(context, shared, scores.map(best), scores)) };
}

/** The trained writer, trained on to write the summary from the three best candidates and the source. */
async function fuser(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: { fuser: { train, top, steps, batch, learningRate, lengths } }, seed, device, signal } = context;
  const { model, maker } = rankerOf(context, shared);
  model.loadStateDict(decodeSafetensors(new Uint8Array((await context.artifactsOf("PairRanker").read(RANKER)) as Uint8Array)).tensors);
  const inputsOf = (sets: readonly CandidateSet[], comparisons: readonly (readonly number[])[]): string[] => scoresOf(sets, comparisons).map((scores, i) => fuserInput(sets[i]?.source as string, ranking(scores).slice(0, top).map((place) => sets[i]?.candidates[place] as string)));
  const learned = shared.train.slice(0, train);
  const { tokenizer } = t5EnOf(context.foundation(t5En));
  const writing = shared.writer();
  const sources = endedRows(tokenizer, inputsOf(learned, await comparisonsOf(model, maker, learned, context)), lengths.source);
  const trained = await fineTuneWriter(context, writing, textToTextBatches({ sources, targets: endedRows(tokenizer, shared.summaries.slice(0, train), lengths.target), lengths, batch, seed }), { steps, learningRate, start: tokenizer.special.pad ?? 0, stage: "fuser" });
  const comparisons = (await readJson(context.artifactsOf("PairRanker"), MATRIX)) as unknown as number[][];
  const written = await writeTexts(writing, tokenizer, inputsOf(shared.test, comparisons), { ...lengths, device, signal });
  const qualities = written.map((text, i) => shared.judge(i, text));
  await keepItems(context, "chrF", qualities.map(([chrF]) => chrF as number));
  return { ...trained, metrics: metricsOf(qualities), notes: [await describe(context, "PairRanker")] };
}

export default defineSystem({
  slug: "llm-blender",
  family: "retrieval",
  title: "LLM-Blender: Ensembling Large Language Models with Pairwise Ranking and Generative Fusion",
  arxiv: "2306.02561",
  year: 2023,
  code: "https://github.com/yuchenlin/LLM-Blender",
  summary:
    "No writer is best on every input, and a score for a text on its own misses small differences. LLM-Blender compares the texts of several writers two at a time with a cross-encoder, ranks them by all comparisons, and lets a small sequence-to-sequence model fuse the best three.",
  mechanism: [
    "PairRanker reads `<|source|> x [SEP] <|candidate1|> a [SEP] <|candidate2|> b [SEP]` and takes the states at the three markers.",
    "One head, Linear, tanh, Linear to one output for each measure of quality, reads the source's state beside that of each candidate; the comparison is the mean over measures of left minus right.",
    "The loss is the binary cross-entropy of both candidates by each measure: is the left one better, is the right one. Equal texts are left out, and the order of a pair is drawn.",
    "All ordered pairs give a matrix; a candidate scores the sum of its row minus that of its column (MaxLogits), so both orders count.",
    "Bubble: one pass in random order keeps the better of two, each comparison in both orders.",
    "GenFuser: an encoder-decoder reads the source with the best three and is trained to write the reference.",
  ],
  checks: [
    "with both orders averaged the comparison is antisymmetric",
    "with a perfect comparison MaxLogits, MaxWins and bubble choose the same candidate",
    "N (N - 1) against 2 (N - 1) passes: 110 against 20 for 11 candidates",
    "the loss of zero logits is ln 2",
    "markers stand where their parts begin; scores are read there and not at the first token",
  ],
  deviations: [
    { what: "summaries of packages by six cheap writers instead of MixInstruct's instructions and 11 language models", why: "no such models here; the writers differ as much, and the true summary is known" },
    { what: "bert-en at 3e-4 for 200 steps, texts of 48 and 20 tokens, instead of DeBERTa-v3-large at 1e-5 for 5 epochs and 128 tokens", why: "two minutes on two cores" },
    { what: "the heads' dropout is 0", why: "the other encoders of the comparison are trained without, and 200 steps see each text a few times" },
    { what: "measures are chrF, ROUGE-L and the cosine of mean GloVe vectors", why: "none of the paper's learned measures is at hand" },
    { what: "the fuser starts from the neural writer, a small T5, instead of Flan-T5-XL", why: "a model that has seen no instructions cannot follow one; so it knows the task already" },
    { what: "no judge language model: candidates are ranked by the mean of the measures", why: "the paper's oracle is a judge; ours is the reference" },
    { what: "`reprise train llm-blender` reads the comparison at [CLS] and has one measure", why: "heads at markers have no form in Hugging Face folders" },
  ],
  use: [
    { verb: "rankCandidates(model, input, candidates)", description: "the order of answers of any generators, by all comparisons or by one pass" },
    { verb: "compareTexts(model, input, a, b)", description: "how much better one answer is than another, whichever is read first" },
    { verb: "fuse(write, input, ranked)", description: "one answer from the best three, by your own writer" },
  ],
  knobs: [
    { name: "steps", description: "of the rankers, all alike", values: [100, 200, 400] },
    { name: "train", description: "descriptions that rankers learn from", values: [500, 1500] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["best single", "drawn", "oracle", "pointwise", "PairRanker", "PairRanker, bubble"], settings: { ...settings, test: 200, steps: 120 } },
      full: { seeds: [1, 2], minutes: 15, settings },
    },
    foundations: [bertEn, t5En],
    prepare,
    arms: [
      { name: "best single", role: "baseline", description: "the writer that is best on the training descriptions", run: bestSingle },
      { name: "drawn", role: "floor", description: "any candidate, on average", run: (_, shared) => Promise.resolve(drawn(shared)) },
      { name: "oracle", role: "floor", description: "the candidate that is best by its quality: the most a ranker can reach", run: async (context, shared) => ({ ...untrained, ...(await judge(context, shared, shared.test.map(({ quality }) => best(quality.map(overall))), shared.test.map(({ quality }) => quality.map(overall)))) }) },
      { name: "pointwise", role: "baseline", description: "same encoder and head, one candidate at a time, regression of quality, as many tokens a step", run: pointwise },
      { name: "PairRanker", role: "system", description: "all comparisons in both orders", run: pairRanker },
      { name: "PairRanker, bubble", role: "ablation", description: "one pass of comparisons of the same model", run: bubble },
      { name: "dual", role: "baseline", description: "source and candidates apart, margin between better and worse", run: dual },
      { name: "fuser", role: "system", description: "writes from the three best of PairRanker", run: fuser },
    ],
    claim: {
      paper: "PairRanker agrees best with the judge's ranking among rankers, and ranking with fusion beats every single model",
      metric: "chrF of the chosen summary against the true one, 0 to 1",
      expected: "PairRanker beats the best writer by 1 point of chrF and the pointwise ranker by half a point; one pass is within half a point of all comparisons",
      conditions: [
        { name: "PairRanker beats the best single writer by 1 point of chrF", effect: difference({ metric: "chrF", of: "PairRanker", minus: "best single" }), kind: "atLeast", minimumEffect: 0.01 },
        { name: "PairRanker beats the pointwise ranker by half a point", effect: difference({ metric: "chrF", of: "PairRanker", minus: "pointwise" }), kind: "atLeast", minimumEffect: 0.005 },
        { name: "one pass is within half a point of all comparisons", effect: difference({ metric: "chrF", of: "PairRanker, bubble", minus: "PairRanker" }), kind: "within", minimumEffect: 0.005 },
        { name: "PairRanker agrees with the quality at least as well as the pointwise ranker", effect: difference({ metric: "agreement", of: "PairRanker", minus: "pointwise" }), kind: "atLeast", minimumEffect: 0, role: "side" },
      ],
    },
    tried: ["sizes, steps and thresholds were set before the first run; nothing was tuned", "the writers are trained once, outside the budget, on descriptions that no ranker sees"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const module = new PairRanker({ random: random.child("ranker"), encoder: bertEncoder({ random, vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 12 }), width: 16, tasks: 2 });
    const draw = RandomStream.of(2);
    const rows = Array.from({ length: 6 }, (): MarkedRow => ({ ids: Int32Array.from({ length: 12 }, () => draw.integer(40)), segments: Int32Array.from({ length: 12 }, (_, i) => Number(i > 3)), markers: [0, 4, 8] }));
    const quality = (): ReturnType<typeof hostArray> => hostArray(Float32Array.from({ length: 12 }, () => draw.uniform()), [6, 2]);
    const batch = { ...markedBatch(rows, 12, 0), leftQuality: quality(), rightQuality: quality() };
    return Promise.resolve({
      module,
      batch,
      loss: (model: PairRanker, { leftQuality, rightQuality, ...marked }: Readonly<Record<"ids" | "segments" | "valid" | "markers" | "leftQuality" | "rightQuality", Tensor>>) => {
        const [left, right] = model.forward(marked, EVALUATE) as [Tensor, Tensor];
        return comparisonLoss(left, right, leftQuality, rightQuality).loss;
      },
    });
  },
  textRecipe: llmBlenderTextRecipe,
});
