/** Vectors of papers in the database, each kept with the model it came from. */
import type { Database, Queryable } from "../store/database.ts";

/** A model as the database knows it. */
export interface StoredModel {
  readonly number: number;
  readonly name: string;
  readonly dimension: number;
}

/** A paper to be encoded. */
export interface PendingPaper {
  readonly id: string;
  readonly slug: string | null;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly abstract: string;
  readonly content_hash: string;
}

export interface StoredVector {
  readonly paper: string;
  readonly position: number;
  readonly textHash: string;
  readonly vector: Float32Array;
}

/** The encoded state of a paper. */
export interface Encoding {
  readonly paper: string;
  readonly contentHash: string;
  /** As `encodingKey` says. */
  readonly key: string;
  readonly vectors: readonly Omit<StoredVector, "paper">[];
}

/** The model called `name`, noted when it is new. Throws when it is known with another dimension. */
export async function storedModel(connection: Queryable, name: string, dimension: number): Promise<StoredModel> {
  await connection.query("insert into search_models (name, dimension) values ($1, $2) on conflict (name) do nothing", [name, dimension]);
  const [model] = await connection.query<{ number: number; dimension: number }>("select number, dimension from search_models where name = $1", [name]);
  if (model?.dimension !== dimension) throw new Error(`the model "${name}" gives vectors of ${dimension} numbers, but vectors of ${model?.dimension} are stored under this name; give the other weights another name`);
  return { number: model.number, name, dimension };
}

/** The model called `name`, if vectors of it were ever stored. */
export async function findModel(connection: Queryable, name: string): Promise<StoredModel | undefined> {
  return (await connection.query<{ number: number; name: string; dimension: number }>("select number, name, dimension from search_models where name = $1", [name]))[0];
}

const PENDING = "from papers p left join search_encodings e on e.model = $1 and e.paper = p.id where not p.withdrawn and e.content is distinct from ($2::text || p.content_hash)";

/** Papers that have no vectors of `model` or were changed since, after the one called `after`, by id. `prefix` is the key of an empty hash. */
export async function pendingPapers(connection: Queryable, model: StoredModel, prefix: string, after: string, limit: number): Promise<readonly PendingPaper[]> {
  return connection.query<PendingPaper & Readonly<Record<string, unknown>>>(`select p.id, p.slug, p.title, p.keywords, p.abstract, p.content_hash ${PENDING} and p.id > $3 order by p.id limit $4`, [model.number, prefix, after, limit]);
}

export async function countPending(connection: Queryable, model: StoredModel, prefix: string): Promise<number> {
  return (await connection.query<{ papers: number }>(`select count(*) as papers ${PENDING}`, [model.number, prefix]))[0]?.papers ?? 0;
}

/** Stored vectors of `papers`, in order. */
export async function vectorsOf(connection: Queryable, model: StoredModel, papers: readonly string[]): Promise<StoredVector[]> {
  const rows = await connection.query<VectorRow>("select paper, position, text_hash, vector from search_vectors where model = $1 and paper = any($2::text[]) order by paper, position", [model.number, papers]);
  return rows.map((row) => vectorOf(row, model));
}

/** All vectors of a model whose papers are not withdrawn, some at a time, the positions of a paper together. */
export async function* allVectors(connection: Queryable, model: StoredModel, papersAtOnce = 1000): AsyncGenerator<StoredVector[]> {
  for (let after = ""; ; ) {
    const papers = await connection.query<{ paper: string }>("select e.paper from search_encodings e join papers p on p.id = e.paper where e.model = $1 and e.paper > $2 collate \"C\" and not p.withdrawn order by e.paper collate \"C\" limit $3", [model.number, after, papersAtOnce]);
    const last = papers.at(-1)?.paper;
    if (last === undefined) return;
    yield await vectorsOf(connection, model, papers.map(({ paper }) => paper));
    after = last;
  }
}

export async function countVectors(connection: Queryable, model: StoredModel): Promise<number> {
  return (await connection.query<{ vectors: number }>("select count(*) as vectors from search_vectors where model = $1", [model.number]))[0]?.vectors ?? 0;
}

/** Papers that have vectors of `model`. */
export async function countEncodings(connection: Queryable, model: StoredModel): Promise<number> {
  return (await connection.query<{ papers: number }>("select count(*) as papers from search_encodings where model = $1", [model.number]))[0]?.papers ?? 0;
}

/**
 * Stores papers' vectors in place of former ones, in one transaction. A paper that was changed or withdrawn since it was
 * read is left out, to be encoded again; returns how many were stored.
 */
export async function storeEncodings(database: Database, model: StoredModel, encodings: readonly Encoding[]): Promise<number> {
  return database.transaction(async (connection) => {
    const current = await connection.query<{ id: string; content_hash: string }>("select id, content_hash from papers where id = any($1::text[]) and not withdrawn order by id for share", [encodings.map(({ paper }) => paper)]);
    const hashes = new Map(current.map(({ id, content_hash: hash }) => [id, hash]));
    const valid = encodings.filter(({ paper, contentHash }) => hashes.get(paper) === contentHash);
    if (valid.length === 0) return 0;
    await connection.query("insert into search_encodings (model, paper, content) select $1, given.paper, given.content from unnest($2::text[], $3::text[]) as given (paper, content) order by given.paper on conflict (model, paper) do update set content = excluded.content", [model.number, valid.map(({ paper }) => paper), valid.map(({ key }) => key)]);
    await connection.query("delete from search_vectors where model = $1 and paper = any($2::text[])", [model.number, valid.map(({ paper }) => paper)]);
    const rows = valid.flatMap(({ paper, vectors }) => vectors.map((vector) => ({ paper, ...vector })));
    await connection.query(
      `insert into search_vectors (model, paper, position, text_hash, vector${database.hasVector ? ", embedding" : ""})
       select $1, given.paper, given.position, given.text_hash, decode(given.vector, 'base64')${database.hasVector ? ", given.embedding::vector" : ""}
       from jsonb_to_recordset($2::jsonb) as given (paper text, position integer, text_hash text, vector text, embedding text)`,
      [model.number, JSON.stringify(rows.map(({ paper, position, textHash, vector }) => ({ paper, position, text_hash: textHash, vector: base64Of(vector), ...(database.hasVector && { embedding: vectorText(vector) }) })))],
    );
    return valid.length;
  });
}

/** Takes out the vectors of papers that were withdrawn. */
export async function dropWithdrawn(connection: Queryable): Promise<void> {
  await connection.query("delete from search_encodings e using papers p where p.id = e.paper and p.withdrawn");
}

/** A vector as pgvector reads it. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(",")}]`;
}

interface VectorRow extends Record<string, unknown> {
  readonly paper: string;
  readonly position: number;
  readonly text_hash: string;
  readonly vector: Uint8Array;
}

function vectorOf({ paper, position, text_hash: textHash, vector: bytes }: VectorRow, { name, dimension }: StoredModel): StoredVector {
  if (bytes.length !== 4 * dimension) throw new Error(`the vector ${position} of the paper ${paper} has ${bytes.length} bytes, and the model "${name}" needs ${4 * dimension}: the table search_vectors is damaged; delete its rows and run reprise papers index`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { paper, position, textHash, vector: Float32Array.from({ length: dimension }, (_, i) => view.getFloat32(4 * i, true)) };
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(4 * vector.length);
  vector.forEach((value, i) => void bytes.writeFloatLE(value, 4 * i));
  return bytes.toString("base64");
}
