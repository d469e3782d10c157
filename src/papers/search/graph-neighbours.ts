/** An approximate index in this process, built from the stored vectors and kept in step with them: for PostgreSQL without pgvector. */
import { ApproximateIndex } from "../../data/search/approximate-index.node.ts";
import { byPaper } from "./exact-neighbours.ts";
import { joined, nearestPassage } from "./memory-neighbours.ts";
import { bestOfEach } from "./neighbours.ts";
import type { Admission, Neighbour, Neighbours } from "./neighbours.ts";
import { allVectors, vectorsOf } from "./vector-store.ts";
import type { StoredModel, StoredVector } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

/** Half precision takes half the memory; with this effort a search finds nearly all true neighbours in a fraction of a millisecond. */
export const GRAPH_OPTIONS = { metric: "dot", precision: "float16", effortSearching: 192 } as const;

/** Passages fetched for each paper wanted, at first and at most for all; a filter that passes fewer comes with `only`. */
const FETCHED_FOR_ONE = 4;
const MOST_FETCHED = 16_384;

interface Place {
  readonly paper: string;
  readonly position: number;
}

export class GraphNeighbours implements Neighbours {
  readonly kind = "graph";
  private readonly database: Database;
  private readonly model: StoredModel;
  private readonly index: ApproximateIndex;
  /** By the number under which a vector is in the index. */
  private readonly places = new Map<number, Place>();
  private readonly numbersOf = new Map<string, number[]>();
  private next = 0;

  private constructor(database: Database, model: StoredModel, index: ApproximateIndex) {
    this.database = database;
    this.model = model;
    this.index = index;
  }

  /** Builds the index from what is stored of `model`. Throws when the library is not installed. */
  static async open(database: Database, model: StoredModel): Promise<GraphNeighbours> {
    const index = await ApproximateIndex.create({ width: model.dimension, ...GRAPH_OPTIONS });
    const neighbours = new GraphNeighbours(database, model, index);
    for await (const vectors of allVectors(database, model)) neighbours.put(vectors);
    return neighbours;
  }

  get size(): number {
    return this.index.size;
  }

  async nearest(vector: Float32Array, k: number, { accept = () => true, only }: Admission): Promise<Neighbour[]> {
    if (only) {
      const stored = byPaper(await vectorsOf(this.database, this.model, only.filter(accept)));
      const found = [...stored].map(([paper, vectors]) => nearestPassage(paper, vector, joined(vectors.map(({ vector }) => vector), this.model.dimension)));
      return found.sort((a, b) => b.score - a.score).slice(0, k);
    }
    for (let fetched = FETCHED_FOR_ONE * k; ; fetched *= 4) {
      const count = Math.min(fetched, this.size, MOST_FETCHED);
      if (count === 0) return [];
      const hits = this.index.search(vector, count)[0] ?? [];
      const passages = hits.map(({ id, score }): Neighbour => ({ ...(this.places.get(Number(id)) as Place), score }));
      const best = bestOfEach(passages.filter(({ paper }) => accept(paper)), k);
      if (best.length === k || count < fetched) return best;
    }
  }

  async refresh(papers: readonly string[]): Promise<void> {
    const vectors = await vectorsOf(this.database, this.model, papers);
    for (const paper of papers) {
      const numbers = this.numbersOf.get(paper) ?? [];
      this.index.remove(numbers);
      for (const number of numbers) this.places.delete(number);
      this.numbersOf.delete(paper);
    }
    this.put(vectors);
  }

  private put(vectors: readonly StoredVector[]): void {
    const numbers = vectors.map(({ paper, position }) => {
      const number = this.next++;
      this.places.set(number, { paper, position });
      const own = this.numbersOf.get(paper);
      if (own) own.push(number);
      else this.numbersOf.set(paper, [number]);
      return number;
    });
    this.index.add(numbers, joined(vectors.map(({ vector }) => vector), this.model.dimension));
  }
}
