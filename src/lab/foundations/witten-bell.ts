/**
 * N-gram model with Witten and Bell's interpolation (1991): the yardstick of language models. With c(h w) the count of a
 * token after a history, T(h) the number of different tokens seen after it and h' the history without its first token,
 *   p(w | h) = (c(h w) + T(h) p(w | h')) / (c(h) + T(h)),   p of the empty history's own shorter one = 1 / V.
 */

interface Level {
  /** c(h w) by key of history and token. */
  readonly counts: Map<number, number>;
  /** c(h) and T(h) by key of history. */
  readonly histories: Map<number, { count: number; types: number }>;
}

export class WittenBell {
  readonly order: number;
  readonly vocabulary: number;
  private readonly levels: readonly Level[];

  /** `order` tokens in a gram. Throws where keys would not be exact: vocabulary ** order must stay below 2 ** 53. */
  constructor(order: number, vocabulary: number) {
    if (!Number.isInteger(order) || order < 1 || vocabulary ** order >= Number.MAX_SAFE_INTEGER) throw new RangeError(`WittenBell: order: expected a whole number above 0 with ${vocabulary} ** order below 2 ** 53, got ${order}`);
    this.order = order;
    this.vocabulary = vocabulary;
    this.levels = Array.from({ length: order }, () => ({ counts: new Map(), histories: new Map() }));
  }

  /** Counts a text; its first tokens have shorter histories. */
  add(ids: ArrayLike<number>): void {
    for (let at = 0; at < ids.length; at++) {
      for (const [length, { counts, histories }] of this.levels.entries()) {
        if (length > at) break;
        const history = this.keyOf(ids, at - length, at);
        const gram = history * this.vocabulary + (ids[at] as number);
        const seen = counts.get(gram) ?? 0;
        counts.set(gram, seen + 1);
        const known = histories.get(history);
        if (known === undefined) histories.set(history, { count: 1, types: 1 });
        else {
          known.count++;
          if (seen === 0) known.types++;
        }
      }
    }
  }

  /** -ln p of the token at a place given those before it. */
  nats(ids: ArrayLike<number>, at: number): number {
    let probability = 1 / this.vocabulary;
    for (const [length, { counts, histories }] of this.levels.entries()) {
      if (length > at) break;
      const history = this.keyOf(ids, at - length, at);
      const known = histories.get(history);
      if (known === undefined) break; // longer histories were not seen either
      const count = counts.get(history * this.vocabulary + (ids[at] as number)) ?? 0;
      probability = (count + known.types * probability) / (known.count + known.types);
    }
    return -Math.log(probability);
  }

  private keyOf(ids: ArrayLike<number>, from: number, to: number): number {
    let key = 0;
    for (let i = from; i < to; i++) key = key * this.vocabulary + (ids[i] as number);
    return key;
  }
}
