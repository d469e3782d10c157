/**
 * Efficient Document Re-Ranking for Transformers by Precomputing Term Representations (MacAvaney et al., arXiv 2004.14255,
 * SIGIR 2020): PreTTR.
 *
 * The first layers of a cross-encoder keep query and document apart, so that the document's states can be made when it is
 * indexed; only the last layers run when a query comes. A compressor keeps the stored states small. The model is in
 * `prettr-model.ts`, the store of documents in `prettr-store.ts`.
 */
import { RandomStream, softplus } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { defineSystem, difference, joinStages, medianTime, ratio } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { againstArm, Bert, bertEn, bertOf, bm25Negatives, describeDifference, fineTune, hardNegativeBatches, judgedTask, keepItems, loadDescSearch, queryDocumentBatches, randomFields, rankingTable, rankRuns, restRows, sideOf, smallerTask, textRows } from "../../lab/text/index.ts";
import type { HardNegativeBatch, JudgedTask, RankedRun, RowSet } from "../../lab/text/index.ts";
import { rankingLoss, SplitEncoder } from "./prettr-model.ts";
import { ranker } from "./prettr-recipe.ts";
import { rerankingCosts } from "./prettr-published.ts";
import { DocumentStore } from "./prettr-store.ts";

const settings = {
  /** Updates of the ranker. */
  steps: 120,
  /** Queries in a step, each with a relevant and an irrelevant document. */
  batch: 16,
  lengths: { query: 16, document: 80 },
  /** Updates of a compressor before the ranker's. */
  pretrain: { steps: 60, batch: 16, learningRate: 1e-3 },
  /** Test queries, documents in the index, and how many of BM25's best are reranked. */
  queries: 150,
  index: 8000,
  reranked: 20,
};
type Settings = typeof settings;

interface Shared {
  readonly queries: RowSet;
  readonly documents: RowSet;
  readonly pairs: readonly (readonly [number, number])[];
  /** One for each pair. */
  readonly negatives: readonly (readonly number[])[];
  /** First sentences and the rest of descriptions, for compressors. */
  readonly unlabelled: { readonly queries: RowSet; readonly documents: RowSet };
  readonly judged: JudgedTask;
  /** BM25's best of each query, in an order that says nothing. */
  readonly candidates: readonly (readonly number[])[];
}

async function prepare({ settings: { lengths, queries, index, reranked, steps, pretrain, batch }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, test, unlabelled } = await loadDescSearch(context);
  const judged = judgedTask(smallerTask(test, { queries, index }));
  const some = <T>(items: readonly T[], count: number): readonly T[] => items.slice(0, count);
  const used = Math.min(train.queries.length, 2 * steps * batch);
  const pairs = Array.from({ length: used }, (_, i) => [i, i] as const);
  const halves = random.child("halves").permutation(unlabelled.queries.length).slice(0, pretrain.steps * pretrain.batch);
  const chosen = (texts: readonly string[]): string[] => Array.from(halves, (i) => texts[i] as string);
  return {
    queries: textRows(tokenizer, some(train.queries, used), lengths.query),
    documents: restRows(tokenizer, train.documents, lengths.document),
    pairs,
    negatives: bm25Negatives(train, pairs, 1, random.child("negatives")),
    unlabelled: { queries: textRows(tokenizer, chosen(unlabelled.queries), lengths.query), documents: restRows(tokenizer, chosen(unlabelled.documents), lengths.document) },
    judged,
    candidates: judged.bm25.found.map((found, query) => random.child("order", query).shuffle(found.slice(0, reranked))),
  };
}

interface Variant {
  readonly join: number;
  readonly compress?: number;
  /** What the compressor learns from before the ranker is trained; default nothing. */
  readonly pretrain?: "attention" | "states";
}

async function train(context: ArmContext<Settings>, shared: Shared, { join, compress, pretrain }: Variant): Promise<ArmResult> {
  const { settings: { lengths, batch, steps, ...settings }, seed, random, device } = context;
  const bert = bertOf(context.foundation(bertEn));
  const model = new SplitEncoder({ random: random.child("weights"), encoder: bert.model.encoder, width: bert.sizes.width, join, compress, queryLength: lengths.query });
  const stages: Record<string, TrainedArm> = {};
  if (pretrain !== undefined && model.compressor !== null) {
    const { queries, documents } = shared.unlabelled;
    const data = queryDocumentBatches({ queries, documents, pairs: queries.rows.map((_, i) => [i, i] as const), lengths, batch: settings.pretrain.batch, seed });
    const error = pretrain === "attention" ? model.attentionError.bind(model) : model.stateError.bind(model);
    stages["compressor"] = await fineTune(context, model.compressor, data, (rows, mode) => ({ loss: error(sideOf(rows, "query"), sideOf(rows, "document"), mode) }), { ...settings.pretrain, stage: "compressor", progress: [0, 0.3] });
  }
  const data = hardNegativeBatches({ ...shared, lengths, batch, seed });
  stages["ranker"] = await fineTune(context, model, data, (rows, mode) => lossOf(model, rows, mode), { steps, stage: "ranker", progress: [pretrain === undefined ? 0 : 0.3, 1] });
  return { ...joinStages(stages), parameters: model.parameterCount(), ...(await judge(context, shared, new DocumentStore({ model, tokenizer: bert.tokenizer, documentLength: lengths.document, device }))) };
}

const lossOf = (model: SplitEncoder, rows: BatchTensors<HardNegativeBatch>, mode: Mode): { readonly loss: Tensor } => rankingLoss(model, sideOf(rows, "query"), sideOf(rows, "document"), sideOf(rows, "negative"), mode);

/** Reranks what BM25 found, from stored documents, as users do. */
async function judge(context: ArmContext<Settings>, { judged: { task, bm25 }, candidates }: Shared, store: DocumentStore): Promise<Pick<ArmResult, "metrics" | "tables" | "notes">> {
  try {
    const needed = [...new Set(candidates.flat())];
    const ids = new Map((await store.precompute(needed.map((place) => task.documents[place] as string))).map((id, i) => [needed[i] as number, id]));
    const places = new Map([...ids].map(([place, id]) => [id, place]));
    const idsOf = (query: number): number[] => (candidates[query] as readonly number[]).map((place) => ids.get(place) as number);
    const found: number[][] = [];
    for (const [query, text] of task.queries.entries()) {
      context.signal.throwIfAborted();
      found.push((await store.rerank(text, idsOf(query))).map(({ id }) => places.get(id) as number));
    }
    const [reference, own] = rankRuns(task.relevant, [bm25, { name: context.arm, found }]) as [RankedRun, RankedRun];
    await keepItems(context, "nDCG@10", own.byQuery);
    const [first] = task.queries as [string];
    const milliseconds = await medianTime(() => store.rerank(first, idsOf(0)), 9);
    const versus = REFERENCES[context.arm];
    return {
      metrics: { ndcg10: own.ndcg10, bm25: reference.ndcg10, mflops: store.flops(first, idsOf(0)) / 1e6, milliseconds, bytesPerToken: store.bytes.token, mebibytes: store.bytes.all / 2 ** 20 },
      tables: [rankingTable(`${task.name}, the best ${context.settings.reranked} of BM25 reranked`, [reference, own])],
      notes: versus === undefined ? [] : [`nDCG@10 against ${versus}, over the queries: ${describeDifference(await againstArm(context, versus, "nDCG@10", own.byQuery))}`],
    };
  } finally {
    await store.release();
  }
}

/** What an arm is compared with query by query. */
const REFERENCES: Readonly<Record<string, string | undefined>> = { "l=3": "l=0", "l=3, e=32": "l=3", "l=3, e=32, not pre-trained": "l=3, e=32" };

const arm = (variant: Variant) => (context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> => train(context, shared, variant);

export default defineSystem({
  slug: "prettr",
  family: "retrieval",
  title: "Efficient Document Re-Ranking for Transformers by Precomputing Term Representations",
  arxiv: "2004.14255",
  year: 2020,
  code: "https://github.com/Georgetown-IR-Lab/prettr-neural-ir",
  summary:
    "A cross-encoder reads every document again for every query. PreTTR forbids attention between query and document in its first layers, so that these can run on the document when it is indexed; the query joins the stored states for the last layers only. A small compressor, trained to leave attention as it was, keeps the store small.",
  mechanism: [
    "The row is [CLS] query [SEP], padded to a fixed length, then document [SEP]; segments 0 and 1.",
    "In the first l layers tokens see their own segment only; from there on everything. Training has the same masks.",
    "Indexing stores the document's states after l layers; a query runs through l layers once, joins every document, and [CLS] is scored. The last layer computes [CLS] alone.",
    "Compression: GELU(W h + b) of e numbers is stored in half precision, LayerNorm(V z + c) is read.",
    "The compressor first learns on unlabelled text to leave the attention of the later layers as it was, then with the ranker.",
    "The ranker learns by the softmax over a relevant and an irrelevant document.",
  ],
  checks: [
    "document states after l layers are the same for any query",
    "stored documents score as one pass over whole pairs with a mask for each layer",
    "the last layer for [CLS] alone gives what the whole last layer gives",
    "parameters of three compressors at BERT-base; bytes of a token with and without",
    "FLOPs at query time fall by the same amount with each layer apart",
    "with all layers apart the document does not matter",
    "pre-training moves the compressor alone; its error is zero when nothing is lost",
  ],
  deviations: [
    { what: "four layers instead of twelve, contexts of 96 tokens", why: "bert-en; costs at the published size are counted from graphs" },
    { what: "the compressor is pre-trained for 60 steps on first sentences with the rest of descriptions instead of Wikipedia", why: "no Wikipedia here; pairs of one document, as a query and its answer are" },
    { what: "uncompressed states are stored in single precision, compressed ones in half", why: "the paper's two ends" },
    { what: "arms with a pre-trained compressor have its 60 steps in addition", why: "they move the compressor alone; the ranker's steps are equal" },
  ],
  use: [
    { verb: "reprise train prettr --data pairs.jsonl --base my-model --out my-ranker", description: "a ranker whose layers but the last read documents ahead, a quarter of the width stored; reprise rerank and eval read it" },
    { verb: "precompute(docs)", description: "reads documents once, when they are indexed, and keeps what the first layers make of them" },
    { verb: "rerank(query, ids)", description: "orders stored documents for a query; only the last layers run" },
  ],
  knobs: [
    { name: "steps", description: "updates of the ranker", values: [60, 120, 240] },
    { name: "reranked", description: "how many of BM25's best are reranked", values: [10, 20, 50] },
  ],
  published: () => [rerankingCosts()],
  ranker,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["l=0", "l=3", "l=4", "l=3, e=32", "l=3, e=32, not pre-trained"], settings: { ...settings, index: 4000 } },
      full: { seeds: [1, 2], minutes: 12, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: "l=0", role: "baseline", description: "the plain cross-encoder: nothing can be stored but embeddings", run: arm({ join: 0 }) },
      { name: "l=3", role: "system", description: "three of four layers apart", run: arm({ join: 3 }) },
      { name: "l=3, e=32", role: "system", description: "32 numbers of a token in half precision, compressor pre-trained on attention", run: arm({ join: 3, compress: 32, pretrain: "attention" }) },
      { name: "l=3, e=32, not pre-trained", role: "ablation", description: "the compressor learns with the ranker alone", run: arm({ join: 3, compress: 32 }) },
      { name: "l=4", role: "control", description: "all layers apart: [CLS] never sees the document", run: arm({ join: 4 }) },
      { name: "l=1", role: "ablation", description: "one layer apart", run: arm({ join: 1 }) },
      { name: "l=2", role: "ablation", description: "two layers apart", run: arm({ join: 2 }) },
      { name: "l=3, e=64", role: "ablation", description: "64 numbers of a token", run: arm({ join: 3, compress: 64, pretrain: "attention" }) },
      { name: "l=3, e=16", role: "ablation", description: "16 numbers of a token", run: arm({ join: 3, compress: 16, pretrain: "attention" }) },
      { name: "l=3, e=32, on states", role: "ablation", description: "compressor pre-trained to give states back", run: arm({ join: 3, compress: 32, pretrain: "states" }) },
    ],
    claim: {
      paper: "up to 42 times less latency at query time and up to 95% less storage without a large loss",
      metric: "nDCG@10 of BM25's best 20 reranked, summaries seeking descriptions; FLOPs at query time; bytes of a stored token",
      expected: "with three of four layers apart at most 1.5 points below none, at a third of the FLOPs; 32 numbers of a token cost at most a point more; pre-training on attention helps",
      conditions: [
        { name: "three layers apart cost at most 1.5 points", effect: difference({ metric: "ndcg10", of: "l=3", minus: "l=0" }), kind: "atLeast", minimumEffect: -0.015 },
        { name: "a third of the FLOPs at query time", effect: ratio({ metric: "mflops", of: "l=0", over: "l=3" }), kind: "atLeast", minimumEffect: 3 },
        { name: "32 numbers of a token cost at most a point", effect: difference({ metric: "ndcg10", of: "l=3, e=32", minus: "l=3" }), kind: "atLeast", minimumEffect: -0.01 },
        { name: "pre-training the compressor on attention does not hurt", effect: difference({ metric: "ndcg10", of: "l=3, e=32", minus: "l=3, e=32, not pre-trained" }), kind: "atLeast", minimumEffect: 0 },
        { name: "the ranker has learned: it beats one that never sees the document by 5 points", effect: difference({ metric: "ndcg10", of: "l=0", minus: "l=4" }), kind: "atLeast", minimumEffect: 0.05, role: "precondition" },
      ],
    },
    tried: ["sizes, steps and lengths are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const { encoder } = new Bert({ random: RandomStream.of(1), vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 16 });
    const module = new SplitEncoder({ random: RandomStream.of(3), encoder, width: 16, join: 1, compress: 8, queryLength: 5 });
    const random = RandomStream.of(2);
    const batch = { ...randomFields("query", { random, rows: 4, length: 5 }), ...randomFields("document", { random, rows: 4, length: 7 }), ...randomFields("negative", { random, rows: 4, length: 7 }) };
    // The ranking loss does not see what is added to both scores, such as the shift of the last norm; the errors of single scores do.
    const score = (model: SplitEncoder, tensors: BatchTensors<HardNegativeBatch>, side: "document" | "negative"): Tensor => model.forward(sideOf(tensors, "query"), sideOf(tensors, side), EVALUATE);
    return Promise.resolve({ module, batch, loss: (model: SplitEncoder, tensors: BatchTensors<HardNegativeBatch>) => softplus(score(model, tensors, "document").neg()).mean().add(softplus(score(model, tensors, "negative")).mean()) });
  },
});
