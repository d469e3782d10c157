/**
 * The port to Postgres: everything the explorer stores goes through it. Two hosts implement it: PGlite (Postgres inside
 * this process, the default) and a PostgreSQL server. The SQL is the same on both.
 */

/** One row as an object from column to value. */
export type Row = Readonly<Record<string, unknown>>;

export interface Queryable {
  /** Runs one statement. `$1`, `$2` ... stand for `parameters`, which are never put into the text. */
  query<R extends Row = Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>;
  /** Runs a script of several statements without parameters, as migrations need. */
  execute(sql: string): Promise<void>;
}

export interface Database extends Queryable {
  readonly host: "pglite" | "postgresql";
  /** Whether the pgvector extension answers here; without it nearest neighbours come from an index in the process. */
  readonly hasVector: boolean;
  /**
   * Runs `work` in one transaction (read committed): all of it is stored, or, when it throws, nothing. The connection
   * given to `work` must not be used after it ends.
   */
  transaction<T>(work: (connection: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
