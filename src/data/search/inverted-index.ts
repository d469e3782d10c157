/**
 * Inverted index: for each term the items that hold it, with one weight in each lane (a field of the text; a single lane
 * when there are no fields). Postings lie in typed arrays that grow; items come and go at any time. What the weights mean
 * is up to the ranking function on top: term counts (BM25, TF-IDF) or learned weights.
 */
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import type { Pack } from "../pack.ts";
import { requireCount, TopPlaces } from "./hit.ts";
import type { ItemId, SearchHit } from "./hit.ts";

/** Postings of a term; entry i < length is item `places[i]` with weights [i * lanes, (i + 1) * lanes). Removed items may be among them. */
export interface Postings {
  readonly places: Uint32Array;
  readonly weights: Float32Array;
  readonly length: number;
  /** Items that are not removed: the document frequency. */
  readonly live: number;
}

interface GrowingPostings {
  places: Uint32Array;
  weights: Float32Array;
  length: number;
  live: number;
}

export interface SearchOptions {
  /** Items that are passed over. */
  readonly exclude?: Iterable<ItemId>;
  /** Whether an item may be found, asked before the cut; default all. */
  readonly accept?: (id: ItemId) => boolean;
}

/** Places of removed items are reclaimed when there are more of them than of others. */
const FEW_REMOVED = 64;

export class InvertedIndex {
  readonly lanes: number;
  private readonly termNumbers = new Map<string, number>();
  private readonly postingsOf: GrowingPostings[] = [];
  private readonly placeOf = new Map<ItemId, number>();
  /** By place; null for a removed item. */
  private ids: (ItemId | null)[] = [];
  private termsOf: (Uint32Array | null)[] = [];
  /** Sum of the weights of each place and lane. */
  private sums: Float64Array = new Float64Array(64);
  private readonly laneSums: Float64Array;
  /** Work space of a search, all zeros between searches. */
  private scores: Float64Array = new Float64Array(0);
  private marks: Uint8Array = new Uint8Array(0);

  constructor(lanes = 1) {
    this.lanes = lanes;
    this.laneSums = new Float64Array(lanes);
  }

  /** Number of items. */
  get size(): number {
    return this.placeOf.size;
  }

  has(id: ItemId): boolean {
    return this.placeOf.has(id);
  }

  /** Adds an item, in place of the one of the same id if there is one. Weights by term: one number for each lane. */
  add(id: ItemId, terms: ReadonlyMap<string, readonly number[]>): void {
    for (const [term, weights] of terms) {
      let valid = weights.length === this.lanes;
      for (const weight of weights) valid &&= weight >= 0 && weight < Infinity;
      if (!valid) throw new RangeError(`index: item ${JSON.stringify(id)}: term "${term}": expected ${this.lanes} weights >= 0, got [${weights.join(", ")}]`);
    }
    this.remove(id);
    const place = this.ids.push(id) - 1;
    this.placeOf.set(id, place);
    this.sums = grown(this.sums, (place + 1) * this.lanes);
    const numbers = Uint32Array.from(terms.keys(), (term) => this.numberOf(term));
    let i = 0;
    for (const weights of terms.values()) {
      const postings = this.postingsOf[numbers[i++] as number] as GrowingPostings;
      postings.places = grown(postings.places, postings.length + 1);
      postings.weights = grown(postings.weights, (postings.length + 1) * this.lanes);
      postings.places[postings.length] = place;
      for (let lane = 0; lane < this.lanes; lane++) {
        const weight = Math.fround(weights[lane] as number);
        postings.weights[postings.length * this.lanes + lane] = weight;
        this.addSum(place, lane, weight);
      }
      postings.length++;
      postings.live++;
    }
    this.termsOf.push(numbers);
  }

  /** Takes an item out; false when there is none of that id. */
  remove(id: ItemId): boolean {
    const place = this.placeOf.get(id);
    if (place === undefined) return false;
    for (const number of this.termsOf[place] as Uint32Array) (this.postingsOf[number] as GrowingPostings).live--;
    for (let lane = 0; lane < this.lanes; lane++) this.laneSums[lane] = (this.laneSums[lane] as number) - this.sumOf(place, lane);
    this.placeOf.delete(id);
    this.ids[place] = null;
    this.termsOf[place] = null;
    if (this.ids.length > FEW_REMOVED + 2 * this.size) this.reclaim();
    return true;
  }

  postings(term: string): Postings | undefined {
    const number = this.termNumbers.get(term);
    return number === undefined ? undefined : this.postingsOf[number];
  }

  /** All terms with their postings. */
  *terms(): Generator<readonly [term: string, postings: Postings]> {
    for (const [term, number] of this.termNumbers) yield [term, this.postingsOf[number] as Postings];
  }

  /** Places given out so far, those of removed items included. */
  get places(): number {
    return this.ids.length;
  }

  /** Sum of the weights of an item in a lane: with counts as weights, the length of its text. */
  sumOf(place: number, lane: number): number {
    return this.sums[place * this.lanes + lane] as number;
  }

  /** Mean of `sumOf` over the items; 0 without items. */
  meanSum(lane: number): number {
    return this.size === 0 ? 0 : (this.laneSums[lane] as number) / this.size;
  }

  /** The k best items by the scores that `score` adds to their places. Items it adds nothing to are not found. */
  search(k: number, score: (add: (place: number, value: number) => void) => void, { exclude = [], accept = () => true }: SearchOptions = {}): SearchHit[] {
    requireCount("search", k);
    if (this.scores.length < this.ids.length) {
      this.scores = new Float64Array(2 * this.ids.length);
      this.marks = new Uint8Array(2 * this.ids.length);
    }
    const { scores, marks, ids } = this;
    const touched: number[] = [];
    score((place, value) => {
      if (marks[place] === 0) {
        marks[place] = 1;
        touched.push(place);
      }
      scores[place] = (scores[place] as number) + value;
    });
    const passed = new Set(exclude);
    const top = new TopPlaces(k);
    for (const place of touched) {
      const id = ids[place] as ItemId | null;
      if (id !== null && !passed.has(id) && accept(id)) top.offer(place, scores[place] as number);
      scores[place] = 0;
      marks[place] = 0;
    }
    return top.sorted().map(({ place, score: value }) => ({ id: ids[place] as ItemId, score: value }));
  }

  /** The whole index as arrays and JSON. */
  pack(): Pack {
    this.reclaim();
    const lists = [...this.terms()].filter(([, { length }]) => length > 0);
    const offsets = new Uint32Array(lists.length + 1);
    lists.forEach(([, { length }], i) => (offsets[i + 1] = (offsets[i] as number) + length));
    const total = offsets[lists.length] as number;
    const [places, weights] = [new Uint32Array(total), new Float32Array(total * this.lanes)];
    lists.forEach(([, postings], i) => {
      places.set(postings.places.subarray(0, postings.length), offsets[i]);
      weights.set(postings.weights.subarray(0, postings.length * this.lanes), (offsets[i] as number) * this.lanes);
    });
    return {
      arrays: { offsets: hostArray(offsets, [offsets.length]), places: hostArray(places, [total]), weights: hostArray(weights, [total, this.lanes]) },
      meta: { lanes: this.lanes, ids: this.ids as ItemId[], terms: lists.map(([term]) => term) },
    };
  }

  static unpack({ arrays, meta }: Pack): InvertedIndex {
    const { lanes, ids, terms } = meta as unknown as { readonly lanes: number; readonly ids: readonly ItemId[]; readonly terms: readonly string[] };
    const [offsets, places, weights] = ["offsets", "places", "weights"].map((name) => (arrays[name] as HostArray).data) as [Uint32Array, Uint32Array, Float32Array];
    const index = new InvertedIndex(lanes);
    const held = ids.map((): number[] => []);
    index.ids = [...ids];
    ids.forEach((id, place) => index.placeOf.set(id, place));
    index.sums = grown(index.sums, ids.length * lanes);
    terms.forEach((term, number) => {
      const [start, end] = [offsets[number] as number, offsets[number + 1] as number];
      index.termNumbers.set(term, number);
      index.postingsOf.push({ places: places.slice(start, end), weights: weights.slice(start * lanes, end * lanes), length: end - start, live: end - start });
      for (let i = start; i < end; i++) {
        const place = places[i] as number;
        (held[place] as number[]).push(number);
        for (let lane = 0; lane < lanes; lane++) index.addSum(place, lane, weights[i * lanes + lane] as number);
      }
    });
    index.termsOf = held.map((numbers) => Uint32Array.from(numbers));
    return index;
  }

  private numberOf(term: string): number {
    const known = this.termNumbers.get(term);
    if (known !== undefined) return known;
    const number = this.postingsOf.push({ places: new Uint32Array(4), weights: new Float32Array(4 * this.lanes), length: 0, live: 0 }) - 1;
    this.termNumbers.set(term, number);
    return number;
  }

  private addSum(place: number, lane: number, weight: number): void {
    this.sums[place * this.lanes + lane] = this.sumOf(place, lane) + weight;
    this.laneSums[lane] = (this.laneSums[lane] as number) + weight;
  }

  /** Drops the places and postings of removed items; the others keep their order. */
  private reclaim(): void {
    if (this.ids.length === this.size) return;
    const { lanes } = this;
    const kept = this.ids.flatMap((id, place) => (id === null ? [] : [place]));
    const moved = new Int32Array(this.ids.length).fill(-1);
    kept.forEach((place, next) => (moved[place] = next));
    kept.forEach((place, next) => this.sums.copyWithin(next * lanes, place * lanes, (place + 1) * lanes));
    this.sums.fill(0, kept.length * lanes);
    this.ids = kept.map((place) => this.ids[place] as ItemId);
    this.termsOf = kept.map((place) => this.termsOf[place] as Uint32Array);
    this.ids.forEach((id, place) => this.placeOf.set(id as ItemId, place));
    for (const postings of this.postingsOf) {
      let length = 0;
      for (let i = 0; i < postings.length; i++) {
        const place = moved[postings.places[i] as number] as number;
        if (place < 0) continue;
        postings.places[length] = place;
        postings.weights.copyWithin(length * lanes, i * lanes, (i + 1) * lanes);
        length++;
      }
      postings.length = length;
    }
  }
}

/** The array itself when it holds `length` elements, else a copy of at least twice the size. */
function grown<T extends Uint32Array | Float32Array | Float64Array>(array: T, length: number): T {
  if (array.length >= length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
