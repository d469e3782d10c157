/** Batches of pictures, alone or each with a text, for an assembled model: the fields that its slots read. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { collateImages, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchPlan, BatchStream, LabelledPixels, Tokenizer } from "../../data/index.ts";
import { suggestion } from "../suggestion.ts";
import { sentence } from "./check.ts";
import { captionCodeRows, hiddenPatchRows } from "./code-batches.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { fieldNames } from "./field-names.ts";
import { streamOf } from "./part.ts";
import { checkImage } from "./parts/embedding/patch.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import { textCollate } from "./text-batches.ts";

/** How pictures become rows: `data_processor`. */
export interface PictureProcessor {
  readonly name: string;
  readonly description: string;
  /** Kind of the user's records: a folder for each class, pictures alone, or files that name a picture and its text. */
  readonly task: "classes" | "pictures" | "captions";
  /** Fields it can fill. */
  readonly gives: readonly string[];
  /** Whether it needs the codes of a picture tokenizer. */
  readonly codes?: boolean;
}

const PROCESSORS: Readonly<Record<string, PictureProcessor | undefined>> = {
  vit: { name: "vit", description: "pictures in a folder for each class", task: "classes", gives: ["images", "classes"] },
  clip: { name: "clip", description: "pictures, each with a text, in two streams", task: "captions", gives: ["images", "tokens", "segments"] },
  vilt: { name: "vilt", description: "pictures, each behind its text; half of them another's where sp asks", task: "captions", gives: ["images", "tokens", "masked", "segments", "places", "labels", "weights", "follows"] },
  beit: { name: "beit", description: "pictures with hidden patches, whose codes are predicted", task: "pictures", gives: ["images", "hiddenPatches", "places", "labels", "weights"], codes: true },
  dalle: { name: "dalle", description: "texts, and behind each the codes of its picture", task: "captions", gives: ["tokens", "segments"], codes: true },
};

/** All of them, for lists. */
export const pictureProcessors = (): PictureProcessor[] => Object.values(PROCESSORS).filter((processor) => processor !== undefined);

/** Pictures in memory, and what is known of them. */
export interface PictureCorpus {
  /** Labels are classes; zeros where there are none. */
  readonly pictures: LabelledPixels;
  /** Text of each picture as ids, for processors of captions. */
  readonly texts?: readonly Int32Array[];
  /** [count * N] codes of the patches of each picture, for processors that need them. */
  readonly codes?: Int32Array;
}

export interface PictureBatchOptions {
  readonly corpus: PictureCorpus;
  /** For texts. */
  readonly tokenizer: Tokenizer | null;
  readonly batch: number;
  /** Tokens of a text, template included. */
  readonly length: number;
  readonly seed: number;
}

/** Pictures stand around zero, between -1 and 1. */
export const PICTURE_SCALE = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } as const;

const makes = ({ embedding }: StreamConfig): string => EMBEDDINGS[embedding[0] as string]?.tokens ?? "";

/** The stream that reads words, if one does. */
export const wordStream = ({ streams }: AssembleConfig): StreamConfig | undefined => streams.find((stream) => makes(stream).includes("words"));
/** The stream that reads pictures. */
export const pictureStream = ({ streams }: AssembleConfig): StreamConfig | undefined => streams.find((stream) => makes(stream).includes("patches"));

/** Whether a configuration reads pictures, or words that stand for them. */
export const ofPictures = (config: AssembleConfig): boolean => pictureStream(config) !== undefined || config.data_processor === "dalle";

/**
 * The processor that a configuration of pictures names, or the one its slots suggest; undefined for one that reads none. Throws
 * where it cannot fill what the slots read.
 */
export function pictureProcessorOf(config: AssembleConfig): PictureProcessor | undefined {
  if (!ofPictures(config)) return undefined;
  const { streams } = config;
  const [first] = streamOf(config).embedding;
  const usual = streams.length > 1 ? "clip" : wordStream(config) !== undefined ? "vilt" : first === "masked_patch" ? "beit" : "vit";
  const name = config.data_processor ?? usual;
  const processor = PROCESSORS[name];
  if (processor === undefined) throw new AssembleError(`data_processor: "${name}" reads no pictures here${suggestion(name, Object.keys(PROCESSORS))}; choose from ${Object.keys(PROCESSORS).join(", ")}`);
  if (processor.codes === true && streams.length > 1) throw new AssembleError(`data_processor and embedding: "${name}" fills one stream, "dual" has two`);
  const missing = [...new Set(fieldNames(config).map(plain))].filter((field) => !processor.gives.includes(field));
  if (missing.length > 0) throw new AssembleError(`data_processor and embedding and target: "${name}" gives no ${missing.join(" and ")}, which ${config.target.join(" and ")} over ${streams.flatMap((stream) => stream.embedding).join(" + ")} reads; choose another data_processor or target`);
  const [problem] = processor.codes === true ? checkImage(streamOf(config)) : [];
  if (problem !== undefined) throw new AssembleError(sentence(problem));
  return processor;
}

/** A field without the number of its stream. */
const plain = (field: string): string => field.replace(/_[01]$/, "");

/** Endless shuffled batches with exactly the fields the model reads. The order and every draw depend on the seed alone. */
export function pictureBatches(config: AssembleConfig, options: PictureBatchOptions): BatchStream<Batch> {
  const { corpus: { pictures }, batch, seed } = options;
  return shuffledBatches({ indices: Int32Array.from({ length: pictures.count }, (_, i) => i), batchSize: batch, seed }, pictureCollate(config, options));
}

/** Makes the batch of some pictures. */
export function pictureCollate(config: AssembleConfig, { corpus: { pictures, texts, codes }, tokenizer, length, seed }: Omit<PictureBatchOptions, "batch">): (plan: Pick<BatchPlan, "epoch" | "indices">) => Batch {
  const fields = fieldNames(config);
  const coded = codeRows(config, { codes, texts, tokenizer, length, seed });
  const stream = coded === null ? wordStream(config) : undefined;
  const words = stream === undefined || tokenizer === null || texts === undefined ? null : textCollate(wordsOnly(config, stream), { corpus: { documents: texts.map((text) => [text]) }, tokenizer, length, seed });
  return ({ epoch, indices }) => {
    const follows = fields.includes("follows") ? Int32Array.from(indices, (index) => Number(RandomStream.of(seed, "pictures", epoch, index).bernoulli(0.5))) : null;
    const shown = follows === null ? indices : indices.map((index, row) => (follows[row] === 1 ? index : other(RandomStream.of(seed, "pictures", epoch, index).child("other"), index, pictures.count)));
    const written = (words ?? coded)?.({ epoch, indices }) ?? {};
    const drawn: Readonly<Record<string, () => HostArray>> = {
      images: () => collateImages(pictures, { indices: shown, epoch }, seed, { standardize: PICTURE_SCALE }).images,
      classes: () => hostArray(indices.map((index) => pictures.labels[index] as number), [indices.length]),
      follows: () => hostArray(follows ?? new Int32Array(indices.length), [indices.length]),
    };
    return Object.fromEntries(fields.map((field) => {
      const name = plain(field);
      const value = drawn[name]?.() ?? written[name];
      if (value === undefined) throw new Error(`internal: pictures give no "${name}"`);
      return [field, value];
    }));
  };
}

/** What makes the fields of codes; null for processors without. */
function codeRows(config: AssembleConfig, { codes, texts, tokenizer, length, seed }: Pick<PictureCorpus, "codes" | "texts"> & Omit<PictureBatchOptions, "corpus" | "batch">): ReturnType<typeof pictureCollate> | null {
  const processor = pictureProcessorOf(config);
  if (processor?.codes !== true) return null;
  if (codes === undefined) throw new Error(`internal: "${processor.name}" needs the codes of its pictures`);
  if (processor.task === "pictures") return hiddenPatchRows(config, { codes, seed });
  if (texts === undefined || tokenizer === null) throw new Error(`internal: "${processor.name}" needs texts and their tokenizer`);
  return captionCodeRows(config, { codes, texts, tokenizer, length, seed });
}

/** Another picture than this one, if there is one. */
function other(random: RandomStream, index: number, count: number): number {
  if (count < 2) return index;
  const drawn = random.integer(count - 1);
  return drawn < index ? drawn : drawn + 1;
}

/** The words of a configuration: one stream of them, masked where mlm asks. Texts are read from their beginning, as those with classes are. */
function wordsOnly(config: AssembleConfig, stream: StreamConfig): AssembleConfig {
  return { ...config, streams: [{ ...stream, embedding: ["word"] }], target: config.target.filter((name) => name === "mlm"), decoder: null, tgt_embedding: null, data_processor: "cls" };
}
