/**
 * Nearest neighbours by comparing with every vector at hand. Plain loops instead of the compiled FlatIndex: one query at a
 * time, papers are passed over before any arithmetic, and nothing is compiled when the number of results changes. Runs in
 * browsers too.
 */
import { dot } from "./neighbours.ts";
import type { Admission, Neighbour } from "./neighbours.ts";

export class MemoryNeighbours {
  /** Of each paper its vectors one after the other. */
  protected readonly rows: Map<string, Float32Array>;
  protected readonly dimension: number;

  constructor(dimension: number, rows: Iterable<readonly [paper: string, vectors: Float32Array]> = []) {
    this.dimension = dimension;
    this.rows = new Map(rows);
  }

  get size(): number {
    let values = 0;
    for (const rows of this.rows.values()) values += rows.length;
    return values / this.dimension;
  }

  nearest(vector: Float32Array, k: number, { accept = () => true, only }: Admission): Promise<Neighbour[]> {
    const found: Neighbour[] = [];
    for (const paper of only ?? this.rows.keys()) {
      const rows = this.rows.get(paper);
      if (rows && accept(paper)) found.push(nearestPassage(paper, vector, rows));
    }
    return Promise.resolve(found.sort((a, b) => b.score - a.score).slice(0, k));
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

/** Vectors one after the other. */
export function joined(vectors: readonly Float32Array[], dimension: number): Float32Array {
  const rows = new Float32Array(vectors.length * dimension);
  vectors.forEach((vector, i) => rows.set(vector, i * dimension));
  return rows;
}
