/**
 * Compares with every vector. Plain loops instead of the compiled FlatIndex: one query at a time, papers are passed over
 * before any arithmetic, and nothing is compiled when the number of results changes.
 */
import { dot } from "./neighbours.ts";
import type { Admission, Neighbour, Neighbours } from "./neighbours.ts";
import { allVectors, vectorsOf } from "./vector-store.ts";
import type { StoredModel, StoredVector } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

export class ExactNeighbours implements Neighbours {
  readonly kind = "exact";
  private readonly database: Database;
  private readonly model: StoredModel;
  /** Of each paper its vectors one after the other. */
  private readonly rows = new Map<string, Float32Array>();

  private constructor(database: Database, model: StoredModel) {
    this.database = database;
    this.model = model;
  }

  /** Loads what is stored of `model`. */
  static async open(database: Database, model: StoredModel): Promise<ExactNeighbours> {
    const neighbours = new ExactNeighbours(database, model);
    for await (const vectors of allVectors(database, model)) neighbours.put(vectors);
    return neighbours;
  }

  get size(): number {
    let values = 0;
    for (const rows of this.rows.values()) values += rows.length;
    return values / this.model.dimension;
  }

  nearest(vector: Float32Array, k: number, { accept = () => true, only }: Admission): Promise<Neighbour[]> {
    const found: Neighbour[] = [];
    for (const paper of only ?? this.rows.keys()) {
      const rows = this.rows.get(paper);
      if (rows && accept(paper)) found.push(nearestPassage(paper, vector, rows));
    }
    return Promise.resolve(found.sort((a, b) => b.score - a.score).slice(0, k));
  }

  async refresh(papers: readonly string[]): Promise<void> {
    const vectors = await vectorsOf(this.database, this.model, papers);
    for (const paper of papers) this.rows.delete(paper);
    this.put(vectors);
  }

  private put(vectors: readonly StoredVector[]): void {
    for (const [paper, own] of byPaper(vectors)) this.rows.set(paper, joined(own, this.model.dimension));
  }
}

/** The row nearest to `vector`. Positions are the rows' places, as they are stored from 0 without a gap. */
export function nearestPassage(paper: string, vector: Float32Array, rows: Float32Array): Neighbour {
  let best = { paper, position: 0, score: -Infinity };
  for (let position = 0; position * vector.length < rows.length; position++) {
    const score = dot(vector, rows, position * vector.length);
    if (score > best.score) best = { paper, position, score };
  }
  return best;
}

/** Vectors by their paper, in order of position. */
export function byPaper(vectors: readonly StoredVector[]): Map<string, StoredVector[]> {
  const papers = new Map<string, StoredVector[]>();
  for (const vector of vectors) {
    const own = papers.get(vector.paper);
    if (own) own.push(vector);
    else papers.set(vector.paper, [vector]);
  }
  return papers;
}

/** Vectors one after the other. */
export function joined(vectors: readonly Pick<StoredVector, "vector">[], dimension: number): Float32Array {
  const rows = new Float32Array(vectors.length * dimension);
  vectors.forEach(({ vector }, i) => rows.set(vector, i * dimension));
  return rows;
}
