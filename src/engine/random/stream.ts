/**
 * Host-side random numbers: a keyed, counted stream whose whole state is one integer, so it can be saved and resumed.
 * Masks, permutations, augmentation parameters and procedural worlds draw from it.
 */
import { bits, foldIn, keyFromSeed } from "./hash.ts";
import type { Key } from "./hash.ts";

/** What must be stored to continue a stream. */
export interface RandomState {
  readonly key: Key;
  readonly counter: number;
}

export class RandomStream {
  readonly key: Key;
  private counter: number;

  constructor(state: RandomState) {
    this.key = state.key;
    this.counter = state.counter;
  }

  /** Stream for a seed and a path of labels: `RandomStream.of(7, "shuffle", epoch)`. */
  static of(seed: number, ...labels: (number | string)[]): RandomStream {
    return new RandomStream({ key: labels.reduce<Key>((key, label) => foldIn(key, label), keyFromSeed(seed)), counter: 0 });
  }

  /** Independent child stream; drawing from it does not advance this one. */
  child(...labels: (number | string)[]): RandomStream {
    return new RandomStream({ key: labels.reduce<Key>((key, label) => foldIn(key, label), this.key), counter: 0 });
  }

  state(): RandomState {
    return { key: this.key, counter: this.counter };
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const word = bits(this.key, this.counter);
    this.counter = (this.counter + 1) >>> 0;
    return word;
  }

  /** Uniform in [low, high), 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** Uniform integer in [0, n), without modulo bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n <= 0 || n > 2 ** 32) throw new RangeError(`integer: expected 0 < n <= 2^32, got ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.bits();
      if (word < limit) return word % n;
    }
  }

  /** Normal deviate by the Box-Muller transform. */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log((this.bits() + 0.5) / 2 ** 32));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** True with the given probability. */
  bernoulli(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Random order of 0..n-1. */
  permutation(n: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  }

  /** Shuffles in place (Fisher-Yates) and returns its argument. */
  shuffle<T extends Int32Array | unknown[]>(items: T): T {
    const list = items as unknown[]; // one swap loop serves typed and plain arrays
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return items;
  }

  /** One item, each equally likely. */
  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("choice: expected a non-empty list");
    return items[this.integer(items.length)] as T;
  }
}
