/** The dense stage's port: papers whose passages are nearest to a vector, whatever finds them. */
import type { SearchFilters } from "./port.ts";

/** Up to so many vectors are compared one by one, on every host: about two milliseconds, and nothing is missed. */
export const EXACT_LIMIT = 5000;

/** exact: all stored vectors in this process. graph: an approximate index in this process. pgvector: the database's index. */
export const NEIGHBOUR_KINDS = ["exact", "graph", "pgvector"] as const;
export type NeighbourKind = (typeof NEIGHBOUR_KINDS)[number];

/** A paper by its nearest passage. */
export interface Neighbour {
  readonly paper: string;
  /** Of the passage: 0 is title and keywords, n the paper's passage n - 1. */
  readonly position: number;
  /** Cosine similarity. */
  readonly score: number;
}

/** Which papers may be found. All of it is applied before the cut to the nearest k. */
export interface Admission {
  readonly filters: SearchFilters;
  /** Whether a paper that passes the filters may be found; default all. */
  readonly accept?: (paper: string) => boolean;
  /** All papers that may be found, when they are few; then only they are compared. */
  readonly only?: readonly string[];
}

export interface Neighbours {
  readonly kind: NeighbourKind;
  /** Vectors it searches, as of the last `refresh`. */
  readonly size: number;
  /** The k nearest papers to a vector of unit length, best first. */
  nearest(vector: Float32Array, k: number, admission: Admission): Promise<Neighbour[]>;
  /** Reads the vectors of changed papers anew. */
  refresh(papers: readonly string[]): Promise<void>;
}

/** The best passage of each paper, of passages in order of their score; at most k papers. */
export function bestOfEach(passages: Iterable<Neighbour>, k: number): Neighbour[] {
  const seen = new Map<string, Neighbour>();
  for (const passage of passages) {
    if (seen.size === k) break;
    if (!seen.has(passage.paper)) seen.set(passage.paper, passage);
  }
  return [...seen.values()];
}

/** Dot product of a vector with the row at `start` of a matrix. */
export function dot(vector: Float32Array, rows: Float32Array, start: number): number {
  let total = 0;
  for (let i = 0; i < vector.length; i++) total += (vector[i] as number) * (rows[start + i] as number);
  return total;
}
