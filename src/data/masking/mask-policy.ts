/**
 * Masked language modelling's choice of tokens (BERT, arXiv 1810.04805), drawn anew whenever a row is used. The number of
 * predicted places is the same in every row, so one compiled graph serves all; rows that have fewer fill up with weight 0.
 */
import type { RandomStream } from "../../engine/random/stream.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";

/** What masking must know of a vocabulary. */
export type MaskVocabulary = Pick<Tokenizer, "vocabularySize" | "special" | "specialIds" | "wordStarts">;

/** Tokens one by one, whole words, or spans of a geometric number of tokens that begin where a word does (SpanBERT, arXiv 1907.10529). */
export type MaskUnit = { readonly kind: "token" } | { readonly kind: "word" } | { readonly kind: "span"; readonly stop: number; readonly longest: number };

export interface MaskPolicy {
  /** Places to predict in a row at most: the static count. */
  readonly count: number;
  /** Share of a row's tokens to predict; 0.15. A row of n gets round(rate n), at least 1, at most `count`. */
  readonly rate?: number;
  readonly unit?: MaskUnit;
  /** Shares of the chosen tokens that become [MASK] and a random token; the rest stays. 0.8 and 0.1. */
  readonly corruption?: { readonly mask: number; readonly random: number };
  /** float32 [vocabulary]: how much likelier a token is chosen, such as its inverse frequency; 0 protects it. */
  readonly weights?: Float32Array;
}

export interface MaskedRow {
  /** int32 [n], the row with its chosen places corrupted. */
  readonly ids: Int32Array;
  /** int32 [count], chosen places ascending, then filled with 0. */
  readonly places: Int32Array;
  /** int32 [count], what stood there. */
  readonly labels: Int32Array;
  /** float32 [count], 1 for chosen places, 0 for filling. */
  readonly weights: Float32Array;
}

export interface WordSpan {
  readonly start: number;
  readonly end: number;
}

/** Words of a row as runs of tokens, special tokens left out: they end a word and are none. */
export function wordsOfRow(ids: Int32Array, { wordStarts, specialIds }: Pick<MaskVocabulary, "wordStarts" | "specialIds">): WordSpan[] {
  const words: WordSpan[] = [];
  let start = -1;
  for (let i = 0; i <= ids.length; i++) {
    const outside = i === ids.length || specialIds.has(ids[i] as number);
    if (start >= 0 && (outside || wordStarts[ids[i] as number] === 1)) {
      words.push({ start, end: i });
      start = -1;
    }
    if (!outside && start < 0) start = i;
  }
  return words;
}

/** How many of a row's n candidates are predicted. */
export const maskCount = (candidates: number, { count, rate = 0.15 }: Pick<MaskPolicy, "count" | "rate">): number => Math.min(count, candidates, Math.max(1, Math.round(rate * candidates)));

/** Items in random order, the heavier the earlier (exponential clocks); those of weight 0 are left out. */
export function weightedOrder<T>(random: RandomStream, items: readonly T[], weightOf: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, weight: weightOf(item) }))
    .filter(({ weight }) => weight > 0)
    .map(({ item, weight }) => ({ item, time: -Math.log((random.bits() + 0.5) / 2 ** 32) / weight }))
    .sort((a, b) => a.time - b.time)
    .map(({ item }) => item);
}

/** Chosen places of a row, ascending. Tokens and spans give exactly `maskCount`; whole words that do not fit any more are passed over. */
export function choosePlaces(random: RandomStream, ids: Int32Array, vocabulary: MaskVocabulary, policy: MaskPolicy): Int32Array {
  const { unit = { kind: "token" }, weights } = policy;
  const weightOf = (place: number): number => weights?.[ids[place] as number] ?? 1;
  const candidates = [...ids.keys()].filter((place) => !vocabulary.specialIds.has(ids[place] as number) && weightOf(place) > 0);
  const wanted = candidates.length === 0 ? 0 : maskCount(candidates.length, policy);
  if (unit.kind === "token") return Int32Array.from(weightedOrder(random, candidates, weightOf).slice(0, wanted)).sort();
  const allowed = new Set(candidates);
  const words = weightedOrder(random, wordsOfRow(ids, vocabulary), ({ start, end }) => {
    let sum = 0;
    for (let place = start; place < end; place++) sum += weightOf(place);
    return sum / (end - start);
  });
  const chosen = new Set<number>();
  for (const { start, end } of words) {
    if (chosen.size === wanted) break;
    if (unit.kind === "word") {
      const places = Array.from({ length: end - start }, (_, i) => start + i).filter((place) => allowed.has(place));
      if (chosen.size + places.length <= wanted) places.forEach((place) => chosen.add(place));
      continue;
    }
    let length = 1;
    while (length < unit.longest && !random.bernoulli(unit.stop)) length++;
    for (let place = start; place < start + length && chosen.size < wanted && allowed.has(place); place++) chosen.add(place);
  }
  if (unit.kind === "span") for (const place of random.shuffle([...candidates])) if (chosen.size < wanted) chosen.add(place);
  return Int32Array.from(chosen).sort();
}

/** Corrupts the chosen places and lists what stood there. Throws if the tokenizer has no mask. */
export function corruptRow(random: RandomStream, ids: Int32Array, places: Int32Array, { special, specialIds, vocabularySize }: MaskVocabulary, { count, corruption = { mask: 0.8, random: 0.1 } }: Pick<MaskPolicy, "count" | "corruption">): MaskedRow {
  if (special.mask === undefined) throw new RangeError("masking: the tokenizer has no mask token");
  if (places.length > count) throw new RangeError(`masking: ${places.length} places chosen, the batch holds ${count}`);
  const masked = ids.slice();
  const row = { places: new Int32Array(count), labels: new Int32Array(count), weights: new Float32Array(count) };
  for (const [i, place] of places.entries()) {
    row.places[i] = place;
    row.labels[i] = ids[place] as number;
    row.weights[i] = 1;
    const draw = random.uniform();
    if (draw < corruption.mask) masked[place] = special.mask;
    else if (draw < corruption.mask + corruption.random) masked[place] = randomToken(random, specialIds, vocabularySize);
  }
  return { ids: masked, ...row };
}

/** Any token that stands for text. */
export function randomToken(random: RandomStream, specialIds: ReadonlySet<number>, vocabularySize: number): number {
  for (;;) {
    const id = random.integer(vocabularySize);
    if (!specialIds.has(id)) return id;
  }
}

/** A row masked by a policy. The draw depends on `random` alone. */
export function maskRow(random: RandomStream, ids: Int32Array, vocabulary: MaskVocabulary, policy: MaskPolicy): MaskedRow {
  return corruptRow(random, ids, choosePlaces(random, ids, vocabulary, policy), vocabulary, policy);
}
