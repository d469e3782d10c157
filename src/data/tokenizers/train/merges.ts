/**
 * Learning merges of byte-pair encoding (Sennrich et al., arXiv 1508.07909): the most frequent pair of neighbours becomes a
 * symbol, again and again. Counts are kept up to date word by word, so a merge costs what it touches. Ties go to the pair
 * with the smaller ids, as in Hugging Face's trainer, so both learn the same merges.
 */
import { PairHeap } from "./pair-heap.ts";

export interface CountedWord {
  /** Symbols as ids below `symbols.length`. */
  readonly symbols: readonly number[];
  readonly count: number;
}

export interface MergeOptions {
  /** Symbols to begin with; a merge appends its product unless it is among them. */
  readonly symbols: readonly string[];
  /** Stop when there are this many symbols. */
  readonly size: number;
  /** Pairs rarer than this are not merged. */
  readonly minimum: number;
  /** Spelling of two symbols joined. */
  join(left: string, right: string): string;
}

export interface Merges {
  /** All symbols, the given ones first. */
  readonly symbols: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** Pairs as one number; exact while ids stay below 2^26. */
const SHIFT = 2 ** 26;
const keyOf = (left: number, right: number): number => left * SHIFT + right;

export function learnMerges(corpus: readonly CountedWord[], { symbols: initial, size, minimum, join }: MergeOptions): Merges {
  const symbols = [...initial];
  const idOf = new Map(symbols.map((symbol, id) => [symbol, id]));
  const words = corpus.map(({ symbols: word }) => [...word]);
  const counts = new Map<number, number>();
  const places = new Map<number, number[]>(); // words that hold a pair, or held it
  const heap = new PairHeap();
  const merges: [string, string][] = [];

  const add = (index: number, sign: 1 | -1): void => {
    const word = words[index] as number[];
    const count = sign * (corpus[index] as CountedWord).count;
    for (let i = 0; i + 1 < word.length; i++) {
      const key = keyOf(word[i] as number, word[i + 1] as number);
      counts.set(key, (counts.get(key) ?? 0) + count);
      if (sign < 0) continue;
      const list = places.get(key);
      if (list === undefined) places.set(key, [index]);
      else if (list[list.length - 1] !== index) list.push(index);
    }
  };
  const offer = (key: number): void => {
    const count = counts.get(key) as number; // keys come from `counts`
    if (count >= minimum) heap.push({ count, left: Math.floor(key / SHIFT), right: key % SHIFT });
  };

  for (let index = 0; index < words.length; index++) add(index, 1);
  for (const key of counts.keys()) offer(key);
  while (symbols.length < size) {
    const top = heap.pop();
    if (top === undefined) break;
    const key = keyOf(top.left, top.right);
    const count = counts.get(key) ?? 0;
    if (count !== top.count) {
      if (count < top.count && count >= minimum) heap.push({ ...top, count }); // became rarer since it was offered
      continue;
    }
    const [left, right] = [symbols[top.left] as string, symbols[top.right] as string];
    merges.push([left, right]);
    const joined = join(left, right);
    let product = idOf.get(joined);
    if (product === undefined) {
      product = symbols.push(joined) - 1;
      idOf.set(joined, product);
    }
    const changed = new Set<number>();
    for (const index of new Set(places.get(key))) {
      const merged = mergedWord(words[index] as number[], top.left, top.right, product);
      if (merged === undefined) continue;
      add(index, -1);
      words[index] = merged;
      add(index, 1);
      for (let i = 0; i + 1 < merged.length; i++) {
        if (merged[i] === product || merged[i + 1] === product) changed.add(keyOf(merged[i] as number, merged[i + 1] as number));
      }
    }
    places.delete(key);
    for (const touched of changed) offer(touched);
  }
  return { symbols, merges };
}

/** The word with all occurrences joined from the left; undefined if there is none. */
function mergedWord(word: readonly number[], left: number, right: number, product: number): number[] | undefined {
  const merged: number[] = [];
  for (let i = 0; i < word.length; i++) {
    const hit = word[i] === left && word[i + 1] === right;
    merged.push(hit ? product : (word[i] as number));
    if (hit) i++;
  }
  return merged.length === word.length ? undefined : merged;
}
