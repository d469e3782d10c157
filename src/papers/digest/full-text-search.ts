/** Saved searches by Postgres full text: what the digest uses where no better search is handed to it. */
import type { SearchPapers } from "./prepare.ts";
import type { Queryable } from "../store/database.ts";

/** Finds papers that have all words of the query in title, abstract or keywords, best first; newest first among equals. */
export function fullTextSearch(connection: Queryable): SearchPapers {
  return (query, limit) =>
    connection.query<{ id: string }>(
      `select id from (
         select id, dated, setweight(to_tsvector('english', title), 'A') || to_tsvector('english', abstract || ' ' || array_to_string(keywords, ' ')) as words
         from papers where not withdrawn) p, websearch_to_tsquery('english', $1) q
       where words @@ q order by ts_rank(words, q) desc, dated desc, id limit $2`,
      [query, limit],
    );
}
