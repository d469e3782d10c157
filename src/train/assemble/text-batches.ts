/** Batches of texts for an assembled model: the rows of its processor, in templates, padded, masked where it reads masks. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { maskRow, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchPlan, BatchStream, Encoding, MaskUnit, Tokenizer } from "../../data/index.ts";
import { suggestion } from "../suggestion.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig } from "./config.ts";
import { fieldNames } from "./field-names.ts";
import { streamOf } from "./part.ts";
import type { Example, ProcessorPart, TextCorpus } from "./part.ts";
import PROCESSORS from "./registry/processor.ts";

export interface TextBatchOptions {
  readonly corpus: TextCorpus;
  readonly tokenizer: Tokenizer;
  /** Items to draw from; default all documents. */
  readonly indices?: Int32Array;
  readonly batch: number;
  /** Tokens of a row and of a target, templates included. */
  readonly length: number;
  readonly targetLength?: number;
  /** Tokens of a row that a processor may fill; default those that the template of a pair leaves. */
  readonly room?: number;
  readonly seed: number;
  /** Share of words that mlm predicts; default 0.15. */
  readonly maskRate?: number;
  /** Tokens, whole words or spans; default tokens. */
  readonly maskUnit?: MaskUnit;
}

/** Tokens of `[CLS] a [SEP] b [SEP]` that are no text. */
const TEMPLATE = 3;
/** The template of one text is shorter by this. */
const SECOND_SEPARATOR = 1;
/** Characters of a word that a subencoder reads. */
export const CHARACTERS = 12;

/** The processor that a configuration names, or the one its objectives suggest. Throws where it cannot fill what they read. */
export function processorOf(config: AssembleConfig): ProcessorPart {
  const { target, decoder, data_processor: given } = config;
  const ofHead = ["ner", "mrc", "tasks"].find((name) => target.includes(name)); // named alike
  const usual = decoder !== null ? "t5" : target.includes("sp") ? "bert" : ofHead !== undefined ? ofHead : target.includes("cls") ? (target.includes("mlm") ? "cls_mlm" : "cls") : target.includes("bilm") ? "bilm" : target.includes("mlm") ? "mlm" : "lm";
  const name = given ?? usual;
  const part = PROCESSORS[name];
  if (part === undefined) throw new AssembleError(`data_processor: "${name}" does not read texts${suggestion(name, Object.keys(PROCESSORS))}; choose from ${Object.keys(PROCESSORS).join(", ")}`);
  const missing = (["target", "follows", "classes", "task", "tags", "starts"] as const).filter((field) => fieldNames(config).includes(field) && !part.gives.includes(field));
  if (missing.length > 0) {
    const able = Object.values(PROCESSORS).flatMap((other) => (other !== undefined && missing.every((field) => other.gives.includes(field)) ? [other.name] : []));
    throw new AssembleError(`data_processor and target: "${name}" gives no ${missing.join(" and ")}, which ${target.join(" and ")} read${target.length === 1 ? "s" : ""}; choose ${able.join(", ") || "another target"}`);
  }
  return part;
}

/** Tokens of the longest row that batches of a length hold: those of one text are a separator short of it. */
export const longestRow = (config: AssembleConfig, { corpus, length }: Pick<TextBatchOptions, "corpus" | "length">): number => (processorOf(config).paired === true || corpus.seconds !== undefined ? length : length - SECOND_SEPARATOR);

/** Endless shuffled batches with exactly the fields the model reads. The order and every draw depend on the seed alone. */
export function textBatches(config: AssembleConfig, options: TextBatchOptions): BatchStream<Batch> {
  const { corpus, indices = Int32Array.from(corpus.documents.keys()), batch, seed } = options;
  return shuffledBatches({ indices, batchSize: batch, seed }, textCollate(config, options));
}

/** Makes the batch of some documents; what is drawn depends on the seed, the epoch and the document. */
export function textCollate(config: AssembleConfig, { corpus, tokenizer, length, targetLength = length, room = length - TEMPLATE, seed, maskRate = 0.15, maskUnit }: Omit<TextBatchOptions, "batch" | "indices">): (plan: Pick<BatchPlan, "epoch" | "indices">) => Batch {
  const processor = processorOf(config);
  const fields = fieldNames(config);
  const known = ["tokens", "masked", "segments", "characters", "places", "labels", "weights", "follows", "classes", "task", "tags", "tagWeights", "starts", "ends", "target", "targetSegments"];
  const strange = fields.filter((field) => !known.includes(field));
  if (strange.length > 0) throw new AssembleError(`embedding: texts fill no ${strange.join(", ")}; these batches are for one stream of words`);
  const { max_seq_length: places, embedding, sub_vocab_size: letters } = streamOf(config);
  if (embedding.includes("pos") && length > places) throw new AssembleError(`max_seq_length: rows of ${length} tokens need as many positions, the table has ${places}`);
  const { pad = 0, cls = 0, sep = 0 } = tokenizer.special;
  const count = Math.max(1, Math.round(maskRate * (length - 2)));

  return ({ epoch, indices: members }) => {
    const batch = members.length;
    const random = (index: number): RandomStream => RandomStream.of(seed, "assemble", epoch, index);
    const examples = Array.from(members, (index): Example => processor.example({ random: random(index), corpus, index, room, targetRoom: targetLength - 2, tokenizer }));
    const rows = examples.map(({ a, b }): Encoding => tokenizer.assemble(a, b, length));
    const masked = fields.includes("masked") ? rows.map(({ ids }, i) => maskRow(random(members[i] as number).child("mask"), ids, tokenizer, { count, rate: maskRate, unit: maskUnit })) : [];
    const targets = examples.map(({ target = new Int32Array() }) => Int32Array.from([cls, ...target, sep]));
    const table = (part: (i: number) => ArrayLike<number>, width: number, fill: number): HostArray => {
      const values = new Int32Array(batch * width).fill(fill);
      examples.forEach((_, i) => values.set(Array.from(part(i)).slice(0, width), i * width));
      return hostArray(values, [batch, width]);
    };
    // Places in the row of the tokens that are text: those of the first, then those of the second.
    const places = (i: number): number[] => Array.from(rows[i]?.special ?? []).flatMap((special, place) => (special === 0 ? [place] : []));
    const tagsOf = (i: number): Int32Array => {
      const tags = new Int32Array(length).fill(-1);
      places(i).forEach((place, k) => (tags[place] = examples[i]?.tags?.[k] ?? -1));
      return tags;
    };
    const spanPlace = (i: number, side: 0 | 1): number => {
      const { a, span: [first, last] = [0, 0] } = examples[i] as Example;
      return places(i)[a.length + (side === 0 ? first : last)] ?? 0;
    };
    const makers: Readonly<Record<string, () => HostArray>> = {
      tokens: () => table((i) => rows[i]?.ids ?? [], length, pad),
      masked: () => table((i) => masked[i]?.ids ?? [], length, pad),
      segments: () => table((i) => (rows[i]?.segments ?? new Int32Array()).map((segment) => segment + 1), length, 0), // 0 is padding
      characters: () => hostArray(charactersOf(rows, length, tokenizer, letters), [batch, length, CHARACTERS]),
      places: () => table((i) => masked[i]?.places ?? [], count, 0),
      labels: () => table((i) => masked[i]?.labels ?? [], count, 0),
      weights: () => hostArray(Float32Array.from(masked.flatMap(({ weights }) => [...weights])), [batch, count]),
      follows: () => hostArray(Int32Array.from(examples, ({ follows = 0 }) => follows), [batch]),
      classes: () => hostArray(Int32Array.from(examples, ({ label = 0 }) => label), [batch]),
      task: () => hostArray(Int32Array.from(examples, ({ task = 0 }) => task), [batch]),
      tags: () => table((i) => tagsOf(i).map((tag) => Math.max(0, tag)), length, 0),
      tagWeights: () => hostArray(Float32Array.from(examples.flatMap((_, i) => Array.from(tagsOf(i), (tag) => Number(tag >= 0)))), [batch, length]),
      starts: () => hostArray(Int32Array.from(examples, (_, i) => spanPlace(i, 0)), [batch]),
      ends: () => hostArray(Int32Array.from(examples, (_, i) => spanPlace(i, 1)), [batch]),
      target: () => table((i) => targets[i] ?? [], targetLength, pad),
      targetSegments: () => table((i) => (targets[i] ?? new Int32Array()).map(() => 1), targetLength, 0),
    };
    return Object.fromEntries(fields.map((field) => [field, (makers[field] as () => HostArray)()]));
  };
}

/** Code points of each token, 0 for none, folded into the subencoder's table: [rows * length * CHARACTERS]. */
function charactersOf(rows: readonly Encoding[], length: number, tokenizer: Tokenizer, letters: number): Int32Array {
  const values = new Int32Array(rows.length * length * CHARACTERS);
  rows.forEach(({ ids }, row) => ids.forEach((id, place) => {
    const points = [...tokenizer.tokenOf(id)].slice(0, CHARACTERS).map((letter) => 1 + ((letter.codePointAt(0) as number) % (letters - 1)));
    values.set(points, (row * length + place) * CHARACTERS);
  }));
  return values;
}
