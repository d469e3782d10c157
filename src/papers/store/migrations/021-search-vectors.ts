/** The vectors once more as pgvector knows them; its index is made by need, as each model has its own dimension. */
import type { Migration } from "./migration.ts";

export const searchVectorsSchema: Migration = {
  number: 21,
  name: "search vectors",
  needsVector: true,
  sql: "alter table search_vectors add column embedding vector;",
};
