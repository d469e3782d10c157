/**
 * Masking for rows of two segments of one document: a share of the masked words also stands in the other segment, unmasked,
 * so that a small encoder learns to look across. A cross-encoder needs those heads.
 */
import type { RandomStream } from "../../engine/random/stream.ts";
import { maskCount, corruptRow, wordsOfRow } from "./mask-policy.ts";
import type { MaskedRow, MaskPolicy, MaskVocabulary } from "./mask-policy.ts";

export interface SharedWordsPolicy extends Pick<MaskPolicy, "count" | "rate" | "corruption"> {
  /** Share of the masked words that the other segment has too; 0.5. Rows without so many get what they have. */
  readonly shared?: number;
}

export interface SharedMaskedRow extends MaskedRow {
  /** float32 [count], 1 where the word also stands in the other segment. */
  readonly shared: Float32Array;
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly segment: number;
  /** The tokens as text: equal words have equal keys. */
  readonly key: string;
}

/** Masks whole words of a row; `segments` int32 [n]. */
export function maskSharedWords(random: RandomStream, ids: Int32Array, segments: Int32Array, vocabulary: MaskVocabulary, policy: SharedWordsPolicy): SharedMaskedRow {
  const words = wordsOfRow(ids, vocabulary).map(({ start, end }): Word => ({ start, end, segment: segments[start] as number, key: ids.subarray(start, end).join(" ") }));
  const total = words.reduce((sum, { start, end }) => sum + end - start, 0);
  const wanted = total === 0 ? 0 : maskCount(total, policy);
  const order = random.shuffle(words);
  const open = new Set(order); // may still be masked
  const left = new Map<string, number>(); // unmasked copies by segment and word
  for (const { segment, key } of words) left.set(`${segment}|${key}`, (left.get(`${segment}|${key}`) ?? 0) + 1);
  const other = ({ segment, key }: Word): string => `${1 - segment}|${key}`;
  const isShared = (word: Word): boolean => (left.get(other(word)) ?? 0) > 0;

  const chosen: (Word & { readonly shared: boolean })[] = [];
  let places = 0;
  const take = (shared: boolean): boolean => {
    const word = order.find((candidate) => open.has(candidate) && isShared(candidate) === shared && places + candidate.end - candidate.start <= wanted);
    if (word === undefined) return false;
    open.delete(word);
    left.set(`${word.segment}|${word.key}`, (left.get(`${word.segment}|${word.key}`) as number) - 1);
    if (shared) for (const copy of order) if (copy.segment !== word.segment && copy.key === word.key) open.delete(copy); // what it is to be copied from stays
    chosen.push({ ...word, shared });
    places += word.end - word.start;
    return true;
  };
  const share = policy.shared ?? 0.5;
  for (;;) {
    const wantsShared = chosen.filter(({ shared }) => shared).length < share * (chosen.length + 1);
    if (places >= wanted || !(take(wantsShared) || take(!wantsShared))) break;
  }

  const marked = new Map(chosen.flatMap(({ start, end, shared }) => Array.from({ length: end - start }, (_, i) => [start + i, shared] as const)));
  const row = corruptRow(random, ids, Int32Array.from(marked.keys()).sort(), vocabulary, policy);
  return { ...row, shared: Float32Array.from(row.places, (place, i) => (row.weights[i] === 1 && marked.get(place) === true ? 1 : 0)) };
}
