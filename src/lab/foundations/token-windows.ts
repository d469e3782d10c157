/** Running text in windows of one length: what causal and span-corruption models are trained on. */
import { loadEnglish, packDocuments } from "../../data/index.ts";
import type { EnglishSource, Split, Tokenizer } from "../../data/index.ts";

export const RUNNING_TEXT: readonly EnglishSource[] = ["deb/desc", "en/books", "en/brown"];

/** Full windows of a split side by side, int32 [n * length]: documents end to end with a separator after each. */
export async function tokenWindows(split: Split, tokenizer: Tokenizer, length: number, signal: AbortSignal): Promise<Int32Array> {
  const { documents } = await loadEnglish(split, { signal, sources: RUNNING_TEXT });
  const { sep, pad } = tokenizer.special;
  const { ids, count } = packDocuments(documents.map(({ paragraphs }) => tokenizer.encode(paragraphs.join("\n"))), { length, end: sep, pad: pad ?? 0 });
  return ids.subarray(0, (count - 1) * length); // the last window may have padding
}
