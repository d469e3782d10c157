/** Papers' words as Postgres keeps them (tsvector), made by our own rules so that both lexical stages read words alike. */
import { documentOf } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import type { TextField, Phrase } from "./query.ts";
import { compoundsOf, tokensOf } from "./terms.ts";
import type { Database, Queryable } from "../store/database.ts";
import { papersByIds } from "../store/papers.ts";

/** Changes when words are made otherwise. */
const FORM = 1;
const BATCH = 200;
/** Positions between fields, so that no phrase runs from one into the next; Postgres knows positions up to the last. */
const GAP = 10;
const LAST_POSITION = 16_383;
const MOST_POSITIONS = 255;
const WEIGHT_OF: Readonly<Record<TextField, string>> = { title: "A", author: "C" };

/** Brings the words of all papers up to date; returns how many were written. */
export async function indexTexts(database: Database, signal?: AbortSignal): Promise<number> {
  for (let written = 0; ; ) {
    signal?.throwIfAborted();
    const stale = await database.query<{ id: string }>("select p.id from papers p left join search_texts t on t.paper = p.id where not p.withdrawn and t.content is distinct from ($1::text || p.content_hash) limit $2", [`${FORM}:`, BATCH]);
    if (stale.length === 0) return written;
    await writeTexts(database, stale.map(({ id }) => id));
    written += stale.length;
  }
}

/** Writes the words of `papers`; those that are gone or withdrawn lose theirs. */
export async function writeTexts(connection: Queryable, papers: readonly string[]): Promise<void> {
  await connection.query("delete from search_texts t using papers p where p.id = t.paper and p.withdrawn and p.id = any($1::text[])", [papers]);
  const rows = (await papersByIds(connection, papers)).filter(({ withdrawn }) => !withdrawn).map((paper) => ({ id: paper.id, words: textVector(documentOf(paper)) }));
  await connection.query(
    `insert into search_texts (paper, content, words) select p.id, $2::text || p.content_hash, given.words::tsvector
     from jsonb_to_recordset($1::jsonb) as given (id text, words text) join papers p on p.id = given.id
     on conflict (paper) do update set content = excluded.content, words = excluded.words`,
    [JSON.stringify(rows), `${FORM}:`],
  );
}

/** A tsvector as text. Terms consist of letters and digits, so nothing in them needs an escape. */
export function textVector({ title, names, keywords, authors, passages }: SearchDocument): string {
  const places = new Map<string, string[]>();
  let next = 1;
  const put = (text: string, weight: string): void => {
    const tokens = tokensOf(text);
    for (const { term, start } of [...tokens, ...compoundsOf(text)]) {
      const place = next + Math.max(0, tokens.findLastIndex((token) => token.start <= start));
      const known = places.get(term) ?? [];
      if (place <= LAST_POSITION && known.length < MOST_POSITIONS) places.set(term, [...known, `${place}${weight}`]);
    }
    next += tokens.length + GAP;
  };
  put(title, "A");
  for (const text of [...keywords, ...names]) put(text, "B");
  for (const text of authors) put(text, "C");
  put(passages.map(({ text }) => text).join(" "), "D");
  return [...places].map(([term, positions]) => `'${term}':${positions.join(",")}`).join(" ");
}

/** Any of the terms, as a tsquery. */
export function anyOf(terms: readonly string[]): string {
  return terms.map((term) => `'${term}'`).join(" | ");
}

/** All of the terms. */
export function allOf(terms: readonly string[]): string {
  return terms.map((term) => `'${term}'`).join(" & ");
}

/** A phrase. */
export function inOrder({ field, terms }: Phrase): string {
  return terms.map((term) => `'${term}'${field === undefined ? "" : `:${WEIGHT_OF[field]}`}`).join(" <-> ");
}
