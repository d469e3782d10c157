/** The dense stage over all vectors that are stored, compared one by one in this process. */
import { joined, MemoryNeighbours } from "./memory-neighbours.ts";
import type { Neighbours } from "./neighbours.ts";
import { allVectors, vectorsOf } from "./vector-store.ts";
import type { StoredModel, StoredVector } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

export class ExactNeighbours extends MemoryNeighbours implements Neighbours {
  readonly kind = "exact";
  private readonly database: Database;
  private readonly model: StoredModel;

  private constructor(database: Database, model: StoredModel) {
    super(model.dimension);
    this.database = database;
    this.model = model;
  }

  /** Loads what is stored of `model`. */
  static async open(database: Database, model: StoredModel): Promise<ExactNeighbours> {
    const neighbours = new ExactNeighbours(database, model);
    for await (const vectors of allVectors(database, model)) neighbours.put(vectors);
    return neighbours;
  }

  async refresh(papers: readonly string[]): Promise<void> {
    const vectors = await vectorsOf(this.database, this.model, papers);
    for (const paper of papers) this.rows.delete(paper);
    this.put(vectors);
  }

  private put(vectors: readonly StoredVector[]): void {
    for (const [paper, own] of byPaper(vectors)) this.rows.set(paper, joined(own.map(({ vector }) => vector), this.dimension));
  }
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
