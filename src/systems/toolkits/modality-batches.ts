/** Emoji with names, and telephone prompts, as the fields that assembled models read. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { collateImages, emojiText, logMel, MEL40, shuffledBatches, speechPrompts, textsOfCodes, waveOf } from "../../data/index.ts";
import type { Batch, BatchPlan, BatchStream, SubwordTokenizer } from "../../data/index.ts";
import { loadEmojiLab } from "../../lab/index.ts";
import type { EmojiLab, PrepareContext } from "../../lab/index.ts";

export interface Modalities {
  readonly emoji: EmojiLab;
  /** Name of each drawing. */
  readonly names: readonly string[];
  readonly speech: Speech;
}

/** Prompts that fit, as log-mel frames and ids. */
export interface Speech {
  readonly frames: readonly HostArray[];
  readonly texts: readonly string[];
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Longest prompt in frames, of 10 ms: four out of ten prompts are no longer than this. */
export const FRAMES = 256;

const TEST_FOLD = 8;

export async function loadModalities(context: Pick<PrepareContext<object>, "signal" | "report" | "message">): Promise<Modalities> {
  const emoji = await loadEmojiLab(context);
  const names = textsOfCodes(await emojiText.load({ signal: context.signal }), emoji.set.codes).map(({ name }) => name);
  const set = await speechPrompts.load({ signal: context.signal });
  const framesOf = logMel(MEL40);
  const spectra = Array.from({ length: set.count }, (_, i) => framesOf(waveOf(set, i)));
  const kept = spectra.flatMap(({ count }, i) => (count > 0 && count <= FRAMES ? [i] : []));
  const frames = kept.map((i) => {
    const { data, count, bands } = spectra[i] as (typeof spectra)[number];
    return hostArray(standardised(data), [count, bands]);
  });
  const of = (test: boolean): Int32Array => Int32Array.from(kept.keys()).filter((place) => ((set.folds[kept[place] as number] as number) >= TEST_FOLD) === test);
  return { emoji, names, speech: { frames, texts: kept.map((i) => set.texts[i] as string), train: of(false), test: of(true) } };
}

/** Mean 0 and deviation 1 over a recording. */
function standardised(values: Float32Array): Float32Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}

/** Pictures with their categories. */
export const pictureBatch = ({ emoji }: Modalities, plan: Pick<BatchPlan, "epoch" | "indices">, seed: number): Batch => {
  const { images } = collateImages(emoji.set, plan, seed);
  return { images, classes: hostArray(Int32Array.from(plan.indices, (index) => emoji.set.labels[index] as number), [plan.indices.length]) };
};

/** Names and pictures side by side. */
export function pairBatch({ emoji, names }: Modalities, tokenizer: SubwordTokenizer, length: number, plan: Pick<BatchPlan, "epoch" | "indices">, seed: number): Batch {
  const rows = Array.from(plan.indices, (index) => tokenizer.assemble(tokenizer.encode(names[index] as string), undefined, length).ids);
  const { tokens, segments } = padded(rows, length);
  return { tokens_0: tokens, segments_0: segments, images_1: collateImages(emoji.set, plan, seed).images };
}

/** Frames, and what is said letter by letter: the target begins with 1 and ends with 2, letters follow from 3. */
export function speechBatch({ speech }: Modalities, indices: Int32Array, targetLength: number): Batch {
  const bands = MEL40.bands;
  const frames = new Float32Array(indices.length * FRAMES * bands);
  indices.forEach((index, i) => frames.set((speech.frames[index] as HostArray).data as Float32Array, i * FRAMES * bands));
  const rows = Array.from(indices, (index) => Int32Array.from([1, ...lettersOf(speech.texts[index] as string), 2]));
  const { tokens, segments } = padded(rows, targetLength);
  return { frames: hostArray(frames, [indices.length, FRAMES, bands]), frameLengths: hostArray(Int32Array.from(indices, (index) => (speech.frames[index] as HostArray).shape[0] as number), [indices.length]), target: tokens, targetSegments: segments };
}

const LETTERS = " abcdefghijklmnopqrstuvwxyz'";
export const LETTER_IDS = 3 + LETTERS.length;

/** Letters, the apostrophe and single spaces. */
export const lettersOf = (text: string): number[] => [...text.toLowerCase().replace(/[^a-z' ]+/g, " ").replace(/ +/g, " ").trim()].map((letter) => 3 + LETTERS.indexOf(letter));

function padded(rows: readonly Int32Array[], length: number): { readonly tokens: HostArray; readonly segments: HostArray } {
  const [tokens, segments] = [new Int32Array(rows.length * length), new Int32Array(rows.length * length)];
  rows.forEach((row, i) => {
    tokens.set(row.subarray(0, length), i * length);
    segments.fill(1, i * length, i * length + Math.min(length, row.length));
  });
  return { tokens: hostArray(tokens, [rows.length, length]), segments: hostArray(segments, [rows.length, length]) };
}

export const stream = (indices: Int32Array, batchSize: number, seed: number, collate: (plan: BatchPlan) => Batch): BatchStream<Batch> => shuffledBatches({ indices, batchSize, seed }, collate);
