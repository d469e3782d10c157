/**
 * What continued pre-training is worth to search: a trained BERT reads training descriptions under some objective, then its
 * first token's state is a retriever, frozen and after a short fine-tuning that is the same for every objective.
 */
import type { BatchStream, Batch, Tokenizer } from "../../data/index.ts";
import type { Module } from "../../nn/index.ts";
import { AdamW, schedules, Trainer } from "../../train/index.ts";
import type { ArmContext, PrepareContext } from "../context.ts";
import { bertEn, bertOf } from "../foundations/bert-en.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";
import type { ArmResult } from "../measurement.ts";
import { joinStages, trainArm } from "../train-arm.ts";
import type { TrainArmOptions, TrainedArm } from "../train-arm.ts";
import { biEncoderOf } from "./bi-encoder.ts";
import type { BiEncoder } from "./bi-encoder.ts";
import { fineTuneBiEncoder } from "./fine-tune-text.ts";
import { loadDescSearch, smallerTask } from "./fixtures/desc-search.ts";
import type { TextPairs } from "./fixtures/desc-search.ts";
import { againstArm, describeDifference, keepItems } from "./paired-items.ts";
import { rankingTable } from "./ranking-table.ts";
import type { RankedRun } from "./ranking-table.ts";
import { textRows } from "./rows.ts";
import type { RowSet } from "./rows.ts";
import { evaluateSearch, judgedTask } from "./search-runs.ts";
import type { JudgedTask, SearchLengths } from "./search-runs.ts";
import { queryDocumentBatches } from "./text-batches.ts";

export interface SearchPretrainingSettings {
  readonly pretrain: { readonly steps: number; readonly batch: number; readonly length: number; readonly learningRate: number };
  readonly finetune: { readonly steps: number; readonly batch: number; readonly pairs: number; readonly learningRate: number };
  readonly lengths: SearchLengths;
  /** Queries and documents of each test domain. */
  readonly queries: number;
  readonly index: number;
}

export interface SearchPretrainingLab {
  readonly tokenizer: Tokenizer;
  /** Descriptions of the training split, all sections, without summaries. */
  readonly texts: readonly string[];
  /** Summaries with descriptions of the training split, inside the domain. */
  readonly train: TextPairs;
  /** The first of them as rows: what fine-tuning sees. */
  readonly queries: RowSet;
  readonly documents: RowSet;
  readonly tasks: { readonly inside: JudgedTask; readonly outside: JudgedTask };
}

/** Loads what all arms share. The experiment lists `bertEn`. */
export async function prepareSearchPretraining({ settings: { finetune, lengths, queries, index }, foundation, ...context }: PrepareContext<SearchPretrainingSettings>): Promise<SearchPretrainingLab> {
  const { tokenizer } = bertOf(foundation(bertEn));
  const { train, test, outside, unlabelled } = await loadDescSearch(context);
  const [first] = outside;
  if (first === undefined) throw new Error("desc/search: expected a task outside the domain");
  return {
    tokenizer,
    texts: unlabelled.queries.map((sentence, i) => `${sentence} ${unlabelled.documents[i] as string}`),
    train,
    queries: textRows(tokenizer, train.queries.slice(0, finetune.pairs), lengths.query),
    documents: textRows(tokenizer, train.documents.slice(0, finetune.pairs), lengths.document),
    tasks: { inside: judgedTask(smallerTask(test, { queries, index })), outside: judgedTask(smallerTask(first, { queries, index })) },
  };
}

const optimizerOf = (model: Module, learningRate: number, steps: number): AdamW => new AdamW(model, { learningRate, weightDecay: 0.01, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) });

/** Trains `model` in place: AdamW with a tenth of warm-up, then linear decay to zero. `steps` other than the settings' are for arms of equal FLOPs. */
export const pretrainForSearch = <B extends Batch>(context: ArmContext<SearchPretrainingSettings>, model: Module, data: BatchStream<B>, loss: TrainArmOptions<B>["loss"], steps: number = context.settings.pretrain.steps): Promise<TrainedArm> =>
  trainArm(context, { model, data, optimizer: optimizerOf(model, context.settings.pretrain.learningRate, steps), steps, clip: 1, loss, stage: "pretrain", progress: [0, 0.7] });

/** FLOPs of one such step, counted without training. */
export async function pretrainingFlops<B extends Batch>({ device, settings }: ArmContext<SearchPretrainingSettings>, model: Module, data: BatchStream<B>, loss: TrainArmOptions<B>["loss"]): Promise<number> {
  const trainer = new Trainer<B>({ model, data, steps: 1, device, clip: 1, loss, optimizer: optimizerOf(model, settings.pretrain.learningRate, 1) });
  try {
    return (await trainer.explain()).flops.products;
  } finally {
    await trainer.release();
  }
}

/** Measures a retriever on both tasks: nDCG@10 by task and their mean. */
async function measure(context: ArmContext<SearchPretrainingSettings>, { tokenizer, tasks }: SearchPretrainingLab, model: BiEncoder): Promise<{ readonly runs: Readonly<Record<keyof SearchPretrainingLab["tasks"], { readonly bm25: RankedRun; readonly model: RankedRun }>>; readonly mean: number }> {
  const inside = await evaluateSearch(model, context.arm, tokenizer, tasks.inside, context.settings.lengths, context);
  const outside = await evaluateSearch(model, context.arm, tokenizer, tasks.outside, context.settings.lengths, context);
  return { runs: { inside, outside }, mean: (inside.model.ndcg10 + outside.model.ndcg10) / 2 };
}

/** Fine-tunes a retriever in place on the labelled pairs, with in-batch negatives. */
export const finetuneForSearch = (context: ArmContext<SearchPretrainingSettings>, { queries, documents }: SearchPretrainingLab, model: BiEncoder): Promise<TrainedArm> => {
  const { lengths, finetune: { steps, batch, learningRate } } = context.settings;
  const data = queryDocumentBatches({ queries, documents, pairs: queries.rows.map((_, i) => [i, i] as const), lengths, batch, seed: context.seed });
  return fineTuneBiEncoder(context, model, data, { steps, learningRate, stage: "finetune", progress: [0.75, 0.95] });
};

interface Retrievers {
  readonly frozen: BiEncoder;
  /** Fine-tuned in place; may be the same. */
  readonly tuned: BiEncoder;
  /** Earlier arms to compare with query by query. */
  readonly against?: readonly string[];
}

/**
 * The result of an arm, `pretrained` unless another arm did that: `frozen` is measured as it is, `tuned` after fine-tuning. Metrics are nDCG@10: `inside`, `outside`,
 * their mean `tuned`, the frozen retriever's mean `zeroShot` and `zeroShotOutside`.
 */
export async function judgeRetrievers(context: ArmContext<SearchPretrainingSettings>, lab: SearchPretrainingLab, pretrained: TrainedArm | undefined, { frozen, tuned, against = [] }: Retrievers): Promise<ArmResult> {
  const before = await measure(context, lab, frozen);
  const finetuned = await finetuneForSearch(context, lab, tuned);
  const after = await measure(context, lab, tuned);
  const notes: string[] = [];
  for (const [name, { runs }] of [["frozen", before], ["fine-tuned", after]] as const) {
    const byQuery = [...runs.inside.model.byQuery, ...runs.outside.model.byQuery];
    await keepItems(context, name, byQuery);
    for (const arm of against) notes.push(`${name}, over all queries, against ${arm}: ${describeDifference(await againstArm(context, arm, name, byQuery))} nDCG@10`);
  }
  return {
    ...joinStages({ ...(pretrained === undefined ? {} : { pretrain: pretrained }), finetune: finetuned }),
    metrics: { tuned: after.mean, inside: after.runs.inside.model.ndcg10, outside: after.runs.outside.model.ndcg10, zeroShot: before.mean, zeroShotOutside: before.runs.outside.model.ndcg10 },
    tables: (["inside", "outside"] as const).map((name) => {
      const { bm25, model } = after.runs[name];
      return rankingTable(lab.tasks[name].task.name, [bm25, { ...before.runs[name].model, name: "frozen" }, { ...model, name: "fine-tuned" }]);
    }),
    notes,
  };
}

/** The same for the state of the first token, of unit length. */
export function judgeFirstToken(context: ArmContext<SearchPretrainingSettings>, lab: SearchPretrainingLab, pretrained: TrainedArm, bert: TrainedBert, against: readonly string[] = []): Promise<ArmResult> {
  const model = biEncoderOf(bert, { random: context.random.child("weights"), pooling: "first" });
  return judgeRetrievers(context, lab, pretrained, { frozen: model, tuned: model, against });
}
