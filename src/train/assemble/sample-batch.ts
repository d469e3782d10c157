/** A random batch with every field a model reads: for tests, for counting costs, and for trying combinations out. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream } from "../../engine/index.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { fieldNames } from "./field-names.ts";
import { streamOf } from "./part.ts";
import { imageTokens } from "./parts/embedding/patch.ts";

export interface SampleOptions {
  readonly random: RandomStream;
  /** Default 4. */
  readonly batch?: number;
  /** Words of a source, or of each stream; default 8. The last example has two fewer. */
  readonly length?: number | readonly number[];
  /** Words of a target; default 6. */
  readonly targetLength?: number;
  /** Frames of speech; default 16. */
  readonly frames?: number;
  /** Places that mlm predicts; default 2. */
  readonly hidden?: number;
  /** Of a word, for subencoders; default 3. */
  readonly characters?: number;
}


/** Values of the fields, by their names without the suffix of a stream. */
export function sampleBatch(config: AssembleConfig, { random, batch = 4, length = 8, targetLength = 6, frames = 16, hidden = 2, characters = 3 }: SampleOptions): Record<string, HostArray> {
  return Object.fromEntries(fieldNames(config).map((field) => {
    const [, name = field, stream] = /^(.*)_([01])$/.exec(field) ?? [];
    const of = config.streams[Number(stream ?? 0)] ?? streamOf(config);
    return [field, valueOf(name, of, typeof length === "number" ? length : (length[Number(stream ?? 0)] ?? 8))];
  }));

  function valueOf(name: string, stream: StreamConfig, words: number): HostArray {
    const draw = random.child(name);
    const vocabulary = stream.vocab_size ?? 1;
    const ints = (count: number, shape: readonly number[], from: number, below: number): HostArray => hostArray(Int32Array.from({ length: count }, () => from + draw.integer(below - from)), shape);
    const reals = (shape: readonly number[]): HostArray => hostArray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.uniform()), shape);
    const segments = (tokens: number): HostArray => hostArray(Int32Array.from({ length: batch * tokens }, (_, i) => {
      const place = i % tokens;
      if (i >= (batch - 1) * tokens && place >= tokens - 2) return 0; // the last example is shorter
      return place < tokens / 2 ? 1 : 2;
    }), [batch, tokens]);
    const { image_height: height, image_width: width, channels_num: channels, audio_feature_size: bands } = stream;
    const patches = imageTokens(stream) - 1;
    const masked = stream.embedding[0] === "masked_patch";
    const codes = masked ? (config.image_tokenizer?.image_vocab_size ?? 1) : vocabulary;
    const makers: Readonly<Record<string, () => HostArray>> = {
      tokens: () => ints(batch * words, [batch, words], 0, vocabulary),
      masked: () => ints(batch * words, [batch, words], 0, vocabulary),
      segments: () => segments(words),
      characters: () => ints(batch * words * characters, [batch, words, characters], 0, stream.sub_vocab_size),
      target: () => ints(batch * targetLength, [batch, targetLength], 0, config.tgt_vocab_size ?? vocabulary),
      targetSegments: () => segments(targetLength),
      images: () => reals([batch, channels, height, width]),
      hiddenPatches: () => hostArray(Uint8Array.from({ length: batch * patches }, (_, i) => Number(i % patches < hidden)), [batch, patches], "bool"),
      frames: () => reals([batch, frames, bands]),
      frameLengths: () => hostArray(Int32Array.from({ length: batch }, (_, i) => (i === batch - 1 ? frames - 4 : frames)), [batch]),
      places: () => hostArray(Int32Array.from({ length: batch * hidden }, (_, i) => 1 + (i % hidden)), [batch, hidden]), // patches 0 and 1 stand at tokens 1 and 2
      labels: () => ints(batch * hidden, [batch, hidden], 0, codes),
      weights: () => hostArray(new Float32Array(batch * hidden).fill(1), [batch, hidden]),
      follows: () => ints(batch, [batch], 0, 2),
      classes: () => ints(batch, [batch], 0, config.labels_num ?? 1),
      task: () => hostArray(Int32Array.from({ length: batch }, (_, i) => i % (config.task_labels_num?.length ?? 1)), [batch]),
      tags: () => ints(batch * words, [batch, words], 0, config.labels_num ?? 1),
      tagWeights: () => hostArray(Float32Array.from({ length: batch * words }, (_, i) => Number(i % 2 === 0)), [batch, words]),
      starts: () => hostArray(new Int32Array(batch).fill(words / 2), [batch]), // segment 2 begins there
      ends: () => hostArray(new Int32Array(batch).fill(words / 2), [batch]),
    };
    const make = makers[name];
    if (make === undefined) throw new Error(`sampleBatch: no way to draw "${name}"; add one beside the part that reads it`);
    return make();
  }
}
