/** Rows of picture codes: hidden patches whose codes are predicted (BEiT), and texts with the codes of their pictures behind them (DALL-E). */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { coveredByBlocks } from "../../data/index.ts";
import type { Batch, BatchPlan, Tokenizer } from "../../data/index.ts";
import { AssembleError } from "./assemble-error.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { streamOf } from "./part.ts";
import { imageTokens } from "./parts/embedding/patch.ts";

/** Share of patches that BEiT hides (arXiv 2106.08254). */
export const PATCH_RATE = 0.4;

/** Patches of a picture, and codes with them. */
export const patchesOf = (stream: StreamConfig): number => imageTokens(stream) - 1;

type Collate = (plan: Pick<BatchPlan, "epoch" | "indices">) => Batch;

export interface CodeRowOptions {
  /** [pictures * N], patches in raster order. */
  readonly codes: Int32Array;
  readonly seed: number;
}

/** `hiddenPatches` bool [B, N] in blocks, a new draw each epoch; `places` in the row, behind its class token; the codes there as `labels`. */
export function hiddenPatchRows(config: AssembleConfig, { codes, seed }: CodeRowOptions): Collate {
  const { image_height: height, image_width: width, patch_size: patch } = streamOf(config);
  const grid = { rows: height / patch, columns: width / patch };
  const patches = patchesOf(streamOf(config));
  const count = Math.max(1, Math.round(PATCH_RATE * patches));
  return ({ epoch, indices }) => {
    const drawn = Array.from(indices, (index) => coveredByBlocks(RandomStream.of(seed, "patches", epoch, index), grid, count));
    const hidden = new Uint8Array(indices.length * patches);
    drawn.forEach((ids, row) => ids.forEach((id) => (hidden[row * patches + id] = 1)));
    const table = (of: (id: number, row: number) => number): HostArray => hostArray(Int32Array.from(drawn.flatMap((ids, row) => Array.from(ids, (id) => of(id, row)))), [indices.length, count]);
    return {
      hiddenPatches: hostArray(hidden, [indices.length, patches], "bool"),
      places: table((id) => 1 + id),
      labels: table((id, row) => codes[(indices[row] as number) * patches + id] as number),
      weights: hostArray(new Float32Array(indices.length * count).fill(1), [indices.length, count]),
    };
  };
}

export interface CaptionCodesOptions extends CodeRowOptions {
  /** Text of each picture as ids. */
  readonly texts: readonly Int32Array[];
  readonly tokenizer: Tokenizer;
  /** Tokens of a text, template included. */
  readonly length: number;
}

/** `tokens` and `segments` [B, length + N]: a text, segment 1, its picture's codes, segment 2, and padding. Codes are the last ids of the vocabulary. */
export function captionCodeRows(config: AssembleConfig, { codes, texts, tokenizer, length }: CaptionCodesOptions): Collate {
  const stream = streamOf(config);
  const { vocab_size: vocabulary = 0, max_seq_length: places, embedding } = stream;
  const patches = patchesOf(stream);
  const total = length + patches;
  if (embedding.includes("pos") && total > places) throw new AssembleError(`max_seq_length: rows of ${length} tokens of text and ${patches} codes need as many positions, the table has ${places}`);
  const first = vocabulary - (config.image_tokenizer?.image_vocab_size ?? 0);
  const { pad = 0 } = tokenizer.special;
  return ({ indices }) => {
    const [tokens, segments] = [new Int32Array(indices.length * total).fill(pad), new Int32Array(indices.length * total)];
    indices.forEach((index, row) => {
      const { ids } = tokenizer.assemble(texts[index] as Int32Array, undefined, length);
      const start = row * total;
      tokens.set(ids, start);
      segments.fill(1, start, start + ids.length);
      tokens.set(codes.subarray(index * patches, (index + 1) * patches).map((code) => first + code), start + ids.length);
      segments.fill(2, start + ids.length, start + ids.length + patches);
    });
    return { tokens: hostArray(tokens, [indices.length, total]), segments: hostArray(segments, [indices.length, total]) };
  };
}
