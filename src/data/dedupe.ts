/**
 * Near-twins: texts that say the same thing twice. They are found before anything is split, or one would be trained on and
 * its twin tested. A twin has the same normalised key, or shares more than `threshold` of its n-grams of words (Jaccard);
 * candidates for the second come from MinHash signatures (Broder, 1997) and are then compared exactly.
 */
import { foldIn, keyFromSeed } from "../engine/random/hash.ts";

export interface TwinOptions {
  /** Words in a gram. */
  readonly gram?: number;
  /** Texts with a greater Jaccard similarity are twins. */
  readonly threshold?: number;
  /** What else makes twins if equal after normalisation, such as a title. */
  readonly keys?: readonly string[];
}

export interface Twins {
  /** int32 [texts]: the earlier text that this one repeats, -1 for texts to keep. */
  readonly twinOf: Int32Array;
  /** Dropped for an equal key or text, and for similarity. */
  readonly exact: number;
  readonly near: number;
}

const BANDS = 20;
const ROWS = 4;
/** Multipliers and offsets of the signature's hash functions, odd. */
const FUNCTIONS = Array.from({ length: BANDS * ROWS }, (_, i) => foldIn(foldIn(keyFromSeed(0), "minhash"), i)).map(([a, b]) => [a | 1, b] as const);

/** Words in lower case, letters and digits only. */
export const normalisedWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** FNV-1a over UTF-16 units, then mixed, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

/** Hashes of a text's grams, ascending and distinct; a text shorter than a gram is one gram. */
export function gramHashes(words: readonly string[], gram: number): Uint32Array {
  const count = Math.max(1, words.length - gram + 1);
  const hashes = Uint32Array.from({ length: count }, (_, i) => hash(words.slice(i, i + gram).join(" "))).sort();
  return hashes.filter((value, i) => i === 0 || value !== hashes[i - 1]);
}

/** Shared over all, of two ascending sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 1 : shared / all;
}

/** Names of a signature's bands; sets with a similarity of 0.7 share one with probability 0.996. */
function bandsOf(hashes: Uint32Array): string[] {
  const least = FUNCTIONS.map(([a, b]) => {
    let minimum = 0xffffffff;
    for (const value of hashes) {
      const mixed = Math.imul(value ^ b, a);
      const image = (mixed ^ (mixed >>> 16)) >>> 0;
      if (image < minimum) minimum = image;
    }
    return minimum;
  });
  return Array.from({ length: BANDS }, (_, band) => `${band}:${least.slice(band * ROWS, (band + 1) * ROWS).join(",")}`);
}

/** Finds the twins of earlier texts, in order. Texts are compared with kept ones only, so chains do not swallow a corpus. */
export function findTwins(texts: readonly string[], { gram = 8, threshold = 0.7, keys }: TwinOptions = {}): Twins {
  const twinOf = new Int32Array(texts.length).fill(-1);
  const byText = new Map<string, number>();
  const byKey = new Map<string, number>();
  const byBand = new Map<string, number[]>();
  const sets: (Uint32Array | undefined)[] = [];
  let [exact, near] = [0, 0];
  texts.forEach((text, index) => {
    const words = normalisedWords(text);
    const spelled = words.join(" ");
    const key = keys === undefined ? undefined : normalisedWords(keys[index] as string).join(" ");
    const same = byText.get(spelled) ?? (key === undefined || key === "" ? undefined : byKey.get(key));
    if (same !== undefined) {
      twinOf[index] = same;
      exact++;
      return;
    }
    const set = gramHashes(words, gram);
    const bands = bandsOf(set);
    const candidates = new Set(bands.flatMap((band) => byBand.get(band) ?? []));
    const twin = [...candidates].sort((a, b) => a - b).find((other) => jaccard(set, sets[other] as Uint32Array) > threshold);
    if (twin !== undefined) {
      twinOf[index] = twin;
      near++;
      return;
    }
    sets[index] = set;
    byText.set(spelled, index);
    if (key !== undefined) byKey.set(key, index);
    for (const band of bands) byBand.set(band, [...(byBand.get(band) ?? []), index]);
  });
  return { twinOf, exact, near };
}
