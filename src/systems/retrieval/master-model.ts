/**
 * MASTER's encoder with its decoders: three passes of one masked language model, five shallow decoders that each fill in a
 * text of their own, and one vector between them. Choices where the paper is silent: what a decoder must restore is always
 * [MASK] in its input; the decoders for queries and the continuation hide tokens at random.
 */
import { RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { BottleneckDecoder, Module } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { maskedLm } from "../../objectives/index.ts";
import { choosePlaces, corruptRow, maskedBatch, shuffledBatches, stackMaskedRows } from "../../data/index.ts";
import type { Batch, BatchStream, Encoding, MaskedBatch, MaskPolicy, Tokenizer } from "../../data/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { maskedWords } from "../../lab/text/index.ts";
import type { MaskedModel, MaskedRows, RowSet } from "../../lab/text/index.ts";

/** Encoder passes: the passage with whole words hidden, its first half likewise, the passage with every second token hidden. */
export const PASSES = ["passage", "firstHalf", "random"] as const;
export type Pass = (typeof PASSES)[number];

/** What the decoders restore, and the pass that gives each its vector. */
export const TASKS = { keywords: "passage", queries: "passage", continuation: "passage", secondHalf: "firstHalf", complement: "random" } as const satisfies Record<string, Pass>;
export type Task = keyof typeof TASKS;
export const ALL_TASKS = Object.keys(TASKS) as Task[];

/** Shares that are hidden: whole words from the encoder, tokens from the decoders and in the pass `random`. */
export const MASTER = { encoderRate: 0.3, decoderRate: 0.5 } as const;

export interface MasterOptions {
  /** Layers of a decoder; the paper has 2. */
  readonly layers: number;
  readonly tasks?: readonly Task[];
}

export class Master extends Module {
  readonly bert: MaskedModel;
  readonly decoders: Readonly<Partial<Record<Task, BottleneckDecoder>>>;
  readonly tasks: readonly Task[];

  constructor(random: RandomStream, bert: MaskedModel, { layers, tasks = ALL_TASKS }: MasterOptions) {
    super();
    const { width, heads, hidden } = bert.sizes;
    this.bert = bert;
    this.tasks = tasks;
    this.decoders = Object.fromEntries(tasks.map((task) => [task, new BottleneckDecoder({ random: random.child("decoders", task), width, heads, depth: layers, feedForward: { hidden } })]));
  }

  /** What a decoder's task costs when `vector` [B, d] is all it knows of the encoder. */
  taskLoss(task: Task, vector: Tensor, { ids, segments, valid, places, labels, weights }: MaskedRows, mode: Mode): Tensor {
    const decoder = this.decoders[task];
    if (decoder === undefined) throw new RangeError(`Master: no decoder for ${task}; there are ${this.tasks.join(", ")}`);
    const tokens = this.bert.encoder.embedding.forward(ids, mode, { ids: { segment: segments } });
    return maskedLm(this.bert.head, decoder.forward(vector, tokens, mode, { valid }), { ids: places, labels }, { weights }).loss;
  }
}

const FIELDS = ["ids", "segments", "valid", "places", "labels", "weights"] as const;

/** Arrays of a `MaskedBatch` for each pass and task, as `passage.ids`. */
export type MasterBatch = Batch;

/** The masked text of a pass or of a task. */
export const partOf = (batch: BatchTensors<MasterBatch>, name: Pass | Task): MaskedRows =>
  Object.fromEntries(FIELDS.map((field) => {
    const tensor = batch[`${name}.${field}`];
    if (tensor === undefined) throw new RangeError(`partOf: the batch has no ${name}.${field}; it has ${Object.keys(batch).join(", ")}`);
    return [field, tensor];
  })) as unknown as MaskedRows;

/** Passes that some tasks need, each once. */
const passesOf = (tasks: readonly Task[]): Pass[] => PASSES.filter((pass) => tasks.some((task) => TASKS[task] === pass));

type Losses = { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/** Losses of the tasks given the states [B, L, d] of each pass: only the first state of each is read. */
export const decoderLosses = (model: Master, batch: BatchTensors<MasterBatch>, states: Readonly<Partial<Record<Pass, Tensor>>>, mode: Mode): Partial<Record<Task, Tensor>> =>
  Object.fromEntries(model.tasks.map((task) => {
    const pass = states[TASKS[task]];
    if (pass === undefined) throw new RangeError(`decoderLosses: ${task} needs the states of pass ${TASKS[task]}`);
    return [task, model.taskLoss(task, pass.select(1, 0), partOf(batch, task), mode)];
  }));

/** The sum of all decoders' losses and of the encoder's own in each pass. */
export function masterLoss(model: Master, batch: BatchTensors<MasterBatch>, mode: Mode): Losses {
  const passes = passesOf(model.tasks).map((pass) => ({ pass, ...maskedWords(model.bert, partOf(batch, pass), mode) }));
  const rebuilt = decoderLosses(model, batch, Object.fromEntries(passes.map(({ pass, states }) => [pass, states])), mode);
  const masked = passes.map((pass) => pass.masked).reduce((sum, loss) => sum.add(loss));
  return { loss: Object.values(rebuilt).reduce((sum, loss) => sum.add(loss), masked), masked, ...rebuilt };
}

/** Texts side by side: row i of each belongs to passage i. */
export interface MasterTexts {
  readonly passages: RowSet;
  /** Queries of a passage in one row, separated. */
  readonly queries?: RowSet;
  readonly continuations?: RowSet;
}

/** How likely each token is hidden as a keyword: one over its occurrences, float32 [vocabulary]. Tokens that do not occur have weight 1. */
export function inverseFrequency({ rows }: Pick<RowSet, "rows">, vocabulary: number): Float32Array {
  const counts = new Float32Array(vocabulary);
  for (const { ids } of rows) for (const id of ids) counts[id] = (counts[id] as number) + 1;
  return counts.map((count) => 1 / Math.max(1, count));
}

const HIDDEN = { mask: 1, random: 0 } as const;
const decoderPolicy = (length: number, weights?: Float32Array): MaskPolicy => ({ count: Math.ceil(MASTER.decoderRate * length), rate: MASTER.decoderRate, corruption: HIDDEN, ...(weights === undefined ? {} : { weights }) });
const encoderPolicy = (length: number): MaskPolicy => ({ count: Math.ceil(MASTER.encoderRate * length), rate: MASTER.encoderRate, unit: { kind: "word" } });

/** A row without its special tokens, cut in the middle, as two rows. */
export function halves({ ids }: Encoding, tokenizer: Pick<Tokenizer, "assemble" | "specialIds">, length: number): readonly [Encoding, Encoding] {
  const text = ids.filter((id) => !tokenizer.specialIds.has(id));
  const middle = Math.ceil(text.length / 2);
  return [tokenizer.assemble(text.subarray(0, middle), undefined, length), tokenizer.assemble(text.subarray(middle), undefined, length)];
}

/** A row hidden twice: once at random, once everywhere else. Special tokens stay. */
export function complementaryMasks(random: RandomStream, ids: Int32Array, tokenizer: Tokenizer, count: number): readonly [random: ReturnType<typeof corruptRow>, complement: ReturnType<typeof corruptRow>] {
  const chosen = choosePlaces(random, ids, tokenizer, { count, rate: MASTER.decoderRate });
  const rest = Int32Array.from(ids.keys()).filter((place) => !tokenizer.specialIds.has(ids[place] as number) && !chosen.includes(place));
  return [corruptRow(random, ids, chosen, tokenizer, { count, corruption: HIDDEN }), corruptRow(random, ids, rest, tokenizer, { count, corruption: HIDDEN })];
}

export interface MasterBatchOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens of a passage. Halves, queries and continuations have half of that and two more. */
  readonly length: number;
  /** [vocabulary], see `inverseFrequency`. */
  readonly keywords: Float32Array;
  readonly tasks: readonly Task[];
}

/** The passages at `indices` with everything the tasks need. The draws depend on `random` alone. */
export function masterBatch(random: RandomStream, { passages, queries, continuations }: MasterTexts, indices: ArrayLike<number>, { tokenizer, length, keywords, tasks }: MasterBatchOptions): MasterBatch {
  const short = Math.ceil(length / 2) + 2;
  const pad = passages.pad;
  const rowsOf = (set: RowSet | undefined, name: string): Encoding[] => {
    if (set === undefined) throw new RangeError(`masterBatch: task ${name} needs the texts' ${name}`);
    return Array.from(indices, (index) => set.rows[index] as Encoding);
  };
  const whole = rowsOf(passages, "passages");
  const masked = (name: string, rows: readonly Encoding[], extent: number, policy: MaskPolicy): MaskedBatch => maskedBatch(random.child(name), rows, extent, tokenizer, policy);
  const pairs = whole.map((row) => halves(row, tokenizer, short));
  const twice = whole.map(({ ids }, i) => complementaryMasks(random.child("random", i), ids, tokenizer, Math.ceil(length / 2)));
  const parts: Readonly<Record<Pass | Task, () => MaskedBatch>> = {
    passage: () => masked("passage", whole, length, encoderPolicy(length)),
    firstHalf: () => masked("firstHalf", pairs.map(([first]) => first), short, encoderPolicy(short)),
    random: () => stackMaskedRows(whole, twice.map(([first]) => first), length, Math.ceil(length / 2), pad),
    keywords: () => masked("keywords", whole, length, decoderPolicy(length, keywords)),
    queries: () => masked("queries", rowsOf(queries, "queries"), short, decoderPolicy(short)),
    continuation: () => masked("continuation", rowsOf(continuations, "continuations"), short, decoderPolicy(short)),
    secondHalf: () => masked("secondHalf", pairs.map(([, second]) => second), short, decoderPolicy(short, keywords)),
    complement: () => stackMaskedRows(whole, twice.map(([, second]) => second), length, Math.ceil(length / 2), pad),
  };
  return Object.fromEntries([...passesOf(tasks), ...tasks].flatMap((name) => {
    const part = parts[name]();
    return FIELDS.map((field) => [`${name}.${field}`, part[field]] as const);
  }));
}

/** Endless batches; arms of a seed see the same passages, and the same masks where they share a task. */
export const masterBatches = (texts: MasterTexts, { batch, seed, ...options }: MasterBatchOptions & { readonly batch: number; readonly seed: number }): BatchStream<MasterBatch> =>
  shuffledBatches({ indices: Int32Array.from(texts.passages.rows.keys()), batchSize: batch, seed }, ({ indices, epoch, step }) => masterBatch(RandomStream.of(seed, "master", epoch, step), texts, indices, options));
