/** The database's own index of vectors (HNSW of pgvector); filters are part of the statement, so the index is searched on until enough pass. */
import { paperFilters } from "./documents.ts";
import { bestOfEach, EXACT_LIMIT } from "./neighbours.ts";
import type { Admission, Neighbour, Neighbours } from "./neighbours.ts";
import { countVectors, vectorText } from "./vector-store.ts";
import type { StoredModel } from "./vector-store.ts";
import type { Database, Queryable } from "../store/database.ts";
import { filterConditions } from "../store/papers.ts";

/** pgvector indexes no longer vectors; they are compared one by one. */
const MOST_INDEXED = 2000;
/** Passages fetched for each paper wanted, at first and at most. */
const FETCHED_FOR_ONE = 3;
const MOST_FETCHED = 4096;
/** Candidates looked at, at least and at most (pgvector allows no more): as many as are fetched, so that one pass finds them. */
const EFFORT = { least: 100, most: 1000 };

/** Makes the index once there are more than `few` vectors; later vectors enter it as they are stored. */
export async function ensureVectorIndex(database: Database, model: StoredModel, few = EXACT_LIMIT): Promise<void> {
  if (!database.hasVector || model.dimension > MOST_INDEXED || (await countVectors(database, model)) <= few) return;
  await database.execute(`create index if not exists search_vectors_nearest_${integer(model.number)} on search_vectors using hnsw (${typed(model)} vector_ip_ops) where model = ${integer(model.number)}`);
}

export class PgvectorNeighbours implements Neighbours {
  readonly kind = "pgvector";
  private readonly database: Database;
  private readonly model: StoredModel;
  size = 0;

  private constructor(database: Database, model: StoredModel) {
    this.database = database;
    this.model = model;
  }

  static async open(database: Database, model: StoredModel): Promise<PgvectorNeighbours> {
    if (!database.hasVector) throw new Error("nearest neighbours by pgvector need the extension pgvector, which this PostgreSQL server does not have; leave the choice open, or take graph or exact");
    const neighbours = new PgvectorNeighbours(database, model);
    await neighbours.refresh();
    return neighbours;
  }

  async nearest(vector: Float32Array, k: number, { filters, accept = () => true, only }: Admission): Promise<Neighbour[]> {
    const { conditions, parameters } = filterConditions(paperFilters(filters));
    const parameter = (value: unknown): string => `$${parameters.push(value)}`;
    // few papers are compared one by one: led by their names, and by an order that no index has
    const chosen = only && `(select unnest(${parameter(only)}::text[]) as paper offset 0) as chosen join search_vectors v on v.paper = chosen.paper`;
    const distance = `${typed(this.model)} <#> ${parameter(vectorText(vector))}::vector(${integer(this.model.dimension)})`;
    const statement = `select v.paper, v.position, -(${distance}) as score from ${chosen ?? "search_vectors v"} join papers p on p.id = v.paper where v.model = ${integer(this.model.number)} and ${conditions.join(" and ")} order by ${chosen ? `(${distance}) + 0` : distance} limit ${parameter(0)}`;
    return this.database.transaction(async (connection) => {
      for (let limit = FETCHED_FOR_ONE * k; ; limit *= 4) {
        const effort = Math.min(EFFORT.most, Math.max(EFFORT.least, limit));
        await connection.query("select set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'strict_order', true)", [String(effort)]);
        const passages = await fetched(connection, statement, [...parameters.slice(0, -1), Math.min(limit, MOST_FETCHED)]);
        const best = bestOfEach(passages.filter(({ paper }) => accept(paper)), k);
        if (best.length === k || passages.length < limit) return best;
      }
    });
  }

  async refresh(): Promise<void> {
    this.size = await countVectors(this.database, this.model);
  }
}

function fetched(connection: Queryable, statement: string, parameters: readonly unknown[]): Promise<readonly Neighbour[]> {
  return connection.query<Neighbour & Readonly<Record<string, unknown>>>(statement, parameters);
}

/** The column as a vector of the model's dimension, which is what the index holds. */
function typed({ dimension }: StoredModel): string {
  return `(embedding::vector(${integer(dimension)}))`;
}

/** A number for the text of a statement, where Postgres takes no parameter. */
function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`expected a whole number for a statement, got ${value}`);
  return String(value);
}
