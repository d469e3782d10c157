/**
 * The counter-based generator shared by the host and the compiled graph.
 *
 * bits(key, counter) = mix(mix(counter + key0) ^ key1) on unsigned 32-bit words, where `mix` is a bijective
 * xor-shift-multiply finaliser. A draw depends on nothing but its key and its counter, so a run that stops and
 * resumes, or draws on another device, sees the same numbers.
 */

/** Multipliers of the finaliser; low-bias constants of the xor-shift-multiply family with shifts 16, 15, 16. */
export const MIX_FIRST = 0x7feb352d;
export const MIX_SECOND = 0x846ca68b;
/** Added between the rounds of `foldIn`: 2^32 divided by the golden ratio. */
export const KEY_INCREMENT = 0x9e3779b9;

/** A 64-bit key as two unsigned 32-bit words. */
export type Key = readonly [number, number];

/** Bijection on unsigned 32-bit words with good avalanche. */
export function mix(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), MIX_FIRST);
  x = Math.imul(x ^ (x >>> 15), MIX_SECOND);
  return (x ^ (x >>> 16)) >>> 0;
}

/** 32 random bits for `counter` under `key`. */
export function bits(key: Key, counter: number): number {
  return mix(mix((counter + key[0]) >>> 0) ^ key[1]);
}

/** Key for a named sub-stream: the same parent and label always give the same child, different labels unrelated ones. */
export function foldIn(key: Key, label: number | string): Key {
  const words = typeof label === "number" ? [label >>> 0, Math.floor(label / 2 ** 32) >>> 0] : utf8Words(label);
  let [a, b] = key;
  for (const word of words) {
    a = mix(a ^ word);
    b = mix((b + a + KEY_INCREMENT) >>> 0);
  }
  return [a >>> 0, b >>> 0];
}

/** Key for a user's seed, any safe integer. */
export function keyFromSeed(seed: number): Key {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected a safe integer, got ${seed}`);
  return foldIn([0x243f6a88, 0x85a308d3], seed);
}

function utf8Words(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const words: number[] = [bytes.length];
  for (let i = 0; i < bytes.length; i += 4) {
    words.push(((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)) >>> 0);
  }
  return words;
}
