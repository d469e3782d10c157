/** Which way to nearest neighbours is taken: exact while there are few vectors, then the database's index, else one in this process. */
import { ExactNeighbours } from "./exact-neighbours.ts";
import { GraphNeighbours } from "./graph-neighbours.ts";
import { EXACT_LIMIT } from "./neighbours.ts";
import type { NeighbourKind, Neighbours } from "./neighbours.ts";
import { PgvectorNeighbours } from "./pgvector-neighbours.ts";
import { countVectors } from "./vector-store.ts";
import type { StoredModel } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

const OPENERS: Readonly<Record<NeighbourKind, (database: Database, model: StoredModel) => Promise<Neighbours>>> = {
  exact: (database, model) => ExactNeighbours.open(database, model),
  graph: (database, model) => GraphNeighbours.open(database, model),
  pgvector: (database, model) => PgvectorNeighbours.open(database, model),
};

/** Opens neighbours of the given kind, or of the one that fits the number of vectors stored now. */
export async function openNeighbours(database: Database, model: StoredModel, kind?: NeighbourKind): Promise<Neighbours> {
  return OPENERS[kind ?? fittingKind(database, await countVectors(database, model))](database, model);
}

/** The kind for so many vectors. */
export function fittingKind({ hasVector }: Pick<Database, "hasVector">, vectors: number): NeighbourKind {
  if (vectors <= EXACT_LIMIT) return "exact";
  return hasVector ? "pgvector" : "graph";
}
