/** What a search gives: items by identity, best first, equal scores in the order in which the items were added. */

/** Identity of an indexed item, unique in its index. */
export type ItemId = string | number;

export interface SearchHit {
  readonly id: ItemId;
  /** Higher is better. */
  readonly score: number;
}

/** Throws unless k is a whole number above 0. */
export function requireCount(where: string, k: number): void {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`${where}: k: expected a whole number above 0, got ${k}`);
}

/** Keeps the k best of a stream of (place, score) pairs: a binary heap with the worst kept pair at its root. */
export class TopPlaces {
  private readonly k: number;
  private readonly places: number[] = [];
  private readonly scores: number[] = [];

  constructor(k: number) {
    this.k = k;
  }

  offer(place: number, score: number): void {
    const { places, scores } = this;
    if (places.length < this.k) {
      places.push(place);
      scores.push(score);
      this.rise(places.length - 1);
    } else if (score > (scores[0] as number) || (score === scores[0] && place < (places[0] as number))) {
      places[0] = place;
      scores[0] = score;
      this.sink(0);
    }
  }

  /** The pairs kept, best first. */
  sorted(): { readonly place: number; readonly score: number }[] {
    return this.places.map((place, i) => ({ place, score: this.scores[i] as number })).sort((a, b) => b.score - a.score || a.place - b.place);
  }

  private isWorse(a: number, b: number): boolean {
    const [x, y] = [this.scores[a] as number, this.scores[b] as number];
    return x < y || (x === y && (this.places[a] as number) > (this.places[b] as number));
  }

  private rise(i: number): void {
    for (let at = i; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(i: number): void {
    for (let at = i; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let worst = at;
      if (left < this.places.length && this.isWorse(left, worst)) worst = left;
      if (right < this.places.length && this.isWorse(right, worst)) worst = right;
      if (worst === at) return;
      this.swap(at, worst);
      at = worst;
    }
  }

  private swap(a: number, b: number): void {
    for (const list of [this.places, this.scores]) [list[a], list[b]] = [list[b] as number, list[a] as number];
  }
}
