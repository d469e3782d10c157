/** Batches of recordings and what is said in them, for an assembled model: log-mel frames, and targets for its decoder. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { bucketedBatches, bucketLengths, specAugment } from "../../data/index.ts";
import type { Batch, BatchStream, BucketPlan, Frames, SpecAugmentPolicy, Tokenizer } from "../../data/index.ts";
import { suggestion } from "../suggestion.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { fieldNames } from "./field-names.ts";
import { streamOf } from "./part.ts";
import EMBEDDINGS from "./registry/embedding.ts";

/** How recordings become rows: `data_processor`. */
export const SPEECH_PROCESSOR = { name: "s2t", description: "recordings, and what is said in them for the decoder", gives: ["frames", "frameLengths", "target", "targetSegments"] } as const;

/** Recordings in memory. */
export interface SpeechCorpus {
  readonly frames: readonly Frames[];
  /** What is said in each, as ids. */
  readonly texts: readonly Int32Array[];
}

export interface SpeechBatchOptions {
  readonly corpus: SpeechCorpus;
  readonly tokenizer: Tokenizer;
  readonly batch: number;
  /** Tokens of a target, its first and last included; longer ones are refused. */
  readonly length: number;
  readonly seed: number;
  /** Of training; null to read recordings as they are. */
  readonly augment: SpecAugmentPolicy | null;
}

/** Tokens of a target that are no text: the one it begins with, and the one it ends with. */
export const TARGET_TEMPLATE = 2;

/** Graphs are compiled for each length, so there are a few; frames are padded to multiples of this. */
const LENGTHS = 4;
const MULTIPLE = 16;

/** The stream that reads recordings, if one does. */
export const speechStream = ({ streams }: AssembleConfig): StreamConfig | undefined => streams.find(({ embedding }) => EMBEDDINGS[embedding[0] as string]?.tokens === "frames");

/** Throws an `AssembleError` where recordings and their texts cannot fill what the slots read. */
export function checkSpeech(config: AssembleConfig): void {
  const { name, gives } = SPEECH_PROCESSOR;
  const { streams, target, data_processor: asked = name } = config;
  if (asked !== name) throw new AssembleError(`data_processor: "${asked}" reads no recordings${suggestion(asked, [name])}; choose "${name}"`);
  if (streams.length > 1) throw new AssembleError('embedding and encoder: recordings are read by one stream; "dual" has two');
  const missing = fieldNames(config).filter((field) => !(gives as readonly string[]).includes(field));
  if (missing.length > 0) throw new AssembleError(`data_processor and target: "${name}" gives no ${missing.join(" and ")}, which ${target.join(" and ")} reads; use a decoder with the target "lm"`);
  if (config.decoder === null) throw new AssembleError('decoder and target: what is said is written by a decoder; add "decoder": "transformer", "tgt_embedding": ["word", "sinusoidalpos"] and the target "lm"');
}

/**
 * Endless shuffled batches of recordings of like length, padded to few lengths. The order and every draw depend on the seed
 * alone. Lengths are chosen so that each has a batch's worth of recordings.
 */
export function speechBatches(config: AssembleConfig, options: SpeechBatchOptions): BatchStream<Batch> {
  const { corpus: { frames }, batch, seed } = options;
  const lengths = frames.map(({ count }) => count);
  const buckets = fullLengths(lengths, batch).map((length) => ({ length, batchSize: batch }));
  return bucketedBatches({ indices: Int32Array.from(frames.keys()), lengths, buckets, seed }, speechCollate(config, options));
}

/** Ascending lengths, each with `batch` recordings or more that are longer than the one before: those with fewer join the next, and the last takes those before it in. */
function fullLengths(lengths: readonly number[], batch: number): number[] {
  const rungs = bucketLengths(lengths, { count: LENGTHS, multiple: MULTIPLE });
  const longest = rungs.at(-1) as number;
  const above = (low: number, high: number): number => lengths.filter((length) => length > low && length <= high).length;
  return rungs.reduce<number[]>((kept, rung) => {
    const low = kept.at(-1) ?? 0;
    const enough = above(low, rung) >= batch && (rung === longest || above(rung, longest) >= batch);
    return enough || rung === longest ? [...kept, rung] : kept;
  }, []);
}

/** Makes the batch of some recordings, padded to `length` frames. */
export function speechCollate(config: AssembleConfig, { corpus: { frames, texts }, tokenizer, length: room, seed, augment }: Omit<SpeechBatchOptions, "batch">): (plan: Pick<BucketPlan, "epoch" | "indices" | "length">) => Batch {
  const fields = fieldNames(config);
  const { max_seq_length: places, embedding, conv_channels: layers } = streamOf(config);
  const tokens = frames.reduce((most, { count }) => Math.max(most, count), 0) / 2 ** layers.length;
  if (embedding.includes("pos") && tokens > places) throw new AssembleError(`max_seq_length: the longest recording is ${Math.ceil(tokens)} tokens long and needs as many positions, the table has ${places}; raise it, or use the embedding "sinusoidalpos"`);
  if (config.tgt_embedding?.includes("pos") === true && room > places) throw new AssembleError(`max_seq_length: targets of ${room} tokens need as many positions, the table has ${places}`);
  const { pad = 0, cls = 0, sep = 0 } = tokenizer.special;
  const targets = texts.map((text) => Int32Array.from([cls, ...text, sep]));
  const long = targets.findIndex((target) => target.length > room);
  if (long >= 0) throw new RangeError(`speechCollate: text ${long} has ${(targets[long] as Int32Array).length} tokens with its first and last, a target ${room}`);
  return ({ epoch, indices, length }) => {
    const rows = Array.from(indices, (index) => {
      const read = frames[index] as Frames;
      return augment === null ? read : specAugment(read, augment, RandomStream.of(seed, "specaugment", epoch, index));
    });
    const bands = rows[0]?.bands ?? 0;
    const table = (of: (target: Int32Array) => Int32Array, fill: number): HostArray => {
      const values = new Int32Array(rows.length * room).fill(fill);
      indices.forEach((index, i) => values.set(of(targets[index] as Int32Array), i * room));
      return hostArray(values, [rows.length, room]);
    };
    const makers: Readonly<Record<string, () => HostArray>> = {
      frames: () => {
        const values = new Float32Array(rows.length * length * bands); // zeros are the mean
        rows.forEach(({ data }, i) => values.set(data, i * length * bands));
        return hostArray(values, [rows.length, length, bands]);
      },
      frameLengths: () => hostArray(Int32Array.from(rows, ({ count }) => count), [rows.length]),
      target: () => table((target) => target, pad),
      targetSegments: () => table((target) => target.map(() => 1), 0),
    };
    return Object.fromEntries(fields.map((field) => [field, (makers[field] as () => HostArray)()]));
  };
}
