/** A step of the schema. Steps are applied in the order of their numbers, each in a transaction, and never edited once released. */
export interface Migration {
  /** Unique, growing; a module of the explorer takes its numbers from a range of its own. */
  readonly number: number;
  /** What it does, in a few words. */
  readonly name: string;
  /** One or more statements. */
  readonly sql: string;
  /** Applied only where pgvector is there. */
  readonly needsVector?: boolean;
}
