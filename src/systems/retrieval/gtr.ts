/**
 * Large Dual Encoders Are Generalizable Retrievers (Ni et al., arXiv 2112.07899, EMNLP 2022): GTR.
 *
 * One encoder for queries and documents, its mean squeezed through a Linear into a vector whose width is the same for every
 * size of the encoder. The claim: a bigger encoder behind the same vector carries over better to domains it was not trained
 * on. Checked: three sizes on package descriptions, trained in two stages, tested inside and outside their domain.
 */
import { RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { DualEncoder, EVALUATE, init, Module, pool, RelativeBias, TextEncoder } from "../../nn/index.ts";
import type { Mode, Tower } from "../../nn/index.ts";
import { defineSystem, difference, joinStages } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, PrepareContext, Table, TrainedArm } from "../../lab/index.ts";
import {
  againstArm, bertEn, bertEnL, bertEnS, bertOf, biEncoderOf, bm25Negatives, describeDifference, evaluateSearch, fineTuneBiEncoder, hardNegativeBatches, inBatchSoftmax, judgedTask, keepItems, loadDescSearch, queryDocumentBatches, randomFields, rankingTable, rankRuns,
  smallerTask, textRows,
} from "../../lab/text/index.ts";
import type { BiEncoder, Foundation, JudgedTask, RowSet, TokenRows } from "../../lab/text/index.ts";

export interface T5Sizes {
  readonly vocabulary: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly hidden: number;
}

/** The published encoders (T5 1.0). */
export const PUBLISHED = {
  base: { vocabulary: 32_128, width: 768, depth: 12, heads: 12, headWidth: 64, hidden: 3072 },
  large: { vocabulary: 32_128, width: 1024, depth: 24, heads: 16, headWidth: 64, hidden: 4096 },
  XL: { vocabulary: 32_128, width: 1024, depth: 24, heads: 32, headWidth: 128, hidden: 16_384 },
  XXL: { vocabulary: 32_128, width: 1024, depth: 24, heads: 128, headWidth: 128, hidden: 65_536 },
} as const satisfies Record<string, T5Sizes>;

/** T5's encoder with the mean of its states: no biases, no absolute positions, one table of relative biases for all layers, no factor on attention scores. */
export class T5Tower extends Module implements Tower<TokenRows> {
  readonly encoder: TextEncoder;
  readonly relative: RelativeBias;

  constructor(random: RandomStream, { vocabulary, width, depth, heads, headWidth, hidden }: T5Sizes) {
    super();
    this.encoder = new TextEncoder({ random: random.child("encoder"), vocabulary, width, depth, heads, headWidth, bias: false, norm: "rms", eps: 1e-6, feedForward: { hidden, activation: "relu", bias: false } });
    this.relative = new RelativeBias({ random: random.child("relative"), heads });
  }

  /** [B, L] -> [B, d]: the mean over real tokens. */
  forward({ ids, valid }: TokenRows, mode: Mode): Tensor {
    const { output } = this.encoder.forward(ids, mode, { valid, bias: this.relative.forward(ids.dim(1)), scale: 1 });
    return pool(output, "mean", valid);
  }
}

/** GTR on T5: both sides one tower, projected to `vector` without bias, then brought to unit length; logits are 100 times the inner product. */
export function gtr(random: RandomStream, sizes: T5Sizes, vector: number): DualEncoder<TokenRows, TokenRows> {
  const tower = new T5Tower(random, sizes);
  return new DualEncoder({ random: random.child("dual"), query: tower, passage: tower, projection: { width: vector, queryWidth: sizes.width, passageWidth: sizes.width }, temperature: TEMPERATURE, learnedTemperature: false, init: (stream) => init.truncatedNormal(stream, sizes.width ** -0.5) });
}

/** Bytes of an index of float32 vectors. */
export const indexBytes = (documents: number, vector: number): number => 4 * documents * vector;

const TEMPERATURE = 0.01;

const settings = {
  /** Width of the vectors, the same for every size. */
  vector: 48,
  batch: 32,
  lengths: { query: 16, document: 48 },
  pretrain: { steps: 120, learningRate: 5e-4 },
  finetune: { steps: 100, learningRate: 5e-4 },
  /** Labelled pairs of the second stage. */
  labelled: 4000,
  /** Queries and documents of each test domain. */
  queries: 300,
  index: 4000,
};
type Settings = typeof settings;

interface Shared {
  readonly queries: RowSet;
  readonly documents: RowSet;
  readonly labelled: readonly (readonly [number, number])[];
  /** One hard negative of each labelled pair. */
  readonly negatives: readonly (readonly number[])[];
  readonly halves: { readonly queries: RowSet; readonly documents: RowSet };
  readonly inside: JudgedTask;
  readonly outside: readonly JudgedTask[];
}

async function prepare({ settings: { lengths, labelled, queries, index, pretrain, batch }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, test, outside, unlabelled } = await loadDescSearch(context);
  const pairs = train.queries.slice(0, labelled).map((_, i) => [i, i] as const);
  const halves = random.child("halves").permutation(unlabelled.queries.length).slice(0, pretrain.steps * batch);
  const chosen = (texts: readonly string[], maximum: number): RowSet => textRows(tokenizer, Array.from(halves, (i) => texts[i] as string), maximum);
  return {
    queries: textRows(tokenizer, train.queries, lengths.query),
    documents: textRows(tokenizer, train.documents, lengths.document),
    labelled: pairs,
    negatives: bm25Negatives(train, pairs, 1, random.child("negatives")),
    halves: { queries: chosen(unlabelled.queries, lengths.query), documents: chosen(unlabelled.documents, lengths.document) },
    inside: judgedTask(smallerTask(test, { queries, index })),
    outside: outside.map((task) => judgedTask(smallerTask(task, { queries, index }))),
  };
}

interface Variant {
  readonly name: string;
  readonly encoder: Foundation;
  readonly pretrained?: boolean;
  /** Share of the labelled pairs. */
  readonly share?: number;
  readonly vector?: number;
}

/** Trains one size in both stages and searches with it. */
async function train(context: ArmContext<Settings>, shared: Shared, { name, encoder, pretrained = true, share = 1, vector = context.settings.vector }: Variant): Promise<ArmResult> {
  const { settings: { batch, lengths, pretrain, finetune }, seed, random } = context;
  const bert = bertOf(context.foundation(encoder));
  const model = biEncoderOf(bert, { random: random.child("weights"), width: vector, temperature: TEMPERATURE });
  const count = Math.round(share * shared.labelled.length);
  const first: Record<string, TrainedArm> = pretrained
    ? { pretrain: await fineTuneBiEncoder(context, model, queryDocumentBatches({ ...shared.halves, pairs: shared.halves.queries.rows.map((_, i) => [i, i] as const), lengths, batch, seed }), { ...pretrain, stage: "pretrain", progress: [0, 0.5] }) }
    : {};
  const second = await fineTuneBiEncoder(context, model, hardNegativeBatches({ queries: shared.queries, documents: shared.documents, pairs: shared.labelled.slice(0, count), negatives: shared.negatives.slice(0, count), lengths, batch, seed }), { ...finetune, stage: "finetune", progress: [pretrained ? 0.5 : 0, 1] });
  return { ...joinStages({ ...first, finetune: second }), ...(await judge(context, shared, name, model, bert.tokenizer)) };
}

async function judge(context: ArmContext<Settings>, { inside, outside }: Shared, name: string, model: BiEncoder, tokenizer: Parameters<typeof evaluateSearch>[2]): Promise<Pick<ArmResult, "metrics" | "tables" | "notes">> {
  const { lengths } = context.settings;
  const runs = [];
  for (const judged of [inside, ...outside]) runs.push({ task: judged.task.name, ...(await evaluateSearch(model, name, tokenizer, judged, lengths, context)) });
  const [own, ...others] = runs as [(typeof runs)[number], ...typeof runs];
  const outer = others.flatMap(({ model: { byQuery } }) => byQuery);
  await keepItems(context, "outside", outer);
  return {
    metrics: { inside: own.model.ndcg10, outside: meanOf(others.map(({ model: { ndcg10 } }) => ndcg10)), indexKiB: indexBytes(inside.task.documents.length, model.queryProjection?.weight.dim(0) ?? 0) / 1024 },
    tables: runs.map(({ task, bm25, model: ranked }): Table => rankingTable(task, [bm25, ranked])),
    notes: name === "L" ? [`outside its domain, L against S over all queries: ${describeDifference(await againstArm(context, "S", "outside", outer))} nDCG@10`] : [],
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** BM25 in place of a trained arm. */
const byWords = ({ inside, outside }: Shared): ArmResult => {
  const score = ({ task, bm25 }: JudgedTask): number => rankRuns(task.relevant, [bm25])[0]?.ndcg10 ?? NaN;
  return { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0, metrics: { inside: score(inside), outside: meanOf(outside.map(score)) } };
};

/** Relative gain of L over S outside its domain, minus that inside. */
const relativeGain: Effect = {
  formula: "outside(L) / outside(S) - inside(L) / inside(S)",
  reads: [{ arm: "L", metric: "outside" }, { arm: "S", metric: "outside" }, { arm: "L", metric: "inside" }, { arm: "S", metric: "inside" }],
  noEffect: 0,
  compute: ([outL = NaN, outS = NaN, inL = NaN, inS = NaN]) => outL / outS - inL / inS,
};

export default defineSystem({
  slug: "gtr",
  family: "retrieval",
  title: "Large Dual Encoders Are Generalizable Retrievers",
  arxiv: "2112.07899",
  year: 2021,
  code: "https://github.com/google-research/t5x_retrieval",
  summary:
    "A dual encoder answers with one inner product of two vectors, and was thought to fail outside its training domain for that reason. GTR keeps the vector as narrow as it was and makes the encoder bigger: what carries over badly is the small encoder, not the inner product.",
  mechanism: [
    "Query and document go through one encoder: T5's, with shared relative position biases, RMS norms before the layers and no biases.",
    "States of real tokens are averaged, mapped by a Linear without bias to a width that is the same for every size, and brought to unit length.",
    "The score is the inner product times 100.",
    "The loss is the in-batch softmax from queries to documents plus that from documents to queries; hard negatives are further columns of the first only, each for all queries.",
    "Two stages: pairs that come for free, then labelled pairs with hard negatives; the optimizer starts anew.",
  ],
  checks: [
    "encoder parameters of the four published sizes and of their projections",
    "the loss when all vectors are equal, with and without hard negatives",
    "an index is 4 N D bytes whatever the encoder",
    "padding does not change a vector",
    "both sides share every weight; hard negatives never enter the softmax from documents to queries",
  ],
  deviations: [
    { what: "the arms start from bert-en in three sizes instead of T5", why: "the same tokens trained them, so that size is what differs; the T5 tower is built and checked here and trains through the same functions" },
    { what: "AdamW at 5e-4 with linear decay instead of Adafactor at 1e-3", why: "stages of about a hundred steps; the same for every arm" },
    { what: "free pairs are first sentence and rest of a description instead of questions and answers of the web", why: "no such corpus here; they are of other texts and of all sections, as the paper's are of all domains" },
    { what: "vectors of 48 instead of 768", why: "in proportion to encoders of width 64 to 192" },
    { what: "three domains outside instead of four", why: "docstrings with function bodies are no source of the fixture yet" },
  ],
  use: [
    { verb: "embed(texts)", description: "vectors of one width, whatever size of encoder you choose" },
    { verb: "search(index, query)", description: "exact search over them; BM25 is shown beside it" },
  ],
  knobs: [
    { name: "vector", description: "width of the vectors: the paper's question is whether this is the bottleneck", values: [16, 48, 128] },
    { name: "labelled", description: "labelled pairs of the second stage; the paper needs a tenth", values: [400, 1200, 4000, 12_000] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["S", "M", "L", "BM25"], settings },
      full: { seeds: [1, 2, 3], minutes: 30, settings: { ...settings, index: 8000 } },
    },
    foundations: [bertEn, bertEnS, bertEnL],
    prepare,
    arms: [
      { name: "S", role: "baseline", description: "bert-en@s: 2 layers of width 64", run: (context, shared) => train(context, shared, { name: "S", encoder: bertEnS }) },
      { name: "L", role: "system", description: "bert-en@l: 4 layers of width 192", run: (context, shared) => train(context, shared, { name: "L", encoder: bertEnL }) },
      { name: "M", role: "system", description: "bert-en: 4 layers of width 128", run: (context, shared) => train(context, shared, { name: "M", encoder: bertEn }) },
      { name: "BM25", role: "floor", description: "words alone", run: (_, shared) => Promise.resolve(byWords(shared)) },
      { name: "L, no first stage", role: "ablation", description: "labelled pairs only: fewer steps in all", run: (context, shared) => train(context, shared, { name: "L, no first stage", encoder: bertEnL, pretrained: false }) },
      { name: "L, a tenth labelled", role: "ablation", description: "a tenth of the labelled pairs, seen ten times as often", run: (context, shared) => train(context, shared, { name: "L, a tenth labelled", encoder: bertEnL, share: 0.1 }) },
      { name: "L, vector 16", role: "ablation", description: "a third of the vector", run: (context, shared) => train(context, shared, { name: "L, vector 16", encoder: bertEnL, vector: 16 }) },
    ],
    claim: {
      paper: "Recall@100 from base to XXL rises by 1.8 points inside the domain (89.8 to 91.6 on MS MARCO) and by 3.9 outside (58.0 to 61.9 on BEIR without it); a tenth of the labelled data gives the best scores outside",
      metric: "nDCG@10: summaries seeking descriptions, inside the trained sections and the mean of three domains outside",
      expected: "L beats S by 3 points outside, gains at least as much outside as inside in relation, and a tenth of the labels costs at most 2 points outside",
      conditions: [
        { name: "outside, L beats S by 3 points", effect: difference({ metric: "outside", of: "L", minus: "S" }), kind: "atLeast", minimumEffect: 0.03 },
        { name: "the relative gain outside is at least that inside", effect: relativeGain, kind: "atLeast", minimumEffect: 0 },
        { name: "a tenth of the labels costs at most 2 points outside", effect: difference({ metric: "outside", of: "L, a tenth labelled", minus: "L" }), kind: "atLeast", minimumEffect: -0.02, profiles: ["full"] },
        { name: "the vector is not the bottleneck: a third of it costs less than S does", effect: difference({ metric: "outside", of: "L, vector 16", minus: "S" }), kind: "atLeast", minimumEffect: 0, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["sizes, steps and lengths are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const module = gtr(RandomStream.of(1), { vocabulary: 40, width: 16, depth: 2, heads: 2, headWidth: 8, hidden: 32 }, 8);
    const random = RandomStream.of(2);
    const batch = { ...randomFields("query", { random, rows: 4, length: 5 }), ...randomFields("document", { random, rows: 4, length: 7 }), ...randomFields("negative", { random, rows: 4, length: 7 }) };
    return Promise.resolve({ module, batch, loss: (model: BiEncoder, tensors: Parameters<typeof inBatchSoftmax>[1]) => inBatchSoftmax(model, tensors, EVALUATE).loss });
  },
});
