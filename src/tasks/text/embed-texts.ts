/** Vectors of texts that come one after the other: as many are held as a chunk has. */
import type { EncodeOptions, PretrainedText } from "../huggingface/pretrained-text.ts";
import { requireVectors } from "./score-texts.ts";

export interface EmbeddedText {
  readonly text: string;
  readonly vector: Float32Array;
}

export interface EmbedTextsOptions extends EncodeOptions {
  /** Texts that are read before vectors are made, so that those of like length share a batch; default 512. */
  readonly chunk?: number;
  readonly signal?: AbortSignal;
}

/**
 * One vector for each text, in order.
 *
 * ```ts
 * const model = await fromPretrained("my-model");
 * for await (const { text, vector } of embedTexts(model, ["how do I list hidden files?", "ls -a"])) console.log(text, vector.length);
 * ```
 *
 * Throws a `RequestError` for a model with scores or labels.
 */
export async function* embedTexts(model: PretrainedText, texts: Iterable<string> | AsyncIterable<string>, { chunk = 512, signal, ...options }: EmbedTextsOptions = {}): AsyncGenerator<EmbeddedText> {
  requireVectors(model, "embed");
  for await (const some of chunksOf(texts, chunk)) {
    signal?.throwIfAborted();
    const { data, shape } = await model.embed(some, { ...options, signal });
    const width = shape[1] as number;
    for (const [i, text] of some.entries()) yield { text, vector: (data as Float32Array).slice(i * width, (i + 1) * width) };
  }
}

/** Lists of `size` items; the last may be shorter. */
export async function* chunksOf<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
