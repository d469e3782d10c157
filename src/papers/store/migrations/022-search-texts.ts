/** Words of papers for full text search in the database; filled only where the corpus is too large for an index in a process. */
import type { Migration } from "./migration.ts";

export const searchTextsSchema: Migration = {
  number: 22,
  name: "search texts",
  sql: `
create table search_texts (
  paper text primary key references papers (id) on update cascade on delete cascade,
  content text not null,                  -- the paper's content hash and how words were made of it
  words tsvector not null                 -- weights A title, B keywords and names, C authors, D passages
);
create index search_texts_words on search_texts using gin (words);
`,
};
