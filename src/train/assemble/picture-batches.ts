/** Batches of pictures, alone or each with a text, for an assembled model: the fields that its slots read. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { collateImages, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchPlan, BatchStream, LabelledPixels, Tokenizer } from "../../data/index.ts";
import { suggestion } from "../suggestion.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { fieldNames } from "./field-names.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import { textCollate } from "./text-batches.ts";

/** How pictures become rows: `data_processor`. */
export interface PictureProcessor {
  readonly name: string;
  readonly description: string;
  /** Kind of the user's records: a folder for each class, or files that name a picture and its text. */
  readonly task: "classes" | "captions";
  /** Fields it can fill. */
  readonly gives: readonly string[];
}

const PROCESSORS: Readonly<Record<string, PictureProcessor | undefined>> = {
  vit: { name: "vit", description: "pictures in a folder for each class", task: "classes", gives: ["images", "classes"] },
  clip: { name: "clip", description: "pictures, each with a text, in two streams", task: "captions", gives: ["images", "tokens", "segments"] },
  vilt: { name: "vilt", description: "pictures, each behind its text; half of them another's where sp asks", task: "captions", gives: ["images", "tokens", "masked", "segments", "places", "labels", "weights", "follows"] },
};

/** All of them, for lists. */
export const pictureProcessors = (): PictureProcessor[] => Object.values(PROCESSORS).filter((processor) => processor !== undefined);

/** Pictures in memory, and what is known of them. */
export interface PictureCorpus {
  /** Labels are classes; zeros where there are none. */
  readonly pictures: LabelledPixels;
  /** Text of each picture as ids, for processors of captions. */
  readonly texts?: readonly Int32Array[];
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
const STANDARD = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } as const;

const makes = ({ embedding }: StreamConfig): string => EMBEDDINGS[embedding[0] as string]?.tokens ?? "";

/** The stream that reads words, if one does. */
export const wordStream = ({ streams }: AssembleConfig): StreamConfig | undefined => streams.find((stream) => makes(stream).includes("words"));
/** The stream that reads pictures. */
export const pictureStream = ({ streams }: AssembleConfig): StreamConfig | undefined => streams.find((stream) => makes(stream).includes("patches"));

/**
 * The processor that a configuration of pictures names, or the one its slots suggest; undefined for one that reads none. Throws
 * where it cannot fill what the slots read.
 */
export function pictureProcessorOf(config: AssembleConfig): PictureProcessor | undefined {
  if (pictureStream(config) === undefined) return undefined;
  const name = config.data_processor ?? (config.streams.length > 1 ? "clip" : wordStream(config) === undefined ? "vit" : "vilt");
  const processor = PROCESSORS[name];
  if (processor === undefined) throw new AssembleError(`data_processor: "${name}" reads no pictures here${suggestion(name, Object.keys(PROCESSORS))}; choose from ${Object.keys(PROCESSORS).join(", ")}`);
  const missing = [...new Set(fieldNames(config).map(plain))].filter((field) => !processor.gives.includes(field));
  if (missing.length > 0) throw new AssembleError(`data_processor and embedding and target: "${name}" gives no ${missing.join(" and ")}, which ${config.target.join(" and ")} over ${config.streams.flatMap(({ embedding }) => embedding).join(" + ")} reads; ${missing.includes("hiddenPatches") ? "masked patches need codes of a picture tokenizer, which is not built here" : "choose another data_processor or target"}`);
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
export function pictureCollate(config: AssembleConfig, { corpus: { pictures, texts }, tokenizer, length, seed }: Omit<PictureBatchOptions, "batch">): (plan: Pick<BatchPlan, "epoch" | "indices">) => Batch {
  const fields = fieldNames(config);
  const stream = wordStream(config);
  const words = stream === undefined || tokenizer === null || texts === undefined ? null : textCollate(wordsOnly(config, stream), { corpus: { documents: texts.map((text) => [text]) }, tokenizer, length, seed });
  return ({ epoch, indices }) => {
    const follows = fields.includes("follows") ? Int32Array.from(indices, (index) => Number(RandomStream.of(seed, "pictures", epoch, index).bernoulli(0.5))) : null;
    const shown = follows === null ? indices : indices.map((index, row) => (follows[row] === 1 ? index : other(RandomStream.of(seed, "pictures", epoch, index).child("other"), index, pictures.count)));
    const written = words?.({ epoch, indices }) ?? {};
    const { images } = collateImages(pictures, { indices: shown, epoch }, seed, { standardize: STANDARD });
    const drawn: Readonly<Record<string, () => HostArray>> = {
      images: () => images,
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
